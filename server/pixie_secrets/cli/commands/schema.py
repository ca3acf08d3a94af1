"""`schema`: made of the models, as it is at the root of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import command
from pixie_secrets.errors import DONE
from pixie_secrets.manifest.schema import text

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(_invocation: Invocation) -> int:
    surface.page(text())
    return DONE


COMMAND = command(examples=("pixie-secrets schema > tool.schema.json",))(run)
