"""The real installation of the pinned packages, by uv and by pip, from wherever this machine gets packages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import add_tool, require_program

BOOTSTRAP = Path(__file__).parents[1] / "server" / "bootstrap.py"
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_the_pinned_packages_are_all_the_program_needs(tmp_path: Path, installer: str) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    if installer == "uv":
        uv = bin_folder / "uv"
        uv.write_text(f"#!/bin/sh\nexec '{require_program('uv')}' \"$@\"\n")
        uv.chmod(0o755)
    add_tool(tmp_path, "whisper", secrets=[{"key": "OPENAI_API_KEY"}])
    done = subprocess.run(
        [sys.executable, "-IS", str(BOOTSTRAP), "--project", str(tmp_path), "list-secrets", "--json"],
        env={
            "PATH": f"{bin_folder}:/usr/bin:/bin",
            "HOME": str(tmp_path),
            **{name: os.environ[name] for name in CERTIFICATES if name in os.environ},
        },
        capture_output=True,
        text=True,
        check=False,
    )
    data = tmp_path / ".local" / "share" / "pixie-secrets"
    log = data / "install.log"
    assert done.returncode == 0, log.read_text()
    assert json.loads(done.stdout)["tools"][0]["tool_id"] == "whisper"
    assert ("$ " + str(bin_folder / "uv") in log.read_text()) == (installer == "uv")
    [environment] = data.glob("env-*")
    imports = "import mcp, uvicorn, starlette, jinja2, prompt_toolkit, multipart, ahocorasick_rs"
    subprocess.run([environment / "bin" / "python", "-I", "-c", imports], check=True)
