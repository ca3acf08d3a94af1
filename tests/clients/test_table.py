"""The table of clients holds every file of the room, and each says things that fit together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.e2e.client_lab.agents import AGENTS

from pixie_secrets import clients
from pixie_secrets.clients.client import CAREFUL_HOLD_SECONDS, UNKNOWN, Client, Links

IN_THE_TESTS = {agent.name for agent in AGENTS} | {"claude-code", "inspector"}
ROOM = Path(clients.__file__).parent

# After how many seconds each was seen to give up on a call (it renews with a progress note: opencode and Kilo).
GIVES_UP = {"codex": 300, "gemini": 600, "opencode": 60, "kilo": 60, "qwen": 300, "copilot": 180, "continue": 60}
GIVES_UP |= {"cline": 60, "kimi": 60, "claude-code": 120}
HANDSHAKES = {
    "claude-code": "claude-code",
    "codex": "codex-mcp-client",
    "copilot": "copilot-cli",
    "gemini": "gemini-cli-mcp-client",
    "inspector": "inspector-cli",
    "kimi": "kimi-code",
    "opencode": "opencode",
    "qwen": "qwen-cli-mcp-client-secrets",
    "continue": "continue-cli-client",
}

each = pytest.mark.parametrize("client", clients.CLIENTS, ids=lambda client: client.name)


def test_every_file_of_the_room_is_in_the_table() -> None:
    files = {path.stem for path in ROOM.glob("*.py")} - {"__init__", "client"}
    in_table = {
        module
        for module in files
        for constant in vars(__import__(f"pixie_secrets.clients.{module}", fromlist=["_"])).values()
        if isinstance(constant, Client) and constant in clients.CLIENTS
    }
    assert files == in_table
    assert len(clients.CLIENTS) == len(files) == len({client.name for client in clients.CLIENTS})


@pytest.mark.parametrize(("name", "handshake"), HANDSHAKES.items())
def test_a_client_is_known_by_what_it_calls_itself(name: str, handshake: str) -> None:
    assert clients.by_handshake(handshake).name == name
    assert clients.by_handshake(f"not-{handshake}") is UNKNOWN


@pytest.mark.parametrize("name", [None, "", "*", "claude", "codex-mcp-client-2"])
def test_whoever_is_not_known_is_held_carefully(name: str | None) -> None:
    client = clients.by_handshake(name)
    assert client is UNKNOWN
    assert client.hold(progress_token=True) == CAREFUL_HOLD_SECONDS
    assert not client.reads_input_required


@each
def test_a_call_is_answered_before_the_client_gives_up(client: Client) -> None:
    patience = GIVES_UP.get(client.name, 60)
    assert client.hold(progress_token=False) <= patience - 10
    renews = client.name in {"opencode", "kilo"}
    assert (client.hold(progress_token=True) > patience) == renews


@each
def test_only_clients_that_show_links_may_get_one_in_an_answer(client: Client) -> None:
    assert not client.reads_input_required or (client.links is Links.LOOPBACK and client.understands_discover)


@each
def test_where_it_keeps_things_is_in_a_folder_of_its_own(client: Client, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path / "home")}
    for kept in client.keeps:
        assert kept.folder.path(tmp_path, home).is_relative_to(tmp_path / "home")
        assert not Path(kept.pattern).is_absolute()
        if kept.folder.variable:
            assert kept.folder.path(tmp_path, {**home, kept.folder.variable: "/elsewhere"}) == Path("/elsewhere")


def test_whether_the_server_ends_with_the_answer_is_seen_where_it_can_be() -> None:
    claude, codex = clients.by_handshake("claude-code"), clients.by_handshake("codex-mcp-client")
    assert claude.ends_with_answer({"CLAUDE_CODE_ENTRYPOINT": "sdk-cli"}, {}) is True
    assert claude.ends_with_answer({"CLAUDE_CODE_ENTRYPOINT": "cli"}, {}) is False
    assert claude.ends_with_answer({}, {}) is None
    assert codex.ends_with_answer({}, {"x-codex-turn-metadata": {"turn_trigger": "exec"}}) is True
    assert codex.ends_with_answer({}, {"x-codex-turn-metadata": "exec"}) is None
    assert clients.by_handshake("inspector-cli").ends_with_answer({}, {}) is True
    assert clients.by_handshake("kimi-code").ends_with_answer({}, {}) is None


def test_the_documents_say_of_each_what_the_table_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")
    rows = page.partition("| client | seen as | asked by")[2].splitlines()
    table = [[cell.strip() for cell in row.split("|")] for row in rows if row.count("|") > 4]
    documented = {cells[1]: cells[2:] for cells in table}
    for client in clients.CLIENTS:
        seen, asked, held, tested, _ = documented[client.title]
        assert seen == client.seen
        assert ("its own dialog" in asked) == (client.links is Links.LOOPBACK)
        held_for = max(client.hold(progress_token=False), client.hold(progress_token=True))
        assert client.name == "inspector" or held.startswith(f"{held_for:.0f} s")
        assert (tested == "yes") == (client.name in IN_THE_TESTS)


def test_the_screens_show_three_clients_to_the_end_and_no_token() -> None:
    page = (Path(__file__).parents[2] / "docs" / "screens.md").read_text(encoding="utf-8")
    sections = page.split("\n## ")[1:]
    assert len(sections) == 3
    for section in sections:
        assert "$ pixie-secrets connect " in section
        assert "connected, guarded" in section
        assert section.count("Set the OPENAI_API_KEY for whisper-transcription") == 1
        assert "done." in section
    assert set(re.findall(r"token=(.)", page)) <= {"…"}
    assert "/tmp/" not in page
