"""A client's own configuration gets our entry and keeps every other byte; removing it brings the old bytes back."""

from __future__ import annotations

import json
import os
import re
import shlex
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pixie_secrets.clients import CLIENTS
from pixie_secrets.clients.client import HookItems
from pixie_secrets.errors import PixieError
from pixie_secrets.operations.configuration_text import NotEditable, with_entry
from pixie_secrets.operations.connect import ConnectionState, ConnectRequest, connect
from pixie_secrets.operations.context import Context

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

COMMAND = ("/opt/pixie/bin/pixie-secrets", "mcp")
GUARD = ("/opt/pixie/bin/pixie-secrets", "hook")
ENTRY = {"command": "/bin/x", "args": ["mcp"]}
SERVERS = ("mcpServers",)

JSONS = {
    "empty": "",
    "an object": "{}",
    "on one line": '{"a": 1}',
    "others": '{\n  "theme": "dark",\n  "mcpServers": {\n    "other": {"env": {"K": "sk-theirs"}}\n  }\n}\n',
    "no servers yet": '{\n\t"mcpServers": {}\n}',
    "comments": '// mine\n{\n    /* all, of it */ "a": "//no", // why\n    "b": [1, 2,],\n}\n',
    "comment in an empty object": '{\n  "mcpServers": {\n    // none yet\n  }\n}\n',
    "carriage returns": '{\r\n  "a": 1,\r\n  "mcpServers": {\r\n    "other": {}\r\n  }\r\n}\r\n',
    "trailing commas": '{\n  "mcpServers": {\n    "other": {\n      "command": "y",\n    },\n  },\n}\n',
}


