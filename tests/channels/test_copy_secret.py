"""To the clipboard, once a person said so in a browser: with a program that stands in for one, and with real ones."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import require_program
from tests.person import Person
from tests.waiting import until

from pixie_secrets.audit import record
from pixie_secrets.channels.clipboard import Clipboard
from pixie_secrets.errors import ChannelClosed
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Project

TOOL, KEY = "whisper-transcription", "OPENAI_API_KEY"
VALUE = "sk-made-up-é\n4f0ac1be77"

# Keeps what it was given until it is ended, and says how it was called; another copy ends it with status 0.
STAND_IN = """#!{python}
import json, os, signal, sys
given = sys.stdin.buffer.read()
place = os.environ["HOME"]
with open(place + "/called", "w") as file:
    json.dump([sys.argv[1:], sorted(os.environ)], file)
def gone(*_):
    os.remove(place + "/held")
    sys.exit(0)
signal.signal(signal.SIGTERM, gone)
signal.signal(signal.SIGUSR1, gone)
with open(place + "/held.new", "wb") as file:
    file.write(given)
os.rename(place + "/held.new", place + "/held")
with open(place + "/pid", "w") as file:
    file.write(str(os.getpid()))
while True:
    signal.pause()
"""


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop of stand-ins: xclip, and a browser that writes down what it is to open."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "browser").write_text('#!/bin/sh\nprintf %s "$1" > "$HOME/url.new" && mv "$HOME/url.new" "$HOME/url"\n')
    (folder / "xclip").write_text(STAND_IN.format(python=sys.executable))
    for program in folder.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("BROWSER", str(folder / "browser"))
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.setenv("SOME_API_KEY", "not for the clipboard program")
    return folder


@pytest.fixture
def home(bin_folder: Path) -> Path:
    return Path(os.environ["HOME"])


@pytest.fixture
def value_set(project: Project) -> Project:
    (project.root / "tools" / TOOL / ".env").write_text(f'{KEY}="{VALUE}"\n')
    return project


@contextmanager
def copying(project: Project, *words: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), "copy-secret", TOOL, KEY, *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def answered(home: Path, answer: str) -> str:
    """What the page says after the person pressed the button."""
    until((home / "url").exists)
    person = Person()
    page = person.open((home / "url").read_text())
    assert f"Copy {KEY}?" in page.html
    return person.press(page, "answer", answer).html


def ended(process: subprocess.Popen[str], status: int) -> str:
    out, errors = process.communicate(timeout=60)
    assert process.returncode == status, errors
    assert "4f0ac1be77" not in out + errors
    return out + errors


def test_it_is_there_after_a_yes_and_gone_when_something_else_is_copied(value_set: Project, home: Path) -> None:
    with copying(value_set) as process:
        html = answered(home, "yes")
        assert "Copied" in html
        assert "4f0ac1be77" not in html
        until((home / "pid").exists)
        assert (home / "held").read_bytes() == VALUE.encode()
        arguments, environment = json.loads((home / "called").read_text())
        assert arguments == ["-selection", "clipboard", "-quiet"]
        assert "SOME_API_KEY" not in environment
        os.kill(int((home / "pid").read_text()), signal.SIGUSR1)  # somebody copies something else
        assert f"{KEY} of {TOOL} was on the clipboard" in ended(process, 0)
    [entry] = record.read(value_set.root).entries
    assert entry[1:] == ("copied", TOOL, KEY, "page", "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whoever_ends_it_the_clipboard_is_cleared(value_set: Project, home: Path, number: signal.Signals) -> None:
    with copying(value_set) as process:
        answered(home, "yes")
        until((home / "pid").exists)
        process.send_signal(number)
        process.communicate(timeout=60)
        assert process.returncode in {1, 130}
        until(lambda: not (home / "held").exists())


def test_after_a_no_nothing_was_copied(value_set: Project, home: Path) -> None:
    with copying(value_set, "--json") as process:
        assert "Not copied" in answered(home, "no")
        assert '"message": "you said no on the page"' in ended(process, 1)
    assert not (home / "called").exists()
    assert record.read(value_set.root).entries == ()


def test_a_yes_counts_once_and_opens_no_other_page(value_set: Project, home: Path) -> None:
    with copying(value_set) as process:
        until((home / "url").exists)
        person = Person()
        page = person.open((home / "url").read_text())
        person.press(page, "answer", "yes")
        until((home / "pid").exists)
        (home / "called").unlink()
        assert "Copied" in person.press(page, "answer", "yes").html
        assert "Not opened in this browser" in person.visit(page.url.replace("/copy", "/settings")).html
        assert not (home / "called").exists()
        process.terminate()


def test_a_program_that_fails_is_said_on_the_page_and_here(value_set: Project, home: Path, bin_folder: Path) -> None:
    (bin_folder / "xclip").write_text("#!/bin/sh\ncat > /dev/null; exit 1\n")
    with copying(value_set) as process:
        assert "did not take it" in answered(home, "yes")
        assert "the clipboard did not take it" in ended(process, 1)


@pytest.mark.parametrize("missing", ["DISPLAY", "BROWSER", "xclip"])
def test_without_a_desktop_nothing_is_asked_and_no_link_is_shown(
    value_set: Project, bin_folder: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bin_folder))
    if missing == "xclip":
        (bin_folder / "xclip").unlink()
    elif missing == "BROWSER":
        monkeypatch.setenv("BROWSER", "none")
    else:
        monkeypatch.delenv("DISPLAY")
    with copying(value_set) as process:
        assert "token=" not in ended(process, 1)


@pytest.mark.parametrize("words", [("WEBHOOK_URL",), ("NO_SUCH_KEY",), ("sk-made-up",), ()])
def test_what_has_no_value_is_refused_before_anybody_is_asked(
    value_set: Project, home: Path, words: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "--project", str(value_set.root), "copy-secret", TOOL, *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in {1, 2}
    assert "sk-made-up" not in done.stdout + done.stderr
    assert not (home / "url").exists()


@pytest.mark.parametrize("program", ["xclip", "xsel"])
def test_the_real_programs_hold_it_and_lose_it(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "only"
    folder.mkdir()
    (folder / program).symlink_to(require_program(program))
    (folder / "timeout").symlink_to(require_program("timeout"))
    reading = require_program("xclip")
    read_fd, write_fd = os.pipe()
    server = subprocess.Popen(
        [require_program("Xvfb"), "-displayfd", str(write_fd), "-screen", "0", "64x64x8", "-nolisten", "tcp"],
        pass_fds=[write_fd], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write_fd)
    try:
        with os.fdopen(read_fd) as number:
            display = f":{number.readline().strip()}"
        environment = {"PATH": str(folder), "DISPLAY": display, "HOME": os.environ["HOME"]}

        def shown() -> bytes:
            command = [reading, "-selection", "clipboard", "-o"]
            return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=20).stdout

        clipboard = Clipboard(environment, "linux")
        clipboard.put(SecretStr(VALUE))
        until(lambda: shown() == VALUE.encode())
        clipboard.clear(SecretStr(VALUE))
        assert shown() == b""
        clipboard.put(SecretStr(VALUE))
        until(lambda: shown() == VALUE.encode())
        other = subprocess.run([reading, "-selection", "clipboard"], env=environment, input=b"other", check=False)
        assert other.returncode == 0
        clipboard.owned_for(20)  # ends at once: it is no more its own
        clipboard.clear(SecretStr(VALUE))
        assert shown() == b"other"
    finally:
        server.terminate()
        server.wait()


def test_a_display_that_is_not_there_is_said(bin_folder: Path) -> None:
    program = require_program("xclip")
    (bin_folder / "xclip").unlink()
    (bin_folder / "xclip").symlink_to(program)
    with pytest.raises(ChannelClosed, match="did not take it"):
        Clipboard({"PATH": os.environ["PATH"], "DISPLAY": ":98765"}, "linux").put(SecretStr(VALUE))
