"""Which tool calls may go ahead: what would read or write a tool's .env may not, and ordinary work always may."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import require_program
from tests.guard import everyday
from tests.guard.shell_classes import CLASSES
from tests.guard.shell_table import ALLOWED, DENIED

from pixie_secrets.filenames import STAGED_PREFIX
from pixie_secrets.guard import door, places, shell_words
from pixie_secrets.guard.decide import TOO_LARGE, Decision
from pixie_secrets.guard.decide import decide as decided
from pixie_secrets.hook_formats import claude_code

if TYPE_CHECKING:
    from pathlib import Path

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(["tool_name", "tool_input", "tool_response", "cwd", "prompt", "file_path", "command", "glob"])
PIECES = """cat |tools/|a/|.env|'|"|\\|$(|)|`|{|,|}|*| |;|&&|cd |$X|${|<|>|<(|[|]|(|for f in |; do |$'|~|#|<<EOF"""
SHELL = st.lists(st.sampled_from([*PIECES.split("|"), "|", "\n", "\nEOF\n", "\0"]), max_size=25).map("".join)


def decide(document: dict[str, Any], environment: dict[str, str]) -> Decision:
    """As Claude Code asks."""
    return decided(claude_code.request("PreToolUse", document), environment)


def denied(root: Path, tool: str, /, cwd: Any = None, **given: Any) -> str:
    environment = {"HOME": str(root.parent), "CLAUDE_PROJECT_DIR": str(root)}
    return decide({"tool_name": tool, "tool_input": given, "cwd": str(cwd or root)}, environment).deny


@pytest.mark.parametrize("command", DENIED)
def test_a_command_that_touches_a_tools_env_is_denied(root: Path, command: str) -> None:
    assert "set-secret" in denied(root, "Bash", command=command)


@pytest.mark.parametrize("command", ALLOWED)
def test_ordinary_work_is_not_stopped(root: Path, command: str) -> None:
    assert not denied(root, "Bash", command=command)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_class_that_the_page_names_is_denied(root: Path, kind: str) -> None:
    assert [command for command in CLASSES[kind] if not denied(root, "Bash", command=command)] == []


def test_none_of_five_hundred_everyday_calls_is_refused(root: Path) -> None:
    (root / "README.md").write_text("how to\n")
    calls = [*everyday.COMMANDS, *everyday.LONGER, *everyday.generated()]
    assert len(set(calls)) >= 500
    assert [command for command in calls if denied(root, "Bash", command=command)] == []


@pytest.mark.parametrize("command", ["cat .env", "head -1 ./.env", "cat ../a/.env", "grep K < .env", "cat .e*"])
def test_a_command_is_seen_from_the_folder_it_runs_in(root: Path, command: str) -> None:
    assert denied(root, "Bash", cwd=root / "tools/a", command=command)
    assert not denied(root, "Bash", cwd=root / "server", command=command)


@pytest.mark.parametrize("command", ["grep -r K .", "tar cf x.tar tools", "find . -type f -exec cat {} +"])
def test_walking_through_folders_is_denied_only_while_there_is_something_to_find(root: Path, command: str) -> None:
    assert "tools/a/.env" in denied(root, "Bash", command=command)
    (root / "tools/a/.env").unlink()
    assert not denied(root, "Bash", command=command)


@pytest.mark.parametrize("command", ["cat {}/.env", "cat tools/.p*/tool/*/.env", "cd {} && cat .env", "grep -r K ."])
def test_a_copy_that_a_killed_import_left_is_a_tools_env_too(root: Path, command: str) -> None:
    staged = root / f"tools/{STAGED_PREFIX}0123/tool/b"
    staged.mkdir(parents=True)
    (root / "tools/a/.env").rename(staged / ".env")
    assert denied(root, "Bash", command=command.format(staged.relative_to(root)))
    assert denied(root, "Read", file_path=str(staged / ".env"))
    assert not denied(root, "Read", file_path=str(staged / "main.py"))


