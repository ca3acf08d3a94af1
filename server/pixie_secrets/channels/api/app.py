"""The routes: who calls, what is wanted, do it, say how it stands.

A value goes from the body into a `SecretStr` and on to `set_secret`; answers are made of what `list-secrets` says.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pixie_secrets.audit.entry import Way
from pixie_secrets.channels.api.openapi import FIELDS_OF, document
from pixie_secrets.errors import FileRefused, PixieError, UnknownTool
from pixie_secrets.known_values.json_documents import masked_result
from pixie_secrets.manifest.text import strict_json
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.declare_secret import FIELDS, declare_secret
from pixie_secrets.operations.list_secrets import ListedSecret, ListSecretsRequest, list_secrets
from pixie_secrets.operations.set_secret import SetSecretRequest, expiry_noted, set_secret
from pixie_secrets.operations.status import Status
from pixie_secrets.operations.unset_secret import UnsetSecretRequest, unset_secret
from pixie_secrets.secret.key import KeyName, check_key
from pixie_secrets.secret.size import BYTES_MAX
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.learn import learn, learn_value
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.list_secrets import AppSecret

BODY_BYTES_MAX = 8 * BYTES_MAX  # every character of a value may be written as an escape
BODY_SECONDS = 20.0
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}

_log = logging.getLogger(__name__)


class ApiSecret(NamedTuple):
    """A secret as it is answered; `openapi` says what each field means. No field has room for a value."""

    name: KeyName
    tool: str
    description: str | None
    metadata: dict[str, Any] | None
    required: bool
    declared: bool
    status: Status
    created_at: str | None
    updated_at: str | None
    channel: str | None
    expires: str | None
    due: str | None


class _Refused(Exception):
    """Answer with this status and these words."""

    def __init__(self, status: int, message: str, hint: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.hint, self.headers = status, message, hint, headers


def build_api(project: Callable[[], Project], token: str, tool_id: str | None = None) -> ASGIApp:
    """All of it, behind its guard. project: a fresh look at it. tool_id: the one tool that it is about; None: all."""
    routes = _Routes(project, tool_id)
    app = Starlette(
        routes=[
            _route("/v1/secrets", GET=routes.list, POST=routes.create),
            _route("/v1/secrets/{key}", GET=routes.one, PUT=routes.update, DELETE=routes.delete),
            Route("/v1/openapi.json", _openapi, methods=["GET"]),
        ],
        exception_handlers={
            _Refused: _refused,
            HTTPException: _not_routed,
            PixieError: _pixie_error,
            Exception: _failed,
        },
    )
    app.router.redirect_slashes = False
    return _Guard(app, token)


def _route(path: str, **verbs: Callable[[Request], Awaitable[Response]]) -> Route:
    """One route for all that can be done at `path`, so that a refusal says all of it."""
    verbs["HEAD"] = verbs["GET"]

    async def answer(request: Request) -> Response:
        return await verbs[request.method](request)

    return Route(path, answer, methods=list(verbs))


class _Guard:
    """Refuses whoever is not a script with the token: another host's name, a web page of any origin, nobody."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
                ]
            await send(message)

        await (self._why_refused(scope) or self._app)(scope, receive, send_with_headers)

    def _why_refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        port = scope["server"][1]
        if headers.get("host", "") not in {f"127.0.0.1:{port}", f"localhost:{port}"}:
            return _answer(421, "this answers to 127.0.0.1 and localhost alone", "use the URL as it was printed")
        if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
            return _answer(403, "this is not for web pages", "call it from a program")
        if not hmac.compare_digest(headers.get("authorization", "").encode("utf-8", "replace"), self._expected):
            hint = "send the header Authorization: Bearer and what stands in the token's file"
            return _answer(401, "the token is missing or wrong", hint, {"WWW-Authenticate": "Bearer"})
        return None


