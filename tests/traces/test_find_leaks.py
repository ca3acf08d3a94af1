"""Values that stand where they do not belong are found in every place, and said by place alone."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
import zlib
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import add_tool, require_program
from tests.mcp.client import Client
from tests.traces.homes import DAY, KEY, TOOL, VALUE, git, project, put, turn

from pixie_secrets.audit.due import due_keys
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.project import find_project
from pixie_secrets.stores.learn import learn
from pixie_secrets.traces import Piece, databases, text_files
from pixie_secrets.traces.look import look_closely
from pixie_secrets.traces.places import places
from pixie_secrets.traces.search import traces


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project")


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
        "by_hand": None,
    }  # fmt: skip
    [key] = answer["keys"]
    assert (key["places"], key["oldest"], key["obtain"]) == (1, DAY, "https://example.com/keys")
    steps = ("revoke", "find-leaks --clean", f"set-secret {TOOL} {KEY}")  # nothing knows a value that was replaced
    places = [key["next_step"].find(step) for step in steps]
    assert places == sorted(places)
    assert -1 not in places


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


@pytest.mark.parametrize("in_log", [True, False])
def test_a_database_that_never_holds_still_is_looked_through_as_it_lies_and_named(
    root: Path, home: Path, monkeypatch: pytest.MonkeyPatch, *, in_log: bool
) -> None:
    path = put(home / ".local/share/opencode/opencode.db", b"")
    with closing(sqlite3.connect(path, isolation_level=None)) as client:
        client.execute("PRAGMA journal_mode = WAL")
        client.execute("CREATE TABLE part (data TEXT)")
        client.execute("INSERT INTO part VALUES (?)", (f"a key: {VALUE}",))
        if not in_log:
            client.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        times = count()
        monkeypatch.setattr(databases, "_state", lambda _path: (next(times), 0))  # never the same twice
        monkeypatch.setenv("HOME", str(home))
        [place] = [place for place in places(root) if place.path == path]
        list(learn(find_project(str(root))))
        seen = look_closely(place, lambda _span, _data: True)
        assert {trace.key for trace in seen.traces} == {KEY}
        assert seen.not_read == "it keeps changing"


@pytest.mark.parametrize("most", [0, 1 << 30])
def test_a_copy_in_memory_and_one_on_the_disk_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(databases, "IN_MEMORY_MAX", most)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as client:
        client.execute("PRAGMA journal_mode = WAL")
        client.execute("CREATE TABLE part (data TEXT)")
        client.execute("INSERT INTO part VALUES ('first')")
        client.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        client.executemany("INSERT INTO part VALUES (?)", [("x" * size,) for size in (10, 9000, 20_000)])
        client.execute("UPDATE part SET data = 'second' WHERE data = 'first'")
        found = []
        for piece in databases.rows(path):
            found.append(piece.data)
            assert not list((tmp_path / "temporary").iterdir())  # it has no name any more
    assert found == [b"second", b"x" * 10, b"x" * 9000, b"x" * 20_000]


KILLED_WHILE_IT_COPIES = """
import os, signal, sys
from pathlib import Path
from pixie_secrets.traces import databases
databases.IN_MEMORY_MAX = 0
def killed(_log):
    os.kill(os.getpid(), signal.SIGKILL)
