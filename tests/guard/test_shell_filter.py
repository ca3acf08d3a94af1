"""The filter in the client's shell: it masks what commands print and is otherwise not noticed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import require_program
from tests.guard.conftest import VALUE
from tests.waiting import until

from pixie_secrets.guard import shell_filter

if TYPE_CHECKING:
    from collections.abc import Callable

HOOK = Path(__file__).parents[2] / "server" / "hook.py"


def environment(root: Path) -> dict[str, str]:
    return {
        "CLAUDE_PROJECT_DIR": str(root),
        "CLAUDE_ENV_FILE": str(root / "session.sh"),
        "HOME": str(root.parent),
        "TMPDIR": str(root / "tmp"),
        "PATH": os.environ["PATH"],
        "VALUE": VALUE,
    }


@pytest.fixture
def session(root: Path) -> Path:
    """A session has begun; its shells' beginning is in the file."""
    (root / "tmp").mkdir()
    for _ in ("startup", "compact"):
        subprocess.run(
            [sys.executable, "-IS", str(HOOK), "SessionStart"],
            input=json.dumps({"cwd": str(root)}),
            env=environment(root),
            text=True,
            check=True,
        )
    return root / "session.sh"


@pytest.fixture(params=[name for name in ("bash", "zsh") if shutil.which(name)] or ["bash"])
def shell(
    root: Path, session: Path, request: pytest.FixtureRequest
) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs a command as the client does, output into a file, which is read once the shell has ended."""

    def run(command: str) -> subprocess.CompletedProcess[str]:
        output = root / "output"
        with output.open("w") as file:
            done = subprocess.run(
                [require_program(request.param), "-c", f'. {session}\neval "$0"', command],
                env=environment(root),
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                timeout=30,
                check=False,
            )
        return subprocess.CompletedProcess(command, done.returncode, output.read_text())

    return run


def test_it_is_put_into_the_session_once(session: Path) -> None:
    assert session.read_text().count(shell_filter.TITLE) == 1


@pytest.mark.parametrize("status", [0, 1, 3, 127])
def test_both_streams_are_masked_in_order_and_the_status_is_the_commands(
    shell: Callable[[str], subprocess.CompletedProcess[str]], status: int
) -> None:
    done = shell(f'echo "one $VALUE"; echo "two $VALUE" >&2; printf three; exit {status}')
    assert (done.returncode, done.stdout) == (status, "one ***\ntwo ***\nthree")


def test_a_value_in_pieces_is_masked(shell: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    done = shell("".join(f"printf %s '{letter}'; " for letter in VALUE) + "echo; false")
    assert (done.returncode, done.stdout) == (1, "***\n")


def test_a_program_in_the_background_is_not_waited_for_and_stays_masked(
    root: Path, shell: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    gate = root / "gate"
    os.mkfifo(gate)
    done = shell(f'(read -r _ < {gate}; echo "late $VALUE") & echo started')
    assert (done.returncode, done.stdout) == (0, "started\n")
    gate.write_text("go\n")
    until(lambda: "late" in (root / "output").read_text())
    assert (root / "output").read_text() == "started\nlate ***\n"


def test_a_lot_of_output_comes_through_whole(shell: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    done = shell("seq 1 200000; exit 5")
    assert done.returncode == 5
    assert done.stdout == "".join(f"{number}\n" for number in range(1, 200001))


def test_bytes_that_are_no_text_come_through(
    root: Path, shell: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    data = bytes(range(256)) * 4
    (root / "data").write_bytes(data)
    with (root / "raw").open("wb") as file:
        subprocess.run(
            ["bash", "-c", f". {root / 'session.sh'}\ncat data"],
            env=environment(root),
            cwd=root,
            stdout=file,
            check=True,
        )
    assert (root / "raw").read_bytes() == data


def test_where_tmpdir_takes_nothing_another_folder_does(root: Path, session: Path) -> None:
    surroundings = {**environment(root), "TMPDIR": str(root / "nowhere")}
    done = subprocess.run(
        ["bash", "-c", f'. {session}\necho "a $VALUE"; exit 3'],
        env=surroundings,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "a ***\n")


def test_where_no_folder_takes_its_pipes_the_log_has_a_line(root: Path, session: Path) -> None:
    (root / "bin").mkdir()
    (root / "bin/mkfifo").write_text("#!/bin/sh\nexit 1\n")
    (root / "bin/mkfifo").chmod(0o755)
    surroundings = environment(root)
    surroundings["PATH"] = f"{root / 'bin'}:{surroundings['PATH']}"
    surroundings["XDG_STATE_HOME"] = str(root / "state")
    done = subprocess.run(
        ["bash", "-c", f". {session}\necho fine; exit 3"],
        env=surroundings,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "fine\n")
    assert "no folder takes its pipes" in (root / "state/pixie-secrets/guard.log").read_text()


def test_nothing_is_left_behind(root: Path, shell: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    shell("true")
    assert list((root / "tmp").iterdir()) == []


def test_without_values_there_is_no_filter(
    root: Path, shell: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    (root / "tools/a/.env").unlink()
    assert shell('echo "[${_pixie_dir-none}]"').stdout == "[none]\n"


def test_a_filter_that_cannot_start_lets_the_output_through(
    session: Path, shell: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    session.write_text(session.read_text().replace(sys.executable, "/nowhere/python3"))
    done = shell("echo hello; exit 4")
    assert done.returncode == 4
    assert "hello\n" in done.stdout


def test_a_masker_that_fails_withholds_the_rest_and_blocks_nobody(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def feed(self, _: bytes) -> bytes:
            raise RuntimeError(VALUE)

        finish = feed

    written: list[bytes] = []
    monkeypatch.setattr(shell_filter.Filter, "_write", staticmethod(written.append))
    pieces = iter([b"one", VALUE.encode(), b""])
    monkeypatch.setattr(os, "read", lambda *_: next(pieces))
    shell_filter.Filter(Failing(), b"\0mark\0").run()
    assert b"".join(written) == shell_filter.WITHHELD


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_the_mark_is_found_however_it_arrives(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    mark, seen = b"\0pixie-mark\0", []
    data = b"a\0pix" + mark + b"behind\0" + mark
    pieces = iter([data[at : at + size] for at in range(0, len(data), size)] + [b""])
    written: list[bytes] = []
    monkeypatch.setattr(os, "read", lambda *_: next(pieces))
    monkeypatch.setattr(shell_filter.Filter, "_write", staticmethod(written.append))
    monkeypatch.setattr(shell_filter.Filter, "_acknowledge", staticmethod(lambda: seen.append(b"".join(written))))
    shell_filter.Filter(None, mark).run()
    assert seen == [b"a\0pix", b"a\0pixbehind\0"]
    assert b"".join(written) == b"a\0pixbehind\0"
