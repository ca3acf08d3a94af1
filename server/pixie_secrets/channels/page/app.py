"""The routes of the page: exchange a link, show and take a form, show the index, remove a value.

Every route answers in the same order: whose session is it, is the form ours, what was typed, do it, and send the
browser on (POST, 303, GET), so that a reload never sends a value twice.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pixie_secrets.audit.entry import Way
from pixie_secrets.channels.page import refusals, views
from pixie_secrets.channels.page.answers import FIELDS, read_answers
from pixie_secrets.channels.page.consent_routes import ConsentRoutes, consent_page
from pixie_secrets.channels.page.link_grants import LinkGrant, LinkState, Session, address, cookie_name
from pixie_secrets.channels.page.render import ICON, page, refusal_page
from pixie_secrets.channels.page.request_guard import RequestGuard
from pixie_secrets.channels.page.sessions import Refused, check_own, ended, form_session, port_of, session_of, submitted
from pixie_secrets.errors import ChannelClosed, PixieError
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.probe_secret import declared_target, probe_now
from pixie_secrets.operations.set_secret import SetSecretRequest, check_answer, expiry_noted, set_secret
from pixie_secrets.operations.unset_secret import UnsetSecretRequest, can_revoke, unset_secret
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from pixie_secrets.channels.page.answers import Answers
    from pixie_secrets.channels.page.copying import Copying
    from pixie_secrets.channels.page.form import Form
    from pixie_secrets.channels.page.host import PageHost
    from pixie_secrets.channels.page.link_grants import Access
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.set_secret import SecretSaved


def build_app(host: PageHost, access: Access) -> ASGIApp:
    """The whole page of a host, behind its guard."""
    routes = _Routes(host.project, access)
    consents = ConsentRoutes(host, access)
    app = Starlette(
        routes=[
            Route("/", routes.index, methods=["GET"]),
            Route("/icon.svg", _icon, methods=["GET"]),
            Route("/open", routes.landing, methods=["GET"]),
            Route("/open", routes.exchange, methods=["POST"]),
            *consents.routes(),
            Route("/tool/{tool_id:path}/copy", routes.confirm_copy, methods=["GET"]),
            Route("/tool/{tool_id:path}/copy", routes.copy, methods=["POST"]),
            Route("/tool/{tool_id:path}/settings", routes.tool, methods=["GET"]),
            Route("/tool/{tool_id:path}/settings", routes.submit, methods=["POST"]),
            Route("/tool/{tool_id:path}/settings/cancel", routes.cancel, methods=["POST"]),
            Route("/tool/{tool_id:path}/settings/remove", routes.confirm_removal, methods=["GET"]),
            Route("/tool/{tool_id:path}/settings/remove", routes.remove, methods=["POST"]),
        ],
        exception_handlers={
            Refused: _refused,
            HTTPException: _not_routed,
            PixieError: _pixie_error,
            Exception: _failed,
        },
    )
    app.router.redirect_slashes = False
    return RequestGuard(app)


@dataclass(frozen=True)
class _Routes:
    project: Callable[[], Project]
    access: Access

    async def landing(self, request: Request) -> Response:
        """What a link opens first. It uses nothing up: previews and prefetches fetch links, only people send forms.

        It also makes the next step a same-origin one, so that the `SameSite=Strict` cookie goes along even when the
        link was followed from another site.
        """
        token = request.query_params.get("token", "")
        return page("open.html", token=token, grant=self._usable(token))

    async def exchange(self, request: Request) -> Response:
        """Turn a fresh link into a session."""
        form = await submitted(request, fields=1, values=0, home=None)
        token = form.plain("token")
        grant = self._usable(token)
        session = self.access.redeem(token)
        if session is None:  # another request was faster
            raise Refused(refusals.USED_LINK, grant.home)
        response = RedirectResponse(grant.home, 303)
        name = cookie_name(port_of(request), grant)
        response.set_cookie(name, session.secret, path=grant.home, httponly=True, samesite="strict")
        return response

    async def index(self, request: Request) -> Response:
        """All tools and apps, and how many of their secrets are set."""
        session_of(self.access, request, None)
        listed = await asyncio.to_thread(list_secrets, Context(self.project()), ListSecretsRequest())
        return page("index.html", listed=listed, address=address, root=shown(str(self.project().root)))

    async def tool(self, request: Request) -> Response:
        """A tool's page: what its elicitation asks for, how the elicitation ended, or all its secrets."""
        session = session_of(self.access, request, request.path_params["tool_id"])
        if session.grant.consent:
            return consent_page(session, session.grant.consent)
        elicitation = session.grant.elicitation
        if elicitation is None or elicitation.is_open:
            view = await self._view(session, request.path_params["tool_id"])
            session.grant.notice, session.grant.probed = None, ()
            return page("tool.html", background=BackgroundTask(session.grant.answered.set), view=view)
        if elicitation.result and elicitation.result.saved:
            shown = BackgroundTask(elicitation.ending_shown.set)
            saved, probed = elicitation.result.saved, session.grant.probed
            return page(
                "saved.html", background=shown, asked=elicitation.asked, saved=saved, probed=probed, again=False
            )
        raise Refused(ended(session.grant))

    async def submit(self, request: Request) -> Response:
        """Take the form: all values are stored, or none and the page says why."""
        tool_id = request.path_params["tool_id"]
        session = form_session(self.access, request, tool_id)
        elicitation = session.grant.elicitation
        still_open = elicitation is None or elicitation.is_open
        view = await self._view(session, tool_id)
        keys = [field.key for field in view.fields]
        form = await submitted(request, fields=1 + FIELDS * len(keys), values=len(keys), home=address(tool_id))
        check_own(session, form, "save", address(tool_id))
        if elicitation and elicitation.result and elicitation.result.saved:
            saved, probed = elicitation.result.saved, session.grant.probed
            return page("saved.html", 409, asked=elicitation.asked, saved=saved, probed=probed, again=True)
        if not still_open:
            raise Refused(ended(session.grant))
        check = partial(check_answer, self.project(), tool_id, tuple(keys))
        already = () if elicitation else [field.key for field in view.fields if field.is_set]
        answers = await asyncio.to_thread(read_answers, form, keys, check, already)
        if answers.problems or not (answers.values or answers.expires):
            return page("tool.html", 422, view=view.with_problems(answers.problems, answers.several_lines))
        asking = partial(self._ask_services, session, tool_id, form, tuple(answers.values))
        session.grant.probed = ()
        try:
            if elicitation:
                await elicitation.save(answers.values, answers.expires, asking)
            else:
                session.grant.answered.clear()
                session.grant.notice = await asyncio.to_thread(self._store, tool_id, answers)
                await asyncio.to_thread(asking)
        except ChannelClosed:
            raise Refused(ended(session.grant)) from None
        except PixieError as error:
            session.grant.answered.set()
            return page("tool.html", 422, view=view.with_refusal(error, answers))
        return RedirectResponse(address(tool_id), 303)

    async def cancel(self, request: Request) -> Response:
        """End an elicitation without a value; the agent is told that the person declined."""
        tool_id = request.path_params["tool_id"]
        session = form_session(self.access, request, tool_id)
        form = await submitted(request, fields=1, values=0, home=address(tool_id))
        check_own(session, form, "cancel", address(tool_id))
        if session.grant.question is None:
            raise Refused(refusals.UNKNOWN_PATH)  # settings are nobody's question
        session.grant.question.decline()
        return RedirectResponse(address(tool_id), 303)

    def _ask_services(self, session: Session, tool_id: str, form: Form, keys: tuple[str, ...]) -> None:
        """Ask about those of `keys` for which the person ticked the box, as it stood beside it.

        They are stored by now, so nothing that is wrong with the manifest since may look like a refusal.
        """
        project = self.project()
        try:
            owner = project.owner(tool_id)
        except PixieError:
            return
        targets = [target for key in keys if (target := declared_target(project, owner, key))]
        agreed = [
            each for each in targets if session.accepts(views.ToolView.box(each), form.plain(f"probe.{each.key}"))
        ]
        session.grant.probed = probe_now(agreed) if agreed else ()

    def _store(self, tool_id: str, answers: Answers) -> SecretSaved:
        context = Context(self.project(), channel=Way.PAGE)
        if not answers.values:
            return expiry_noted(context, tool_id, answers.expires)
        asked = SetSecretRequest(tool_id=tool_id, keys=tuple(answers.values), allow_undeclared=True)
        return set_secret(context, asked, answers.values, answers.expires)

    async def confirm_removal(self, request: Request) -> Response:
        """Ask before a value is removed: it cannot be shown again, so it cannot be brought back."""
        tool_id, key = request.path_params["tool_id"], request.query_params.get("key", "")
        session = session_of(self.access, request, tool_id)
        if session.grant.question:
            raise Refused(refusals.UNKNOWN_PATH)  # a question asks for something; it removes nothing
        view = await self._view(session, tool_id)
        if key not in [field.key for field in view.fields if field.is_set]:
            return RedirectResponse(address(tool_id), 303)
        host = await asyncio.to_thread(can_revoke, Context(self.project()), UnsetSecretRequest(key, tool_id))
        return page("remove.html", view=view, key=key, revoke_host=host, token=session.form_token(f"remove {key}"))

    async def remove(self, request: Request) -> Response:
        """Remove a value that was confirmed."""
        tool_id = request.path_params["tool_id"]
        session = form_session(self.access, request, tool_id)
        form = await submitted(request, fields=3, values=0, home=address(tool_id))
        key = form.plain("key")
        check_own(session, form, f"remove {key}", address(tool_id))
        unset = UnsetSecretRequest(tool_id=tool_id, key=key, revoke=bool(form.plain("revoke")))
        await asyncio.to_thread(unset_secret, Context(self.project(), channel=Way.PAGE), unset)
        session.grant.notice = key
        return RedirectResponse(address(tool_id), 303)

    async def confirm_copy(self, request: Request) -> Response:
        """Ask whether a value may go to the clipboard, or say what became of it."""
        session, copying = self._copying(request)
        return page(
            "copy.html",
            background=None if copying.is_open else BackgroundTask(copying.ending_shown.set),
            copying=copying,
            grant=session.grant,
            token=session.form_token("copy"),
        )

    async def copy(self, request: Request) -> Response:
        """Take the person's answer, once."""
        session, copying = self._copying(request, request.query_params.get("page", ""))
        home = session.grant.home
        form = await submitted(request, fields=2, values=0, home=home)
        check_own(session, form, "copy", home)
        if form.plain("answer") != "yes":
            copying.decline()
        elif copying.is_open:
            await copying.confirm()
        return RedirectResponse(home, 303)

    def _copying(self, request: Request, grant_id: str | None = None) -> tuple[Session, Copying]:
        session = session_of(self.access, request, request.path_params["tool_id"], grant_id, copying=True)
        return session, cast("Copying", session.grant.question)

    async def _view(self, session: Session, tool_id: str) -> views.ToolView:
        project = self.project()
        if session.grant.elicitation:
            return await asyncio.to_thread(views.elicitation_view, project, session, session.grant.elicitation)
        return await asyncio.to_thread(views.settings_view, project, session, tool_id)

    def _usable(self, token: str) -> LinkGrant:
        """The grant of a link that may be exchanged now."""
        link, grant = self.access.state_of(token)
        if grant is None:
            raise Refused(refusals.UNKNOWN_LINK)
        is_over = grant.question is not None and not grant.question.is_open
        if link is LinkState.USED:
            raise Refused(refusals.USED_LINK, grant.home)
        if is_over or link is LinkState.EXPIRED:
            raise Refused(ended(grant) if is_over else refusals.EXPIRED)
        return grant


async def _refused(_request: Request, exc: Exception) -> Response:
    refused = cast("Refused", exc)  # registered for this class only
    return refusal_page(refused.refusal, refused.home)


async def _not_routed(_request: Request, exc: Exception) -> Response:
    status = cast("HTTPException", exc).status_code  # registered for this class only
    return refusal_page(refusals.WRONG_METHOD if status == HTTPStatus.METHOD_NOT_ALLOWED else refusals.UNKNOWN_PATH)


async def _pixie_error(request: Request, exc: Exception) -> Response:
    return page("error.html", 409, error=cast("PixieError", exc), home=request.url.path)  # registered for it only


async def _failed(_request: Request, _exc: Exception) -> Response:
    return refusal_page(refusals.INTERNAL)  # Starlette raises it again, and the guard logs it


async def _icon(_request: Request) -> Response:
    return Response(ICON, media_type="image/svg+xml")