databases._committed = killed
list(databases.rows(Path(sys.argv[1])))
"""


def test_killed_while_it_copies_it_leaves_nothing_of_the_database(tmp_path: Path) -> None:
    temporary, path = tmp_path / "temporary", tmp_path / "a.db"
    temporary.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as client:
        client.execute("PRAGMA journal_mode = WAL")
        client.execute("CREATE TABLE part (data TEXT)")
        client.executemany("INSERT INTO part VALUES (?)", [(VALUE,)] * 50_000)
        client.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        client.execute("INSERT INTO part VALUES ('in the log')")
        done = subprocess.run(
            [sys.executable, "-c", KILLED_WHILE_IT_COPIES, str(path)],
            env={**os.environ, "TMPDIR": str(temporary)},
            check=False,
        )
    assert done.returncode == -signal.SIGKILL
    assert list(temporary.iterdir()) == []


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
    git(root, "init", "--quiet")
    put(root / ".gitignore", ".env\n")
    put(root / "notes.txt", f"a\nb {VALUE}\n")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "one")
    first = git(root, "rev-parse", "--short", "HEAD")
    put(root / "copy.txt", f"a\nb {VALUE}\n")  # the same blob once more
    (root / "notes.txt").unlink()
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "two")
    put(root / "amended.txt", f"amended {VALUE}")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--amend", "-m", "two")
    put(root / "amended.txt", "gone")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--amend", "-m", "two")  # in the reflog alone
    put(root / "amended.txt", f"stashed\n{VALUE}")
    git(root, "stash")
    leaks = find(root, home)["leaks"]
    assert {(leak["program"], leak["what"], leak["when"]) for leak in leaks} == {("git", "history", DAY)}
    assert sorted((leak["part"], leak["line"]) for leak in leaks) == [
        ("amended.txt", 1),  # in the reflog
        ("amended.txt", 2),  # in the stash
        ("copy.txt", 2),
    ]
    assert f"{first}:copy.txt" in {leak["path"] for leak in leaks}


def test_a_name_that_is_no_text_is_said_all_the_same(root: Path, home: Path) -> None:
    git(root, "init", "--quiet")
    put(Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.txt")), VALUE)
    put(Path(os.fsdecode(os.fsencode(home) + b"/.claude/projects/\xff/s.jsonl")), VALUE)
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "one")
    names = {leak["path"].rpartition(":")[2] for leak in find(root, home)["leaks"]}
    assert {"caf\\xe9.txt", "~/.claude/projects/\\xff/s.jsonl"} <= names
    with Client(root, "modern", environment={"HOME": str(home)}) as client:
        answer = client.outcome(client.start("find-leaks", {}))
    assert {leak["path"].rpartition(":")[2] for leak in answer["leaks"]} == names


def test_messages_notes_tags_and_names_in_git_are_looked_at(root: Path, home: Path) -> None:
    git(root, "init", "--quiet")
    put(root / ".gitignore", ".env\n")
    put(root / f"plan {VALUE.replace('/', '')}.txt", "x")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", f"one\n\nwith {VALUE}")
    git(root, "notes", "add", "-m", f"noted {VALUE}")
    git(root, "tag", "-a", "v1", "-m", f"tagged {VALUE}")
    git(root, "config", "remote.origin.url", f"https://x:{VALUE}@example.com/r.git")
    commit = git(root, "rev-parse", "--short", "HEAD")
    leaks = {(leak["what"], leak["part"]): leak for leak in find(root, home)["leaks"]}
    assert leaks["message", "message"]["path"] == f"{commit}:message"
    assert leaks["message", "message"]["line"] >= 5
    assert {("message", "tag"), ("history", "names"), ("repository", ""), ("credentials", "")} <= leaks.keys()
    assert any(what == "history" and part not in {"names", ""} for what, part in leaks)  # the note
    assert "git filter-repo" in leaks["message", "message"]["by_hand"]


def test_what_no_branch_has_any_more_is_still_in_the_repository(root: Path, home: Path) -> None:
    git(root, "init", "--quiet")
    put(root / "notes.txt", VALUE)
    git(root, "hash-object", "-w", "notes.txt")
    (root / "notes.txt").unlink()
    [leak] = find(root, home)["leaks"]
    assert (leak["what"], leak["by_hand"]) == (
        "unreachable", "git reflog expire --expire=now --all && git gc --prune=now",
    )  # fmt: skip
    git(root, "reflog", "expire", "--expire=now", "--all")
    git(root, "gc", "--quiet", "--prune=now")
    assert find(root, home, status=0)["keys"] == []


def test_a_snapshot_that_was_packed_is_looked_into(root: Path, home: Path) -> None:
    snapshot = home / ".local/share/opencode/snapshot/a/b"
    work = home / "work"
    put(work / "notes.txt", f"x {VALUE}\n")
    git(work, "init", "--quiet")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "-m", "one")
    git(work, "gc", "--quiet")
    snapshot.parent.mkdir(parents=True)
    (work / ".git").rename(snapshot)
    shutil.rmtree(work)
    [leak] = find(root, home)["leaks"]
    assert (leak["program"], leak["what"]) == ("opencode", "snapshot")
    assert leak["by_hand"].startswith(f"rm -r {snapshot} ")


@pytest.mark.parametrize(
    ("path", "what", "has_command"),
    [
        ("notes.txt~", "leftover", False),
        (".notes.txt.swp", "swap", True),
        ("#notes.txt#", "leftover", False),
        ("sub/main.py.orig", "leftover", False),
    ],
)
def test_what_editors_left_in_the_project(root: Path, home: Path, path: str, what: str, *, has_command: bool) -> None:
    put(root / path, f"b0VIM\0\0{VALUE}\0")
    [leak] = find(root, home)["leaks"]
    assert (leak["program"], leak["what"], bool(leak["by_hand"])) == ("an editor", what, has_command)


@pytest.mark.parametrize("path", [".netrc", ".config/gh/hosts.yml", ".npmrc", ".pgpass"])
def test_a_key_that_another_program_reads_is_found_and_is_no_leak_to_clean(root: Path, home: Path, path: str) -> None:
    put(home / path, f"token={VALUE}\n")
    [leak] = find(root, home)["leaks"]
    assert leak["what"] == "credentials"
    assert "log in anew" in leak["by_hand"]


def test_further_files_and_folders_are_looked_into(root: Path, home: Path, tmp_path: Path) -> None:
    logs = tmp_path / "ci"
    put(logs / "build.log", f"+ export KEY={VALUE}\n")
    put(logs / "old.log.gz", gzip.compress(f"a\n{VALUE}\n".encode()))
    with zipfile.ZipFile(logs / "run.zip", "w") as archive:
        archive.writestr("0_job.txt", "nothing")
        archive.writestr("1_job.txt", f"a\nb\n{VALUE}\n")
    answer = find(root, home, "--also", str(logs), "--also", str(tmp_path / "gone"))
    assert sorted((Path(leak["path"]).name, leak["line"], leak["part"]) for leak in answer["leaks"]) == [
        ("build.log", 1, ""), ("old.log.gz", 2, ""), ("run.zip", 3, "1_job.txt"),
    ]  # fmt: skip
    assert [place["message"] for place in answer["not_read"]] == ["there is no such file"]


def test_what_has_the_shape_of_a_token_is_said_apart(root: Path, home: Path) -> None:
    token = "ghp_" + "4fGh7Jk2LmQ8rTz3VbN6cXw5YdKe1SgHj9aP"
    put(home / ".bash_history", f"export A={VALUE}\nexport B={token}\n")
    assert find(root, home)["credentials"] == []
    answer = find(root, home, "--credentials")
    [possible] = answer["credentials"]
    assert (possible["line"], possible["code"], possible["times"]) == (2, "HS001", 1)
    assert token not in json.dumps(answer)
    assert len(answer["leaks"]) == 1


def test_sarif_says_the_same_and_no_value(root: Path, home: Path) -> None:
    put(home / ".bash_history", f"one\nexport KEY={VALUE}\n")
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "find-leaks", "--format", "sarif"],
        cwd=root, env={"HOME": str(home), "PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Tr4ce" not in done.stdout
    [run] = json.loads(done.stdout)["runs"]
    [result] = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": ".bash_history", "uriBaseId": "HOME"}
    assert place["region"]["startLine"] == 2
    assert result["ruleId"] == "KV001"
    assert "HOME" in run["originalUriBaseIds"]


def test_a_key_that_leaked_is_due_until_it_is_set_anew(root: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    put(home / ".netrc", f"password {VALUE}\n")
    find(root, home)
    assert due_keys(find_project(str(root))) == ()  # it was put there on purpose
    put(home / ".bash_history", f"export KEY={VALUE}\n")
    find(root, home)
    find(root, home)
    [due] = due_keys(find_project(str(root)))
    assert (due.tool_id, due.key, due.detail) == (TOOL, KEY, "bash, history")
    subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "set-secret", TOOL, KEY, "--stdin"],
        cwd=root, env={"HOME": str(home), "PATH": os.environ["PATH"]}, input="a-new-one-4fGh7Jk2", text=True,
        check=True,
    )  # fmt: skip
    assert due_keys(find_project(str(root))) == ()


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
    found = list(traces(cut, lambda _span, _data: True))
    assert [(each.key, each.line) for each in found] == [("K", 1 + before.count(b"\n"))]
    assert found == list(traces([Piece(data, 0, 1)], lambda _span, _data: True))


@pytest.mark.parametrize("border", [4096, 2 * 4096, 5 * 4096])
def test_a_value_on_the_border_of_what_is_screened_at_once_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, border: int
) -> None:
    monkeypatch.setattr(text_files, "SCREENED", 4096)
    KNOWN.add("b0rder-4fGh7Jk2Lm", key="K", tool="t")
    path = tmp_path / "s.txt"
    for before in range(border - 100, border + 20):
        put(path, b"x" * before + b"b0rder-4fGh7Jk2Lm" + b"y" * 4096)
        assert text_files.may_hold(path), before
    assert not text_files.may_hold(put(path, b"x" * 6 * 4096))


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
    days = re.compile(r"oldest \d+ days")
    assert days.sub("oldest N days", done.stdout) == days.sub("oldest N days", example)
    assert (done.stderr, done.returncode) == ("", 1)
    since = (datetime.now(UTC).date() - date.fromisoformat(DAY)).days
    assert f"2 places, oldest {since} days" in done.stdout
