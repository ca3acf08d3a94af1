"""Sets what the tools of this project still need: from `pass`, where it has a key, else from whoever sits here.

    python set_up.py
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from pixie_secrets.manage import AskedSecret, PixieError, Secrets, SecretStr


def from_pass(secret: AskedSecret) -> SecretStr | None:
    """What `pass show tools/KEY` prints; None, which leaves the secret as it is, where it has none."""
    if not shutil.which("pass"):
        return None
    found = subprocess.run(["pass", "show", f"tools/{secret.key}"], capture_output=True, text=True, check=False)
    return SecretStr(found.stdout.removesuffix("\n")) if found.returncode == 0 else None


def set_up(secrets: Secrets, tool: str) -> None:
    for key in secrets.missing(tool):
        try:
            secrets.set(tool, key, ask=from_pass)
        except PixieError as refused:  # such as: no value was given
            print(f"{tool}: {key} not from pass: {refused.message}")
    if left := secrets.missing(tool):
        secrets.set(tool, *left)  # asks here; nothing that is typed is shown
    print(f"{tool}: ready")


def main() -> None:
    secrets = Secrets(Path(__file__).parent)
    for tool in secrets.list().tools:
        set_up(secrets, tool.tool_id)


if __name__ == "__main__":
    main()
