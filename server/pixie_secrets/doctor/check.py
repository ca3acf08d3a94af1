"""One thing that was looked at, and what is to be said of it."""

from __future__ import annotations

from enum import StrEnum

from pixie_secrets.frozen import Frozen


class CheckState(StrEnum):
    """ok: as it should be. off: a protection that is not used. broken: something that should hold does not."""

    OK = "ok"
    OFF = "off"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Check(Frozen):
    """message: what is the case. fix: what to do about it, empty when there is nothing to do."""

    name: str
    state: CheckState
    message: str
    fix: str = ""


class Repair(Frozen):
    """A fix that was made. action: what was done, in the words of a command where there is one."""

    name: str
    action: str
