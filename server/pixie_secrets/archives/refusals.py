"""The two refusals of this package."""

from __future__ import annotations

from pixie_secrets.errors import PixieError
from pixie_secrets.wording import shown

NAME_MAX = 80


class ArchiveRefused(PixieError):
    """An archive that is not imported; nothing of it was kept."""


class ShareRefused(PixieError):
    """A tool that cannot be shared as it is; nothing was written."""


def display_name(name: str) -> str:
    """A name from an archive as it may be shown: somebody chose it who may want it to be read as something else."""
    name = shown(name)
    return name if len(name) <= NAME_MAX else f"{name[: NAME_MAX - 1]}…"
