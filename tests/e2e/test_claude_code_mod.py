"""The module inside the real Claude Code (`hooks/register.js`), with a person and without: nothing is sent, nor kept.

What hooks alone leave open is closed here: a prompt of `claude -p` in its own transcript, what a failing call says,
another server's errors, a masking that fails or takes too long.
"""

from __future__ import annotations

import json
import secrets
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from tests.e2e.claude_lab.checkout import git
from tests.e2e.claude_lab.lab import PROMPT
from tests.e2e.guarded import ALL_TOOLS, KEY, TOOL, call, env_file, left_behind
from tests.person import Person
from tests.waiting import until

if TYPE_CHECKING:
    from tests.e2e.claude_lab.lab import Lab
    from tests.e2e.guarded import Guarded

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]

POINTER = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"
REFERENCE = f"${{{{ secrets.{TOOL}.{KEY} }}}}"
SAVING = f"""
import secrets, sys
from pathlib import Path
value = "pk-" + secrets.token_hex(16)
Path("tools/{TOOL}/.env").write_text("{KEY}=" + value + chr(10))
print("saved", value)
sys.exit(int(sys.argv[1]))
"""
BROKEN = """
import sys, time
question = sys.stdin.read()
if '"ask":"output"' in question or "the key is" in question:
    {trouble}
print("{{}}")
"""
# A server as others write them: what goes wrong in it is said in full.
OTHER_SERVER = """
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pathlib import Path

server = MCPServer("other")
KEY = Path(__file__).with_name("notes.txt").read_text().split()[-1]

@server.tool()
def fetch(wrong: bool) -> dict[str, str]:
    if wrong:
        raise ToolError("401 for " + KEY)
    return {"token": KEY}

server.run()
"""


def test_without_a_person_a_prompt_and_whatever_a_call_says_go_on_without_the_value(
    guarded: Guarded, value: str
) -> None:
    lab = guarded.lab(guarded.module_alone())
    add_other_server(lab)
    config = lab.project / "config.yaml"
    config.write_text(f"key: {value}\nport: 80\n")
    calls = [
        call("Bash", command="python3 leaking.py and fail"),
        call("Bash", command="python3 leaking.py"),
        call("Read", file_path=str(config)),
        call("Edit", file_path=str(config), old_string="key: ***\nport: 80", new_string="port: 80"),
        call("mcp__other__fetch", wrong=True),
        call("mcp__other__fetch", wrong=False),
    ]
    words = f"The key is {value}, it is in @notes.txt and @tools/{TOOL}/.env too."
    lab.run("-p", words + "".join(calls), "--allowedTools", f"{ALL_TOOLS},mcp__other__fetch")
    failed, fine, read, edited, error, result = lab.tool_results()
    assert "Exit code 1" in failed
    assert "cannot log in with ***" in failed
    assert "base64 ***" in fine
    assert "key: ***" in read
    assert "String to replace not found" in edited
    assert "*** is what you were shown in place of it" in edited
    assert "401 for ***" in error
    assert json.loads(result) == {"token": "***"}
    noted = json.loads((lab.home / ".local/state/pixie-secrets/module.json").read_text())
    assert noted["version"] == lab.run("--version").stdout.split()[0]
    said = str(lab.main_calls()[0]["messages"])
    assert f"The key is {REFERENCE}, it is in notes.txt and tools/{TOOL}/.env too." in said
    assert "stands for a secret value" in said
    assert config.read_text() == f"key: {value}\nport: 80\n"
    # What another server says in an error, the client writes into a log of its own before anybody is asked.
    logs = list((lab.home / ".cache").glob("claude-cli-nodejs/*/mcp-logs-other/*.jsonl"))
    left_behind(lab, config, *logs).assert_nowhere(value)


