"""Which keys a person agreed to have sent, and where to: once for each key and host, before the first time.

A tool.json is written by others: without this it could name a host of its own, and a key would go there. So what was
agreed to is kept outside the project, where no clone, archive or branch brings it along, and says the key, the host and
how the key goes along; of an address in tool.json all of it, for hosts are shared, and a bucket's owner reads what its
addresses are asked for. When one of these changes, the person is asked again. An agent with a shell runs as the same
user and can write that file as well: this stops a manifest, not a program.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.files import edit_private, read_private
from pixie_secrets.state import state_folder

if TYPE_CHECKING:
    from pixie_secrets.services.service import Service

FILE = "probe-agreements.json"
KEPT_MAX = 1000  # the oldest go first


class Agreement(NamedTuple):
    """The value of `key` of `tool_id`, in the project at `root`, may go to `host` in this way."""

    root: str
    tool_id: str
    key: str
    host: str
    sends: str
    parameter: str = ""
    address: str = ""  # of a service that the table does not have


def agreement(root: Path, tool_id: str, key: str, service: Service) -> Agreement:
    """What a person has to agree to before `service` is asked."""
    address = "" if service.name else service.url
    return Agreement(os.path.realpath(root), tool_id, key, service.host, service.sends, service.parameter, address)


def is_agreed(wanted: Agreement) -> bool:
    """Whether a person agreed to it. A file that cannot be read says of nobody that they did."""
    return wanted in _read(read_private(_path()))


def agree(wanted: Agreement) -> None:
    """Keep that a person agreed.

    Raises:
        FileRefused: it cannot be written.
    """
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def edit(before: bytes | None) -> bytes:
        kept = [each for each in _read(before) if each != wanted]
        rows = [each._asdict() for each in [*kept, wanted][-KEPT_MAX:]]
        return (json.dumps(rows, indent=1) + "\n").encode()

    edit_private(path, edit)


def _path() -> Path:
    return Path(state_folder()).resolve() / FILE


def _read(data: bytes | None) -> list[Agreement]:
    try:
        rows = json.loads(data or b"[]")
        return [Agreement(**row) for row in rows if all(isinstance(each, str) for each in row.values())]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []
