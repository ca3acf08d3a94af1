"""The command line from outside: what it prints where, how it ends, and what it never says."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
import termios
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dotenv import dotenv_values
from tests.at_terminal import PIXIE, Shell
from tests.evidence import Evidence, ProcessWatch
from tests.person import Person
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-0123456789abcdefghij"
KEY = ("whisper-transcription", "OPENAI_API_KEY")


def pixie(
    project: Project, *arguments: str, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pixie_secrets", *arguments],
        cwd=project.root,
        env={**os.environ, **environment},
        input=stdin,
        capture_output=True,
        check=False,
    )


def env_file(project: Project) -> Path:
    return project.root / "tools/whisper-transcription/.env"


def stored(project: Project) -> dict[str, str | None]:
    return dotenv_values(env_file(project))


@pytest.mark.parametrize(
    ("piped", "value"),
    [
        (b"value", "value"),
        (b"value\n", "value"),
        (b"value\r\n", "value"),
        (b"value\n\n", "value\n"),
        (b"value\r\n\r\n", "value\r\n"),
        (b"value\r", "value\r"),
        (b"two\nlines\n", "two\nlines"),
        (" p\u00e4ss \u65e5\u672c ".encode(), " p\u00e4ss \u65e5\u672c "),
        (b"x" * (128 * 1024 - 200), "x" * (128 * 1024 - 200)),
    ],
    ids=["bare", "LF", "CRLF", "two LF", "two CRLF", "CR", "lines", "unicode and spaces", "long"],
)
def test_a_pipe_loses_exactly_one_newline(project: Project, piped: bytes, value: str) -> None:
    done = pixie(project, "set-secret", *KEY, "--stdin", stdin=piped)
    assert done.returncode == 0, done.stderr
    assert stored(project) == {"OPENAI_API_KEY": value}


@pytest.mark.parametrize("piped", [b"", b"\n", b"caf\xe9", b"a\0b", b"x" * (128 * 1024), b"OPENAI_API_KEY=value"])
def test_what_cannot_be_stored_leaves_the_file_as_it_was(project: Project, piped: bytes) -> None:
    env_file(project).write_bytes(b"# mine\nOPENAI_API_KEY=old-value\n")
    done = pixie(project, "set-secret", *KEY, "--stdin", stdin=piped)
    assert done.returncode == 1
    assert done.stdout == b""
    assert env_file(project).read_bytes() == b"# mine\nOPENAI_API_KEY=old-value\n"
    assert b"old-value" not in done.stderr


def test_an_endless_pipe_is_not_read_to_its_end(project: Project) -> None:
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(
            [sys.executable, "-m", "pixie_secrets", "set-secret", *KEY, "--stdin"],
            cwd=project.root, stdin=endless, capture_output=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert b"128 KiB" in done.stderr


def test_a_piped_value_is_in_no_process_no_output_and_no_other_file(project: Project, tmp_path: Path) -> None:
    evidence = Evidence()
    with ProcessWatch() as watch:
        done = pixie(project, "set-secret", *KEY, "--stdin", "--json", stdin=VALUE.encode(), TMPDIR=str(tmp_path))
    watch.add_to(evidence)
    evidence.add("stdout", done.stdout)
    evidence.add("stderr", done.stderr)
    evidence.add_tree(tmp_path, without=[env_file(project)])
    evidence.add_tree(Path.home())
    assert stored(project) == {"OPENAI_API_KEY": VALUE}
    evidence.assert_nowhere(VALUE)


def test_a_value_at_a_terminal_is_not_taken_by_stdin_where_it_would_show(project: Project) -> None:
    with Shell(project.root) as shell:
        said = shell.run(f"{PIXIE} set-secret {' '.join(KEY)} --stdin")
        assert "would show what is typed" in said
        assert shell.status() == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["list-secrets"],
        ["list-secrets", "nowhere"],
        ["set-secret", *KEY, "--stdin"],
        ["set-secret", *KEY],
        ["set-secret", *KEY, "--value", VALUE],
        ["set-secret", *KEY, f"OPENAI_API_KEY={VALUE}"],
        ["set-secret", f"--{VALUE}"],
        ["unset-secret", *KEY],
        ["unset-secret", *KEY, VALUE],
        ["unset-secret", "whisper-transcription", "NO_SUCH"],
        [VALUE],
        ["list-secrets", VALUE],
        ["list-secrets", "--json=" + VALUE],
    ],
    ids=lambda words: " ".join(words).replace(VALUE, "VALUE"),
)
def test_with_json_stdout_is_one_document_and_nothing_else(project: Project, arguments: list[str]) -> None:
    done = pixie(project, *arguments, "--json", stdin=b"another-value")
    document: dict[str, Any] = json.loads(done.stdout)
    assert isinstance(document, dict)
    assert ("error" in document) is (done.returncode != 0)
    if done.returncode:
        assert set(document["error"]) == {"message", "hint"}
        assert all(document["error"].values())
    assert VALUE.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["set-secret", "whisper-transcription", f"OPENAI_API_KEY={VALUE}"],
        ["set-secret", *KEY, VALUE],
        ["set-secret", *KEY, "--value", VALUE],
        ["set-secret", *KEY, f"--value={VALUE}"],
        ["set-secret", *KEY, f"--stdin={VALUE}"],
        ["set-secret", *KEY, f"--{VALUE}"],
        ["set-secret", *KEY, f"-{VALUE}"],
        ["set-secret", *KEY, "--", f"--{VALUE}"],
        ["unset-secret", *KEY, VALUE],
        ["unset-secret", "whisper-transcription", VALUE],
    ],
    ids=lambda words: " ".join(words).replace(VALUE, "VALUE"),
)
def test_a_value_as_an_argument_is_not_repeated_and_must_be_rotated(project: Project, arguments: list[str]) -> None:
    done = pixie(project, *arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert VALUE.encode() not in done.stderr
    assert b"rotate it" in done.stderr
    assert b"shell's history" in done.stderr
    assert not env_file(project).exists()


def test_warnings_about_a_value_are_for_the_person_who_typed_it(project: Project) -> None:
    """That a value is too short to be masked tells its length: an agent that runs the command must not read it."""
    done = pixie(project, "set-secret", *KEY, "--stdin", "--json", stdin=b"abc")
    assert done.returncode == 0
    assert set(json.loads(done.stdout)) == {"tool_id", "path", "secrets", "file_warnings", "ignored"}
    assert done.stderr == b""
    with Shell(project.root) as shell:
        assert "warning:" in shell.run(f"printf abc | {PIXIE} set-secret {' '.join(KEY)} --stdin")


def test_that_a_program_misreads_a_value_is_for_the_person_who_typed_it(project: Project) -> None:
    """It tells of the value's characters, as above."""
    (project.root / "package.json").write_text("{}", encoding="utf-8")
    done = pixie(project, "set-secret", *KEY, "--stdin", "--json", stdin=b"it's-Hq7\"wZ-k2vN")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Node" not in done.stdout
    with Shell(project.root) as shell:
        seen = shell.run(f'printf %s "it\'s-Hq7\\"wZ-k2vN" | {PIXIE} set-secret {" ".join(KEY)} --stdin')
    assert "warning: Node (package.json is here) reads this value differently" in " ".join(seen.split())
    assert "Hq7" not in seen.partition("saved")[2]


