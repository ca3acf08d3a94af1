"""What every test stands on: an empty HOME, a project of its own, and honesty about what is not installed.

`require` is the one way to skip: on a machine without Chromium, tmux or Claude Code a test says so and is skipped;
where `PIXIE_CI` is set the same line is a failure, so CI can never pass by not looking.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from tests.known_index import forget_known_values

from pixie_secrets.layouts.project import Project

if TYPE_CHECKING:
    from pathlib import Path

STEERING = (
    "PIXIE_",
    "CLAUDE",
    "TMUX",
    "SSH_",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "BROWSER",
    "XDG_",
    "SOPS_",
    "GIT_DIR",
    "GIT_WORK_TREE",
)


# A slow machine, or one that does other work, is no fault of a property: only what it says may fail.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_configure() -> None:
    """Signals act as in a terminal, also where whoever started us ignores them (nohup, a script's `&`): programs that
    tests start inherit what is ignored.
    """
    for number, action in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL),
                           (signal.SIGQUIT, signal.SIG_DFL)):  # fmt: skip
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, action)


def require(what: str, present: object) -> None:
    """Skip where `present` is false; fail instead where PIXIE_CI is set."""
    if present:
        return
    if os.environ.get("PIXIE_CI"):
        pytest.fail(f"{what} is not installed, and CI must not skip")
    pytest.skip(f"{what} is not installed")


def require_program(name: str) -> str:
    """The path of a program on PATH."""
    found = shutil.which(name)
    require(name, found)
    assert found
    return found


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads the developer's home, project or terminal."""
    for name in list(os.environ):
        if name.startswith(STEERING) and name != "PIXIE_CI":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    forget_known_values()  # what one test planted must not mask a word of the next


def manifest(tool_id: str, **more: Any) -> dict[str, Any]:
    """The smallest tool.json, plus what a test needs."""
    return {"id": tool_id, "name": tool_id.replace("-", " ").capitalize(), "inputs": [], "outputs": [], **more}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with whisper-transcription, which declares a required and an optional secret."""
    root = tmp_path / "project"
    add_tool(
        root,
        "whisper-transcription",
        secrets=[
            {"key": "OPENAI_API_KEY", "description": "OpenAI API key for the transcription endpoint", "required": True},
            {"key": "WEBHOOK_URL", "description": "Where to post the finished transcript"},
        ],
    )
    return Project(root)


@pytest.fixture
def git_project(project: Project) -> Project:
    """The same project, in a git repository that ignores nothing."""
    subprocess.run([require_program("git"), "init", "--quiet", str(project.root)], check=True)
    return project


def add_tool(root: Path, tool_id: str, folder: str | None = None, **more: Any) -> Path:
    """Write `tools/<folder>/tool.json` below `root` and return the tool's folder."""
    path = root / "tools" / (folder or tool_id)
    path.mkdir(parents=True)
    (path / "tool.json").write_text(json.dumps(manifest(tool_id, **more), indent=2), encoding="utf-8")
    return path