def bare(text: str) -> Any:
    """What the client reads: without comments and trailing commas."""
    keep = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda found: found[1] or "", text, flags=re.DOTALL)
    keep = re.sub(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', lambda found: found[1] or "", keep)
    return json.loads(keep or "{}")


@pytest.mark.parametrize("text", JSONS.values(), ids=JSONS)
def test_json_gets_the_entry_and_keeps_the_rest(text: str) -> None:
    connected = with_entry(text, "json", SERVERS, "secrets", ENTRY)
    before, after = bare(text), bare(connected)
    assert after["mcpServers"].pop("secrets") == ENTRY
    assert after == {"mcpServers": {}, **before}
    for line in filter(None, map(str.strip, text.splitlines())):
        if line not in {"{}", '{"a": 1}', '"mcpServers": {}'}:
            assert line in connected
    assert ("\r" in text) == ("\r" in connected)
    assert "\n" not in connected.replace("\r\n", "") or "\r" not in text
    assert with_entry(connected, "json", SERVERS, "secrets", ENTRY) == connected


@pytest.mark.parametrize("name", ["others", "carriage returns", "trailing commas"])
def test_json_without_the_entry_again_is_what_it_was(name: str) -> None:
    text = JSONS[name]
    connected = with_entry(text, "json", SERVERS, "secrets", ENTRY)
    assert with_entry(connected, "json", SERVERS, "secrets", None) == text
    assert with_entry(text, "json", SERVERS, "secrets", None) == text


def test_what_somebody_added_to_the_entry_stays_and_is_not_shown(project: Project, tmp_path: Path) -> None:
    old = {"command": "old", "env": {"PIXIE_PROJECT": "/p", "TOKEN": "sk-theirs"}}
    assert bare(with_entry(json.dumps({"mcpServers": {"secrets": old}}), "json", SERVERS, "secrets", ENTRY)) == {
        "mcpServers": {"secrets": {**old, **ENTRY}}
    }
    config = tmp_path / ".codex" / "config.toml"
    config.parent.mkdir()
    config.write_text(
        '[mcp_servers.secrets]\ncommand = "/old/pixie-secrets sk-theirs"\n'
        '[mcp_servers.secrets.env]\nTOKEN = "sk-theirs"\n'
    )
    done = connect(Context(project), ConnectRequest("codex"), COMMAND, GUARD, {"HOME": str(tmp_path)}).clients[0]
    assert tomllib.loads(config.read_text())["mcp_servers"]["secrets"]["env"] == {"TOKEN": "sk-theirs"}
    assert tomllib.loads(config.read_text())["mcp_servers"]["secrets"]["command"] == COMMAND[0]
    done = connect(
        Context(project), ConnectRequest("codex", remove=True), COMMAND, GUARD, {"HOME": str(tmp_path)}
    ).clients[0]
    assert not config.exists()
    assert "sk-theirs" not in done.diff


def test_the_last_member_is_removed_with_the_comma_before_it() -> None:
    text = '{"mcpServers": {"a": {}, "secrets": {"command": "old"}}}'
    assert bare(with_entry(text, "json", SERVERS, "secrets", None)) == {"mcpServers": {"a": {}}}
    assert bare(with_entry(text, "json", SERVERS, "secrets", ENTRY))["mcpServers"] == {"a": {}, "secrets": ENTRY}


@pytest.mark.parametrize("text", ['{"mcpServers": []}', '{"a": 1', "[]", '{"a": 1, "a": 2}', "nonsense"])
def test_json_that_cannot_be_edited_is_refused(text: str) -> None:
    with pytest.raises(NotEditable):
        with_entry(text, "json", SERVERS, "secrets", ENTRY)


TOMLS = {
    "empty": "",
    "others": 'model = "x" # mine\n\n[mcp_servers.other]\ncommand = "y"\n',
    "no newline at the end": 'model = "x"',
    "ours in the middle": '[mcp_servers.secrets]\ncommand = "old"\n[mcp_servers.secrets.env]\nA = "b"\n\n[z]\nk = 1\n',
    "carriage returns": 'model = "x"\r\n[z]\r\nk = 1\r\n',
}


@pytest.mark.parametrize("text", TOMLS.values(), ids=TOMLS)
def test_toml_gets_the_entry_and_keeps_the_rest(text: str) -> None:
    table = ("mcp_servers",)
    connected = with_entry(text, "toml", table, "secrets", ENTRY)
    assert {**tomllib.loads(connected)["mcp_servers"]["secrets"], **ENTRY} == {
        **tomllib.loads(text).get("mcp_servers", {}).get("secrets", {}),
        **ENTRY,
    }
    assert with_entry(connected, "toml", table, "secrets", ENTRY) == connected
    removed = with_entry(connected, "toml", table, "secrets", None)
    assert removed.strip() == re.sub(r"(?s)\[mcp_servers\.secrets\].*?(?=\[z\])", "", text).strip()


@pytest.mark.parametrize("text", ['[mcp_servers]\nsecrets = {command = "x"}\n', "[broken", 'mcp_servers = "no"\n'])
def test_toml_that_cannot_be_edited_is_refused(text: str) -> None:
    with pytest.raises(NotEditable):
        with_entry(text, "toml", ("mcp_servers",), "secrets", ENTRY)


def test_yaml_gets_an_item_and_keeps_the_rest() -> None:
    text = "name: mine # yes\nmcpServers:\n    - name: other\n      command: y\nmodels:\n  - name: m\n"
    connected = with_entry(text, "yaml", SERVERS, "secrets", ENTRY)
    item = '    - name: secrets\n      command: "/bin/x"\n      args: ["mcp"]\n'
    assert connected == text.replace("mcpServers:\n", f"mcpServers:\n{item}")
    assert with_entry(connected, "yaml", SERVERS, "secrets", ENTRY) == connected
    assert with_entry(connected, "yaml", SERVERS, "secrets", None) == text
    with pytest.raises(NotEditable):
        with_entry("mcpServers: []\n", "yaml", SERVERS, "secrets", ENTRY)


@pytest.mark.parametrize("client", [each.name for each in CLIENTS if each.configuration])
def test_each_client_is_connected_once_and_taken_back(project: Project, client: str, tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path / "home"), "PATH": ""}
    context = Context(project)

    def state() -> ConnectionState:
        listed = connect(context, ConnectRequest(), COMMAND, GUARD, environment).clients
        return next(each.state for each in listed if each.client == client)

    assert state() is ConnectionState.NOT_INSTALLED
    dry = connect(context, ConnectRequest(client, dry_run=True), COMMAND, GUARD, environment).clients[0]
    assert COMMAND[0] in dry.diff
    assert not os.path.lexists(dry.file)
    done = connect(context, ConnectRequest(client), COMMAND, GUARD, environment).clients[0]
    assert (done.diff, state()) == (dry.diff, ConnectionState.CONNECTED)
    assert connect(context, ConnectRequest(client), COMMAND, GUARD, environment).clients[0].diff == ""
    assert connect(context, ConnectRequest(client, remove=True), COMMAND, GUARD, environment).clients[0].diff
    assert state() is ConnectionState.NOT_INSTALLED
    assert [path for path in tmp_path.joinpath("home").rglob("*") if path.is_file()] == []
    assert not os.path.lexists(done.file)


