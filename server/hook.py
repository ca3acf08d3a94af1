"""What Claude Code starts before and after every tool call: the guard, on whatever python3 there is.

    python3 -IS hook.py PreToolUse|PostToolUse|UserPromptSubmit|SessionStart     one JSON document in, at most one out
    python3 -IS hook.py mask-shell FOLDER                                        see pixie_secrets/guard/shell_filter.py

A script is compiled at every start, so this one only finds the rest. The plugin's environment is not needed, and is
looked for only once there is something to mask.
"""

import gc
import sys

HERE = __file__.rpartition("/")[0] or "."
sys.path.insert(0, HERE)
gc.disable()  # it would look through a heap that only grows until the process ends


def packages() -> str:
    """The folder of the plugin's packages, if they are installed for the Python that runs this; else ""."""
    import os

    from first_start import paths

    major, minor = sys.version_info[:2]
    try:
        python = paths.ready_python() or ""
    except paths.NoDataFolder:
        return ""
    folder = python.rpartition("/bin/")[0] + f"/lib/python{major}.{minor}/site-packages"
    return folder if python and os.path.isdir(folder) else ""


def main() -> int:
    from pixie_secrets.guard import door

    return door.main(sys.argv[1:], packages)


if __name__ == "__main__":
    sys.exit(main())
