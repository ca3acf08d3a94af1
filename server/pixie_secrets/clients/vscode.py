"""Visual Studio Code, by its documentation: what it declares is believed. Not run here."""

from __future__ import annotations

from pixie_secrets.clients.client import Client, Configuration, Folder, Links, Progress

VSCODE = Client(
    name="vscode",
    title="Visual Studio Code",
    programs=("code",),
    handshake=("Visual Studio Code", "Visual Studio Code - Insiders"),
    seen="documented",
    links=Links.LOOPBACK,
    progress=Progress.SHOWN,
    configuration=Configuration(
        Folder("project"),
        (".vscode/mcp.json",),
        "json",
        ("servers",),
        lambda command, arguments: {"type": "stdio", "command": command, "args": list(arguments)},
    ),
)