@pytest.mark.parametrize("client", [each.name for each in CLIENTS if each.configuration])
def test_a_file_that_holds_a_comment_or_was_empty_before_is_not_removed(
    project: Project, client: str, tmp_path: Path
) -> None:
    context, environment = Context(project), {"HOME": str(tmp_path / "home"), "PATH": ""}
    done = connect(context, ConnectRequest(client), COMMAND, GUARD, environment).clients[0]
    path = Path(done.file)
    remark = "# mine\n" if path.suffix in {".toml", ".yaml"} else "// mine\n"
    path.write_text(remark + path.read_text())
    connect(context, ConnectRequest(client, remove=True), COMMAND, GUARD, environment)
    assert path.read_text().startswith(remark)
    path.write_text("")
    assert not connect(context, ConnectRequest(client, remove=True), COMMAND, GUARD, environment).clients[0].diff
    assert path.read_text() == ""


def test_what_is_shown_holds_no_line_of_anybody_else(project: Project, tmp_path: Path) -> None:
    settings = tmp_path / ".gemini" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(JSONS["others"])
    settings.chmod(0o600)
    done = connect(Context(project), ConnectRequest("gemini"), COMMAND, GUARD, {"HOME": str(tmp_path)}).clients[0]
    assert "sk-theirs" in settings.read_text()
    assert "sk-theirs" not in done.diff
    assert settings.stat().st_mode & 0o777 == 0o600


KEPT_LINES = {
    "one line": '{"a": "sk-theirs", "mcpServers": {"other": {"env": {"K": "sk-theirs"}}}}',
    "one line without servers": '{"env": {"K": "sk-theirs"}}',
    "our entry in one line with a key of theirs": (
        '{"mcpServers": {"secrets": {"command": "/old/pixie-secrets", "env": {"K": "sk-theirs"}}}}'
    ),
    "our entry with a key of theirs": (
        '{\n "mcpServers": {\n  "secrets": {"command": "python3", "args": ["/x/bootstrap.py"],\n'
        '   "env": {\n    "K": "sk-theirs"}}\n }\n}\n'
    ),
}


@pytest.mark.parametrize("name", KEPT_LINES)
def test_however_the_file_is_laid_out_only_our_entry_is_shown(project: Project, tmp_path: Path, name: str) -> None:
    settings = tmp_path / ".gemini" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(KEPT_LINES[name])
    done = connect(Context(project), ConnectRequest("gemini"), COMMAND, GUARD, {"HOME": str(tmp_path)}).clients[0]
    assert "sk-theirs" in settings.read_text()
    assert "sk-theirs" not in done.diff
    assert json.dumps(COMMAND[0]) in done.diff
    assert re.search(r"(?m)^\+ \d lines?$", done.diff)
    removed = connect(Context(project), ConnectRequest("gemini", remove=True), COMMAND, GUARD, {"HOME": str(tmp_path)})
    assert "sk-theirs" not in removed.clients[0].diff


ANOTHER = {
    "gemini": '{"mcpServers": {"secrets": {"command": "vault-mcp", "env": {"K": "sk-theirs"}}}} // mine\n',
    "codex": '[mcp_servers.secrets]\ncommand = "vault-mcp"\n[mcp_servers.secrets.env]\nK = "sk-theirs"\n',
    "continue": 'mcpServers:\n  - name: secrets\n    command: "vault-mcp"\n    env:\n      K: sk-theirs\n',
}


@pytest.mark.parametrize("client", ANOTHER)
def test_another_server_of_that_name_is_neither_replaced_nor_taken_out(
    project: Project, tmp_path: Path, client: str
) -> None:
    context, environment = Context(project), {"HOME": str(tmp_path)}
    file = Path(connect(context, ConnectRequest(client, dry_run=True), COMMAND, GUARD, environment).clients[0].file)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(ANOTHER[client])
    with pytest.raises(PixieError, match="another server called secrets") as refused:
        connect(context, ConnectRequest(client), COMMAND, GUARD, environment)
    assert "sk-theirs" not in f"{refused.value}{refused.value.hint}"
    removed = connect(context, ConnectRequest(client, remove=True), COMMAND, GUARD, environment).clients[0]
    assert (removed.diff, file.read_text()) == ("", ANOTHER[client])
    [found] = [
        each
        for each in connect(context, ConnectRequest(), COMMAND, GUARD, environment).clients
        if each.client == client
    ]
    assert found.state is not ConnectionState.CONNECTED


