"""`.mcp.json` files before and after their values moved; VALUE stands for a value."""
# ruff: noqa: E501, ISC004  a document is easier to compare where it is not broken, and a pair is two of them

from __future__ import annotations

SERVERS = [
    (
        '{"mcpServers": {"s": {"command": "npx", "args": ["-y", "srv"], "env": {"API_KEY": "VALUE"}}}}',
        '{"mcpServers": {"s": {"command": "pixie-secrets", "args": ["exec", "x", "--", "npx", "-y", "srv"]}}}',
    ),
    (
        '{"mcpServers":{"s":{"command":"npx","args":[],"env":{"API_KEY":"VALUE"}}}}',
        '{"mcpServers":{"s":{"command":"pixie-secrets","args":["exec", "x", "--", "npx"]}}}',
    ),
    (
        '{"mcpServers": {"s": {"env": {"API_KEY": "VALUE"}, "command": "npx"}}}',
        '{"mcpServers": {"s": {"command": "pixie-secrets", "args": ["exec", "x", "--", "npx"]}}}',
    ),
    (
        '{"mcpServers": {"s": {"command": "npx", "env": {"API_KEY": "VALUE"}}}}',
        '{"mcpServers": {"s": {"command": "pixie-secrets", "args": ["exec", "x", "--", "npx"]}}}',
    ),
    (
        '{"servers": {"s": {"type": "stdio", "command": "npx", "env": {"MODE": "${M}", "API_KEY": "VALUE"}, "disabled": 1e0}}}',
        '{"servers": {"s": {"type": "stdio", "command": "pixie-secrets", "args": ["exec", "x", "--", "npx"],'
        ' "env": {"MODE": "${M}"}, "disabled": 1e0}}}',
    ),
    (
        '{\r\n  "mcpServers": {\r\n    "s": {\r\n      "command": "npx",\r\n      "args": [\r\n        "-y"\r\n      ],\r\n'
        '      "env": {\r\n        "A_TOKEN": "VALUE",\r\n        "PATH": "/x",\r\n        "B_TOKEN": "VALUE2"\r\n      }\r\n'
        "    }\r\n  }\r\n}\r\n",
        '{\r\n  "mcpServers": {\r\n    "s": {\r\n      "command": "pixie-secrets",\r\n      "args": [\r\n        "exec",\r\n'
        '        "x",\r\n        "--",\r\n        "npx",\r\n        "-y"\r\n      ],\r\n'
        '      "env": {\r\n        "PATH": "/x"\r\n      }\r\n    }\r\n  }\r\n}\r\n',
    ),
    (
        '{"mcpServers": {"s": {"command": "pixie-secrets", "args": ["exec", "x", "--", "npx"], "env": {"NEW_KEY": "VALUE"}}}}',
        '{"mcpServers": {"s": {"command": "pixie-secrets", "args": ["exec", "x", "--", "npx"]}}}',
    ),
]
