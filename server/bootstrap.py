"""What Claude Code starts: finds the environment with the pinned packages and becomes the real program in it.

    python3 -IS bootstrap.py mcp          the server; answers at once even while the packages are being installed
    python3 -IS bootstrap.py COMMAND …    the command line; installs first, telling so on stderr
    python3 -IS bootstrap.py --install    only installs, showing what uv or pip say

Nothing but the standard library, in words Python 3.8 understands, because this is the system's python3: an older one
only has to find a newer one. A script is compiled at every start, so this one only finds the rest in first_start/.

PIXIE_SECRETS_PYTHON names an interpreter that has the packages already; nothing is installed then.
PIXIE_SECRETS_DATA names the folder for environments; after it come CLAUDE_PLUGIN_DATA and the XDG data folder.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from first_start import paths


def main() -> int:
    arguments = sys.argv[1:]
    os.environ["PIXIE_SECRETS_COMMAND"] = paths.launcher()
    try:
        python = None if arguments[:1] == ["--install"] else paths.ready_python()
    except paths.NoDataFolder as refused:
        sys.stderr.write(f"pixie-secrets: {refused}\n")
        return 1
    if python:
        try:
            os.execv(python, paths.command_line(python, arguments))  # becoming it is the point
        except OSError as error:
            sys.stderr.write(f"pixie-secrets: cannot start {python}: {error.strerror}\n")
            return 1
    from first_start import door

    return door.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
