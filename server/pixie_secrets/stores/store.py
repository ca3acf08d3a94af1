"""What a store is: where the values of one tool, or of one app, are kept.

One file for each kind beside this one; `store_of` picks one.
"""

from __future__ import annotations

from os.path import lexists
from typing import TYPE_CHECKING, Protocol

from pixie_secrets.stores.dotenv import DotenvStore
from pixie_secrets.stores.env_files import EnvFilesStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.sealed.about import About
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

    @property
    def sealed_keys(self) -> tuple[str, ...]:
        """The keys whose values are encrypted; none where nothing is.

        Raises:
            FileRefused: it cannot be read.
        """

    def abouts(self) -> dict[str, About]:
        """What the store itself keeps of values, by key: when each was made and set, by which channel, its metadata.

        Raises:
            FileRefused: it cannot be read.
        """

    def set_values(
        self, values: Mapping[str, SecretStr], programs: Collection[str] = (), abouts: Mapping[str, About] | None = None
    ) -> None:
        """Set all of `values`, or none of them.

        programs: what else reads the file (`env_file.project_readers`), where it is one that others read. abouts: the
        channel and the metadata of values, by key, for a store that keeps such.

        Raises:
            ValueRefused: a value that cannot be stored.
            FileRefused: the store cannot be written; it is as it was.
        """

    def unset(self, key: str) -> bool:
        """Remove `key`; whether it had a value (an empty one is none).

        Raises:
            FileRefused: the store cannot be written; it is as it was.
        """


def store_of(owner: Owner) -> Store:
    """Where `owner` keeps its values: sealed, where there is such a file, with what its `.env` has besides."""
    beside = plain_store_of(owner)
    if is_sealed(owner) and owner.sealed_path:
        from pixie_secrets.stores.sealed import SealedStore

        return SealedStore(owner.sealed_path, beside, owner.id, is_app=not owner.is_closed)
    return beside


def is_sealed(owner: Owner) -> bool:
    """Whether it has a file of sealed values."""
    return owner.sealed_path is not None and lexists(owner.sealed_path)


def plain_store_of(owner: Owner) -> DotenvStore | EnvFilesStore:
    """The `.env` of `owner`, or its several ones."""
    if len(owner.env_paths) == 1:
        return DotenvStore(owner.env_path, owner.id, is_app=not owner.is_closed)
    return EnvFilesStore(owner.env_paths, owner.env_path, owner.id)


def target_of(owner: Owner, keys: Iterable[str]) -> Path:
    """The file that values of `keys` go to, so that they are what `owner` reads.

    Raises:
        FileRefused: a file that would come before it cannot be read.
    """
    store = store_of(owner)
    return store.target(keys) if isinstance(store, EnvFilesStore) else store.path


def files_with_keys(owner: Owner) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Each file of `owner` that has a value, the one that wins first, with the keys it has one for.

    Raises:
        FileRefused: one cannot be read.
    """
    for path in owner.value_files:
        values = DotenvStore(path, owner.id, is_app=not owner.is_closed).values()
        if keys := tuple(key for key, value in values.items() if value.get_secret_value()):
            yield path, keys
