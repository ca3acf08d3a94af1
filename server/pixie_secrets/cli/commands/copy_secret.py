"""`copy-secret`: to the clipboard, for half a minute, once a person has said so on the page.

Its link goes to the browser alone. A terminal is no proof of a person: an agent may have one.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Any

from pixie_secrets import masking
from pixie_secrets.audit.entry import Way
from pixie_secrets.channels.browser import open_url
from pixie_secrets.channels.channel import Outcome
from pixie_secrets.channels.clipboard import SECONDS, Clipboard
from pixie_secrets.channels.page.host import PageHost
from pixie_secrets.channels.page.question import OPEN_SECONDS
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, TOOL, Operand, command
from pixie_secrets.cli.owners import owner_and_keys
from pixie_secrets.cli.usage import UsageRefused, check_keys
from pixie_secrets.errors import DONE, ChannelClosed
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.copy_secret import CopySecretRequest, asked_copy, copy_secret
from pixie_secrets.where import Where

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from pixie_secrets.channels.page.question import Ending
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.copy_secret import SecretCopied
    from pixie_secrets.secret.text import SecretStr


def run(invocation: Invocation, *, tool_id: str, key: str | None, as_json: bool) -> int:
    check_keys((key,) if key else ())
    masking.install()
    project = invocation.project()
    tool_id, keys = owner_and_keys(project, tool_id, (key,) if key else ())
    if not keys:
        raise UsageRefused("KEY is missing", "see pixie-secrets copy-secret --help")
    request = asked_copy(Context(project), CopySecretRequest(tool_id, keys[0]))
    copied = asyncio.run(_until_signal(_copied(project, request, Clipboard())))
    surface.result(f"{copied.key} of {copied.tool_id} was on the clipboard", copied, as_json=as_json)
    for warning in copied.warnings:
        surface.warn(warning)
    return DONE


async def _until_signal(work: Coroutine[Any, Any, SecretCopied]) -> SecretCopied:
    """Also a signal that would end us has the clipboard cleared first."""
    task = asyncio.ensure_future(work)
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise ChannelClosed("ended before it was done", "the clipboard is cleared") from None


async def _copied(project: Project, request: CopySecretRequest, clipboard: Clipboard) -> SecretCopied:
    """Ask on the page, copy, wait, clear; on every way out the clipboard is cleared."""
    held: list[SecretStr] = []

    def put(value: SecretStr) -> None:
        held.append(value)
        clipboard.put(value)

    def copy() -> SecretCopied:
        return copy_secret(Context(Project(project.root), channel=Way.PAGE), request, put)

    host = PageHost(project)
    copying = await host.open_copying(request, copy, int(SECONDS))
    try:
        if not Where.here().desktop or not await asyncio.to_thread(open_url, copying.link()):
            raise ChannelClosed("there is no browser here to ask in", "run this on a desktop of your own")
        surface.note(f"Say on the page in your browser that {request.key} may be copied.")
        copied = _answer(await copying.wait(OPEN_SECONDS), copying.copied)
        surface.note(f"Copied; the clipboard is cleared in {SECONDS:g} seconds.")
        await asyncio.to_thread(clipboard.owned_for, SECONDS)
    finally:
        for value in held:
            clipboard.clear(value)
        with contextlib.suppress(asyncio.CancelledError):
            await host.close()
    return copied


def _answer(ending: Ending | None, copied: SecretCopied | None) -> SecretCopied:
    """What was copied, or why nothing was."""
    if copied:
        return copied
    if ending and ending.problem:
        raise ending.problem
    if ending and ending.outcome is Outcome.DECLINED:
        raise ChannelClosed("you said no on the page", "nothing was copied")
    raise ChannelClosed("nobody answered on the page", "nothing was copied; run it again")


COMMAND = command(
    TOOL,
    Operand("key", "[KEY]", is_required=False),
    options=(JSON,),
    more="""\
A page in your browser asks first. The value goes to the clipboard by wl-copy, xclip, xsel or pbcopy, is shown nowhere,
and is off it again after 30 seconds, unless you copied something else by then. A clipboard manager may keep a copy.""",
    examples=("pixie-secrets copy-secret whisper-transcription OPENAI_API_KEY",),
)(run)
