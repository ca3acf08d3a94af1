"""How each coding agent is told of the scripted model and of our server, and how one prompt is run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.e2e.client_lab.machine import Machine

    Run = Callable[[Machine, list[str], str], subprocess.CompletedProcess[str]]

KEY = "not-a-key"


@dataclass(frozen=True)
class Agent:
    """name: as in the table of clients. run: with our server's command line, one prompt."""

    name: str
    run: Run


def _servers(command: list[str], **more: object) -> dict[str, object]:
    return {"mcpServers": {"secrets": {"command": command[0], "args": command[1:], **more}}}


def codex(machine: Machine, command: list[str], prompt: str) -> subprocess.CompletedProcess[str]:
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
[mcp_servers.secrets]
command = {json.dumps(command[0])}
args = {json.dumps(command[1:])}
required = true
env_vars = ["DISPLAY"]
""",
    )
    return machine.run("codex", "exec", "--skip-git-repo-check", prompt, environment={"FAKE_KEY": KEY})


def gemini(machine: Machine, command: list[str], prompt: str) -> subprocess.CompletedProcess[str]:
    settings = {"security": {"auth": {"selectedType": "gemini-api-key"}}, "privacy": {"usageStatisticsEnabled": False}}
    machine.write(machine.home / ".gemini/settings.json", json.dumps(settings))
    machine.write(machine.project / ".gemini/settings.json", json.dumps(_servers(command, trust=True)))
    environment = {"GOOGLE_GEMINI_BASE_URL": machine.models.url, "GEMINI_API_KEY": KEY}
    return machine.run("gemini", "-p", prompt, "-y", environment={**environment, "GEMINI_CLI_TRUST_WORKSPACE": "true"})


def opencode(machine: Machine, command: list[str], prompt: str) -> subprocess.CompletedProcess[str]:
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
        "mcp": {"secrets": {"type": "local", "command": command, "enabled": True}},
    }
    machine.write(machine.project / "opencode.json", json.dumps(configuration))
    return machine.run("opencode", "run", prompt, environment={})


def qwen(machine: Machine, command: list[str], prompt: str) -> subprocess.CompletedProcess[str]:
    machine.write(machine.home / ".qwen/settings.json", '{"security": {"auth": {"selectedType": "openai"}}}')
    machine.write(machine.project / ".qwen/settings.json", json.dumps(_servers(command, trust=True)))
    environment = {"OPENAI_BASE_URL": f"{machine.models.url}/v1", "OPENAI_API_KEY": KEY, "OPENAI_MODEL": "fake-model"}
    return machine.run("qwen", "-p", prompt, "-y", environment=environment)


def copilot(machine: Machine, command: list[str], prompt: str) -> subprocess.CompletedProcess[str]:
    servers = _servers(command, type="local", tools=["*"])
    machine.write(machine.home / ".copilot/mcp-config.json", json.dumps(servers))
    environment = {"COPILOT_PROVIDER_BASE_URL": f"{machine.models.url}/v1", "COPILOT_PROVIDER_API_KEY": KEY}
    return machine.run(
        "copilot", "-p", prompt, "--allow-all-tools", environment={**environment, "COPILOT_MODEL": "fake-model"}
    )


def continue_(machine: Machine, command: list[str], prompt: str) -> subprocess.CompletedProcess[str]:
    path = machine.home / ".continue/config.yaml"
    machine.write(
        path,
        f"""\
name: test
version: 0.0.1
models:
  - {{name: fake, provider: openai, model: fake-model, apiBase: {machine.models.url}/v1, apiKey: {KEY}, roles: [chat],
     capabilities: [tool_use]}}
mcpServers:
  - name: secrets
    command: {command[0]}
    args: {json.dumps(command[1:])}
""",
    )
    return machine.run("cn", "--config", str(path), "-p", prompt, "--auto", environment={})


def kimi(machine: Machine, command: list[str], prompt: str) -> subprocess.CompletedProcess[str]:
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
    machine.write(machine.home / ".kimi-code/mcp.json", json.dumps(_servers(command)))
    return machine.run("kimi", "-p", prompt, environment={})


AGENTS = (
    Agent("codex", codex),
    Agent("gemini", gemini),
    Agent("opencode", opencode),
    Agent("qwen", qwen),
    Agent("copilot", copilot),
    Agent("continue", continue_),
    Agent("kimi", kimi),
)