def test_wrapping_a_command_often_enough_does_not_hide_it(root: Path) -> None:
    assert denied(root, "Bash", command="eval " * 12 + "cat tools/a/.env")
    assert not denied(root, "Bash", command="eval " * 12 + "cat tools/a/main.py")


FILE_CALLS = [
    ("Read", "file_path"),
    ("Edit", "file_path"),
    ("Write", "file_path"),
    ("MultiEdit", "file_path"),
    ("NotebookEdit", "notebook_path"),
    ("Grep", "path"),
    ("mcp__filesystem__read_file", "path"),
    ("mcp__anything__do", "whatever"),
]
ENV_PATHS = [
    "tools/a/.env",
    "{root}/tools/a/.env",
    "tools/b/.env",
    "./tools/x/../a/.env",
    "link",
    "hard",
    "dirlink/.env",
]
OTHER_PATHS = [
    "tools/a/main.py",
    "tools/a/.env.example",
    "tools/a",
    ".env",
    "server/.env",
    "tools/.env",
    "tools/a/x.env",
]


@pytest.mark.parametrize("path", [*ENV_PATHS, "tools/a/.env.local", "~/proj/tools/a/.env"])
@pytest.mark.parametrize(("tool", "argument"), FILE_CALLS, ids=[tool for tool, _ in FILE_CALLS])
def test_a_file_tool_is_kept_from_a_tools_env(
    root: Path, monkeypatch: pytest.MonkeyPatch, tool: str, argument: str, path: str
) -> None:
    monkeypatch.setenv("HOME", str(root.parent))
    if "x/.." in path:
        (root / "tools/x").mkdir()
    assert denied(root, tool, **{argument: path.format(root=root)})


@pytest.mark.parametrize("path", OTHER_PATHS)
@pytest.mark.parametrize(("tool", "argument"), FILE_CALLS, ids=[tool for tool, _ in FILE_CALLS])
def test_a_file_tool_may_have_every_other_file(root: Path, tool: str, argument: str, path: str) -> None:
    assert not denied(root, tool, **{argument: path})


def test_what_is_written_about_an_env_file_is_no_reason_to_stop(root: Path) -> None:
    text = 'load_dotenv("tools/a/.env")'
    assert not denied(root, "Write", file_path="README.md", content=text)
    assert not denied(root, "Edit", file_path="README.md", old_string="tools/a/.env", new_string=text)
    assert not denied(root, "Task", prompt="look at tools/a/.env", description="x")
    assert not denied(root, "Glob", pattern="**/.env")


def test_mcp_tools_that_take_uris_lists_and_commands_are_understood(root: Path) -> None:
    assert denied(root, "mcp__files__read", uri=f"file://{root}/tools/a/%2Eenv")
    assert denied(root, "mcp__files__read_many", paths=["README.md", "tools/a/.env"])
    assert denied(root, "mcp__shell__run", command="cat tools/*/.env")
    assert denied(root, "mcp__shell__run", command="cat", args=["tools/a/.env"])
    assert not denied(root, "mcp__plugin_pixie_secrets__import-tool", path="tools/a/.env")


def test_an_mcp_call_may_give_a_list_a_bare_path_or_a_folder(root: Path) -> None:
    assert denied(root, "mcp__shell__run", command=["cat", "tools/a/.env"])
    assert denied(root, "mcp__shell__run", argv=["sh", "-c", "cat tools/*/.env"])
    assert denied(root, "mcp__shell__run", command="tools/a/.env")
    assert denied(root, "mcp__shell__run", command="cat .env", workdir="tools/a")
    assert denied(root, "mcp__secrets__read", path="tools/a/.env")
    assert not denied(root, "mcp__shell__run", command=["cat", "tools/a/main.py"])
    assert not denied(root, "mcp__shell__run", command="cat .env", workdir="server")
    assert not denied(root, "mcp__github__create_issue", title="x", body="tools/a/.env")


