"""Our plugin for opencode and Kilo, in a JavaScript engine: what it asks, and that nothing goes ahead unasked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import add_tool, require

from pixie_secrets.clients.opencode import plugin

NODE = Path(__file__).parents[1] / "e2e" / "node_modules" / ".bin" / "node"
VALUE = "sk-plugin-5Rt8Yq2Lm7Vx"
GUARD = (sys.executable, "-P", "-m", "pixie_secrets", "hook")
DRIVER = """
import { PixieSecrets } from "./plugin.mjs"
const shown = []
const tui = { showToast: async ({ body }) => shown.push(body.message) }
const hooks = await PixieSecrets({ client: { tui }, directory: process.cwd() })
const [event, about, output] = JSON.parse(process.argv[2])
let thrown = null
try { await hooks[event](about, output) } catch (error) { thrown = error.message }
console.log(JSON.stringify({ thrown, output, shown }))
"""
PATIENCE = "20_000"  # milliseconds
HANGING = (sys.executable, "-c", "import signal; signal.pause()")
BROKEN = {
    "never answers": HANGING,
    "not there": ("/nonexistent/guard",),
    "fails": (sys.executable, "-c", "raise SystemExit(3)"),
    "says no JSON": (sys.executable, "-c", "print('oops')"),
    "ended by a signal": (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (add_tool(tmp_path, "a", secrets=[{"key": "K"}]) / ".env").write_text(f"K={VALUE}\n")
    return tmp_path


def called(root: Path, guard: tuple[str, ...], event: str, about: Any, output: Any) -> dict[str, Any]:
    """What a hook of the plugin threw, what became of its output, and what was shown to the person."""
    require("node (npm install --no-save --prefix tests/e2e)", NODE.exists())
    text = plugin((), "opencode", guard)
    (root / "plugin.mjs").write_text(text.replace(PATIENCE, "200") if guard == HANGING else text)
    (root / "driver.mjs").write_text(DRIVER)
    words = [str(NODE), "driver.mjs", json.dumps([event, about, output])]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_call_is_denied_in_the_guards_words_and_another_goes_ahead(root: Path) -> None:
    denied = called(root, GUARD, "tool.execute.before", {"tool": "read"}, {"args": {"filePath": "tools/a/.env"}})
    assert "set-secret" in denied["thrown"]
    allowed = called(root, GUARD, "tool.execute.before", {"tool": "read"}, {"args": {"filePath": "tools/a/main.py"}})
    assert allowed["thrown"] is None


def test_a_result_is_masked_wherever_it_holds_a_value_and_keeps_its_shape(root: Path) -> None:
    result = {"title": VALUE, "output": f"the key is {VALUE}", "metadata": {"exit": 3, "output": VALUE}}
    shown = called(root, GUARD, "tool.execute.after", {"tool": "bash", "args": {}}, result)["output"]
    assert (shown["title"], shown["metadata"]) == ("***", {"exit": 3, "output": "***"})
    assert shown["output"].startswith("the key is ***\n")
    plain = {"title": "x", "output": "nothing", "metadata": {}}
    assert called(root, GUARD, "tool.execute.after", {"tool": "bash", "args": {}}, plain)["output"] == plain


@pytest.mark.parametrize(
    "parts",
    [
        [{"type": "text", "text": f"the key is {VALUE}"}],
        [{"type": "text", "text": "read this"}, {"type": "file", "url": "file:///ROOT/tools/a/.env"}],
    ],
    ids=["typed", "attached"],
)
def test_a_prompt_is_stopped_and_the_person_is_told(root: Path, parts: list[dict[str, str]]) -> None:
    parts = json.loads(json.dumps(parts).replace("/ROOT", str(root)))
    stopped = called(root, GUARD, "chat.message", {}, {"parts": parts})
    assert stopped["thrown"].startswith("not sent: ")
    assert stopped["shown"] == [stopped["thrown"]]
    harmless = called(root, GUARD, "chat.message", {}, {"parts": [{"type": "text", "text": "fix it"}]})
    assert (harmless["thrown"], harmless["shown"]) == (None, [])


@pytest.mark.parametrize("guard", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_asked_about_does_not_go_ahead(root: Path, guard: tuple[str, ...]) -> None:
    about = {"tool": "bash", "args": {}}
    assert "could not be asked" in called(root, guard, "tool.execute.before", about, {"args": {}})["thrown"]
    assert "could not be asked" in called(root, guard, "chat.message", {}, {"parts": []})["thrown"]
    for result in ({"title": VALUE, "output": VALUE, "metadata": {"x": VALUE}},
                   {"content": [{"type": "text", "text": VALUE}], "structuredContent": {"x": VALUE}}):  # fmt: skip
        shown = called(root, guard, "tool.execute.after", about, result)
        assert VALUE not in json.dumps(shown)
        assert "withheld" in json.dumps(shown)


def test_it_knows_no_value_and_says_whose_it_is() -> None:
    text = plugin((), "kilo", GUARD)
    assert text.startswith("// pixie-secrets: written by `pixie-secrets connect`")
    assert json.dumps(list(GUARD)) in text
    assert '"kilo"' in text
    assert PATIENCE in text
    assert "COMMAND]" not in text.replace("...COMMAND", "")
