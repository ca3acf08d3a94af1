"""`exec`: the terminal, the pipes and the exit status that we were given are the command's."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import ANY_TOOL, Operand, command
from pixie_secrets.errors import BY_SIGNAL
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.exec_command import ExecRequest, exec_command, warnings

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(invocation: Invocation, request: ExecRequest) -> int:
    """The command's own exit status, 126 or 127 when it could not be started."""
    masking.install()
    request = request._replace(tool_id=request.tool_id or "")
    project = invocation.project()
    for warning in warnings(project, request.tool_id):
        surface.warn(warning)
    gc.freeze()
    gc.enable()  # this command may stay
    status = exec_command(Context(project), request).status
    if status == BY_SIGNAL + signal.SIGINT and surface.before_a_person():
        _end_by(signal.SIGINT)  # a loop in a shell only ends with Ctrl-C if what it runs did
    return status


def _end_by(number: int) -> None:
    sys.stdout.flush()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


COMMAND = command(
    ANY_TOOL,
    Operand("command", "-- COMMAND...", is_many=True, after_dashes=True),
    request=ExecRequest,
    metavars={"render": "SRC:DST"},
    more="""\
Whatever it writes is masked, and apart from that nothing stands between you and it: terminal, keys, signals and exit
status are its own. A .mcp.json can start another MCP server this way, with no key in that file.

Without TOOL it is the tool or app nearest to where you stand, else the only one there is; the -- stays.

Of an app its files are loaded as its framework does: of .env, .env.local and the like the first that has a key wins,
and what your shell has set already wins over all of them. Of a tool, its .env wins.

--require does not start the command while a required secret has a value nowhere.

${{ secrets.KEY }} and ${{ secrets.TOOL.KEY }} in an argument, or in a file SRC, become the value. An argument is seen
in the list of processes while the command runs; its environment and DST, private and removed afterwards, are not.""",
    examples=(
        "pixie-secrets exec whisper-transcription -- python main.py --port 8000",
        "pixie-secrets exec apps/web -- npm run dev",
        "pixie-secrets exec -- npm run dev",
        "pixie-secrets exec apps/web --require -- npm test",
        "pixie-secrets exec calendar-digest --render app.conf.in:app.conf -- ./server app.conf",
        "pixie-secrets exec github -- npx -y @modelcontextprotocol/server-github",
    ),
)(run)