FORMS: list[dict[str, Any]] = [
    {"files": [{"path": "tools/a/.env"}]},
    {"files": {"tools/a/.env": {}}},
    {"path": "tools\\a\\.env"},
    {"directory": "tools/a", "file": ".env"},
    {"folder": "tools/a", "name": ".env"},
    {"workdir": "tools/a", "path": ".env"},
    {"uri": "file:ROOT/tools/a/.env"},
    {"uri": "file://localhost/ROOT/tools/a/%2Eenv"},
    {"uri": "vscode://file/ROOT/tools/a/.env"},
    {"commands": ["ls", "cat tools/a/.env"]},
    {"commands": [["ls"], ["cat", "tools/a/.env"]]},
    {"command_line": "cat tools/*/.env"},
    {"commandLine": "cat tools/*/.env"},
    {"shell-command": "cat tools/*/.env"},
    {"steps": [{"run": "cat tools/*/.env"}]},
    {"executable": "cat", "args": ["tools/*/.env"]},
    {"sql": "select readfile('tools/a/.env')"},
    {"query": "SELECT * FROM read_csv('tools/a/.env')"},
    {"pythonCode": "open('tools/a/.env')"},
]
HARMLESS: list[dict[str, Any]] = [
    {"title": "tools/a/.env", "description": "cat tools/a/.env", "instructions": "cat tools/a/.env"},
    {"query": "how to read tools/a/.env in python"},
    {"directory": "tools/a", "file": "main.py"},
    {"directory": "server", "file": ".env"},
    {"commands": ["ls -la tools/a", "git status"]},
    {"command_line": "test -f tools/a/.env"},
    {"transcript": "he said: cat tools/a/.env"},
    {"url": "https://example.test/tools/a/.env"},
    {"file": "tools/a/.env.example"},
]


@pytest.mark.parametrize("given", FORMS)
def test_an_mcp_call_is_understood_whatever_its_server_calls_things(root: Path, given: dict[str, Any]) -> None:
    assert denied(root, "mcp__x__y", **filled(given, str(root)))


@pytest.mark.parametrize("given", HARMLESS)
def test_an_mcp_call_that_opens_nothing_of_a_tool_may_go_ahead(root: Path, given: dict[str, Any]) -> None:
    assert not denied(root, "mcp__x__y", **given)


def filled(given: dict[str, Any], root: str) -> dict[str, Any]:
    return {name: each.replace("ROOT", root) if isinstance(each, str) else each for name, each in given.items()}


@pytest.mark.parametrize(
    "given",
    [
        {"code": "print(open('tools/a/.env').read())"},
        {"code": "from pathlib import Path\nfor path in Path('tools').glob('*/.env'):\n    print(path.read_text())"},
        {"code": "it's; await fs.readFile('./tools/a/.env', 'utf8')"},
        {"function": "() => require('fs').readFileSync('tools/a/.env')"},
        {"cells": [{"kind": "python", "source": ["import os\n", "open('tools/a/.env')"]}]},
        {"code": "print(open('.env').read())", "workdir": "tools/a"},
    ],
)
def test_code_of_another_language_that_an_mcp_tool_is_given_may_not_open_one(root: Path, given: dict[str, Any]) -> None:
    assert denied(root, "mcp__kernel__run", **given)


@pytest.mark.parametrize(
    "code",
    [
        "import os\nprint(os.path.exists('tools/a/.env'))",
        "process.env.HOME + os.environ['X']",
        "open('tools/a/main.py').read()",
        "print('tools/a/.env')",
        "open('.env.example')",
    ],
)
def test_code_that_opens_no_file_of_values_may_go_ahead(root: Path, code: str) -> None:
    assert not denied(root, "mcp__kernel__run", code=code)


def test_a_script_too_long_to_be_followed_is_denied_where_there_are_tools(root: Path, tmp_path: Path) -> None:
    script = "cat tools/a/.en''v # " + "x" * (1 << 18)
    assert denied(root, "Bash", command=script) == TOO_LARGE
    (tmp_path / "elsewhere").mkdir()
    assert not denied(tmp_path / "elsewhere", "Bash", command=script)
    (tmp_path / "elsewhere/.env").write_text("K=value-of-an-app\n")
    assert denied(tmp_path / "elsewhere", "Bash", command=script) == TOO_LARGE