@dataclass(frozen=True)
class _Routes:
    """writing: held by what looks first and then writes, so that two calls do not both find a key unset."""

    project: Callable[[], Project]
    only: str | None
    writing: Lock = field(default_factory=Lock)

    async def list(self, request: Request) -> Response:
        """What there is, of one tool or of all."""
        return await asyncio.to_thread(self._list, self._tool(request))

    async def one(self, request: Request) -> Response:
        return await asyncio.to_thread(self._one, self._tool(request), request.path_params["key"])

    async def create(self, request: Request) -> Response:
        """A secret that has no value yet; of a tool it is declared, too."""
        body = await _body(request, "create")
        return await asyncio.to_thread(self._create, self._tool(request), body)

    async def update(self, request: Request) -> Response:
        """Another value, or another declaration, for a secret that there is."""
        body = await _body(request, "update")
        return await asyncio.to_thread(self._update, self._tool(request), request.path_params["key"], body)

    async def delete(self, request: Request) -> Response:
        """Remove the value; what declares it stays."""
        return await asyncio.to_thread(self._delete, self._tool(request), request.path_params["key"])

    def _tool(self, request: Request) -> str | None:
        tools = request.query_params.getlist("tool")
        if len(tools) > 1 or {*request.query_params} - {"tool"}:
            raise _Refused(422, "the only query there is is tool, once", "such as ?tool=whisper-transcription")
        asked = tools[0] if tools else None
        if self.only and asked not in {None, self.only}:
            raise _Refused(404, f"this was started for {self.only} alone", "leave the query out")
        return self.only or asked

    def _known(self) -> Project:
        project = self.project()
        learn(project)
        return project

    def _owner(self, project: Project, tool: str | None, key: str) -> Owner:
        return project.owner(tool or "", (key,))

    def _list(self, tool: str | None) -> Response:
        listed = list_secrets(Context(self._known()), ListSecretsRequest(tool))
        found = [_shown(owner.tool_id, secret) for owner in listed.owners for secret in owner.secrets]
        return JSONResponse({"secrets": masked_result(found), "unreadable": masked_result(listed.unreadable)})

    def _one(self, tool: str | None, name: str) -> Response:
        project = self._known()
        return JSONResponse(masked_result(_found(project, self._owner(project, tool, name).id, name)))

    def _create(self, tool: str | None, body: _Body) -> Response:
        project = self._known()
        name = check_key(str(body.fields.pop("name")))
        owner = self._owner(project, tool, name)
        with self.writing:
            there = _secrets(project, owner.id).get(name)
            if there and there.status is not Status.NOT_SET:
                raise _Refused(409, f"{owner.id} has {name} already", "replace it with PUT")
            self._store(owner, name, body, declare=owner.is_closed)
        made = _found(self._known(), owner.id, name)
        location = f"/v1/secrets/{name}"
        return JSONResponse(masked_result(made), 201, {"Location": location})

    def _update(self, tool: str | None, name: str, body: _Body) -> Response:
        project = self._known()
        owner = self._owner(project, tool, name)
        with self.writing:
            _found(project, owner.id, name)
            self._store(owner, name, body, declare=False)
        return JSONResponse(masked_result(_found(self._known(), owner.id, name)))

    def _store(self, owner: Owner, name: str, body: _Body, *, declare: bool) -> None:
        declared = {one: body.fields[one] for one in FIELDS if one in body.fields}
        undo = declare_secret(owner, name, declared) if declared or declare else None
        context = Context(self.project(), channel=Way.API)
        if body.value is None:
            if "expires" in body.fields:
                expiry_noted(context, owner.id, {name: date.fromisoformat(body.fields["expires"])})
            return
        learn_value(body.value.get_secret_value(), key=name, tool=owner.id)
        request = SetSecretRequest(owner.id, (name,), allow_undeclared=True, expires=body.fields.get("expires"))
        try:
            set_secret(context, request, {name: body.value})
        except PixieError:
            if undo:
                undo()
            raise

    def _delete(self, tool: str | None, name: str) -> Response:
        project = self._known()
        owner = self._owner(project, tool, name)
        with self.writing:
            if _found(project, owner.id, name).status is Status.NOT_SET:
                raise _Refused(404, f"{name} is not set")
            unset_secret(Context(project, channel=Way.API), UnsetSecretRequest(name, owner.id))
        return Response(status_code=204)


