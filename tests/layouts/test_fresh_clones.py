"""In a fresh clone of each shape, with nothing but an empty home folder, README's two lines are enough."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.at_terminal import Shell
from tests.conftest import require_program
from tests.e2e.claude_lab.checkout import commit_work_tree
from tests.layouts.shapes import SHAPES, STANDING, VALUE, cloned

pytestmark = pytest.mark.timeout(300)

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
CLONE = "/path/to/pixie-secrets"
ENVIRONMENT = dict(os.environ)  # uv's index is the developer's, not a test's


def two_lines() -> tuple[str, str]:
    """What README says to type in any repository: how to install, and how to set STRIPE_KEY."""
    block = re.compile(r"^```sh\n(uv tool install .+)\n(pixie-secrets set-secret .+)\n```$", re.MULTILINE)
    [(install, set_it)] = block.findall(README)
    assert CLONE in install
    assert set_it.endswith(" STRIPE_KEY")
    return install, set_it


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the command that the first line installs, from a fresh clone of this project."""
    uv = Path(require_program("uv")).parent
    base = tmp_path_factory.mktemp("installed")
    checkout = commit_work_tree(base / "pixie-secrets")
    own = {"HOME": str(base), "PATH": f"{uv}:{ENVIRONMENT['PATH']}", "UV_PYTHON": sys.executable, "VIRTUAL_ENV": ""}
    install = two_lines()[0].replace(CLONE, str(checkout))
    done = subprocess.run(["sh", "-c", install], env=ENVIRONMENT | own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(checkout)  # what is installed does not need it
    return base / ".local/bin"


@pytest.mark.parametrize("name", SHAPES)
def test_the_two_lines_store_the_value_where_the_shape_reads_it(
    name: str, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "origin").mkdir()
    shape = SHAPES[name](tmp_path / "origin/shop")
    root = cloned(shape, tmp_path / "shop")
    assert STANDING not in "".join(path.read_text() for path in root.rglob(".env*") if path.is_file())
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    working = root / shape.working.relative_to(shape.root)
    with Shell(working, PATH=f"{installed}:/usr/local/bin:/usr/bin:/bin") as shell:
        shell.type(two_lines()[1].replace("STRIPE_KEY", shape.key) + "\r")
        shell.question()
        shell.type(f"{VALUE if shape.key != 'DB' else 'postgres://u:pw-4f7Qm2Zx@db/x'}\r")
        said = shell.prompt_back()
        assert shell.status() == 0, said
        assert VALUE not in shell.shown
    saved = root / shape.saved_in
    assert f"{shape.key}=" in saved.read_text()
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    if (root / ".git").exists():
        listed = [require_program("git"), "-C", str(root), "status", "--porcelain", "--untracked-files=all"]
        assert subprocess.run(listed, capture_output=True, text=True, check=True).stdout == ""
