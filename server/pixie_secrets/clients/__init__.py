"""Coding agents, one file each: what each can really show and how long it really waits, which is not what it declares.

`client` says what is known of one; each other file holds one, with the version it was seen in. A new one is a file and
its line in `CLIENTS`. Standard library only: the server asks before any package is imported.
"""

from __future__ import annotations

from pixie_secrets.clients.claude_code import CLAUDE_CODE
from pixie_secrets.clients.client import UNKNOWN, Client
from pixie_secrets.clients.cline import CLINE
from pixie_secrets.clients.codex import CODEX
from pixie_secrets.clients.continue_cli import CONTINUE
from pixie_secrets.clients.copilot_cli import COPILOT
from pixie_secrets.clients.cursor import CURSOR
from pixie_secrets.clients.gemini_cli import GEMINI
from pixie_secrets.clients.inspector import INSPECTOR
from pixie_secrets.clients.kilo import KILO
from pixie_secrets.clients.kimi_code import KIMI
from pixie_secrets.clients.opencode import OPENCODE
from pixie_secrets.clients.qwen_code import QWEN
from pixie_secrets.clients.vscode import VSCODE

CLIENTS = (
    CLAUDE_CODE,
    CODEX,
    GEMINI,
    OPENCODE,
    KILO,
    QWEN,
    COPILOT,
    CONTINUE,
    CLINE,
    KIMI,
    INSPECTOR,
    CURSOR,
    VSCODE,
)


def by_handshake(name: str | None) -> Client:
    """The client that calls itself `name` in `clientInfo`; `UNKNOWN` for any other, and for one that says nothing."""
    return next((client for client in CLIENTS if name and client.calls_itself(name)), UNKNOWN)
