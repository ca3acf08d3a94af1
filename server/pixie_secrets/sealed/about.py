"""What stands in clear beside a value: when it was made and last set, by which channel, and what was declared of it.

As one text under the key's name and `_unencrypted`, which is how sops says that a value stays in clear: it counts in
the digest all the same, sops keeps it, and `sops exec-env`, which refuses everything that is not one text, goes on
working.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class About(NamedTuple):
    """created, updated: UTC, as in `2026-11-29T15:20:37Z`; empty where nobody wrote it down.

    channel: how the value came: the page, a prompt, a pipe. metadata: of the key's declaration.
    """

    created: str = ""
    updated: str = ""
    channel: str = ""
    metadata: Mapping[str, Any] | None = None

    def text(self) -> str:
        """As it is kept."""
        fields = {name: value for name, value in self._asdict().items() if value}
        return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(", ", ": "))

    def set_again(self, now: str, channel: str = "", metadata: Mapping[str, Any] | None = None) -> About:
        """After a new value."""
        return About(self.created or now, now, channel, self.metadata if metadata is None else metadata)


def parsed_about(text: object) -> About | None:
    """What was kept; None where it is something else, which then is somebody else's."""
    if not isinstance(text, str) or not text.startswith("{"):
        return None
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    if not isinstance(fields, dict) or not fields.keys() <= set(About._fields):
        return None
    metadata = fields.pop("metadata", None)
    if not all(isinstance(value, str) for value in fields.values()) or not isinstance(metadata, dict | None):
        return None
    return About(**fields, metadata=metadata)


def now() -> str:
    """The time, to the second, as sops writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
