"""The door: the server for `mcp`, the guard for `hook`, else the command line; none imports what another needs."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run what the command line asks for; returns the exit status."""
    arguments = sys.argv[1:]
    if arguments == ["mcp"]:  # a client waits for the first answer: no command line parser on the way
        return _serve(None)
    if arguments[:1] == ["hook"]:  # before and after every tool call of an agent
        from pixie_secrets.guard import door  # noqa: PLC0415  only when it is a hook

        return door.main(arguments[1:])
    from pixie_secrets.cli import brief_life, program  # noqa: PLC0415  only when it is the command line

    brief_life.begin()
    status = program.run(arguments, serve=_serve)
    brief_life.end(status)
    return status


def _serve(project: str | None) -> int:
    """project: of `--project`, for the server to find as it finds any."""
    if project is not None:
        # clients start this without a shell, so a `~` is still there
        os.environ["PIXIE_PROJECT"] = os.path.abspath(os.path.expanduser(project))  # noqa: PTH100, PTH111  as in project.py
    from pixie_secrets import mcp_server  # noqa: PLC0415  only when it is the server

    return mcp_server.main()


if __name__ == "__main__":
    sys.exit(main())
