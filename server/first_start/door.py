"""A start without an environment: the server answers meanwhile, the command line installs first and says so."""

from __future__ import annotations

import os
import sys

from first_start import environment, paths, stand_in


def main(arguments: list[str]) -> int:
    """Do what was asked for; the exit status."""
    try:
        return start(arguments)
    except paths.NoDataFolder as refused:
        sys.stderr.write(f"pixie-secrets: {refused}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"pixie-secrets: cannot install into {paths.data_folder()}: {error.strerror}\n")
        return 1


def start(arguments: list[str]) -> int:
    if arguments[:1] == ["--install"]:
        return 0 if environment.install(quiet="--quiet" in arguments) else 1
    if arguments[:1] == ["mcp"]:
        return stand_in.serve()
    sys.stderr.write("pixie-secrets: first start: installing the packages it needs, once\n")
    sys.stderr.flush()
    if not environment.install(quiet=True):
        from first_start import failure

        what, todo = failure.failure()
        command = os.environ["PIXIE_SECRETS_COMMAND"]
        sys.stderr.write(
            f"pixie-secrets: they could not be installed: {what}\n"
            f"hint: {todo}; all that was said is in {environment.log_path()}, or see it happen: {command} --install\n"
        )
        return 1
    python = paths.ready_python() or sys.exit("pixie-secrets: its environment was removed while it started")
    return os.execv(python, paths.command_line(python, arguments))  # becoming it is the point
