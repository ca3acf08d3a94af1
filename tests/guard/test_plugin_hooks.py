"""The plugin tells the client about every event that the guard answers, and how to start it."""

from __future__ import annotations

import json
from pathlib import Path

from pixie_secrets.hook_formats import claude_code

ROOT = Path(__file__).parents[2]


def test_every_event_has_its_hook_and_no_shell_stands_between() -> None:
    document = json.loads((ROOT / "hooks" / "hooks.json").read_text())
    hooks = document["hooks"]
    assert [(ROOT / "hooks" / module).is_file() for module in document["modules"]] == [True]
    assert set(hooks) == set(claude_code.EVENTS)
    for event, [entry] in hooks.items():
        [hook] = entry["hooks"]
        assert (hook["type"], hook["command"]) == ("command", "python3")
        isolated, script, named = hook["args"]
        assert (isolated, named) == ("-IS", event)
        assert (ROOT / script.replace("${CLAUDE_PLUGIN_ROOT}/", "")).is_file()
        assert entry.get("matcher", "*") == "*"
