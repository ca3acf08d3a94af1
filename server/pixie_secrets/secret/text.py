"""A value on its way from a person to the file: a text that no view of it shows.

pydantic has the same under the same name. Importing it takes longer than everything that `list-secrets` and `exec` do
besides, and all that is needed of it here is that it hides.
"""

from __future__ import annotations

from typing import NoReturn, final

HIDDEN = "**********"


@final
class SecretStr:
    """Holds one value. It is shown as stars whatever its length, is not pickled, and has no `__dict__` to look into."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        """The value itself: for what writes it to the file, checks it, or hands it to a program."""
        return self._text

    def __repr__(self) -> str:
        return f"SecretStr('{HIDDEN}')"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretStr) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret value cannot be pickled")