@pytest.mark.parametrize("odd", ["~\ud800/x", "~a\0b/x", "\ud800"])
def test_a_path_that_no_system_has_lets_nothing_past_the_guard(root: Path, odd: str) -> None:
    assert not denied(root, "Grep", pattern="K", path=odd)
    for below in (f"{odd}/tools/x/.env", f"tools/{odd}/.env", f"tools/x{odd}/.ENV"):
        assert not denied(root, "Bash", command=f"cat '{below}' README.md") or below.startswith("tools/")
        assert denied(root, "mcp__files__read_many", paths=[below, "tools/a/.env"])
    assert denied(root, "mcp__files__read_many", paths=[odd, "tools/a/.env"])
    assert denied(root, "Bash", command=f"cat '{odd}' tools/a/.env")
    assert denied(root, "Read", cwd=odd, file_path=f"{root}/tools/a/.env")


def test_a_mask_written_to_a_pipe_keeps_nobody_waiting(root: Path) -> None:
    os.mkfifo(root / "pipe")
    assert not denied(root, "Write", file_path="pipe", content="***")


def test_a_call_nested_too_deep_to_be_looked_at_is_denied(root: Path) -> None:
    deep = '{"tool_name": "mcp__x__y", "tool_input": {"a": ' + "[" * 3000 + "]" * 3000 + "}}"
    answer = door.bounded(claude_code, "PreToolUse", deep.encode(), {"CLAUDE_PROJECT_DIR": str(root)})
    assert answer
    assert answer["hookSpecificOutput"]["permissionDecisionReason"] == TOO_LARGE


def test_a_mask_is_not_written_over_the_value_it_stands_for(root: Path) -> None:
    value = (root / "tools/a/.env").read_text().strip().removeprefix("K=")
    (root / "config.yaml").write_text(f"key: {value}\nport: 80\nnote: a *** b\n")
    (root / "plain.md").write_text("***bold***\n")
    for call in (
        ("Write", {"content": "key: ***\nport: 81\n"}),
        ("Edit", {"old_string": "key: ***", "new_string": "key: other"}),
        ("Edit", {"old_string": "port: 80", "new_string": "key: ***"}),
        ("MultiEdit", {"edits": [{"old_string": "port: 80", "new_string": "key: ***"}]}),
    ):
        assert "over a secret value" in denied(root, call[0], file_path="config.yaml", **call[1])
        assert not denied(root, call[0], file_path="plain.md", **call[1])
    assert not denied(root, "Edit", file_path="config.yaml", old_string="port: 80", new_string="port: 81")
    for old, new in (("a *** b", "a b"), ("a *** b", "b *** a")):
        assert not denied(root, "Edit", file_path="config.yaml", old_string=old, new_string=new)
    assert denied(root, "Edit", file_path="config.yaml", old_string="a *** b", new_string="*** ***")
    assert denied(root, "Write", file_path="config.yaml", content="note: a *** b\n")
    assert denied(root, "mcp__files__edit", path="config.yaml", edits=[{"oldText": "port", "newText": "***"}])
    for command in (
        "cat > config.yaml <<'END'\nkey: ***\nEND",
        "echo 'key: ***' > config.yaml",
        "sed -i 's/^key.*/key: ***/' config.yaml",
        "printf 'key: ***' | tee config.yaml",
    ):
        assert "over a secret value" in denied(root, "Bash", command=command), command
        assert not denied(root, "Bash", command=command.replace("config.yaml", "plain.md"))


