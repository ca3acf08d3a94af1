"""What a store is: where one tool's values are kept. One file for each kind beside this one; `store_of` picks one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pixie_secrets.stores.dotenv import DotenvStore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.layouts.project import Tool
    from pixie_secrets.secret.text import SecretStr


class Store(Protocol):
    """The values of one tool. Whatever passes through one is known, and so masked, until the process ends."""

    @property
    def path(self) -> Path:
        """The file that holds them; it need not exist."""

    def values(self) -> dict[str, SecretStr]:
        """What the tool would read, by key; empty values too.

        Raises:
            FileRefused: it cannot be read.
        """

    def unreadable_lines(self) -> tuple[UnreadableLine, ...]:
        """Lines that hold something and that the tool does not read.

        Raises:
            FileRefused: it cannot be read.
        """

    def set_values(self, values: Mapping[str, SecretStr], programs: Collection[str] = ()) -> None:
        """Set all of `values`, or none of them.

        programs: what else reads the file (`env_file.project_readers`), where it is one that others read.

        Raises:
            ValueRefused: a value that cannot be stored.
            FileRefused: the store cannot be written; it is as it was.
        """

    def unset(self, key: str) -> bool:
        """Remove `key`; whether it had a value (an empty one is none).

        Raises:
            FileRefused: the store cannot be written; it is as it was.
        """


def store_of(tool: Tool) -> Store:
    """Where `tool` keeps its values."""
    return DotenvStore(tool.env_path, tool.id)
