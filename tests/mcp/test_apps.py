"""Apps through the server: no tool is named where only one app can be meant, and a file is where the user says one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.layouts.shapes import repository
from tests.mcp.client import LEGACY, Client
from tests.person import Person

if TYPE_CHECKING:
    from pathlib import Path

VALUE = "sk-shape-Zr81mQx5Lw02"
FILES = {
    "apps/web/package.json": '{"dependencies": {"next": "15.0.0"}}',
    "apps/web/.env.example": "# Stripe\nSTRIPE_SECRET_KEY= # required\nPORT=3000\n",
    "apps/api/main.py": "import os\nos.environ['API_TOKEN']\n",
    "apps/api/.env.example": "API_TOKEN=\n",
}


def test_a_key_alone_says_whose_it_is_and_the_value_goes_to_the_file_that_is_read(tmp_path: Path, era: str) -> None:
    repository(tmp_path, FILES)
    with Client(tmp_path, era) as client:
        dialog = client.ask(key="STRIPE_SECRET_KEY")
        result = dialog.answer("accept") if era == LEGACY else None
        assert Person().save(dialog.link, {"STRIPE_SECRET_KEY": VALUE}).status == 200
        outcome = client.outcome(result if result is not None else dialog.answer("accept"))
        assert (outcome["outcome"], outcome["tool_id"]) == ("saved", "apps/web")
        assert VALUE in (tmp_path / "apps/web/.env.local").read_text()
        [app] = client.call("list-secrets", tool_id="apps/web")["structuredContent"]["apps"]
        assert [(one["key"], one["status"], one["setting"], one["files"]) for one in app["secrets"]] == [
            ("STRIPE_SECRET_KEY", "set", False, [".env.local"]),
            ("PORT", "not set", True, []),
        ]
        assert VALUE not in "".join(client.received)


def test_a_value_for_production_goes_to_the_file_of_production(tmp_path: Path) -> None:
    repository(tmp_path, FILES)
    with Client(tmp_path, LEGACY) as client:
        dialog = client.ask(tool_id="api", key="API_TOKEN", file=".env.production")
        result = dialog.answer("accept")
        Person().save(dialog.link, {"API_TOKEN": VALUE})
        assert client.outcome(result)["outcome"] == "saved"
    assert VALUE in (tmp_path / "apps/api/.env.production").read_text()
    assert not (tmp_path / "apps/api/.env").exists()


def test_what_is_not_here_is_refused_in_words_for_an_agent(tmp_path: Path) -> None:
    repository(tmp_path, FILES)
    with Client(tmp_path, LEGACY) as client:
        assert "new-tool" in client.refusal(client.start("run-tool", {"tool_id": "apps/web"}))
        assert "apps/web" in client.refusal(client.start("set-secret", {"tool_id": "wib", "key": "STRIPE_SECRET_KEY"}))


def test_a_key_is_taken_out_of_the_only_app_that_declares_it_and_of_none_where_several_do(tmp_path: Path) -> None:
    both = {f"apps/{name}/.env": f"SHARED_KEY={VALUE}\nSTRIPE_SECRET_KEY={VALUE}\n" for name in ("web", "api")}
    repository(
        tmp_path, FILES | {"apps/web/.env.sample": "SHARED_KEY=\n", "apps/api/.env.sample": "SHARED_KEY=\n"} | both
    )
    web, api = (tmp_path / name for name in both)
    with Client(tmp_path, LEGACY) as client:
        outcome = client.outcome(client.start("unset-secret", {"key": "STRIPE_SECRET_KEY"}))
        assert (outcome["tool_id"], outcome["was_set"]) == ("apps/web", True)
        assert web.read_text() == f"SHARED_KEY={VALUE}\n"
        refusal = client.refusal(client.start("unset-secret", {"key": "SHARED_KEY"}))
    assert "apps/api" in refusal
    assert "apps/web" in refusal
    assert web.read_text() == f"SHARED_KEY={VALUE}\n"
    assert api.read_text() == both["apps/api/.env"]


def test_the_keys_of_a_mcp_json_move_into_an_app_unseen(tmp_path: Path, era: str) -> None:
    repository(tmp_path, FILES)
    config = tmp_path / ".mcp.json"
    server = {"command": "npx", "args": ["-y", "pay-server"], "env": {"STRIPE_SECRET_KEY": VALUE, "LOG_LEVEL": "info"}}
    config.write_text(json.dumps({"mcpServers": {"pay": server}}))
    before = config.read_bytes()
    with Client(tmp_path, era) as client:
        for tool in ("preview-migration", "migrate-tool-format"):
            assert config.read_bytes() == before
            answer = client.call(tool, tool_id="apps/web", source=".mcp.json")
            declared = answer["structuredContent"]["declared"]
            assert (declared["tool_id"], declared["moved"]) == ("apps/web", ["STRIPE_SECRET_KEY"])
        assert VALUE not in "".join(client.received)
    moved = json.loads(config.read_text())["mcpServers"]["pay"]
    assert moved["env"] == {"LOG_LEVEL": "info"}
    assert moved["args"][moved["args"].index("exec") + 1 :] == ["apps/web", "--", "npx", "-y", "pay-server"]
    assert VALUE in (tmp_path / "apps/web/.env.local").read_text()
    assert not (tmp_path / "tools").exists()
