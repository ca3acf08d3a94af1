"""`new-tool`: what was made, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, Operand, Option, command
from pixie_secrets.errors import DONE
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.new_tool import NewToolRequest, new_tool

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(invocation: Invocation, request: NewToolRequest, *, as_json: bool) -> int:
    made = new_tool(Context(invocation.project()), request)
    text = f"made {made.path} ({', '.join(made.files)})"
    if made.declared:
        text += f"\ndeclared {', '.join(made.declared)}; to set them: pixie-secrets set-secret {made.tool_id}"
    if made.ignored:
        text += f"\ngit now ignores its .env: {made.ignored}"
    surface.result(text, made, as_json=as_json)
    return DONE


COMMAND = command(
    Operand("tool_id", "ID"),
    request=NewToolRequest,
    options=(
        Option("--from", "declare the secrets that this template lists, such as .env.example", "template", "FILE"),
        JSON,
    ),
    more="Writes tools/ID with a tool.json, a main.py that runs, a pyproject.toml and a README.md. A file that is there"
    " already is left as it is.",
    examples=("pixie-secrets new-tool scraper", "pixie-secrets new-tool mailer --from .env.example"),
)(run)
