"""The SDK's own client, as other programs use it, in both eras."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any, Literal

import pytest
from dotenv import dotenv_values
from mcp_types import CallToolResult, ElicitRequestURLParams, ElicitResult, Implementation
from tests.person import Person

from mcp import Client, StdioServerParameters

if TYPE_CHECKING:
    from mcp.client.session import ClientRequestContext
    from mcp_types import ElicitRequestParams

    from pixie_secrets.layouts.project import Project

TOOL = "whisper-transcription"
KEY = "OPENAI_API_KEY"
VALUE = "sk-proj-7Qm4xW9tB2nL"
Action = Literal["accept", "decline", "cancel"]


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> str:
    mode: str = request.param
    return mode


def call(
    project: Project, mode: str, action: Action, *, save: bool
) -> tuple[CallToolResult, list[ElicitRequestURLParams]]:
    """Call set-secret through the client; its user answers `action`, and saves first if `save`."""
    seen: list[ElicitRequestURLParams] = []

    async def show(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        assert isinstance(params, ElicitRequestURLParams)
        seen.append(params)
        if save:
            await asyncio.to_thread(Person().save, params.url, {KEY: VALUE})
        return ElicitResult(action=action)

    async def run() -> Any:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "pixie_secrets", "mcp"],
            cwd=project.root,
            env={"HOME": os.environ["HOME"]},
        )
        who = Implementation(name="claude-code", version="1")  # whose kind is answered with links
        async with Client(server, mode=mode, elicitation_callback=show, client_info=who) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} >= {"set-secret", "list-secrets"}
            return await client.call_tool("set-secret", {"tool_id": TOOL, "key": KEY})

    return asyncio.run(run()), seen


def test_it_sets_a_secret(project: Project, mode: str) -> None:
    result, [shown] = call(project, mode, "accept", save=True)
    assert result.structured_content["outcome"] == "saved"
    assert not result.is_error
    assert dotenv_values(project.root / "tools" / TOOL / ".env") == {KEY: VALUE}
    for text in (VALUE, shown.url, shown.url.rpartition("token=")[2]):
        assert text not in result.model_dump_json()


def test_an_instant_cancel_where_no_user_is_ends_at_once_with_the_command(project: Project, mode: str) -> None:
    result, _ = call(project, mode, "cancel", save=False)
    assert result.structured_content["outcome"] == "pending"
    assert result.structured_content["channel"] is None
    assert f"set-secret {TOOL} {KEY}" in result.structured_content["next_step"]
