"""All that may be said of a secret: whether it is set."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.secret.key import KeyName

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.secret.text import SecretStr


class Status(StrEnum):
    """An empty value is not set. Sealed: set, and encrypted on the disk.

    Unreadable: a line holds something for it, and the tool does not read that line.
    """

    SET = "set"
    SEALED = "sealed"
    NOT_SET = "not set"
    UNREADABLE = "unreadable"

    @property
    def is_there(self) -> bool:
        """Whether there is a value."""
        return self in {Status.SET, Status.SEALED}


class SecretStatus(NamedTuple):
    """One secret of one tool."""

    key: KeyName
    status: Status


def status_of(
    key: str,
    values: Mapping[str, SecretStr],
    unreadable: Iterable[UnreadableLine] = (),
    sealed: Collection[str] = (),
) -> Status:
    """Whether `values`, as the store reads them, has a value for `key`; or else one of the `unreadable` lines.

    sealed: the keys whose values are encrypted, for who tells them apart.
    """
    if has_value(key, values):
        return Status.SEALED if key in sealed else Status.SET
    return Status.UNREADABLE if any(key in line.keys for line in unreadable) else Status.NOT_SET


def has_value(key: str, values: Mapping[str, SecretStr]) -> bool:
    """Whether `values` has one for `key`; an empty one is none."""
    return key in values and bool(values[key].get_secret_value())
