"""Each client asks the guard in its own words and is answered in them; the documents are as the clients wrote them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.guard.conftest import VALUE
from tests.guard.test_decide import JSON
from tests.guard.test_hooks import HOOK, run

from pixie_secrets import clients, hook_formats
from pixie_secrets.guard import door
from pixie_secrets.hook_formats import patch
from pixie_secrets.hook_formats.request import BEFORE


def has_format(client: str) -> bool:
    try:
        hook_formats.format_of(client)
    except KeyError:
        return False
    return True


FOREIGN = [one.name for one in clients.CLIENTS if one.name != hook_formats.CLAUDE_CODE and has_format(one.name)]
SHELLS = {
    "codex": {"tool_name": "Bash", "tool_input": {"command": "LINE"}},
    "gemini": {"tool_name": "run_shell_command", "tool_input": {"command": "LINE"}},
    "qwen": {"tool_name": "run_shell_command", "tool_input": {"command": "LINE", "is_background": False}},
    "copilot": {"toolName": "bash", "toolArgs": {"command": "LINE", "description": "x"}},
    "opencode": {"tool": "bash", "args": {"command": "LINE", "description": "x"}},
}
SHELLS["kilo"] = SHELLS["opencode"]
FILES = {
    "codex": {"tool_name": "mcp__files__read", "tool_input": {"path": "PATH"}},
    "gemini": {"tool_name": "read_file", "tool_input": {"file_path": "PATH"}},
    "qwen": {"tool_name": "read_file", "tool_input": {"file_path": "PATH"}},
    "copilot": {"toolName": "view", "toolArgs": {"path": "PATH"}},
    "opencode": {"tool": "read", "args": {"filePath": "PATH"}},
}
FILES["kilo"] = FILES["opencode"]
RESULTS: dict[str, dict[str, Any]] = {
    "codex": {"tool_response": "the key is VALUE\n"},
    "gemini": {"tool_response": {"llmContent": "Output: the key is VALUE\nExit Code: 3", "returnDisplay": "VALUE"}},
    "qwen": {"tool_response": {"llmContent": [{"text": "Output: the key is VALUE"}], "returnDisplay": "VALUE"}},
    "copilot": {"toolResult": {"resultType": "success", "textResultForLlm": "the key is VALUE\n"}},
    "opencode": {"result": {"title": "x", "metadata": {"output": "VALUE", "exit": 3}, "output": "the key is VALUE\n"}},
}
RESULTS["kilo"] = RESULTS["opencode"]


def filled(document: dict[str, Any], **words: str) -> dict[str, Any]:
    text = json.dumps(document)
    for name, word in words.items():
        text = text.replace(name, json.dumps(word)[1:-1])
    found: dict[str, Any] = json.loads(text)
    return found


def events(client: str) -> tuple[str, str, str]:
    hooks = next(each.hooks for each in clients.CLIENTS if each.name == client)
    assert hooks
    return hooks.before_call, hooks.after_call, hooks.prompt


def answer(client: str, event: str, document: dict[str, Any], root: Path) -> dict[str, Any] | None:
    form = hook_formats.format_of(client)
    return door.answered(form, event, {**document, "cwd": str(root)}, {"HOME": str(root.parent)})


def test_every_client_whose_hooks_are_written_is_answered_on_each_of_its_events() -> None:
    for client in clients.CLIENTS:
        written = client.hooks is not None and client.hooks.entries is not None
        assert written == (client.name in FOREIGN), client.name
        if written and client.hooks:
            assert set(client.hooks.events) == set(hook_formats.format_of(client.name).EVENTS)


def test_every_file_of_the_room_is_the_format_of_a_client_or_part_of_one() -> None:
    files = {path.stem for path in Path(hook_formats.__file__).parent.glob("*.py")} - {"__init__", "request", "patch"}
    spoken = {hook_formats.SHARED.get(name, name.replace("-", "_")) for name in (hook_formats.CLAUDE_CODE, *FOREIGN)}
    assert files == spoken


@pytest.mark.parametrize("name", ["", "request", "patch", "__init__", "os", "..guard", "codex.py", "cline", "*"])
def test_whoever_has_no_hooks_of_ours_is_told_so(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-IS", str(HOOK), "PreToolUse", "--client", name],
        input=b"{}",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"no hooks of a client" in done.stderr


MATCHING: list[dict[str, Any]] = [
    {"include": ["**/.env"]}, {"paths": ["tools/**"]}, {"paths": ["tools/a/*"]}, {"include": ["tools/*/.e*"]},
    {"paths": ["tools"]}, {"paths": ["."]}, {"include": ["**/*"]}, {"include": ["README.md", "{tools,docs}/*/*env"]},
    {"include": ["tools/a/[.]env"]}, {"include": "**/?env"}, {"include": ["tools/a/.env"]}, {"include": ["**/*.*"]},
    {"include": ["**"], "exclude": ["**/*.pem"]}, {"include": ["ROOT/tools/**"]}, {"include": ["link"]},
]  # fmt: skip
OTHERS: list[dict[str, Any]] = [
    {"include": ["**/*.py"]}, {"include": ["tools/a/main.py", "tools/b/**"]}, {"include": ["**/.env.example"]},
    {"paths": ["README.md", "docs/**", "server"]}, {"include": ["**/*"], "exclude": ["**/.env*"]}, {"include": []},
    {"paths": ["tools/*"]}, {"include": ["*"]}, {"include": [3, None, ""]}, {"include": {"a": 1}}, {},
    {"include": ["tools/a/**"], "exclude": ["tools/a/.env", "**/x"]}, {"include": ["**/*env?"]},
]  # fmt: skip


@pytest.mark.parametrize("client", ["gemini", "qwen"])
def test_many_files_are_not_read_by_a_pattern_that_matches_one_with_values(root: Path, client: str) -> None:
    def said(given: dict[str, Any]) -> dict[str, Any] | None:
        document = filled({"tool_name": "read_many_files", "tool_input": given}, ROOT=str(root))
        return answer(client, events(client)[0], document, root)

    assert [given for given in MATCHING if "set-secret" not in json.dumps(said(given))] == []
    assert [given for given in OTHERS if said(given)] == []
    (root / "tools/a/.env").unlink()
    (root / "hard").unlink()
    assert [given for given in MATCHING if said(given) and "**" in str(given)] == []


@pytest.mark.parametrize("client", FOREIGN)
def test_a_call_that_would_read_values_is_denied_and_ordinary_work_is_not(root: Path, client: str) -> None:
    before = events(client)[0]
    for document in (filled(SHELLS[client], LINE="cat tools/*/.env"), filled(FILES[client], PATH="tools/a/.env")):
        said = answer(client, before, document, root)
        assert "deny" in json.dumps(said) or "denied" in json.dumps(said)
        assert "set-secret" in json.dumps(said)
    for document in (filled(SHELLS[client], LINE="ls tools/a"), filled(FILES[client], PATH="tools/a/.env.example")):
        assert answer(client, before, document, root) is None


@pytest.mark.parametrize("client", FOREIGN)
def test_a_result_goes_on_masked_and_with_the_words_around_it(root: Path, client: str) -> None:
    after = events(client)[1]
    said = answer(client, after, filled({**SHELLS[client], **RESULTS[client]}, LINE="x", VALUE=VALUE), root)
    assert "the key is ***" in json.dumps(said)
    assert VALUE not in json.dumps(said)
    assert answer(client, after, filled({**SHELLS[client], **RESULTS[client]}, LINE="x", VALUE="nothing"), root) is None


@pytest.mark.parametrize("client", FOREIGN)
def test_a_prompt_with_a_value_is_stopped(root: Path, client: str) -> None:
    prompt = events(client)[2]
    said = answer(client, prompt, {"prompt": f"the key is {VALUE}"}, root)
    assert "not sent: it holds the value of K for a" in json.dumps(said)
    assert VALUE not in json.dumps(said)
    for harmless in ("fix main.py", ""):
        assert answer(client, prompt, {"prompt": harmless}, root) is None


def test_what_fails_last_in_a_batch_of_qwen_is_masked(root: Path) -> None:
    failed = {"status": "error", "tool_response": {"response_parts": [{"functionResponse": {"id": "c", "name": "n",
              "response": {"error": f"Output: the key is {VALUE}\nExit Code: 3"}}}], "error": VALUE}}  # fmt: skip
    said = answer("qwen", "PostToolBatch", {"tool_calls": [{"tool_response": {}}, failed]}, root)
    assert said
    assert said["reason"].startswith("Output: the key is ***\nExit Code: 3\n")
    assert answer("qwen", "PostToolBatch", {"tool_calls": [failed, {"tool_response": {}}]}, root) is None
    assert answer("qwen", "PostToolBatch", {"tool_calls": "none"}, root) is None


@pytest.mark.parametrize(("client", "tool"), [("codex", "apply_patch"), ("opencode", "patch")])
def test_a_patch_is_a_change_of_each_file_it_names(root: Path, client: str, tool: str) -> None:
    (root / "config.yaml").write_text(f"key: {VALUE}\nport: 80\n")

    def denied(text: str) -> str:
        given = {"tool_name": tool, "tool_input": {"command": text}, "tool": tool, "args": {"patchText": text}}
        return json.dumps(answer(client, events(client)[0], given, root))

    def update(path: str, *lines: str) -> str:
        return "\n".join(["*** Begin Patch", f"*** Update File: {path}", "@@", *lines, "*** End Patch"])

    assert "over a secret value" in denied(update("config.yaml", "-key: ***", "+key: other"))
    assert "over a secret value" in denied(update("config.yaml", "-port: 80", "+key: ***"))
    assert denied(update("config.yaml", "-port: 80", "+port: 81")) == "null"
    assert "set-secret" in denied("*** Begin Patch\n*** Add File: tools/b/.env\n+K=v\n*** End Patch")
    assert "set-secret" in denied("*** Begin Patch\n*** Update File: x\n*** Move to: tools/b/.env\n*** End Patch")


def test_a_patch_that_codex_runs_in_a_shell_is_one_and_a_command_besides(root: Path) -> None:
    (root / "config.yaml").write_text(f"key: {VALUE}\n")

    def denied(script: str) -> str:
        return json.dumps(answer("codex", "PreToolUse", filled(SHELLS["codex"], LINE=script), root))

    patched = "apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: {}\n-{}\n+key: other\n*** End Patch\nEOF\n"
    assert "over a secret value" in denied(patched.format("config.yaml", "key: ***"))
    assert "set-secret" in denied(patched.format("tools/b/.env", "K=1"))
    assert "set-secret" in denied(patched.format("x", "y") + "cat tools/a/.env")
    assert denied(patched.format("x", "y")) == "null"


PATCH = "*** Begin Patch\n*** Update File: tools/a/.env\n@@\n-K=a\n+K=b\n*** End Patch"
# As clients could write a call besides the way in which they were seen to: tool, arguments.
OTHERWISE: list[tuple[str, str, Any]] = [
    *((client, tool, written)
      for client, tool in (("codex", "Bash"), ("gemini", "run_shell_command"), ("qwen", "run_shell_command"),
                           ("copilot", "bash"), ("opencode", "bash"), ("claude-code", "Bash"))
      for written in ("cat tools/a/.env", ["cat", "tools/a/.env"], {"command": ["cat", "tools/a/.env"]},
                      {"command": ["bash", "-lc", "cd tools/a; cat .env"]}, {"cmd": "cat tools/a/.env"},
                      {"cmd": ["cat", ".env"], "workdir": "tools/a"})),
    ("codex", "js_repl", "require('fs').readFileSync('tools/a/.env')"),
    ("codex", "write_stdin", {"session_id": 1, "chars": "cat tools/a/.env\n"}),
    ("codex", "apply_patch", PATCH),
    ("codex", "apply_patch", {"command": ["apply_patch", PATCH]}),
    ("codex", "apply_patch", {"command": PATCH.replace("*** U", "  *** U")}),
    ("codex", "Bash", {"command": f"apply_patch <<'EOF'\n{PATCH}\nEOF"}),
    ("codex", "Bash", {"command": f"cd tools && apply_patch '{PATCH.replace('tools/', '')}'"}),
    ("copilot", "bash", json.dumps("cat tools/a/.env")),
    ("copilot", "bash", json.dumps(["cat", "tools/a/.env"])),
    ("copilot", "write_bash", {"sessionId": "1", "input": "cat tools/a/.env{enter}"}),
    ("gemini", "read_file", "tools/a/.env"),
]  # fmt: skip


@pytest.mark.parametrize(("client", "tool", "given"), OTHERWISE)
def test_arguments_in_another_shape_are_looked_at_too(root: Path, client: str, tool: str, given: Any) -> None:
    event = "PreToolUse" if client == hook_formats.CLAUDE_CODE else events(client)[0]
    document = {
        "tool_name": tool,
        "tool_input": given,
        "toolName": tool,
        "toolArgs": given,
        "tool": tool,
        "args": given,
    }
    assert "holds secret values" in json.dumps(answer(client, event, document, root))
    harmless = json.loads(json.dumps(document).replace(".env", ".env.example"))
    assert answer(client, event, harmless, root) is None


@given(st.text(alphabet=st.sampled_from("*+-@ \nAabFile:/.")))
def test_no_patch_makes_it_fail(text: str) -> None:
    for edit in patch.edits(text + "\n*** Update File: x\n" + text):
        assert set(edit) == {"path", "old_string", "new_string"}


@given(
    st.dictionaries(
        st.sampled_from(["tool_name", "tool_input", "tool_response", "toolName", "toolArgs", "toolResult", "tool",
                         "args", "result", "tool_calls", "prompt"]), JSON, max_size=5),
    st.sampled_from(FOREIGN),
)  # fmt: skip
def test_no_document_makes_a_format_fail(document: dict[str, Any], client: str) -> None:
    form = hook_formats.format_of(client)
    for event, asked in form.EVENTS.items():
        request = form.request(event, document)
        assert isinstance(request.given, dict)
        form.masked(request, request.result, "note")
        if asked == BEFORE:
            door.answered(form, event, document, {})


def test_the_script_answers_each_client_by_name_and_no_other(root: Path) -> None:
    call = json.dumps({**filled(SHELLS["gemini"], LINE="cat tools/a/.env"), "cwd": str(root)})
    words = [sys.executable, "-IS", str(HOOK), "BeforeTool", "--client"]
    done = subprocess.run([*words, "gemini"], input=call, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["decision"] == "deny"
    for client in ("emacs", "codex", ""):
        assert subprocess.run([*words, client], input=call, capture_output=True, text=True, check=False).returncode == 2
    assert run("BeforeTool", call.encode(), root).returncode == 2
