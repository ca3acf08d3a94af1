"""The door: the server for `mcp`, the guard for `hook`, else the command line; none imports what another needs."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

from pixie_secrets.core_dumps import forbid_core_dumps


def main() -> int:
    """Run what the command line asks for; returns the exit status."""
    forbid_core_dumps()
    arguments = sys.argv[1:]
    if arguments == ["mcp"]:  # a client waits for the first answer
        return _serve(None)
    if arguments[:1] == ["hook"]:  # before and after every tool call of an agent
        decided: int = import_module("pixie_secrets.guard.door").main(arguments[1:])
        return decided
    gc.disable()  # it would look through a heap that only grows until the process ends
    status: int = import_module("pixie_secrets.cli.program").run_command_line(arguments, serve=_serve)
    os._exit(status)  # everything is flushed; taking the interpreter apart takes as long as much of the work


def _serve(project: str | None) -> int:
    """project: of `--project`, for the server to find as it finds any."""
    if project is not None:
        # clients start this without a shell, so a `~` is still there
        os.environ["PIXIE_PROJECT"] = os.path.abspath(os.path.expanduser(project))
    if lacking := import_module("pixie_secrets.extras").lacking("mcp"):
        sys.stderr.write(f"pixie-secrets: {lacking.message}\nhint: {lacking.hint}\n")
        return int(lacking.status)
    status: int = import_module("pixie_secrets.mcp_server").main()
    return status


if __name__ == "__main__":
    sys.exit(main())
