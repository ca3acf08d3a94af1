"""`authorize`: takes the person to a provider, by a page in their browser or a code to enter anywhere, and waits.

A link and a code to enter are keys for one visit: they go to the browser, or onto the screen of the person's terminal,
never to a pipe, a file, or an agent that runs this command.
"""

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.audit.entry import Way
from pixie_secrets.channels.agreement import agreed
from pixie_secrets.channels.browser import open_url
from pixie_secrets.channels.page.host import PageHost
from pixie_secrets.channels.page.question import OPEN_SECONDS
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, TOOL, Operand, command
from pixie_secrets.cli.owners import owner_and_keys
from pixie_secrets.cli.usage import check_keys
from pixie_secrets.errors import DONE, ChannelClosed
from pixie_secrets.oauth.device_flow import Waiting, device_request, poll
from pixie_secrets.oauth.entry import TokenEntry
from pixie_secrets.operations.authorize import AuthorizeRequest, asked_consent, keep_token
from pixie_secrets.operations.context import Context
from pixie_secrets.where import Where

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.authorize import Authorized, ConsentToAsk


def run(invocation: Invocation, request: AuthorizeRequest, *, as_json: bool) -> int:
    """Wait until the person has agreed, for up to ten minutes.

    Raises:
        UnknownTool, KeyRefused, AppSecretMissing: as `asked_consent`.
        ChannelClosed: neither a browser nor a terminal to show the way at, or nobody answered.
        PixieError: the provider gave no token; says why.
    """
    check_keys((request.key,) if request.key else ())
    masking.install()
    project = invocation.project()
    tool_id, keys = owner_and_keys(project, request.tool_id, (request.key,) if request.key else ())
    request = request._replace(tool_id=tool_id, key=keys[0] if keys else None)
    asked = asked_consent(project, request)
    request = request._replace(tool_id=asked.tool_id, key=asked.registration.key)
    has_desktop, at_terminal = Where.here().desktop, surface.before_a_person()
    if not has_desktop and not at_terminal:
        raise ChannelClosed("neither a browser nor a terminal to authorize at", "run this in a terminal of your own")
    gc.enable()  # this command stays for a while
    has_device = asked.registration.server.device_url is not None
    if at_terminal and has_device and (request.device or not has_desktop):
        done = _by_code(project, asked)
    else:
        done = asyncio.run(_on_page(project, request, asked, open_browser=has_desktop))
    surface.result(_line(done), done, as_json=as_json)
    for warning in (*([done.ignored] if done.ignored else []), *done.file_warnings):
        surface.warn(warning)
    return DONE


def _by_code(project: Project, asked: ConsentToAsk) -> Authorized:
    """The device flow at this terminal."""
    registration = asked.registration
    surface.note(
        f"{asked.tool_name} wants access at {registration.title}: {', '.join(registration.scopes) or 'no scopes'}"
    )
    surface.note(f"{registration.client_secret or 'The request'} is sent to {', '.join(registration.secret_hosts)}")
    question = "That server is not one known here: its addresses are from tool.json. Go on?"
    if not registration.is_known and not agreed(question):
        raise ChannelClosed("nothing was sent", "run it again once you know whose server that is")
    secret = TokenEntry(project.owner(asked.tool_id), registration.key, registration).app_secret()
    device = device_request(registration, secret)
    surface.note(f"Open {device.page} on any machine and enter the code {device.user_code}")
    while True:
        time.sleep(device.interval)
        found = poll(device, secret)
        if not isinstance(found, Waiting):
            return keep_token(Context(project, channel=Way.COMMAND), asked, found)
        device = device._replace(interval=found.interval)


async def _on_page(
    project: Project, request: AuthorizeRequest, asked: ConsentToAsk, *, open_browser: bool
) -> Authorized:
    host = PageHost(project)
    try:
        consent = await host.open_consent(request)
        link = consent.link()
        if open_browser and await asyncio.to_thread(open_url, link):
            surface.note(f"A page is open in your browser: it leads to {asked.registration.consent_host}.")
        elif surface.before_a_person():
            surface.note(f"Open this link on this machine, it works once:\n  {link}")
        else:
            raise ChannelClosed("the browser could not be opened", "run this in a terminal of your own")
        ending = await consent.wait(OPEN_SECONDS)
        if ending and ending.problem:
            raise ending.problem
        if ending is None or ending.authorized is None:
            raise ChannelClosed("nobody agreed, nothing was changed", "run it again")
        return ending.authorized
    finally:
        await host.close()


def _line(done: Authorized) -> str:
    until = f" until {done.expires_at}" if done.expires_at else ""
    renewed = ", renewed by itself" if done.renews_itself else ""
    return (
        f"authorized {done.key} of {done.tool_id} at {done.provider}{until}{renewed} ({done.path}, mode 600)\n"
        f"scopes: {', '.join(done.scopes) or 'none'}"
    )


COMMAND = command(
    TOOL,
    Operand("key", "[KEY]", is_required=False),
    request=AuthorizeRequest,
    options=(JSON,),
    more="""\
For a secret of the type oauth2. A page says whom you would go to and what the tool would get; you agree there, in your
browser, and the token is kept in the tool's store and renewed by itself. Without a browser here, or with --device, you
enter a code in a browser anywhere, where the provider offers that. The app's own secret is set first: set-secret.""",
    examples=(
        "pixie-secrets authorize calendar-digest",
        "pixie-secrets authorize calendar-digest --device",
    ),
)(run)
