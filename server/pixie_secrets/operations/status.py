"""All that may be said of a secret: whether it is set."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.secret.key import KeyName  # noqa: TC001  schemas are made of the annotations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.secret.text import SecretStr


class Status(StrEnum):
    """An empty value is not set."""

    SET = "set"
    NOT_SET = "not set"


class SecretStatus(NamedTuple):
    """One secret of one tool."""

    key: KeyName
    status: Status


def status_of(key: str, values: Mapping[str, SecretStr]) -> Status:
    """Whether `values`, as the store reads them, has a value for `key`."""
    return Status.SET if key in values and values[key].get_secret_value() else Status.NOT_SET
