"""What every route of the page asks first: whose session is it, is the form ours; and the "no" that it stops with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.channels.channel import Outcome
from pixie_secrets.channels.page import refusals
from pixie_secrets.channels.page.form import FormRefused, read_form

if TYPE_CHECKING:
    from starlette.requests import Request

    from pixie_secrets.channels.page.form import Form
    from pixie_secrets.channels.page.link_grants import Access, LinkGrant, Session
    from pixie_secrets.channels.page.refusals import Refusal

_BODY_REFUSALS = {413: refusals.TOO_LARGE, 408: refusals.TOO_SLOW, 400: refusals.MALFORMED}


class Refused(Exception):
    """Stop here and answer with this refusal."""

    def __init__(self, refusal: Refusal, home: str | None = None) -> None:
        super().__init__(refusal.title)
        self.refusal = refusal
        self.home = home


def session_of(
    access: Access, request: Request, tool_id: str | None, grant_id: str | None = None, *, copying: bool = False
) -> Session:
    """The session that the browser's cookies prove, for a tool's page (None: the index).

    copying: for the page that asks about the clipboard. A link to that opens no other, and no other link opens that.
    """
    session = access.session(request.cookies, port_of(request), tool_id, grant_id)
    if session is None or (session.grant.copying is not None) is not copying:
        raise Refused(refusals.NO_SESSION, request.url.path)
    return session


def form_session(access: Access, request: Request, tool_id: str) -> Session:
    """The session of the very page the form was on: a browser may have several for one tool."""
    return session_of(access, request, tool_id, request.query_params.get("page", ""))


def check_own(session: Session, form: Form, name: str, home: str) -> None:
    """Refuse a form that was not on this session's page."""
    if not session.accepts(name, form.plain("token")):
        raise Refused(refusals.FORGED, home)


async def submitted(request: Request, fields: int, values: int, home: str | None) -> Form:
    """The form that was sent, with at most so many fields, of which so many are values."""
    try:
        return await read_form(request, fields, values)
    except FormRefused as refused:
        raise Refused(_BODY_REFUSALS[refused.status], home) from None


def ended(grant: LinkGrant) -> Refusal:
    """Why a question that was not answered in this page is closed."""
    result = grant.question.result if grant.question else None
    if result and result.outcome is Outcome.EXPIRED:
        return refusals.EXPIRED
    if result and result.outcome is Outcome.SAVED:
        return refusals.ALREADY_SAVED
    if result and result.outcome is Outcome.DECLINED:
        return refusals.DECLINED
    return refusals.WITHDRAWN


def port_of(request: Request) -> int:
    """The port of ours that was asked."""
    port: int = request.scope["server"][1]
    return port