def test_a_persons_prompt_goes_on_with_references_and_what_nobody_knows_is_stored_first(
    guarded: Guarded, value: str
) -> None:
    lab = guarded.lab()
    lab.start()
    lab.wait_for(PROMPT)
    send(lab, f"The key is {value}, is it right", shows=r"The key is \$\{\{ secrets")

    token, other = (f"ghp_{secrets.token_hex(18)}" for _ in range(2))
    send(lab, f"use the token {token} now", shows="looks like a secret")
    assert value not in str(lab.bodies())
    pick(lab, f"Replace {KEY} of {TOOL} by it")
    lab.wait_for(r"use the token \$\{\{ secrets")
    assert dotenv_values(env_file(lab)) == {KEY: token}

    send(lab, f"no, {other} was it", shows="looks like a secret")
    pick(lab, "Choose on the page")
    Person().save(lab.link(), {KEY: other})
    lab.wait_for(r"no, \$\{\{ secrets")
    assert dotenv_values(env_file(lab)) == {KEY: other}

    left = f"ghp_{secrets.token_hex(18)}"
    send(lab, f"or rather {left} then", shows="looks like a secret")
    sent = len(lab.main_calls())
    pick(lab, "Do not send it")
    lab.wait_for("nothing was stored")
    assert len(lab.main_calls()) == sent

    lab.press("C-u", until=rf"{PROMPT}\s*\n")  # the client gives the person their words back
    lab.press("!", until=r"(?m)^\s*! ")
    lab.type(f"echo {other}; false")
    lab.wait_for("false")
    lab.press("Enter", until=r"echo \*\*\*")
    lab.say("what did it say?")
    seen = left_behind(lab)
    for secret in (token, other, left):
        seen.assert_nowhere(secret)
    assert [place for place in seen.places(value) if "notes.txt" not in place] == []


def test_without_a_person_what_nobody_knows_is_not_sent(guarded: Guarded) -> None:
    lab = guarded.lab()
    token = f"ghp_{secrets.token_hex(18)}"
    lab.run("-p", f"push it with {token}")
    assert lab.main_calls() == []
    left_behind(lab).assert_nowhere(token)


@pytest.mark.parametrize("trouble", ["raise SystemExit(1)", "time.sleep(60)"], ids=["fails", "hangs"])
def test_what_cannot_be_masked_is_withheld(guarded: Guarded, value: str, trouble: str) -> None:
    plugin = guarded.module_alone()
    (plugin / "server" / "hook.py").write_text(BROKEN.format(trouble=trouble))
    module = plugin / "hooks" / "register.js"
    module.write_text(module.read_text().replace("TIMEOUT = 10 * SECONDS", "TIMEOUT = 2 * SECONDS"))
    git(plugin, "commit", "--quiet", "--all", "--message", "broken")
    lab = guarded.lab(plugin)
    lab.run("-p", f"the key is {value}")
    assert lab.main_calls() == []
    calls = [call("Bash", command="cat notes.txt"), call("Bash", command="cat notes.txt; false")]
    lab.run("-p", "".join(calls), "--allowedTools", ALL_TOOLS)
    assert ["withheld by pixie-secrets" in result for result in lab.tool_results()] == [True, True]
    left_behind(lab).assert_nowhere(value)


def test_a_value_that_is_saved_while_a_command_runs_is_masked_in_what_it_says(guarded: Guarded) -> None:
    """And in the client's own record of what changed: it keeps the difference of files that git does not ignore."""
    lab = guarded.lab()
    env_file(lab).unlink()
    (lab.project / "saving.py").write_text(SAVING)
    for arguments in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "first")):
        git(lab.project, *arguments)
    (lab.project / ".claude").mkdir()
    (lab.project / ".claude" / "settings.json").write_text('{"permissions": {"allow": ["Bash"]}}')
    lab.start()
    saved: list[str] = []
    for status in (0, 3):
        lab.say(f"Go {status} " + call("Bash", command=f"python3 saving.py {status}"))
        until(partial(told_more_than, lab, len(saved)), timeout=40, every=0.1)
        saved.append(env_file(lab).read_text().strip().removeprefix(f"{KEY}="))
        assert "saved ***" in lab.tool_results()[-1]
    seen = left_behind(lab)
    for value in saved:
        seen.assert_nowhere(value)


def send(lab: Lab, prompt: str, *, shows: str) -> None:
    """Type a prompt and press Enter until the client shows what becomes of it."""
    lab.type(prompt)
    lab.wait_for(prompt[-8:])
    lab.press("Enter", until=shows)


def told_more_than(lab: Lab, results: int) -> bool:
    return len(lab.tool_results()) > results


def pick(lab: Lab, offer: str) -> None:
    """Answer the client's dialog."""
    lab.step("Down", until=rf"{POINTER} \d\. {offer}")
    lab.press("Enter", until=r"(?s)\A(?!.*Enter to select)")


def add_other_server(lab: Lab) -> None:
    (lab.project / "server.py").write_text(OTHER_SERVER)
    entry = {"command": sys.executable, "args": [str(lab.project / "server.py")]}
    (lab.project / ".mcp.json").write_text(json.dumps({"mcpServers": {"other": entry}}))
    state = json.loads((lab.home / ".claude.json").read_text())
    state["projects"][str(lab.project)]["enabledMcpjsonServers"] = ["other"]
    (lab.home / ".claude.json").write_text(json.dumps(state))
