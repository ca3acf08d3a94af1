"""The store that is an app's `.env` files: several, of which one wins for each key, as its framework has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.stores.dotenv import DotenvStore, PlainStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.sealed.about import About
    from pixie_secrets.secret.text import SecretStr


class EnvFilesStore(PlainStore):
    """See `Store`. paths: the files that are read, the one that wins first. new: the one a new value goes to."""

    def __init__(self, paths: Iterable[Path], new: Path, owner: str) -> None:
        self._files = tuple(DotenvStore(path, owner, is_app=True) for path in paths)
        self._new = new

    @property
    def path(self) -> Path:
        """Where a new value goes."""
        return self._new

    def values(self) -> dict[str, SecretStr]:
        """By key, the value of the file that wins."""
        found: dict[str, SecretStr] = {}
        for file in reversed(self._files):
            found |= file.values()
        return found

    def unreadable_lines(self) -> tuple[UnreadableLine, ...]:
        return tuple(line for file in self._files for line in file.unreadable_lines())

    def target(self, keys: Iterable[str]) -> Path:
        """The file that values of `keys` go to so that they win: one before `new` that has one of them, else `new`."""
        wanted = {*keys}
        for file in self._files:
            if file.path == self._new:
                break
            if any(key in wanted and value.get_secret_value() for key, value in file.values().items()):
                return file.path
        return self._new

    def set_values(
        self,
        values: Mapping[str, SecretStr],
        programs: Collection[str] = (),
        abouts: Mapping[str, About] | None = None,
    ) -> None:
        path = self.target(values)
        next(file for file in self._files if file.path == path).set_values(values, programs, abouts)

    @property
    def differing_keys(self) -> tuple[str, ...]:
        """The keys that have a value in several of the files, and not the same.

        Raises:
            FileRefused: a file cannot be read.
        """
        found: dict[str, set[SecretStr]] = {}
        for file in self._files:
            for key, value in file.values().items():
                found.setdefault(key, set()).add(value)
        return tuple(key for key, values in found.items() if len(values) > 1)

    def remove(self, values: Mapping[str, SecretStr]) -> tuple[str, ...]:
        """As `DotenvStore.remove`, of every file."""
        return tuple(dict.fromkeys(key for file in reversed(self._files) for key in file.remove(values)))

    def unset(self, key: str) -> bool:
        """Out of every file that is read, the one that wins last, so that no other value comes to light meanwhile."""
        removed = [file.unset(key) for file in reversed(self._files)]
        return any(removed)
