"""Whatever a real program reads from a line, of six characters and more, is known: masked, and found in a copied file.

Also what `set-secret` writes: nobody reads a value from it that is not known.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool
from tests.env_file.test_read_back import HARD_VALUES
from tests.readers.lines import LINES
from tests.readers.programs import ENVIRONMENT, READERS, write_files

from pixie_secrets.env_file import set_value
from pixie_secrets.env_file.readings import SHORTEST
from pixie_secrets.known_values import KnownValues
from pixie_secrets.stores.learn import learn_text

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

AROUND = " \t\r\n'\"`;"  # nothing of these says anything
WORDS = re.compile(r"[A-Za-z ]+")  # the secrets of the table have digits; a piece that is a word is left out on purpose
LITTLE = 4  # characters that may stay of a reading: they are no piece of a value

TEXTS = (*LINES, *(set_value("", "KEY", value) for value in HARD_VALUES))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_files(tmp_path_factory.mktemp("files"), TEXTS)


def left_of(known: KnownValues, value: str) -> str:
    """What masking leaves of `value`, but for signs that say nothing, notes and the banner of a key."""
    return known.mask(value).replace("***", "").partition(" # ")[0].partition("-----BEGIN")[0].strip(AROUND)


@pytest.mark.parametrize("reader", READERS)
def test_whatever_a_program_reads_is_known(reader: str, files: list[Path]) -> None:
    read = READERS[reader](files)
    compared, missed = 0, []
    for file in files:
        known = KnownValues()
        learn_text(file.read_bytes().decode(), tool="t", known=known)
        for value in read.get(file.name, {}).values():
            compared += len(value) >= SHORTEST
            if value in ENVIRONMENT.values():
                continue  # not from the file: docs/readers.md says so
            left = left_of(known, value)
            if len(value) >= SHORTEST and len(left) > LITTLE and not WORDS.fullmatch(left):
                missed.append((file.read_text(), value))
    assert missed == []
    assert compared > len(TEXTS) // 2  # a program that reads nothing would prove nothing


@pytest.fixture
def printed(project: Project) -> list[str]:
    """What other programs read from the lines of the table, each of which is the `.env` of a tool of the project."""
    folder = project.root.parent / "files"
    folder.mkdir()
    files = write_files(folder, LINES)
    for number, file in enumerate(files):
        tool = add_tool(project.root, f"t{number:03}")
        (tool / ".env").write_bytes(file.read_bytes())
    values: set[str] = set()
    for reader in ("dash", "npm dotenv", "honcho", "python-decouple", "python-dotenv 1.2.2"):
        for read in READERS[reader](files).values():
            values.update(value for value in read.values() if len(value) >= SHORTEST and "\n" not in value)
    assert len(values) >= 100
    return sorted(values)


def pixie(project: Project, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, input=stdin or "")


def test_what_programs_read_comes_out_of_exec_and_mask_masked_and_is_found_in_a_copied_file(
    project: Project, printed: list[str]
) -> None:
    copied = project.root / "tools/t000/notes.txt"
    copied.write_text("".join(f"{value}\n" for value in printed), encoding="utf-8")
    for done in (
        pixie(project, "mask", stdin=copied.read_text(encoding="utf-8")),
        pixie(project, "exec", "t000", "--", "cat", str(copied)),
    ):
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        assert len(lines) == len(printed)
        for line in lines:
            assert len(line.replace("***", "").partition(" # ")[0].strip(AROUND)) <= LITTLE, line
    report = json.loads(pixie(project, "lint-tool", "t000", "--json").stdout)
    found = {
        finding["line"]
        for finding in report["findings"]
        if finding["code"] == "KV001" and finding["file"].endswith("notes.txt")
    }
    assert found == set(range(1, len(printed) + 1))
