"""The routes of a consent: show whom the person would go to, begin, take the provider's answer, say how it ended.

The provider's answer comes with a browser that another site sent, so without our `SameSite=Strict` cookie; what proves
it is the state, which only the browser that was sent off has. It is answered by sending the browser on to an address
without the code in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pixie_secrets.channels.page import refusals
from pixie_secrets.channels.page.link_grants import address
from pixie_secrets.channels.page.render import page
from pixie_secrets.channels.page.sessions import Refused, check_own, ended, form_session, session_of, submitted
from pixie_secrets.oauth.registration import REDIRECT_PATH
from pixie_secrets.operations.authorize import AuthorizeRequest

if TYPE_CHECKING:
    from starlette.requests import Request

    from pixie_secrets.channels.page.consent import Consent
    from pixie_secrets.channels.page.host import PageHost
    from pixie_secrets.channels.page.link_grants import Access, Session

DONE_PATH = "/oauth/done"
BEGIN = "begin"  # the form that asks for a code to enter


@dataclass(frozen=True)
class ConsentRoutes:
    """See the module. host: whose questions these are."""

    host: PageHost
    access: Access

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(REDIRECT_PATH, self.answer, methods=["GET"]),
            Route(DONE_PATH, self.done, methods=["GET"]),
            Route("/tool/{tool_id:path}/settings/authorize", self.ask, methods=["GET"]),
            Route("/tool/{tool_id:path}/settings/authorize", self.begin, methods=["POST"]),
        )

    async def ask(self, request: Request) -> Response:
        """Of the settings: show whom the person would go to for one key."""
        tool_id, key = request.path_params["tool_id"], request.query_params.get("key", "")
        session = session_of(self.access, request, tool_id)
        if session.grant.question:
            raise Refused(refusals.UNKNOWN_PATH)
        consent = session.grant.consents.get(key)
        if consent is None or not consent.is_open:
            consent = await self.host.open_consent(AuthorizeRequest(tool_id=tool_id, key=key))
            session.grant.consents[key] = consent
        return consent_page(session, consent)

    async def begin(self, request: Request) -> Response:
        """Get the code that the person is to enter."""
        tool_id = request.path_params["tool_id"]
        session = form_session(self.access, request, tool_id)
        form = await submitted(request, fields=2, values=0, home=address(tool_id))
        key = form.plain("key")
        check_own(session, form, f"{BEGIN} {key}", address(tool_id))
        consent = session.grant.consent or session.grant.consents.get(key)
        if consent is None or not consent.is_open:
            raise Refused(ended(session.grant))
        await consent.begin_device()
        return RedirectResponse(_home(session, consent), 303)

    async def answer(self, request: Request) -> Response:
        """Take what the provider sent along."""
        consent = self.host.answered_consent(request.query_params.get("state", ""))
        if consent is None or not consent.is_open:
            raise Refused(refusals.WRONG_STATE)
        await consent.answer(request.query_params.multi_items())
        return RedirectResponse(f"{DONE_PATH}?page={consent.id}", 303)

    async def done(self, request: Request) -> Response:
        """How it ended; nothing in it is anybody's secret."""
        consent = self.host.consent(request.query_params.get("page", ""))
        if consent is None or consent.result is None:
            raise Refused(refusals.UNKNOWN_PATH)
        return _ending(consent, None)


def consent_page(session: Session, consent: Consent) -> Response:
    """What the person is shown of a consent, as it is now."""
    if consent.result:
        return _ending(consent, None if session.grant.question else session.grant.home)
    if not consent.is_open:
        raise Refused(ended(session.grant))
    token = session.form_token(f"{BEGIN} {consent.asked.registration.key}")
    action = f"{address(consent.asked.tool_id)}/authorize?page={session.grant.id}"
    cancel = session.form_token("cancel") if session.grant.question else None
    return page(
        "consent.html",
        consent=consent,
        registration=consent.asked.registration,
        token=token,
        action=action,
        cancel=cancel,
        home=f"{address(consent.asked.tool_id)}/cancel?page={session.grant.id}",
    )


def _ending(consent: Consent, home: str | None) -> Response:
    result = consent.result
    shown = BackgroundTask(consent.ending_shown.set)
    if result and result.authorized:
        return page("authorized.html", background=shown, asked=consent.asked, authorized=result.authorized, home=home)
    if result and result.problem:
        return page(
            "not_authorized.html", 400, shown, asked=consent.asked, problem=result.problem, redirect=consent.redirect
        )
    raise Refused(refusals.EXPIRED if result and result.outcome == "expired" else refusals.WITHDRAWN)


def _home(session: Session, consent: Consent) -> str:
    home = address(consent.asked.tool_id)
    return home if session.grant.question else f"{home}/authorize?key={consent.asked.registration.key}"