def test_a_file_that_git_would_take_is_ignored_first_and_the_person_sees_by_which_rule(git_project: Project) -> None:
    done = pixie(git_project, "set-secret", *KEY, "--stdin", stdin=VALUE.encode())
    assert (done.returncode, done.stderr.count(b"warning")) == (0, 0)
    assert b"`/*/.env` was added to tools/.gitignore" in done.stderr


def test_a_person_is_told_before_they_type_that_git_tracks_the_file_and_how_to_leave(git_project: Project) -> None:
    path = env_file(git_project)
    path.write_text("OLD=x\n")
    subprocess.run(["git", "-C", str(git_project.root), "add", "--force", str(path)], check=True)
    with Shell(git_project.root) as shell:
        shell.type(f"{PIXIE} set-secret {' '.join(KEY)}\r")
        shell.expect("is tracked by git: commits carry its")
        shell.expect("Esc leaves everything as it is.")
        shell.expect("OPENAI_API_KEY")
        shell.type("\x1b")
        shell.prompt_back()
    assert path.read_text() == "OLD=x\n"


def test_a_file_that_git_would_take_is_warned_about_where_its_rules_are_left_alone(git_project: Project) -> None:
    done = pixie(git_project, "set-secret", *KEY, "--stdin", "--no-gitignore", stdin=VALUE.encode())
    assert not (git_project.root / "tools" / ".gitignore").exists()
    assert done.returncode == 0
    assert done.stdout.startswith(b"saved OPENAI_API_KEY")
    assert done.stderr.startswith(b"warning: ")
    assert b"git" in done.stderr


def test_a_fault_is_told_without_its_text_and_kept_masked(project: Project, tmp_path: Path) -> None:
    broken = (
        "import sys; from pixie_secrets import __main__ as door; from pixie_secrets.stores.dotenv import DotenvStore\n"
        "def fail(store, values, *_): raise RuntimeError('disk says ' + values['OPENAI_API_KEY'].get_secret_value())\n"
        "DotenvStore.set_values = fail; sys.argv[0] = 'pixie-secrets'; sys.exit(door.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken, "set-secret", *KEY, "--stdin"],
        cwd=project.root,
        input=VALUE.encode(),
        capture_output=True,
        check=False,
    )
    log = Path.home() / ".local/state/pixie-secrets/faults.log"
    assert done.returncode == 1
    assert done.stderr.decode() == (
        f"pixie-secrets: internal error, see the log\nhint: it is in {log}, with known values masked\n"
    )
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "RuntimeError: disk says ***" in log.read_text()
    assert VALUE not in log.read_text()