def _secrets(project: Project, owner_id: str) -> dict[str, ListedSecret | AppSecret]:
    [owner] = list_secrets(Context(project), ListSecretsRequest(owner_id)).owners
    return {secret.key: secret for secret in owner.secrets}


def _found(project: Project, owner_id: str, name: str) -> ApiSecret:
    secrets = _secrets(project, owner_id)
    if name not in secrets:
        raise _Refused(404, f"{owner_id} has no such secret", one_of(name, secrets, "its secrets"))
    return _shown(owner_id, secrets[name])


def _shown(owner_id: str, secret: ListedSecret | AppSecret) -> ApiSecret:
    fields = {name: getattr(secret, name) for name in ApiSecret._fields if name not in {"name", "tool"}}
    return ApiSecret(name=secret.key, tool=owner_id, **fields)


class _Body(NamedTuple):
    """What was sent, less the value."""

    fields: dict[str, Any]
    value: SecretStr | None


async def _body(request: Request, verb: str) -> _Body:
    """The body, bounded while it arrives. Nothing of it is ever repeated."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Refused(415, "the body must be JSON", "send Content-Type: application/json")
    received = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                received += chunk
                if len(received) > BODY_BYTES_MAX:
                    raise _Refused(413, "the body is larger than any value may be")
    except TimeoutError:
        raise _Refused(408, "the body did not arrive in time") from None
    except ClientDisconnect:
        raise _Refused(400, "the body was cut short") from None
    return _read(bytes(received), verb)


def _read(data: bytes, verb: str) -> _Body:
    allowed, required = FIELDS_OF[verb]
    try:
        found = strict_json(data.decode())
    except (ValueError, RecursionError):  # whose words may quote what they stumbled over
        found = None
    if not isinstance(found, dict):
        raise _Refused(400, "the body is no JSON object")
    if not {*found} <= allowed.keys():
        raise _Refused(422, "the body has a field that is not known", f"fields: {', '.join(allowed)}")
    if not found or not {*found} >= required:
        raise _Refused(422, "a field is missing", f"needed: {', '.join(sorted(required)) or 'at least one'}")
    for name, value in found.items():
        if not allowed[name](value):
            raise _Refused(422, f"{name} is not of its type", "see /v1/openapi.json")
    value = found.pop("value", None)
    if value == "":
        raise _Refused(422, "an empty value is none", "remove one with DELETE")
    return _Body(found, None if value is None else SecretStr(value))


def _answer(status: int, message: str, hint: str = "", headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"message": message, "hint": str(hint)}}, status, headers)


async def _refused(_request: Request, exc: Exception) -> Response:
    refused = cast("_Refused", exc)  # registered for this class only
    return _answer(refused.status, refused.message, refused.hint, refused.headers)


async def _not_routed(_request: Request, exc: Exception) -> Response:
    error = cast("HTTPException", exc)  # registered for this class only
    message = "there is nothing at this address" if error.status_code == HTTPStatus.NOT_FOUND else "not possible here"
    return _answer(error.status_code, message, "see /v1/openapi.json", dict(error.headers or {}))


async def _pixie_error(_request: Request, exc: Exception) -> Response:
    error = cast("PixieError", exc)  # registered for it only
    status = 404 if isinstance(error, UnknownTool) else 409 if isinstance(error, FileRefused) else 422
    words = masked_result((error.message, str(error.hint)))
    return _answer(status, words[0], words[1])


async def _failed(_request: Request, exc: Exception) -> Response:
    _log.error("the API failed", exc_info=exc)  # what is answered says only that; Starlette raises it again
    return _answer(500, "internal error")


async def _openapi(_request: Request) -> Response:
    return JSONResponse(document())
