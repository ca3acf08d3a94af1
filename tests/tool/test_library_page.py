"""docs/library.md does what it says: its files are made, its programs run, their output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import require_program
from tests.tool.test_secrets import SERVER, VALUE

from pixie_secrets import manage, tool
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.codegen import CodegenRequest, codegen
from pixie_secrets.operations.context import Context

PAGE = (Path(__file__).parents[2] / "docs" / "library.md").read_text()
BLOCKS = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = {name: text for _, name, text in BLOCKS if name}
OUTPUTS = [text for language, _, text in BLOCKS if language == "output"]
VALUES = {"MAIL_API_KEY": VALUE, "BILLING": '{"apiKey": "made-up"}'}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tool of the page, in a project."""
    made = tmp_path / "tools" / "invoice-mailer"
    made.mkdir(parents=True)
    for name, text in FILES.items():
        (made / name).write_text(text.replace("PROJECT", str(tmp_path)))
    return made


def run(folder: Path, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, name], cwd=folder, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(SERVER), **environment},
    )  # fmt: skip


def test_the_first_program_prints_what_stands_below_it(folder: Path) -> None:
    done = run(folder, "main.py", **VALUES)
    assert (done.stdout, done.stderr) == (OUTPUTS[0], "")


def test_without_values_it_ends_as_it_says(folder: Path) -> None:
    done = run(folder, "main.py")
    assert done.stderr.endswith(OUTPUTS[1])
    assert OUTPUTS[1].startswith("pixie_secrets.errors.MissingSecrets: ")


def test_the_test_of_a_tool_passes(folder: Path) -> None:
    done = run(folder, "test_main.py")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_metadata_say_what_a_deployment_must_provide(folder: Path) -> None:
    codegen(Context(Project(folder.parents[1])), CodegenRequest("invoice-mailer", metadata=True))
    (shell,) = [text for language, _, text in BLOCKS if language == "sh"]
    require_program("jq")
    done = subprocess.run(["sh", "-c", shell], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == OUTPUTS[2]


def test_the_script_prints_what_stands_below_it(folder: Path) -> None:
    done = run(folder, "set_up.py")
    assert (done.stdout, done.stderr) == (OUTPUTS[3], "")
    assert len(OUTPUTS) == 4


def test_the_page_names_every_public_name() -> None:
    for name in {*tool.__all__, *(name for name in vars(manage.Secrets) if not name.startswith("_"))}:
        assert re.search(rf"`[^`]*\b{name}\b[^`]*`", PAGE), name
