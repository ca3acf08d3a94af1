"""A real authorization server: Authlib's, behind Flask, over TLS on loopback, with a CA made for it.

It has a consent page and a device page for a browser, knows each grant that we use, and a calendar that its tokens
open. What a test wants otherwise is said in `Behavior`; what it was asked stands in `asked`.
"""

from __future__ import annotations

import ipaddress
import secrets
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, OAuth2Error, TokenMixin, grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import (
    DEVICE_CODE_GRANT_TYPE,
    DeviceAuthorizationEndpoint,
    DeviceCodeGrant,
    DeviceCredentialDict,
)
from authlib.oauth2.rfc9207 import IssuerParameter
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIENT_ID, CLIENT_SECRET = "calendar-app", f"app-canary-{secrets.token_hex(8)}"
SCOPE = "calendar.read"
PERSON = "ana"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass
class Behavior:
    """How the server differs from an ordinary one. Times in seconds.

    rotates: each refresh gives a new refresh token and ends the old one; grace: for how many uses after that it is
    taken all the same, as servers do for a client that lost the answer. next_answer: status, content type and body of
    the next answer of the token endpoint, which then does nothing else. next_code: parameters of the next redirect.
    """

    rotates: bool = False
    grace: int = 0
    gives_refresh: bool = True
    expires_in: Any = 3600
    form_encoded: bool = False
    issuer: str | None = None
    delay: float = 0.0
    interval: int = 1
    next_answer: tuple[int, str, str] | None = None
    next_code: dict[str, str] | None = None
    slow_downs: int = 0
    device_expires: bool = False