def test_the_log_is_not_written_through_a_link(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    link = tmp_path / "log"
    link.symlink_to(target)
    broken = (
        "import sys; from pixie_secrets import __main__ as door; from pixie_secrets.layouts import project;"
        "project.find_project = 1;"
        "sys.exit(door.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken, "list-secrets"],
        cwd=project.root, env={**os.environ, "PIXIE_SECRETS_LOG": str(link)}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"the log could not be written" in done.stderr
    assert target.read_text() == "mine"


def test_ctrl_c_while_a_pipe_is_awaited_ends_quietly(project: Project) -> None:
    reading, writing = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-m", "pixie_secrets", "set-secret", *KEY, "--stdin"],
        cwd=project.root, stdin=reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.write(writing, VALUE.encode())
    until(lambda: _unread(reading) == 0)
    child.send_signal(signal.SIGINT)
    out, errors = child.communicate(timeout=60)
    os.close(reading)
    os.close(writing)
    assert child.returncode == 130
    assert (out, errors) == (b"", b"\npixie-secrets: interrupted\n")
    assert not env_file(project).exists()


def _unread(pipe: int) -> int:
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


@pytest.mark.parametrize(
    "arguments",
    [
        ["list-secrets"],
        ["list-secrets", "whisper-transcription"],
        ["list-secrets", "--json"],
        ["list-secrets", "nowhere"],
    ],
    ids=" ".join,
)
def test_the_quick_way_to_a_listing_says_what_the_parser_says(project: Project, arguments: list[str]) -> None:
    quick = pixie(project, *arguments)
    parsed = pixie(project, f"--project={project.root}", *arguments)
    named = pixie(project, "--project", str(project.root), *arguments)
    assert (quick.returncode, quick.stdout, quick.stderr) == (parsed.returncode, parsed.stdout, parsed.stderr)
    assert (quick.returncode, quick.stdout, quick.stderr) == (named.returncode, named.stdout, named.stderr)


def test_a_reader_that_leaves_is_no_error(project: Project) -> None:
    command = f"set -o pipefail; {PIXIE} --help | true; exit ${{PIPESTATUS[0]}}"
    for closed in (command, f"{PIXIE} list-secrets | exec 0<&-", f"{PIXIE} list-secrets >&-"):
        done = subprocess.run(["bash", "-c", closed], cwd=project.root, capture_output=True, check=False)
        assert done.stderr == b""


def test_settings_shows_its_link_at_the_terminal_and_serves_until_ctrl_c(project: Project) -> None:
    with Shell(project.root) as shell:
        before = shell.modes()
        shell.type(f"{PIXIE} settings whisper-transcription >out.txt\r")
        shell.expect("it works once:")
        shell.expect("Ctrl-C closes the page.")
        link = shell.shown.rpartition("http://")[2].split()[0]
        page = Person().save(f"http://{link}", {"OPENAI_API_KEY": VALUE})
        assert VALUE not in page.html
        assert stored(project) == {"OPENAI_API_KEY": VALUE}
        shell.type("\r")
        shell.expect("it works once:")
        shell.expect("http://")
        shell.type("\x03")
        shell.prompt_back()
        assert shell.status() == 0
        assert shell.modes() == before
    assert (project.root / "out.txt").read_text() == ""


@contextmanager
def settings_in_a_browser(
    project: Project, tmp_path: Path, *tool: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The command without a terminal, and the link that the browser was given."""
    opened = tmp_path / "opened"
    opener = tmp_path / "opener"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" >{opened}\n')
    opener.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-m", "pixie_secrets", "settings", *tool],
        cwd=project.root,
        env={**os.environ, "BROWSER": str(opener)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        until(lambda: opened.exists() and opened.read_text().startswith("http://127.0.0.1:"))
        yield child, opened.read_text()


def test_settings_opens_a_browser_where_there_is_one_and_shows_no_link(project: Project, tmp_path: Path) -> None:
    """Without a terminal the link goes to the browser alone: what reads our output may be an agent."""
    with settings_in_a_browser(project, tmp_path) as (child, link):
        assert "whisper-transcription" in Person().open(link).html
        child.send_signal(signal.SIGTERM)
        out, errors = child.communicate(timeout=60)
    assert child.returncode == 0
    assert out == b""
    assert b"http" not in errors


def test_settings_that_ends_as_soon_as_a_value_is_there_still_says_that_it_is(project: Project, tmp_path: Path) -> None:
    path = env_file(project)
    with (
        settings_in_a_browser(project, tmp_path, "whisper-transcription") as (child, link),
        ThreadPoolExecutor() as pool,
    ):
        saving = pool.submit(Person().save, link, {"OPENAI_API_KEY": "sk-typed-on-the-page"})
        until(lambda: path.exists() and b"sk-typed" in path.read_bytes(), every=0.001)
        child.send_signal(signal.SIGTERM)
        assert "Saved" in saving.result(timeout=60).html
        child.communicate(timeout=60)
    assert child.returncode == 0


def test_settings_of_an_unknown_tool_opens_nothing(project: Project) -> None:
    done = pixie(project, "settings", "nowhere")
    assert done.returncode == 1
    assert b"no such tool" in done.stderr
