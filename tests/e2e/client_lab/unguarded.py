"""A machine whose agents are not connected to us: what they are told and print stays with them, and can be cleaned.

And how each agent goes on with its last session.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pexpect
from tests.e2e.client_lab.agents import AGENTS, OUTSIDE_CI
from tests.e2e.client_lab.machine import MORE, MORE_PROGRAMS, Machine
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.e2e.client_lab.agents import Agent
    from tests.e2e.client_lab.scripted_models import ScriptedModels

    Words = tuple[str, ...]


class Looking(NamedTuple):
    """The agent's own tools: what runs a command and the argument that has it, and what reads a file; "": none does."""

    shell: str
    command: str
    reader: str = ""
    path: str = ""

    def script(self, command: str, path: Path) -> str:
        """The words by which the scripted model runs the command and reads the file."""
        more = {"is_background": False} if self.shell == "run_shell_command" else {"description": "look"}
        calls = [f"@@{self.shell} {json.dumps({self.command: command, **more})}@@"]
        if self.reader:
            calls.append(f"@@{self.reader} {json.dumps({self.path: str(path)})}@@")
        return " ".join(calls)


LOOKING = {
    "codex": Looking("exec_command", "cmd"),
    "gemini": Looking("run_shell_command", "command", "read_file", "file_path"),
    "opencode": Looking("bash", "command", "read", "filePath"),
    "kilo": Looking("bash", "command", "read", "filePath"),
    "qwen": Looking("run_shell_command", "command", "read_file", "file_path"),
    "copilot": Looking("bash", "command", "view", "path"),
    "continue": Looking("Bash", "command", "Read", "filepath"),
    "kimi": Looking("Bash", "command", "Read", "path"),
    "cline": Looking("run_commands", "commands"),
}
RESUMED: dict[str, Callable[[Machine, Words], Words]] = {
    "codex": lambda _machine, words: ("exec", "resume", "--last", *words[1:]),
    "gemini": lambda _machine, words: (*words, "--resume", "latest"),
    "opencode": lambda _machine, words: ("run", "--continue", *words[1:]),
    "kilo": lambda _machine, words: ("run", "--continue", *words[1:]),
    "qwen": lambda _machine, words: (*words, "--continue"),
    "copilot": lambda _machine, words: (*words, "--continue"),
    "cn": lambda _machine, words: (*words, "--resume"),
    "kimi": lambda _machine, words: ("--continue", *words),
}
EVERY = AGENTS + OUTSIDE_CI


class Unguarded(Machine):
    """goes_on: whether the next run of an agent resumes its last session."""

    def __init__(self, folder: Path, models: ScriptedModels) -> None:
        super().__init__(folder, models)
        self.goes_on = False
        self.open_file = self.project / "open.txt"
        self.open_file.write_text(f"in the open: {self.known}\n")

    def connect(self, client: str) -> subprocess.CompletedProcess[str]:
        """Not at all."""
        return subprocess.CompletedProcess([client], 0, "", "")

    def run(self, program: str, *arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        if self.goes_on and program == "cline":
            return self._cline_at_terminal(arguments)
        words = RESUMED[program](self, arguments) if self.goes_on else arguments
        return super().run(program, *words, environment=environment)

    def _cline_at_terminal(self, arguments: Words) -> subprocess.CompletedProcess[str]:
        """It goes on with a session only where somebody sits before it."""
        *words, prompt = arguments
        session = next((self.home / ".cline/data/sessions").iterdir()).name
        program = pexpect.spawn(
            str(Path(MORE or "", MORE_PROGRAMS["cline"])), ["--id", session, *words],
            cwd=str(self.project), env=self.environment, dimensions=(45, 150), timeout=60, encoding="utf-8",
        )  # fmt: skip
        try:
            program.expect_exact("the key is ")
            program.expect_exact("done.")
            before = len(self.models.bodies)
            program.send(prompt)
            program.expect_exact(prompt)
            program.send("\r")
            until(lambda: len(self.models.bodies) > before)
            program.expect_exact("done.")
        finally:
            program.close(force=True)
        return subprocess.CompletedProcess(["cline"], 0, "", "")

    def leak(self, agent: Agent) -> subprocess.CompletedProcess[str]:
        """A session in which the value is typed, printed and read."""
        looks = LOOKING[agent.name].script("cat notes.txt", self.open_file)
        return agent.run(self, f"the key is {self.known}, use it {looks}")