def test_the_clients_own_search_goes_on_without_the_env_files(root: Path) -> None:
    def changed(**given: Any) -> Any:
        return decide({"tool_name": "Grep", "tool_input": given, "cwd": str(root)}, {}).changed

    assert changed(pattern="x") == {"pattern": "x", "glob": "!.env"}
    assert changed(pattern="x", glob="*.*")["glob"] == "*.* !.env"
    assert changed(pattern="x", path="server") is None
    assert denied(root, "Grep", pattern="x", glob="**/.env")


def test_a_file_system_that_ignores_case_hides_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not denied(root, "Write", file_path="tools/b/.ENV")
    monkeypatch.setattr(places, "_ignores_case", lambda _: True)
    assert denied(root, "Write", file_path="tools/b/.ENV")


def test_tools_of_somebody_elses_project_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "tools" / "build").mkdir(parents=True)
    (tmp_path / "tools" / "build" / ".env").write_text("X=1\n")
    assert not denied(tmp_path, "Read", file_path="tools/build/.env")
    assert not denied(tmp_path, "Bash", command="cat tools/build/.env; grep -r X .")


def test_a_project_is_found_by_its_name_in_the_environment(root: Path) -> None:
    call = {"tool_name": "Bash", "tool_input": {"command": "grep -r K ."}, "cwd": str(root.parent)}
    assert not decide(call, {}).deny
    assert decide(call, {"PIXIE_PROJECT": "proj"}).deny


def test_a_refusal_says_what_to_do_instead_and_nothing_of_the_value(root: Path) -> None:
    for said in (denied(root, "Read", file_path="tools/a/.env"), denied(root, "Bash", command="grep -r K .")):
        assert "tools/a/.env" in said
        assert all(instead in said for instead in ("list-secrets", "set-secret", "run-tool", ".env.example"))
        assert "sk-guard" not in said


@given(st.dictionaries(FIELDS, JSON, max_size=5), st.sampled_from([*claude_code.EVENTS]))
def test_no_document_makes_it_fail(document: dict[str, Any], event: str) -> None:
    if event != "UserPromptSubmit":
        door.answered(claude_code, event, document, {})


@given(SHELL)
def test_no_script_makes_it_fail(script: str) -> None:
    decide({"tool_name": "Bash", "tool_input": {"command": script}, "cwd": "/"}, {})


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "script",
    [
        "cat " + "{a,b}" * 40,
        "cat " + "{" * 3000 + "," + "}" * 3000,
        "A=aaaa\n" + "A=$A$A\n" * 60 + "cat $A",
        "cat " + "[" * 100_000,
        "cat " + "$(" * 50_000,
        "cat " + '"$(' * 400,
        "cat " + "*" * 3000 + "/.env",
        "cat " + "*/" * 60 + ".env",
        "cat " + "$X/" * 60 + ".env",
        "cat <<A\n" * 300,
        "eval " * 5000 + "ls",
        "sudo " * 900 + "ls",
        "cat $(cat $(cat $(cat $(cat $(cat $(cat $(cat x))))))) " * 50,
    ],
    ids=lambda script: script[:12],
)
def test_a_script_made_to_take_forever_is_decided_at_once(root: Path, script: str) -> None:
    denied(root, "Bash", command=script)


@given(st.text(max_size=60))
def test_a_quoted_word_is_that_word_and_bash_agrees(text: str) -> None:
    word = "'" + text.replace("'", "'\\''") + "'"
    [(kind, read)] = shell_words.Words(word).tokens
    assert kind == shell_words.WORD
    assert read == "".join("?" if char in shell_words.PRIVATE else char for char in text)


@pytest.mark.parametrize(
    "command", [row for row in DENIED if row.startswith("cat ") and "$UNKNOWN" not in row and "$CLAUDE" not in row]
)
def test_every_denied_cat_really_reads_the_value(root: Path, command: str) -> None:
    """The table is no fiction: bash does print the value, as far as the file is there."""
    (root / "tools/a/.env.local").write_text((root / "tools/a/.env").read_text())
    done = subprocess.run(
        [require_program("bash"), "-c", command],
        cwd=root,
        env={"PATH": os.environ["PATH"], "HOME": str(root.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "sk-guard" in done.stdout
