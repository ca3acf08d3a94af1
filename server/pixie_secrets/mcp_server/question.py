"""One `tools/call`: who asks, what was passed, on which project; and what can be asked of the client meanwhile."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from pixie_secrets import clients

if TYPE_CHECKING:
    from collections.abc import Mapping

    import mcp_types as types
    from mcp.server.context import ServerRequestContext

    from pixie_secrets.clients.client import Client
    from pixie_secrets.layouts.project import Project

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """The call, and its client as `channels` asks it."""

    context: ServerRequestContext[Any]
    params: types.CallToolRequestParams
    project: Project

    @cached_property
    def client(self) -> Client:
        hello = self.context.session.client_params
        return clients.by_handshake(hello.client_info.name if hello else None)

    @property
    def declares_links(self) -> bool:
        """An empty `elicitation: {}` means forms only, in both eras."""
        capabilities = self.context.session.client_capabilities
        return bool(capabilities and capabilities.elicitation and capabilities.elicitation.url is not None)

    @property
    def takes_links_in_answers(self) -> bool:
        return self.context.protocol_version in MODERN_PROTOCOL_VERSIONS

    @property
    def wants_progress(self) -> bool:
        return (self.context.meta or {}).get("progress_token") is not None

    @property
    def call_meta(self) -> Mapping[str, Any]:
        return self.context.meta or {}

    async def show_link(self, message: str, url: str, dialog_id: str) -> str | None:
        try:
            response = await self.context.session.elicit_url(message, url, dialog_id)
        except MCPError as error:
            log.warning("the client could not show the link (error %s)", error.error.code)
            return None
        return response.action

    async def close_dialog(self, dialog_id: str) -> None:
        await self.context.session.send_elicit_complete(dialog_id)

    async def report_progress(self, message: str) -> None:
        await self.context.session.report_progress(0, None, message)
