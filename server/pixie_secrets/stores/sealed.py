"""The store that is a sealed file beside a `.env`: what is encrypted there, and what the `.env` has besides.

A value is in one of the two. Where a key is in both, because somebody wrote it into the `.env` by hand, the sealed
value counts, and the next change takes the other one away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.errors import FileRefused, ValueRefused
from pixie_secrets.files import edit_plain, read_private
from pixie_secrets.sealed.sealed_file import Setting, open_sealed
from pixie_secrets.secret.key import PATTERN
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.learn import learn_value
from pixie_secrets.stores.opened import opened

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.sealed.about import About
    from pixie_secrets.sealed.sealed_file import SealedFile
    from pixie_secrets.stores.dotenv import DotenvStore
    from pixie_secrets.stores.env_files import EnvFilesStore


class SealedStore:
    """See `Store`. path: the sealed file. beside: the `.env`, or several. tool, is_app: as `DotenvStore` has them."""

    def __init__(self, path: Path, beside: DotenvStore | EnvFilesStore, tool: str, *, is_app: bool = False) -> None:
        self.path = path
        self.beside = beside
        self._tool = tool
        self._is_app = is_app

    def values(self) -> dict[str, SecretStr]:
        """Those of the `.env`, and over them the sealed ones.

        Raises:
            FileRefused: one of the files cannot be read, or the sealed one does not open.
        """
        return {**self.beside.values(), **self.sealed_values()}

    def sealed_values(self) -> dict[str, SecretStr]:
        """The sealed ones alone; what is no name of a variable is left out.

        Raises:
            FileRefused: it cannot be read or does not open.
        """
        found = self._opened(read_private(self.path))
        return {key: SecretStr(value) for key, value in found.values.items() if PATTERN.fullmatch(key)}

    @property
    def sealed_keys(self) -> tuple[str, ...]:
        return tuple(self.sealed_values())

    def abouts(self) -> dict[str, About]:
        return self._opened(read_private(self.path)).abouts

    @property
    def other_keys(self) -> tuple[str, ...]:
        """The keys of what is no text of a variable: whole objects, lists, names that no variable could have.

        Raises:
            FileRefused: it cannot be read or does not open.
        """
        found = self._opened(read_private(self.path))
        return tuple(key for key in found.keys if key not in found.values or not PATTERN.fullmatch(key))

    def recipients(self) -> tuple[str, ...]:
        """Whom it is sealed for.

        Raises:
            FileRefused: it cannot be read or does not open.
        """
        return self._opened(read_private(self.path)).recipients

    def unreadable_lines(self) -> tuple[UnreadableLine, ...]:
        return self.beside.unreadable_lines()

    def set_values(
        self,
        values: Mapping[str, SecretStr],
        programs: Collection[str] = (),  # noqa: ARG002  programs read what they are given, not this file
        abouts: Mapping[str, About] | None = None,
    ) -> None:
        from pixie_secrets.sealed.about import About, now

        for key, value in values.items():
            learn_value(value.get_secret_value(), key=key, tool=self._tool)
        time = now()

        def edit(before: bytes | None) -> bytes:
            found = self._opened(before)
            settings = {}
            for key, value in values.items():
                new = (abouts or {}).get(key, About())
                about = found.abouts.get(key, About()).set_again(time, new.channel, new.metadata)
                settings[key] = Setting(value.get_secret_value(), about)
            return self._checked(found.changed(settings), {key: setting.value for key, setting in settings.items()})

        edit_plain(self.path, edit)
        for key in values:
            if key in self.beside.values():
                self.beside.unset(key)

    def unset(self, key: str) -> bool:
        """Out of both: the `.env` first, so that what was hidden by the sealed value never comes to light."""
        was_set = self.beside.unset(key)

        def edit(before: bytes | None) -> bytes:
            nonlocal was_set
            found = self._opened(before)
            was_set = was_set or bool(found.values.get(key))
            if key not in found.values:
                return before or b""
            return self._checked(found.changed({}, [key]), {key: None})

        edit_plain(self.path, edit)
        return was_set

    def _opened(self, data: bytes | None) -> SealedFile:
        if data is None:
            raise FileRefused(f"{self.path} is gone", "take it from git, or set the values again")
        return opened(self.path, data, tool=self._tool, is_app=self._is_app)

    def _checked(self, data: bytes, values: Mapping[str, str | None]) -> bytes:
        """`data`, once it was opened as whoever reads it will, and has `values` (None: no such key)."""
        found = open_sealed(data, str(self.path)).values
        if any(found.get(key) != value for key, value in values.items()):
            raise ValueRefused("the value would not be read back as it is", "report it, without the value")
        return data
