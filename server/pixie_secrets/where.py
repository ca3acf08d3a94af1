"""Where this process runs, and so what it can put in front of a person: the one answer to "is there a desktop here".

Standard library only.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")


@dataclass(frozen=True)
class Where:
    """A place to run in. platform: as `sys.platform`."""

    environment: Mapping[str, str]
    platform: str = sys.platform

    @classmethod
    def here(cls) -> Where:
        """Where the running process is."""
        return cls(os.environ)

    @property
    def desktop(self) -> bool:
        """Whether a browser started here appears in front of the person.

        `$BROWSER` counts: remote editors point it at a program that opens the page at the person's end. macOS and
        Windows always have a desktop, but over SSH it is not the one the person sits at.
        """
        browser = self.environment.get("BROWSER", "")
        if browser and browser != "none":
            return True
        if self.platform in {"darwin", "win32", "cygwin"}:
            return not self.remote
        return bool(self.environment.get("DISPLAY") or self.environment.get("WAYLAND_DISPLAY"))

    @property
    def remote(self) -> bool:
        """Whether the person sits at another machine."""
        return any(self.environment.get(name) for name in REMOTE)

    def setting(self, name: str) -> str:
        """A setting of ours: `PIXIE_SECRETS_<name>`, or `PIXIE_<name>`.

        The second is for clients that hand on no variable with SECRET in its name. Empty when neither is set.
        """
        return self.environment.get(f"PIXIE_SECRETS_{name}") or self.environment.get(f"PIXIE_{name}") or ""
