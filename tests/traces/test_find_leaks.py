"""Values that stand where they do not belong are found in every place, and said by place alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import add_tool, require_program
from tests.mcp.client import Client

from pixie_secrets.known_values import KNOWN
from pixie_secrets.traces import Piece, text_files
from pixie_secrets.traces.places import places
from pixie_secrets.traces.search import traces

TOOL, KEY = "whisper-transcription", "OPENAI_API_KEY"
VALUE = 'sk-Tr4ce"7Qm$9xW2tB\\5nLà'
DAY = "2026-03-04"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    tool = add_tool(root, TOOL, secrets=[{"key": KEY, "obtain": {"url": "https://example.com/keys"}}, {"key": "MODE"}])
    (tool / ".env").write_text(f"{KEY}='{VALUE}'\nMODE=production\nREGION=development\n")
    (tool / ".env").chmod(0o600)
    return root


def find(root: Path, home: Path, *words: str, status: int = 1) -> dict[str, Any]:
    """The answer of the command, which never has the value."""
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "find-leaks", "--json", *words],
        cwd=root, env={"HOME": str(home), "PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    for part in ("Tr4ce", "7Qm", "9xW2tB"):
        assert part not in done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def put(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def turn(text: str, role: str = "user") -> str:
    return json.dumps({"timestamp": f"{DAY}T10:00:00Z", "message": {"role": role, "content": text}}) + "\n"


def test_a_clean_home_has_none(root: Path, home: Path) -> None:
    put(home / ".claude/projects/p/s.jsonl", turn("Set the OPENAI_API_KEY"))
    answer = find(root, home, status=0)
    assert (answer["keys"], answer["leaks"], answer["not_read"]) == ([], [], [])
    assert answer["looked_at"] == 1


def test_a_transcript_says_line_day_and_role(root: Path, home: Path) -> None:
    put(
        home / ".claude/projects/p/s.jsonl",
        turn("hello") + turn(f"use {VALUE}") + turn(f"{VALUE} {VALUE}", "assistant"),
    )
    answer = find(root, home)
    [leak] = answer["leaks"]
    assert leak == {
        "key": KEY, "tool_id": TOOL, "program": "Claude Code", "what": "transcript",
        "path": "~/.claude/projects/p/s.jsonl", "line": 2, "part": "", "times": 3, "when": DAY, "role": "user",
    }  # fmt: skip
    [key] = answer["keys"]
    assert (key["places"], key["oldest"], key["obtain"]) == (1, DAY, "https://example.com/keys")
    assert f"set-secret {TOOL} {KEY}" in key["next_step"]


@pytest.mark.parametrize(
    ("path", "program", "what"),
    [
        (".claude/history.jsonl", "Claude Code", "prompts"),
        (".codex/sessions/2026/03/04/rollout-1.jsonl", "Codex", "transcript"),
        (".gemini/tmp/p/chats/c.jsonl", "Gemini CLI", "transcript"),
        (".qwen/tmp/h/1.output", "qwen-code", "output"),
        (".copilot/session-state/s/events.jsonl", "GitHub Copilot CLI", "transcript"),
        (".continue/sessions/s.json", "Continue", "transcript"),
        (".cline/data/sessions/s/s.messages.json", "Cline", "transcript"),
        (".kimi-code/sessions/a/b/wire.jsonl", "Kimi Code", "transcript"),
        (".local/share/opencode/tool-output/tool_1", "opencode", "output"),
        (".bash_history", "bash", "history"),
        (".local/share/fish/fish_history", "fish", "history"),
        (".cache/pre-commit/patch1700000000-1", "pre-commit", "patch"),
    ],
)
def test_every_program_is_looked_into(root: Path, home: Path, path: str, program: str, what: str) -> None:
    put(home / path, f"one\nexport KEY={VALUE}\n")
    [leak] = find(root, home)["leaks"]
    assert (leak["program"], leak["what"], leak["path"], leak["line"]) == (program, what, f"~/{path}", 2)


def test_what_zsh_wrote_in_its_own_encoding_is_read(root: Path, home: Path) -> None:
    history = home / ".zsh_history"
    script = 'SAVEHIST=9 HISTSIZE=9; print -rs -- "$2"; fc -W "$1"'
    subprocess.run(
        [require_program("zsh"), "-fic", script, "zsh", str(history), f"export KEY={VALUE}"],
        check=True, env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert VALUE.encode() not in history.read_bytes()  # so it does keep it in another way
    [leak] = find(root, home)["leaks"]
    assert leak["program"] == "zsh"


def test_a_database_that_is_being_written_is_read_with_its_log_and_left_alone(root: Path, home: Path) -> None:
    path = home / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as client:
        client.execute("PRAGMA journal_mode = WAL")
        client.execute("CREATE TABLE part (id INTEGER PRIMARY KEY, data TEXT)")
        client.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        client.execute("BEGIN")
        client.execute(
            "INSERT INTO part (data) VALUES (?)", (json.dumps({"text": "x" * 9000 + VALUE, "time": 1772618400000}),)
        )
        client.execute("COMMIT")
        client.execute("BEGIN")
        client.execute("INSERT INTO part (data) VALUES ('not committed yet')")
        before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
        assert b"xxxx" not in before["opencode.db"]  # it is in the log alone
        [leak] = find(root, home)["leaks"]
        assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before
        client.execute("COMMIT")  # nobody holds a lock
    assert (leak["program"], leak["part"], leak["line"], leak["when"]) == ("opencode", "part.data", 0, DAY)


def test_a_transaction_that_is_not_whole_is_not_taken(root: Path, home: Path) -> None:
    path = home / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as client:
        client.execute("PRAGMA journal_mode = WAL")
        client.execute("CREATE TABLE part (data TEXT)")
        client.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        client.execute("INSERT INTO part (data) VALUES (?)", (VALUE,))
        log = path.with_name("opencode.db-wal").read_bytes()
        kept = path.read_bytes()
    put(path, kept)
    put(path.with_name("opencode.db-wal"), log[:-1])
    assert find(root, home, status=0)["not_read"] == []
    put(path.with_name("opencode.db-wal"), log)
    assert find(root, home)["leaks"]


def test_snapshots_are_unpacked(root: Path, home: Path) -> None:
    put(home / ".local/share/kilo/snapshot/a/b/objects/12/34", zlib.compress(f"blob 9\0KEY={VALUE}".encode()))
    [leak] = find(root, home)["leaks"]
    assert (leak["program"], leak["what"]) == ("Kilo", "snapshot")


def test_a_place_that_cannot_be_read_costs_only_itself(root: Path, home: Path) -> None:
    put(home / ".local/share/opencode/opencode.db", b"no database at all" * 99)
    put(home / ".local/share/opencode/snapshot/a/b/objects/12/34", b"no stream")
    os.mkfifo(home / ".bash_history")
    (home / ".python_history").symlink_to(put(home / "elsewhere", VALUE))
    put(home / ".zsh_history", f"KEY={VALUE}\n")
    answer = find(root, home)
    assert [leak["program"] for leak in answer["leaks"]] == ["zsh"]
    assert sorted(place["message"] for place in answer["not_read"]) == [
        "it is damaged, or no SQLite database",
        "it is no zlib stream",
    ]


def test_everything_the_repository_ever_had_is_looked_at_once(root: Path, home: Path) -> None:
    def git(*words: str) -> str:
        own = {"HOME": str(home), "PATH": os.environ["PATH"], "GIT_AUTHOR_DATE": f"{DAY}T12:00:00Z"}
        own |= {
            f"GIT_{who}_{what}": f"x{at}"
            for who in ("AUTHOR", "COMMITTER")
            for what, at in (("NAME", ""), ("EMAIL", "@y"))
        }
        own["GIT_COMMITTER_DATE"] = f"{DAY}T12:00:00Z"
        done = subprocess.run(
            [require_program("git"), *words], cwd=root, env=own, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "--quiet")
    put(root / ".gitignore", ".env\n")
    put(root / "notes.txt", f"a\nb {VALUE}\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    first = git("rev-parse", "--short", "HEAD")
    put(root / "copy.txt", f"a\nb {VALUE}\n")  # the same blob once more
    (root / "notes.txt").unlink()
    git("add", ".")
    git("commit", "--quiet", "-m", "two")
    put(root / "amended.txt", f"amended {VALUE}")
    git("add", ".")
    git("commit", "--quiet", "--amend", "-m", "two")
    put(root / "amended.txt", "gone")
    git("add", ".")
    git("commit", "--quiet", "--amend", "-m", "two")  # in the reflog alone
    put(root / "amended.txt", f"stashed\n{VALUE}")
    git("stash")
    leaks = find(root, home)["leaks"]
    assert {(leak["program"], leak["what"], leak["when"]) for leak in leaks} == {("git", "history", DAY)}
    assert sorted((leak["part"], leak["line"]) for leak in leaks) == [
        ("amended.txt", 1),  # in the reflog
        ("amended.txt", 2),  # in the stash
        ("copy.txt", 2),
    ]
    assert f"{first}:copy.txt" in {leak["path"] for leak in leaks}


def test_a_name_that_is_no_text_is_said_all_the_same(root: Path, home: Path) -> None:
    def git(*words: str) -> None:
        line = [require_program("git"), "-c", "user.name=x", "-c", "user.email=x@example.com", *words]
        own = {"HOME": str(home), "PATH": os.environ["PATH"]}
        subprocess.run(line, cwd=root, env=own, check=True, capture_output=True)

    git("init", "--quiet")
    put(Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.txt")), VALUE)
    put(Path(os.fsdecode(os.fsencode(home) + b"/.claude/projects/\xff/s.jsonl")), VALUE)
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    names = {leak["path"].rpartition(":")[2] for leak in find(root, home)["leaks"]}
    assert {"caf\\xe9.txt", "~/.claude/projects/\\xff/s.jsonl"} <= names
    with Client(root, "modern", environment={"HOME": str(home)}) as client:
        answer = client.outcome(client.start("find-leaks", {}))
    assert {leak["path"].rpartition(":")[2] for leak in answer["leaks"]} == names


def test_plain_settings_and_short_values_are_not_looked_for(root: Path, home: Path) -> None:
    put(home / ".bash_history", "export REGION=development\n")
    assert find(root, home, status=0)["keys"] == []
    put(home / ".bash_history", "export MODE=production\n")  # declared as a secret
    assert [key["key"] for key in find(root, home)["keys"]] == ["MODE"]


def test_one_tool_can_be_meant(root: Path, home: Path) -> None:
    other = add_tool(root, "digest", secrets=[{"key": "TOKEN"}])
    put(other / ".env", "TOKEN=digest-4fGh7Jk2\n").chmod(0o600)
    put(home / ".bash_history", f"{VALUE}\ndigest-4fGh7Jk2\n")
    assert {key["tool_id"] for key in find(root, home)["keys"]} == {TOOL, "digest"}
    assert {key["tool_id"] for key in find(root, home, "digest")["keys"]} == {"digest"}


def test_an_agent_gets_the_same_without_a_value(root: Path, home: Path) -> None:
    put(home / ".bash_history", f"x {VALUE}\n")
    with Client(root, "modern", environment={"HOME": str(home)}) as client:
        answer = client.outcome(client.start("find-leaks", {}))
        assert [leak["program"] for leak in answer["leaks"]] == ["bash"]
        assert "Tr4ce" not in "".join(client.received)


def test_a_file_that_two_variables_name_is_looked_into_once(home: Path, root: Path) -> None:
    history = put(home / ".bash_history", "x")
    found = [place.path for place in places(root, {"HOME": str(home), "HISTFILE": str(history)})]
    assert found == [history]


@given(before=st.binary(max_size=200), after=st.binary(max_size=200), piece=st.integers(30, 90))
def test_a_value_on_the_border_of_two_pieces_is_found_once(before: bytes, after: bytes, piece: int) -> None:
    KNOWN.add("b0rder-4fGh7Jk2Lm", key="K", tool="t")
    data = before + b"b0rder-4fGh7Jk2Lm" + after
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_files, "PIECE", piece)
        patch.setattr(text_files, "OVERLAP", 24)
        cut = list(text_files._pieces(_Bytes(data)))
    found = list(traces(cut, lambda _span, _data: False))
    assert [(each.key, each.line) for each in found] == [("K", 1 + before.count(b"\n"))]
    assert found == list(traces([Piece(data, 0, 1)], lambda _span, _data: False))


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self._rest = data

    def read(self, size: int) -> bytes:
        some, self._rest = self._rest[:size], self._rest[size:]
        return some


def test_the_example_of_the_documents_is_what_it_says(root: Path, home: Path) -> None:
    """With the tool of `examples/`, whose manifest names the address."""
    documents = Path(__file__).parents[2]
    text = (documents / "docs/leaks.md").read_text()
    [example] = re.findall(r"```console\n\$ pixie-secrets find-leaks\n(.*?)```", text, re.DOTALL)
    shutil.copy(documents / "examples/tools/whisper-transcription/tool.json", root / "tools" / TOOL / "tool.json")
    put(home / ".claude/projects/demo/session.jsonl", turn("hello") + turn(VALUE))
    history = put(home / ".bash_history", f"export KEY={VALUE}\necho {VALUE}\n")
    day = datetime(2026, 3, 5, 12, tzinfo=UTC).timestamp()
    os.utime(history, (day, day))
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "find-leaks"],
        cwd=root, env={"HOME": str(home), "PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == (example, "", 1)
