"""`find-leaks --clean`: a person agrees at a terminal, everything that can be is cleaned, all that is left is named."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from tests.at_terminal import PIXIE, Shell
from tests.conftest import add_tool
from tests.mcp.client import Client
from tests.traces.homes import KEY, TOOL, VALUE, git, project, put, standing, turn

if TYPE_CHECKING:
    from pathlib import Path

HINT = f"set-secret {TOOL} {KEY}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project")


def clean(root: Path, home: Path, answer: str = "y", words: str = "") -> str:
    """What a person is shown who runs it and answers."""
    with Shell(root, HOME=str(home), COLUMNS="200") as shell:
        shell.process.setwinsize(50, 250)
        shell.type(f"{PIXIE} find-leaks --clean {words}\r")
        shell.expect("[y/N] ")
        planned = shell.shown
        shell.type(f"{answer}\r")
        shell.prompt_back()
        assert "Tr4ce" not in shell.shown
        assert "would be cleaned" in planned
        return shell.shown


def run(root: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "find-leaks", *words], stdin=subprocess.DEVNULL,
        cwd=root, env={"HOME": str(home), "PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def found(root: Path, home: Path) -> list[dict[str, Any]]:
    leaks: list[dict[str, Any]] = json.loads(run(root, home, "--json").stdout)["leaks"]
    return leaks


def fill(root: Path, home: Path) -> None:
    """A home in which the value stands in every way."""
    put(home / ".claude/projects/p/s.jsonl", turn(f"use {VALUE}") + turn("ok", "assistant"))
    put(home / ".claude/projects/p/s/tool-results/1.txt", f"x\n{VALUE}\n").chmod(0o644)
    put(home / ".codex/sessions/2026/03/04/rollout-1.jsonl", turn(f"use {VALUE}"))
    put(home / ".continue/sessions/s.json", json.dumps({"history": [{"message": VALUE}]}, indent=2))
    put(home / ".bash_history", f"export KEY='{VALUE}'\nls\n").chmod(0o600)
    put(home / ".cache/pre-commit/patch1-1", f"+KEY={VALUE}\n")
    put(root / "notes.txt~", f"KEY={VALUE}\n")
    with closing(sqlite3.connect(put(home / ".local/share/opencode/opencode.db", b""))) as database, database:
        database.execute("CREATE TABLE part (data TEXT)")
        database.execute("INSERT INTO part VALUES (?)", (json.dumps({"text": VALUE}),))


def test_everything_that_can_be_is_cleaned(root: Path, home: Path) -> None:
    fill(root, home)
    places = {path: path.stat() for path in standing(VALUE, home, root) if path.name != ".env"}
    assert len(places) == 8
    shown = clean(root, home)
    assert "cleaned:" in shown
    assert HINT in shown
    assert standing(VALUE, home, root) == {root / "tools" / TOOL / ".env"}
    for path, status in places.items():
        assert path.stat().st_mode == status.st_mode
    rollout = home / ".codex/sessions/2026/03/04/rollout-1.jsonl"
    assert rollout.stat().st_size == places[rollout].st_size  # it notes where each line begins
    assert json.loads(rollout.read_bytes())["message"]["content"] == "use ***"
    assert json.loads((home / ".continue/sessions/s.json").read_bytes())["history"][0]["message"] == "***"
    assert (home / ".bash_history").read_text() == "export KEY='***'\nls\n"
    assert found(root, home) == []


def test_what_cannot_be_cleaned_is_named_with_the_command_that_takes_it_away(root: Path, home: Path) -> None:
    put(home / ".bash_history", f"export KEY='{VALUE}'\n")
    snapshot = put(home / ".local/share/kilo/snapshot/a/b/objects/12/34", zlib.compress(f"blob 9\0{VALUE}".encode()))
    credentials = put(home / ".netrc", f"password {VALUE}\n")
    swap = put(root / ".notes.txt.swp", f"b0VIM\0{VALUE}")
    git(root, "init", "--quiet")
    put(root / ".gitignore", ".env\n*.swp\n")
    put(root / "notes.txt", VALUE)
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "one")
    (root / "notes.txt").unlink()
    shown = clean(root, home)
    assert f"rm -r {snapshot.parents[2]} " in shown
    assert f"rm {swap}" in shown
    assert "log in anew" in shown
    assert "git filter-repo --force --replace-text" in shown
    assert (home / ".bash_history").read_text() == "export KEY='***'\n"
    left = standing(VALUE, home, root, without=(root / "tools" / TOOL / ".env",))
    assert {snapshot, credentials, swap} <= left
    assert all(".git" in path.parts for path in left - {snapshot, credentials, swap})


@pytest.mark.parametrize("answer", ["n", "", "no", "yess"])
def test_nothing_is_changed_unless_a_person_says_yes(root: Path, home: Path, answer: str) -> None:
    fill(root, home)
    before = {path: path.read_bytes() for path in standing(VALUE, home, root)}
    assert "cleaned:\r\n" in clean(root, home, answer)
    assert {path: path.read_bytes() for path in standing(VALUE, home, root)} == before


def test_without_a_person_nothing_is_changed(root: Path, home: Path) -> None:
    fill(root, home)
    before = {path: path.read_bytes() for path in standing(VALUE, home, root)}
    done = run(root, home, "--clean")
    assert done.returncode == 1
    assert "there is no terminal here" in done.stderr
    planned = json.loads(run(root, home, "--clean", "--dry-run", "--json").stdout)
    assert (planned["dry_run"], len(planned["cleaned"]), planned["left"]) == (True, 8, [])
    assert {path: path.read_bytes() for path in standing(VALUE, home, root)} == before


HOLD = """
import sys
file = open(sys.argv[1], "a")
print("open", flush=True)
sys.stdin.read()
"""


def test_a_session_that_is_open_is_left_and_named_and_the_others_are_cleaned(root: Path, home: Path) -> None:
    held = put(home / ".claude/projects/p/held.jsonl", turn(VALUE))
    other = put(home / ".claude/projects/p/other.jsonl", turn(VALUE))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(held)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        shown = clean(root, home)
        assert f"(process {holder.pid})" in shown
        assert standing(VALUE, home) == {held}
        holder.kill()
    clean(root, home)
    assert standing(VALUE, home) == set()
    assert other.read_text() == turn("***")


def test_a_session_of_a_program_that_runs_since_before_is_left(root: Path, home: Path, tmp_path: Path) -> None:
    """It opens the transcript anew for each line, so nobody sees it open."""
    program = put(tmp_path / "bin/claude", "")
    program.unlink()
    shutil.copy("/bin/sleep", program)
    program.chmod(0o755)
    with subprocess.Popen([program, "600"], env={"HOME": str(home)}) as client:
        put(home / ".claude/projects/p/now.jsonl", turn(VALUE))
        done = json.loads(run(root, home, "--clean", "--dry-run", "--json").stdout)
        assert [place["message"] for place in done["left"]] == [
            f"claude (process {client.pid}) may have this session open; end it first"
        ]
        client.kill()


def test_another_tool_s_value_stays_where_one_is_meant(root: Path, home: Path) -> None:
    other = add_tool(root, "digest", secrets=[{"key": "TOKEN"}])
    put(other / ".env", "TOKEN=digest-4fGh7Jk2\n").chmod(0o600)
    put(home / ".bash_history", f"{VALUE} digest-4fGh7Jk2 production\n")
    clean(root, home, words="digest")
    assert (home / ".bash_history").read_text() == f"{VALUE} *** production\n"


def test_models_have_no_tool_that_cleans(root: Path, home: Path) -> None:
    with Client(root, "modern", environment={"HOME": str(home)}) as client:
        tools = {tool["name"]: tool for tool in client.result(client.request("tools/list", {}))["tools"]}
        assert tools["find-leaks"]["annotations"]["readOnlyHint"]
        assert "clean" not in json.dumps(tools["find-leaks"]["inputSchema"])
        assert not [name for name in tools if "clean" in name]
