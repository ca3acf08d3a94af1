"""README's first command, as somebody new types it: a fresh clone, an empty home, the system's own Python, or uv."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pexpect
import pytest
from tests.conftest import require, require_program

ROOT = Path(__file__).parents[1]
SYSTEM = "/usr/bin/python3"
VALUE = "sk-proj-Hq8Wm3Zt6Lx1Vc9B"
PASSED_ON = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT")


def first_command() -> str:
    """The first block of README that is a command of this program."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return str(next(block for block in blocks if "bootstrap.py" in block)).strip()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("installer", ["the system's Python alone", "uv"])
def test_the_first_command_of_the_readme_saves_a_value(tmp_path: Path, installer: str) -> None:
    """Debian's own Python is externally managed, and nothing is installed into it."""
    found = Path(SYSTEM).exists() and subprocess.run([SYSTEM, "-c", "import ensurepip"], check=False).returncode == 0
    require("the system's own Python with venv (Debian: python3-venv)", found)
    clone, home, programs = tmp_path / "clone", tmp_path / "home", tmp_path / "bin"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    home.mkdir()
    programs.mkdir()
    (programs / "python3").symlink_to(SYSTEM)
    if installer == "uv":
        (programs / "uv").write_text(f"#!/bin/sh\nexec '{require_program('uv')}' \"$@\"\n")
        (programs / "uv").chmod(0o755)
    environment = {
        "HOME": str(home),
        "PATH": f"{programs}:/usr/bin:/bin",
        "TERM": "xterm",
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
    }
    words = ["-c", first_command()]
    command = pexpect.spawn("/bin/sh", words, cwd=str(clone), env=environment, encoding="utf-8", timeout=240)
    command.expect("value: ")
    command.send(f"{VALUE}\r")
    shown = command.read()
    command.close()
    assert command.exitstatus == 0
    assert "OPENAI_API_KEY" in shown
    env = clone / "examples/tools/whisper-transcription/.env"
    assert f"OPENAI_API_KEY={VALUE}" in env.read_text()
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert VALUE not in shown
    log = (home / ".local/share/pixie-secrets/install.log").read_text()
    assert (f"$ {programs}/uv" in log) == (installer == "uv")