@pytest.mark.parametrize("client", ["inspector", "emacs"])
def test_a_client_without_a_configuration_is_refused(project: Project, client: str) -> None:
    with pytest.raises(PixieError, match="no client"):
        connect(Context(project), ConnectRequest(client), COMMAND, GUARD)


HOOKED = [each.name for each in CLIENTS if each.hooks and each.hooks.entries]
THEIR_ITEM = {"matcher": "x", "hooks": [{"type": "command", "command": "theirs sk-theirs"}]}
WITH_HOOKS = {
    "none": "",
    "an object": "{}",
    "on one line": '{"a": "sk-theirs"}',
    "comments": '// mine\n{\n    "b": [1, 2,], // "hooks": {\n}\n',
    "theirs on the same event": json.dumps({"a": 1, "hooks": {"EVENT": [THEIR_ITEM]}}, indent=4) + "\n",
    "theirs on one line": json.dumps({"hooks": {"EVENT": [THEIR_ITEM, THEIR_ITEM]}, "a": 1}),
    "theirs on another event": json.dumps({"hooks": {"SessionStart": [THEIR_ITEM]}}, indent="\t"),
    "carriage returns": json.dumps({"a": 1, "hooks": {"EVENT": [THEIR_ITEM]}}, indent=2).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", WITH_HOOKS)
@pytest.mark.parametrize("client", HOOKED)
def test_hooks_are_written_beside_those_of_others_and_taken_out_to_the_byte(
    project: Project, tmp_path: Path, client: str, name: str
) -> None:
    hooks = next(each.hooks for each in CLIENTS if each.name == client)
    assert hooks
    environment = {"HOME": str(tmp_path)}
    path = hooks.folder.path(project.root, environment) / hooks.file
    is_shared = isinstance(hooks.entries, HookItems)
    text = WITH_HOOKS[name].replace("EVENT", hooks.before_call) if is_shared else ""
    path.parent.mkdir(parents=True)
    if text:
        path.write_bytes(text.encode())
    done = connect(Context(project), ConnectRequest(client), COMMAND, GUARD, environment).clients[0]
    assert (done.hooks_file, done.guarded) == (str(path), True)
    assert "sk-theirs" not in done.hooks_diff + done.diff
    written = path.read_bytes().decode()
    for event in hooks.events:
        words = [*GUARD, event, "--client", client]
        assert shlex.join(words) in written or json.dumps(GUARD) in written
    if is_shared:
        before, after = bare(text), bare(written)
        for event in hooks.events:
            ours, *others = after["hooks"][event]
            assert ours["hooks"][0]["command"] == shlex.join([*GUARD, event, "--client", client])
            assert others == before.get("hooks", {}).get(event, [])
    again = connect(Context(project), ConnectRequest(client), ("/new", "mcp"), ("/new", "hook"), environment)
    assert again.clients[0].hooks_diff
    assert GUARD[0] not in path.read_bytes().decode()
    removed = connect(Context(project), ConnectRequest(client, remove=True), COMMAND, GUARD, environment).clients[0]
    assert not removed.guarded
    assert "sk-theirs" not in removed.hooks_diff
    has_another = done.file == done.hooks_file  # a server that /new starts is none of ours
    if not is_shared or (text in {"", "{}"} and not has_another):
        assert not path.exists()
    elif not has_another:
        assert path.read_bytes().decode() == text
    else:
        left = bare(path.read_bytes().decode())
        left.pop("mcpServers")
        assert left == bare(text)


def test_a_file_of_hooks_that_cannot_be_edited_leaves_both_files_as_they_were(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / ".codex"
    folder.mkdir()
    (folder / "config.toml").write_text("a = 1\n")
    (folder / "hooks.json").write_text('{"hooks": {"PreToolUse": "mine"}}')
    with pytest.raises(PixieError, match=r"hooks\.json"):
        connect(Context(project), ConnectRequest("codex"), COMMAND, GUARD, {"HOME": str(tmp_path)})
    assert (folder / "config.toml").read_text() == "a = 1\n"
    assert (folder / "hooks.json").read_text() == '{"hooks": {"PreToolUse": "mine"}}'


def test_a_dry_run_shows_the_hooks_and_writes_none(project: Project, tmp_path: Path) -> None:
    for client in HOOKED:
        dry = connect(
            Context(project), ConnectRequest(client, dry_run=True), COMMAND, GUARD, {"HOME": str(tmp_path)}
        ).clients[0]
        assert GUARD[0] in dry.hooks_diff
        assert dry.guarded
    assert list(tmp_path.rglob("*hooks*")) == list(tmp_path.rglob("plugin")) == []
