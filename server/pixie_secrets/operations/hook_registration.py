"""The file in which a coding agent is told to ask the guard: with our hooks, or without; every other byte stays."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from pixie_secrets.clients.client import HookFile, HookItems
from pixie_secrets.operations.configuration_text import with_item

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.clients.client import Client, Hooks

TABLE = "hooks"


def registered(client: Client, text: str, guard: tuple[str, ...]) -> str:
    """`text` with our hooks, which `guard` answers, in the place of earlier ones.

    Raises:
        NotEditable: it cannot be read, or not be edited with certainty.
    """
    hooks = _hooks(client)
    if isinstance(hooks.entries, HookFile):
        return hooks.entries.text(hooks.events, client.name, guard)
    for event in reversed(hooks.events):  # each goes before the others
        item = _items(hooks).item(shlex.join([*guard, *_named(event, client)]))
        text = with_item(text, (TABLE, event), item, _ours(event, client))
    return text


def unregistered(client: Client, text: str) -> str:
    """`text` without our hooks; "" where it is a file of ours alone.

    Raises:
        NotEditable: as `registered`.
    """
    hooks = _hooks(client)
    if isinstance(hooks.entries, HookFile):
        return ""
    for event in hooks.events:
        text = with_item(text, (TABLE, event), None, _ours(event, client))
    return text


def _hooks(client: Client) -> Hooks:
    assert client.hooks  # noqa: S101  only those with entries are asked for
    return client.hooks


def _items(hooks: Hooks) -> HookItems:
    assert isinstance(hooks.entries, HookItems)  # noqa: S101  those with a file of their own were told apart
    return hooks.entries


def _named(event: str, client: Client) -> list[str]:
    return [event, "--client", client.name]


def _ours(event: str, client: Client) -> Callable[[Any], bool]:
    """Whether an item does nothing but start a guard of ours, of this installation or an earlier one."""
    ending = " " + shlex.join(_named(event, client))

    def is_ours(item: Any) -> bool:
        found = item.get("hooks") if isinstance(item, dict) else None
        lines = [hook.get("command") if isinstance(hook, dict) else None for hook in found or ()]
        return bool(lines) and all(isinstance(line, str) and line.endswith(ending) for line in lines)

    return is_ours
