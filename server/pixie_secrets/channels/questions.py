"""The kinds of questions for a person: for the values of secrets, and for their consent at a provider."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixie_secrets.channels.command import authorize_arguments, command_line, set_secret_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.channels.page.consent import Consent
    from pixie_secrets.channels.page.elicitation import Elicitation
    from pixie_secrets.channels.page.host import PageHost
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.authorize import AuthorizeRequest, ConsentToAsk
    from pixie_secrets.operations.set_secret import SecretsToAsk, SetSecretRequest

# The dialogs have short lines: Claude Code cuts each at the width of the terminal.


@dataclass(frozen=True)
class ForValues:
    """See `Question`: type these secrets. client: the name of the coding agent that asks."""

    project: Project
    request: SetSecretRequest
    asked: SecretsToAsk
    client: str = ""

    @property
    def path(self) -> str:
        return self.asked.path

    @property
    def command(self) -> str:
        """The line that sets them in another terminal."""
        return command_line(self.arguments(os.environ))

    @property
    def dialog(self) -> str:
        keys = ", ".join(secret.key for secret in self.asked.secrets)
        return (
            f"{self.asked.tool_name} ({self.asked.tool_id}) needs: {keys}\n"
            "Type it into the page that opens; the agent never sees it.\n"
            f"It goes to {self.asked.path}\n"
            "Page out of reach of your browser? Decline; you are given a command."
        )

    @property
    def on_page(self) -> str:
        return f"A page is open in your browser: type the value there. Or run in another terminal: {self.command}"

    def arguments(self, environment: Mapping[str, str]) -> list[str]:
        return set_secret_arguments(self.project, self.request, environment)

    async def open(self, host: PageHost) -> Elicitation:
        return await host.open(self.request, self.client)


@dataclass(frozen=True)
class ForConsent:
    """See `Question`: agree at the provider. client: the name of the coding agent that asks."""

    project: Project
    request: AuthorizeRequest
    asked: ConsentToAsk
    client: str = ""

    @property
    def path(self) -> str:
        return self.asked.path

    @property
    def command(self) -> str:
        """The line that does it in another terminal."""
        return command_line(self.arguments(os.environ))

    @property
    def dialog(self) -> str:
        server = self.asked.registration
        return (
            f"{self.asked.tool_name} ({self.asked.tool_id}) wants access at {server.title}\n"
            f"The page that opens says more, and leads to {server.consent_host}\n"
            f"The token goes to {self.asked.path}; the agent never sees it.\n"
            "Page out of reach of your browser? Decline; you are given a command."
        )

    @property
    def on_page(self) -> str:
        where = self.asked.registration.consent_host
        return f"A page is open in your browser: it leads to {where}. Or run in another terminal: {self.command}"

    def arguments(self, environment: Mapping[str, str]) -> list[str]:
        return authorize_arguments(self.project, self.asked, environment)

    async def open(self, host: PageHost) -> Consent:
        return await host.open_consent(self.request, self.client)
