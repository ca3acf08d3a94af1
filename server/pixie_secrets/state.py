"""Where what this program remembers of a person's machine is kept: its logs, the guard's, the audit record; and what
it can work out anew.

Standard library only, and the quickest part of it: the guard asks.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def state_folder(environment: Mapping[str, str] = os.environ) -> str:
    """`pixie-secrets` where this platform keeps state; it need not exist, and is relative where a home is."""
    home = environment.get("HOME") or os.path.expanduser("~")
    if sys.platform == "win32":
        state = environment.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    else:
        state = environment.get("XDG_STATE_HOME", "")
        if not os.path.isabs(state):  # to be passed over, says the XDG Base Directory Specification
            state = os.path.join(home, ".local", "state")
    return os.path.join(state, "pixie-secrets")


def cache_folder(environment: Mapping[str, str] = os.environ) -> str:
    """`pixie-secrets` where this platform keeps what can be lost; as `state_folder`."""
    home = environment.get("HOME") or os.path.expanduser("~")
    if sys.platform == "win32":
        return os.path.join(state_folder(environment), "cache")
    cache = environment.get("XDG_CACHE_HOME", "")
    return os.path.join(cache if os.path.isabs(cache) else os.path.join(home, ".cache"), "pixie-secrets")
