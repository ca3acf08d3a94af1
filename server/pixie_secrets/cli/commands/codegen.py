"""`codegen`: whether something was written, or is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, TOOL, command
from pixie_secrets.errors import DONE, REFUSED
from pixie_secrets.operations.codegen import CodegenRequest, codegen
from pixie_secrets.operations.context import Context

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(invocation: Invocation, request: CodegenRequest, *, as_json: bool) -> int:
    generated = codegen(Context(invocation.project()), request)
    stale = "is not up to date" if request.check else "written"
    text = f"{generated.path} {stale}" if generated.changed else f"{generated.path} is up to date"
    surface.result(text, generated, as_json=as_json)
    return REFUSED if request.check and generated.changed else DONE


COMMAND = command(
    TOOL,
    request=CodegenRequest,
    options=(JSON,),
    more="The module has no dependencies, names everything that is missing at once, and never shows a value. Of an app"
    " with a package.json: process-env.d.ts, which declares process.env as its templates list it.",
    examples=(
        "pixie-secrets codegen whisper-transcription",
        "pixie-secrets codegen whisper-transcription --env-example",
        "pixie-secrets codegen whisper-transcription --check",
        "pixie-secrets codegen apps/web",
    ),
)(run)