class Client(ClientMixin):
    """The one app that is registered. is_public: it has no secret."""

    is_public = False

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(each for each in scope.split() if each in {SCOPE, "profile"})

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Any port, as RFC 8252 (section 7.3) has it; one path."""
        return redirect_uri.startswith("http://127.0.0.1:") and redirect_uri.endswith("/oauth/callback")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == "none") == self.is_public

    def check_response_type(self, response_type: str) -> bool:
        return bool(response_type == "code")

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "refresh_token", DEVICE_CODE_GRANT_TYPE}


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    redirect_uri: str
    scope: str
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@dataclass
class Issued(TokenMixin):
    """A token pair. late_uses: how often the refresh token is taken after it was replaced."""

    access: str
    refresh: str | None
    scope: str
    is_revoked: bool = False
    late_uses: int | None = None

    def check_client(self, client: Client) -> bool:
        return True

    def get_scope(self) -> str:
        return self.scope

    def get_user(self) -> str:
        return PERSON

    def get_expires_in(self) -> int:
        return 3600

    def is_expired(self) -> bool:
        return False


@dataclass
class Running:
    """The server as a test sees it. ca: the file with the certificate that it is trusted by."""

    address: str
    ca: Path
    behavior: Behavior = field(default_factory=Behavior)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: list[Issued] = field(default_factory=list)
    devices: dict[str, dict[str, Any]] = field(default_factory=dict)
    agreed: dict[str, bool] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    def declaration(self, **more: Any) -> dict[str, Any]:
        """What a tool declares of it."""
        return {
            "client_id": CLIENT_ID,
            "client_secret": "CALENDAR_APP_SECRET",
            "authorize_url": f"{self.address}/authorize",
            "token_url": f"{self.address}/token",
            "scopes": [SCOPE],
            **more,
        }

    def of_kind(self, grant: str) -> list[dict[str, str]]:
        """The requests to the token endpoint with that grant."""
        return [fields for path, fields in self.asked if path == "/token" and fields.get("grant_type") == grant]

    def takes_refresh(self, refresh: str) -> bool:
        """Whether the server would still give a token for it."""
        return any(
            one.refresh == refresh and not one.is_revoked and one.late_uses in {None, *range(1, 10**6)}
            for one in self.tokens
        )

    def issue(self) -> Issued:
        """A token that was issued earlier."""
        self.tokens.append(Issued(secrets.token_urlsafe(30), secrets.token_urlsafe(36), SCOPE))
        return self.tokens[-1]


@contextmanager
def authorization_server(folder: Path) -> Iterator[Running]:
    """A server on a free port of localhost; folder: for its certificates."""
    ca, chain = _certificates(folder)
    app = Flask("authorization server")
    running = Running("", ca)
    lock = threading.Lock()

    @app.before_request
    def note() -> Any:
        if request.method != "POST" or request.path not in {"/token", "/device", "/revoke"}:
            return None
        with lock:
            running.asked.append((request.path, request.form.to_dict()))
            running.headers.append(dict(request.headers))
            planned, running.behavior.next_answer = running.behavior.next_answer, None
        if running.behavior.delay:
            time.sleep(running.behavior.delay)
        if planned is not None:
            status, kind, body = planned
            headers = {"Location": body} if 300 <= status < 400 else {}
            return Response(body, status, headers, content_type=kind)
        return None

    _Server(app, running, lock).add_routes()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server = make_server("localhost", 0, app, threaded=True, ssl_context=context, request_handler=_Silent)
    running.address = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """A client that is killed half-way is no news."""


class _Server:
    def __init__(self, app: Flask, running: Running, lock: threading.Lock) -> None:
        self.app = app
        self.running = running
        self.lock = lock

        def query_client(client_id: str) -> Client | None:
            return running.client if client_id == CLIENT_ID else None

        def save_token(token: dict[str, Any], asked: Any) -> None:
            with lock:
                running.tokens.append(Issued(token["access_token"], token.get("refresh_token"), token["scope"]))

        app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
        self.server = AuthorizationServer(app, query_client, save_token)
        self.server.register_grant(_code_grant(running), [CodeChallenge(required=True)])
        self.server.register_grant(_refresh_grant(running, lock))
        self.server.register_grant(_device_grant(running))
        self.server.register_endpoint(_device_endpoint(running))
        self.server.register_endpoint(_revocation(running))
        self.server.register_extension(_issuer(running))

    def add_routes(self) -> None:
        self.app.add_url_rule("/authorize", view_func=self.authorize, methods=["GET", "POST"])
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        self.app.add_url_rule("/device", view_func=self.device, methods=["POST"])
        self.app.add_url_rule("/activate", view_func=self.activate, methods=["GET", "POST"])
        self.app.add_url_rule("/revoke", view_func=self.revoke, methods=["POST"])
        self.app.add_url_rule("/calendars/<path:calendar>/events", view_func=self.events)

    def authorize(self) -> Any:
        if request.method == "GET":
            try:
                self.server.get_consent_grant(end_user=PERSON)
            except OAuth2Error as error:
                return Response(f"<h1>{error.error}</h1>", 400)
            return "<h1>Calendar</h1><form method=post><button name=ok value=1>Agree</button><button>Refuse</button>"
        planned, self.running.behavior.next_code = self.running.behavior.next_code, None
        if planned is not None:
            return Response(status=302, headers={"Location": f"{request.args['redirect_uri']}?{urlencode(planned)}"})
        grant = self.server.get_consent_grant(end_user=PERSON)
        return self.server.create_authorization_response(
            grant=grant, grant_user=PERSON if request.form.get("ok") else None
        )

    def token(self) -> Any:
        answer = self.server.create_token_response()
        if answer.status_code != 200:
            return answer
        document = answer.get_json()
        document["expires_in"] = self.running.behavior.expires_in
        if document["expires_in"] is None:
            del document["expires_in"]
        if not self.running.behavior.gives_refresh:
            document.pop("refresh_token", None)
        if self.running.behavior.form_encoded:
            return Response(urlencode(document), content_type=FORM)
        return jsonify(document)

    def device(self) -> Any:
        return self.server.create_endpoint_response(DeviceAuthorizationEndpoint.ENDPOINT_NAME)

    def activate(self) -> Any:
        if request.method == "GET":
            fields = "<input name=user_code><button name=ok value=1>Agree</button><button>Refuse</button>"
            return f"<h1>Activate</h1><form method=post>{fields}</form>"
        self.running.agreed[request.form["user_code"]] = bool(request.form.get("ok"))
        return "<h1>Done</h1>"

    def revoke(self) -> Any:
        return self.server.create_endpoint_response(RevocationEndpoint.ENDPOINT_NAME)

    def events(self, calendar: str) -> Any:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not any(one.access == given and not one.is_revoked for one in self.running.tokens):
            return jsonify({"error": "unauthorized"}), 401
        return jsonify({"items": [{"summary": "Off-site", "start": {"date": "2026-03-02"}}]})


def _code_grant(running: Running) -> type[Any]:
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")

        def save_authorization_code(self, code: str, asked: Any) -> None:
            data = asked.payload.data
            running.codes[code] = Code(
                code,
                asked.payload.redirect_uri,
                asked.payload.scope,
                data.get("code_challenge"),
                data.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return running.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del running.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> str:
            return PERSON

    return CodeGrant


def _refresh_grant(running: Running, lock: threading.Lock) -> type[Any]:
    class RefreshGrant(grants.RefreshTokenGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")

        @property
        def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:  # noqa: N802  the name is Authlib's
            return running.behavior.rotates

        def authenticate_refresh_token(self, refresh_token: str) -> Issued | None:
            with lock:
                for one in running.tokens:
                    if one.refresh == refresh_token and not one.is_revoked:
                        if one.late_uses is not None:
                            one.late_uses -= 1
                            return one if one.late_uses >= 0 else None
                        return one
            return None

        def authenticate_user(self, refresh_token: Issued) -> str:
            return PERSON

        def revoke_old_credential(self, refresh_token: Issued) -> None:
            if running.behavior.rotates and refresh_token.late_uses is None:
                refresh_token.late_uses = running.behavior.grace

    return RefreshGrant


def _device_grant(running: Running) -> type[Any]:
    class Grant(DeviceCodeGrant):
        def query_device_credential(self, device_code: str) -> Any:
            data = running.devices.get(device_code)
            expires = time.time() + (-1 if running.behavior.device_expires else 600)
            return data and DeviceCredentialDict({**data, "client_id": CLIENT_ID, "expires_at": expires})

        def query_user_grant(self, user_code: str) -> tuple[str, bool] | None:
            return (PERSON, running.agreed[user_code]) if user_code in running.agreed else None

        def should_slow_down(self, credential: Any) -> bool:
            running.behavior.slow_downs -= 1
            return running.behavior.slow_downs >= 0

    return Grant


def _device_endpoint(running: Running) -> type[Any]:
    class Endpoint(DeviceAuthorizationEndpoint):
        @property
        def INTERVAL(self) -> int:  # noqa: N802  the name is Authlib's
            return running.behavior.interval

        def get_verification_uri(self) -> str:
            return f"{running.address}/activate"

        def save_device_credential(self, client_id: str, scope: str, data: dict[str, Any]) -> None:
            running.devices[data["device_code"]] = {**data, "scope": scope}

    return Endpoint


def _revocation(running: Running) -> type[Any]:
    class Revocation(RevocationEndpoint):
        CLIENT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")

        def query_token(self, token_string: str, token_type_hint: str) -> Issued | None:
            return next((one for one in running.tokens if token_string in {one.access, one.refresh}), None)

        def revoke_token(self, token: Issued, asked: Any) -> None:
            for one in running.tokens:
                one.is_revoked |= one.refresh == token.refresh

    return Revocation


def _issuer(running: Running) -> Any:
    class Issuer(IssuerParameter):
        def get_issuer(self) -> str | None:
            return running.behavior.issuer

    return Issuer()


def _certificates(folder: Path) -> tuple[Path, Path]:
    """A CA's certificate, and the certificate and key of a server on localhost that it has signed."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pixie-secrets test CA")])
    now = datetime.now(UTC)

    def certificate(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    identifier = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    root = (
        certificate(issuer, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    leaf = (
        certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(root.public_bytes(pem))
    (folder / "server.pem").write_bytes(leaf.public_bytes(pem) + private)
    return folder / "ca.pem", folder / "server.pem"
