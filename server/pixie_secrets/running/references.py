"""`${{ secrets.KEY }}` and `${{ secrets.TOOL.KEY }}` in arguments and in files: resolved at the last moment.

For programs that take a value only there. An argument is seen by everybody who may list processes, so the environment
is better, and a rendered file (see `rendered`) the next best. Other `${{ … }}` belong to somebody else and stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixie_secrets.errors import KeyRefused
from pixie_secrets.secret.key import PATTERN
from pixie_secrets.stores.store import store_of
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.layouts.project import Owner, Project
    from pixie_secrets.secret.text import SecretStr

_REFERENCE = re.compile(r"\$\{\{\s*secrets\.([^\s{}]*)\s*\}\}")


class References:
    """The values of one tool, and those of others once they are referred to."""

    def __init__(self, project: Project, tool: Owner, values: Mapping[str, SecretStr]) -> None:
        self._project = project
        self._own = tool
        self._values: dict[str, Mapping[str, SecretStr]] = {tool.id: values}

    def resolved(self, text: str) -> str:
        """`text` with every reference replaced by its value, which is not looked into for others.

        Raises:
            KeyRefused: a key that is not set.
            UnknownTool, FileRefused: of a tool that was named.
        """
        if "${{" not in text:
            return text
        return _REFERENCE.sub(lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        tool_id, _, key = name.rpartition(".")
        tool = self._project.owner(tool_id) if tool_id else self._own
        if tool.id not in self._values:
            self._values[tool.id] = with_tokens(tool)
        values = self._values[tool.id]
        value = values[key].get_secret_value() if key in values else ""
        if value:
            return value
        if PATTERN.fullmatch(key) and key in {*values, *(secret.key for secret in tool.secrets)}:
            raise KeyRefused(
                f"{key} of {tool.id} is referred to and not set", f"pixie-secrets set-secret {tool.id} {key}"
            )
        raise KeyRefused(f"{tool.id} has no secret that a reference names", one_of(key, values, "its secrets"))


def with_tokens(owner: Owner) -> Mapping[str, SecretStr]:
    """The values of `owner`, each token among them as an access token that is good now.

    Raises:
        PixieError: a required token cannot be had; one that is not required is left out.
    """
    values = store_of(owner).values()
    if not any(secret.oauth2 and secret.key in values for secret in owner.secrets):
        return values
    from pixie_secrets.oauth.access_tokens import with_access_tokens

    return with_access_tokens(owner, values).values
