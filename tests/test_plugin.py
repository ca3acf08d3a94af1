"""The plugin's files agree with each other, with the program, and with Claude Code's own judgment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.claude_lab.lab import claude

from pixie_secrets import __version__
from pixie_secrets.channels.channel import Outcome

ROOT = Path(__file__).parents[1]
SKILLS = sorted(ROOT.glob("skills/*/SKILL.md"))
by_skill = pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.parent.name)


def read(path: str) -> dict[str, Any]:
    return dict(json.loads((ROOT / path).read_text()))


def tools() -> set[str]:
    """The names of the MCP tools, as the server says them."""
    return {
        tool["name"] for tool in read("server/pixie_secrets/mcp_server/answers.json")["modern"]["tools/list"]["tools"]
    }


@pytest.mark.client
@pytest.mark.parametrize("what", [".", ".claude-plugin/plugin.json"])
def test_claude_code_finds_nothing_to_object_to(what: str) -> None:
    done = subprocess.run(
        [claude(), "plugin", "validate", "--strict", what],
        cwd=ROOT,
        env={"HOME": os.environ["HOME"], "PATH": "/usr/bin:/bin", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "mcpServers: secrets" in done.stdout
    assert all(f"skills: pixie:{skill.parent.name}" in done.stdout for skill in SKILLS)


def test_one_version_is_said_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert {read(".claude-plugin/plugin.json")["version"], __version__, project} == {project}


def test_the_server_is_declared_once() -> None:
    assert not (ROOT / ".mcp.json").exists()
    servers = ROOT / read(".claude-plugin/plugin.json")["mcpServers"]
    [(name, server)] = json.loads(servers.read_text())["mcpServers"].items()
    assert name == "secrets"
    assert (ROOT / server["args"][1].replace("${CLAUDE_PLUGIN_ROOT}/", "")).is_file()


def test_the_clone_enables_the_plugin_it_holds() -> None:
    settings, marketplace = read(".claude/settings.json"), read(".claude-plugin/marketplace.json")
    [plugin] = marketplace["plugins"]
    assert settings["enabledPlugins"] == {f"{plugin['name']}@{marketplace['name']}": True}
    assert settings["extraKnownMarketplaces"][marketplace["name"]]["source"] == {"source": "directory", "path": "./"}
    assert plugin["name"] == read(".claude-plugin/plugin.json")["name"]


def test_the_clone_allows_only_what_asks_the_person_or_reads_no_value() -> None:
    allowed = {
        name.removeprefix("mcp__plugin_pixie_secrets__")
        for name in read(".claude/settings.json")["permissions"]["allow"]
    }
    assert allowed == {"set-secret", "list-secrets"}
    assert allowed <= tools()


@by_skill
def test_a_skill_is_a_front_desk_of_one_page(skill: Path) -> None:
    text = skill.read_text()
    assert 40 <= len(text.splitlines()) < 60
    head = re.match(r"---\nname: (?P<name>\S+)\ndescription: (?P<description>.+)\n---\n", text)
    assert head
    assert head["name"] == skill.parent.name
    assert head["name"] in {*tools(), "write-tool"}  # which is about code, and calls others
    assert len(head["description"]) <= 700, "it stands in every conversation"


@by_skill
def test_a_skill_sends_to_skills_and_tools_that_exist(skill: Path) -> None:
    pattern = r"`((?:set|unset|list|lint|find|probe|share|import|migrate|run|preview)-[a-z-]+)`"
    named = set(re.findall(pattern, skill.read_text()))
    assert named - {skill.parent.name}
    assert named <= tools()


def test_the_skill_says_what_every_outcome_means() -> None:
    text = (ROOT / "skills" / "set-secret" / "SKILL.md").read_text()
    assert all(f"| `{outcome}` |" in text for outcome in Outcome)


@by_skill
def test_a_command_in_a_skill_starts_the_program_the_way_the_server_is_started(skill: Path) -> None:
    [server] = read(".claude-plugin/mcp.json")["mcpServers"].values()
    start = " ".join([server["command"], server["args"][0], f'"{server["args"][1]}"'])
    commands = re.findall(r"^.*bootstrap\.py.*$", skill.read_text(), re.MULTILINE)
    assert commands
    assert all(start in command for command in commands)
