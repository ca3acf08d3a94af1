"""A process that has values leaves no core dump, though the shell that started it wants one of each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Project

if sys.platform != "linux":
    pytest.skip("prlimit is Linux'", allow_module_level=True)

import resource

TOOL, VALUE = "whisper-transcription", "tok_5kD-quarry-Bn62tRw8"
PROGRAM = str(Path(sys.executable).with_name("pixie-secrets"))
HOOK = str(Path(__file__).parents[1] / "server" / "hook.py")
EVERY = {
    "server": [PROGRAM, "mcp"],
    "filter": [PROGRAM, "mask", TOOL],
    "guard": [sys.executable, "-IS", HOOK, "PostToolUse"],
    "command": [PROGRAM, "exec", TOOL, "--", "cat"],
}


@pytest.fixture(autouse=True)
def wanted() -> Iterator[None]:
    """What is started here may leave a core dump of any size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("nothing leaves a core dump here")
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


@pytest.fixture(params=EVERY)
def process(request: pytest.FixtureRequest, project: Project) -> Iterator[subprocess.Popen[bytes]]:
    """One that waits at its standard input, in the project."""
    (project.root / "tools" / TOOL / ".env").write_text(f"OPENAI_API_KEY={VALUE}\n")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        EVERY[request.param],
        cwd=project.root,
        env={**os.environ, "PIXIE_PROJECT": str(project.root)},
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    ) as running:
        yield running
        running.kill()


def test_it_leaves_none(process: subprocess.Popen[bytes], project: Project) -> None:
    until(lambda: resource.prlimit(process.pid, resource.RLIMIT_CORE)[0] == 0)
    assert resource.prlimit(process.pid, resource.RLIMIT_CORE)[1] != 0  # who wants one may
    process.send_signal(signal.SIGSEGV)
    process.wait(30)
    assert [*project.root.glob("core*")] == []


def test_nor_does_a_command_that_was_given_values(project: Project) -> None:
    (project.root / "tools" / TOOL / ".env").write_text(f"OPENAI_API_KEY={VALUE}\n")
    code = "import os, resource; print(resource.getrlimit(resource.RLIMIT_CORE)[0]); os.abort()"
    done = subprocess.run(
        [PROGRAM, "exec", TOOL, "--", sys.executable, "-u", "-c", code],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "0\n"
    assert [*project.root.glob("core*")] == []
