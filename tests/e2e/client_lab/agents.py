"""How each coding agent is told of the scripted model, connected to our server, and run with one prompt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.e2e.client_lab.machine import Machine

    Run = Callable[[Machine, str], subprocess.CompletedProcess[str]]

KEY = "not-a-key"


@dataclass(frozen=True)
class Agent:
    """name: as in the table of clients. run: connects it and runs one prompt.

    shell: its tool that runs a command, and the argument that has it; "": it has no hooks that we answer.
    """

    name: str
    run: Run
    shell: str = ""
    argument: str = "command"

    def commands(self, *commands: str) -> str:
        """The script that runs each in its shell."""
        more = {"is_background": False} if self.name == "qwen" else {"description": "look"}
        return " ".join(f"@@{self.shell} {json.dumps({self.argument: each, **more})}@@" for each in commands)


def codex(machine: Machine, prompt: str) -> subprocess.CompletedProcess[str]:
    machine.write(
        machine.home / ".codex/config.toml",
        f"""\
model = "gpt-5"
model_provider = "fake"
approval_policy = "never"
sandbox_mode = "danger-full-access"
[model_providers.fake]
name = "fake"
base_url = "{machine.models.url}/v1"
env_key = "FAKE_KEY"
wire_api = "responses"
[projects.{json.dumps(str(machine.project))}]
trust_level = "trusted"
""",
    )
    machine.connect("codex")
    trusting = ("--skip-git-repo-check", "--dangerously-bypass-hook-trust")  # a person is asked once
    return machine.run("codex", "exec", *trusting, prompt, environment={"FAKE_KEY": KEY})


def gemini(machine: Machine, prompt: str) -> subprocess.CompletedProcess[str]:
    settings = {"security": {"auth": {"selectedType": "gemini-api-key"}}, "privacy": {"usageStatisticsEnabled": False}}
    machine.write(machine.home / ".gemini/settings.json", json.dumps(settings, indent=2))
    machine.connect("gemini")
    environment = {"GOOGLE_GEMINI_BASE_URL": machine.models.url, "GEMINI_API_KEY": KEY}
    return machine.run("gemini", "-p", prompt, "-y", environment={**environment, "GEMINI_CLI_TRUST_WORKSPACE": "true"})


def opencode(machine: Machine, prompt: str) -> subprocess.CompletedProcess[str]:
    return _opencode(machine, prompt, "opencode")


def kilo(machine: Machine, prompt: str) -> subprocess.CompletedProcess[str]:
    return _opencode(machine, prompt, "kilo")


def _opencode(machine: Machine, prompt: str, name: str) -> subprocess.CompletedProcess[str]:
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "fake",
        "options": {"baseURL": f"{machine.models.url}/v1", "apiKey": KEY},
        "models": {"fake-model": {"name": "fake"}},
    }
    configuration = {
        "provider": {"fake": provider},
        "model": "fake/fake-model",
        "small_model": "fake/fake-model",
        "permission": "allow",
    }
    machine.write(machine.project / f"{name}.json", json.dumps(configuration))
    machine.connect(name)
    return machine.run(name, "run", prompt, environment={})


def qwen(machine: Machine, prompt: str) -> subprocess.CompletedProcess[str]:
    machine.write(machine.home / ".qwen/settings.json", '{"security": {"auth": {"selectedType": "openai"}}}')
    machine.connect("qwen")
    environment = {"OPENAI_BASE_URL": f"{machine.models.url}/v1", "OPENAI_API_KEY": KEY, "OPENAI_MODEL": "fake-model"}
    return machine.run("qwen", "-p", prompt, "-y", environment=environment)


def copilot(machine: Machine, prompt: str) -> subprocess.CompletedProcess[str]:
    machine.connect("copilot")
    environment = {"COPILOT_PROVIDER_BASE_URL": f"{machine.models.url}/v1", "COPILOT_PROVIDER_API_KEY": KEY}
    return machine.run(
        "copilot", "-p", prompt, "--allow-all-tools", environment={**environment, "COPILOT_MODEL": "fake-model"}
    )


def continue_(machine: Machine, prompt: str) -> subprocess.CompletedProcess[str]:
    path = machine.home / ".continue/config.yaml"
    machine.write(
        path,
        f"""\
name: test
version: 0.0.1
models:
  - {{name: fake, provider: openai, model: fake-model, apiBase: {machine.models.url}/v1, apiKey: {KEY}, roles: [chat],
     capabilities: [tool_use]}}
""",
    )
    machine.connect("continue")
    return machine.run("cn", "--config", str(path), "-p", prompt, "--auto", environment={})


def kimi(machine: Machine, prompt: str) -> subprocess.CompletedProcess[str]:
    machine.write(
        machine.home / ".kimi-code/config.toml",
        f"""\
default_model = "fake"
[providers.fake]
type = "openai"
base_url = "{machine.models.url}/v1"
api_key = "{KEY}"
[models.fake]
provider = "fake"
model = "fake-model"
max_context_size = 100000
""",
    )
    machine.connect("kimi")
    return machine.run("kimi", "-p", prompt, environment={})


def cline(machine: Machine, prompt: str) -> subprocess.CompletedProcess[str]:
    settings = {"provider": "openai-compatible", "apiKey": KEY, "model": "fake-model"}
    provider = {"settings": {**settings, "baseUrl": f"{machine.models.url}/v1"}, "tokenSource": "manual"}
    provider["updatedAt"] = "2026-01-01T00:00:00.000Z"
    machine.write(
        machine.home / ".cline/data/settings/providers.json",
        json.dumps({"version": 1, "lastUsedProvider": "openai-compatible", "modes": {},
                    "providers": {"openai-compatible": provider}}),
    )  # fmt: skip
    machine.connect("cline")
    try:
        return machine.run("cline", "-P", "openai-compatible", "-m", "fake-model", prompt, environment={})
    finally:
        machine.end_what_stays()  # a hub


AGENTS = (
    Agent("codex", codex, "exec_command", "cmd"),
    Agent("gemini", gemini, "run_shell_command"),
    Agent("opencode", opencode, "bash"),
    Agent("qwen", qwen, "run_shell_command"),
    Agent("copilot", copilot, "bash"),
    Agent("continue", continue_),
    Agent("kimi", kimi),
)
OUTSIDE_CI = (
    Agent("kilo", kilo, "bash"),  # its first start takes a minute
    Agent("cline", cline),  # half a gigabyte more
)
