"""What a process that answers one question can leave out, and a server cannot.

Together a third of the time of `list-secrets` (benchmarks/startup.py).
"""

from __future__ import annotations

import gc
import os
import sys
from types import ModuleType


def begin() -> None:
    """Before anything large is imported."""
    gc.disable()  # it would look through a heap that only grows until the process ends
    _without_plugins()


def end(status: int) -> None:
    """After everything was flushed: leave without taking the interpreter apart piece by piece."""
    os._exit(status)


def _without_plugins() -> None:
    """Keep pydantic from searching every installed package for plugins of its own, which import `importlib.metadata`.

    A plugin would also be shown every model that is validated. Where pydantic has moved its loader, it finds its own.
    """
    loader = ModuleType("pydantic.plugin._loader")
    vars(loader)["get_plugins"] = tuple
    sys.modules.setdefault(loader.__name__, loader)
