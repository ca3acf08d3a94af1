"""The hook as a project gets it: the manager clones this repository, installs it by itself, and the check runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.lint.bench import HOME, clean_project, known_value

ROOT = Path(__file__).parents[2]
PASSED_ON = re.compile(r"SSL_CERT_|PIP_|UV_")  # where packages come from, and whom to trust


@pytest.mark.timeout(400)
@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_the_hook_brings_along_what_it_needs(tmp_path: Path, manager: str) -> None:
    clone, root = tmp_path / "clone", tmp_path / "project"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=clone, check=True, capture_output=True, text=True).stdout
    documented = re.search(r"```yaml\n(repos:.*?)```", (ROOT / "docs/lint.md").read_text(encoding="utf-8"), re.DOTALL)
    assert documented
    root.mkdir()
    clean_project(root)
    (root / HOME / "note.py").write_text(f"# {known_value()}\n")
    lines = documented[1].replace("/path/to/pixie-secrets", str(clone)).replace("rev: HEAD", f"rev: {commit.strip()}")
    (root / ".pre-commit-config.yaml").write_text(lines)
    subprocess.run(["git", "add", "--all"], cwd=root, check=True)
    environment = {name: value for name, value in os.environ.items() if PASSED_ON.match(name)} | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
        "PREK_HOME": str(tmp_path / "cache"),
        "PIXIE_PROJECT": str(root),
    }
    done = subprocess.run([manager, "run"], cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "KV001" in done.stdout + done.stderr
    assert f"{HOME}/note.py" in done.stdout + done.stderr
