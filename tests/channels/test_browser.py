"""Opening the person's browser: by whatever opens things here, and without a word on our streams."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.waiting import until

from pixie_secrets.channels import browser
from pixie_secrets.channels.browser import open_url

if TYPE_CHECKING:
    from pathlib import Path

URL = "http://127.0.0.1:8000/tool/whisper-transcription/settings?token=one-time&next=%2F"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def program(folder: Path, name: str, body: str = "") -> Path:
    """A program that notes its arguments, and talks."""
    noted = folder / f"{name}.noted"
    script = folder / name
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{noted}\necho talk\necho talk >&2\n{body}\n')
    script.chmod(0o755)
    return noted


def env(folder: Path, **more: str) -> dict[str, str]:
    return {"PATH": f"{folder}:/bin:/usr/bin", **more}


@pytest.mark.parametrize(("platform", "name"), [("linux", "xdg-open"), ("darwin", "open")])
def test_the_platforms_opener_gets_the_address(programs: Path, platform: str, name: str) -> None:
    noted = program(programs, name)
    assert open_url(URL, env(programs), platform)
    assert noted.read_text().splitlines() == [URL]


def test_the_persons_own_choice_comes_first(programs: Path) -> None:
    default, own = program(programs, "xdg-open"), program(programs, "mine")
    assert open_url(URL, env(programs, BROWSER="missing:mine --new %s --end"), "linux")
    assert own.read_text().splitlines() == ["--new", URL, "--end"]
    assert not default.exists()


def test_a_choice_by_its_whole_path_is_taken(programs: Path, tmp_path: Path) -> None:
    own = program(tmp_path, "own-browser")
    assert open_url(URL, env(programs, BROWSER=f"'{tmp_path}/own-browser' -n"), "linux")
    assert own.read_text().splitlines() == ["-n", URL]


@pytest.mark.parametrize("path", [".", "", "./bin", "bin"])
def test_nothing_from_wherever_one_stands_is_started(
    programs: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = [program(programs, name) for name in ("xdg-open", "mine")]
    monkeypatch.chdir(programs if path in {".", ""} else programs.parent)
    assert not open_url(URL, {**env(programs, BROWSER="mine"), "PATH": path}, "linux")
    assert not any(each.exists() for each in planted)


def test_a_choice_that_is_no_command_is_passed_over(programs: Path) -> None:
    noted = program(programs, "xdg-open")
    assert open_url(URL, env(programs, BROWSER="firefox 'x"), "linux")
    assert noted.read_text().splitlines() == [URL]


def test_a_browser_that_fails_is_followed_by_the_next(programs: Path) -> None:
    program(programs, "broken", "exit 3")
    noted = program(programs, "xdg-open")
    assert open_url(URL, env(programs, BROWSER="broken"), "linux")
    assert noted.read_text().splitlines() == [URL]


def test_no_program_and_no_success_are_told(programs: Path) -> None:
    assert not open_url(URL, {"PATH": str(programs)}, "linux")
    program(programs, "xdg-open", "exit 3")
    assert not open_url(URL, env(programs), "linux")


def test_a_browser_that_stays_is_not_waited_for(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "PATIENCE", 0.2)
    done = programs / "done"
    program(programs, "xdg-open", f"while [ ! -e {programs}/go ]; do sleep 0.05; done; touch {done}")
    assert open_url(URL, env(programs), "linux")
    assert not done.exists()
    (programs / "go").touch()
    until(done.exists)


def test_nothing_reaches_our_streams(programs: Path) -> None:
    program(programs, "xdg-open", "cat")
    code = f"from pixie_secrets.channels.browser import open_url; open_url({URL!r}, platform='linux')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=env(programs), input=b"typed", capture_output=True, check=True
    )
    assert done.stdout + done.stderr == b""
