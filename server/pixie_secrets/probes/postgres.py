"""The login of PostgreSQL, and nothing after it.

Source: https://www.postgresql.org/docs/current/protocol-flow.html (3.0); RFC 5802 and RFC 7677
for SCRAM-SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from pixie_secrets.probes.connection import READABLE, ConnectionEndedError, LoginOutcome, is_loopback
from pixie_secrets.services.service import Verdict

if TYPE_CHECKING:
    from pixie_secrets.probes.connection import Address, Connection

_SSL_REQUEST = struct.pack("!II", 8, 80877103)
_VERSION = struct.pack("!I", 196608)
_GOODBYE = struct.pack("!cI", b"X", 4)
_ITERATIONS_MAX = 1_000_000
_SCRAM = b"SCRAM-SHA-256"
# Appendix A of its documentation.
_REFUSED = {"28P01", "28000"}
_CODES = {
    "53300": LoginOutcome(Verdict.LIMITED),
    "57P03": LoginOutcome(Verdict.UNREACHABLE, "it is starting up or shutting down"),
    "3D000": LoginOutcome(Verdict.UNCLEAR, "the login is taken, and there is no such database"),
    "42501": LoginOutcome(Verdict.UNCLEAR, "the login is taken, and may not connect to that database"),
}


def login(connection: Connection, address: Address) -> LoginOutcome:
    """Log in and leave."""
    if not is_loopback(address.host) or address.tls:
        connection.send(_SSL_REQUEST)
        if connection.read(1) == b"S":
            connection.secure()
        elif address.tls:
            return LoginOutcome(Verdict.UNCLEAR, "it speaks no TLS, which the address asks for; nothing was sent")
    fields = {"user": address.user, "database": address.database or address.user, "application_name": "pixie-secrets"}
    start = b"".join(f"{name}\0{text}\0".encode() for name, text in fields.items())
    connection.send(struct.pack("!I", len(start) + 9) + _VERSION + start + b"\0")
    return _Login(connection, address).run()


class _Login:
    """One login, as the server asks for it."""

    def __init__(self, connection: Connection, address: Address) -> None:
        self._connection = connection
        self._address = address
        self._scram: _Scram | None = None
        self._is_taken = False

    def run(self) -> LoginOutcome:
        """Until the server is ready for a query, which is not sent, or says no."""
        while True:
            kind, body = _message(self._connection)
            if kind == b"E":
                return _refusal(body)
            if kind == b"Z" and self._is_taken:
                self._connection.send(_GOODBYE)
                return LoginOutcome(Verdict.VALID)
            if kind == b"R" and (ended := self._authenticate(struct.unpack("!I", body[:4])[0], body[4:])):
                return ended

    def _authenticate(self, what: int, body: bytes) -> LoginOutcome | None:
        match what:
            case 0:
                self._is_taken = self._scram is None or self._scram.proved
                return None if self._is_taken else LoginOutcome(Verdict.UNCLEAR, "it does not know the password itself")
            case 10 if _SCRAM in body.split(b"\0"):
                self._scram = _Scram(self._address.password.get_secret_value())
                first = self._scram.first()
                _answer(self._connection, _SCRAM + b"\0" + struct.pack("!I", len(first)) + first)
            case 11 if self._scram:
                _answer(self._connection, self._scram.proof(body))
            case 12 if self._scram:
                self._scram.check(body)
            case 3 | 5:
                return self._password(what, body)
            case _:
                return LoginOutcome(Verdict.UNCLEAR, "it asks for a login of another kind than a password")
        return None

    def _password(self, what: int, salt: bytes) -> LoginOutcome | None:
        """The password itself (3) or its hash (5), where nobody else reads it."""
        address = self._address
        if what == 5 and (self._connection.is_secured or address.is_near):
            _answer(self._connection, _md5(address, salt[:4]) + b"\0")
        elif what == 3 and (address.is_near or (self._connection.is_secured and address.checked)):
            _answer(self._connection, address.password.get_secret_value().encode() + b"\0")
        else:
            return LoginOutcome(Verdict.UNCLEAR, READABLE)
        return None


def _message(connection: Connection) -> tuple[bytes, bytes]:
    kind, size = struct.unpack("!cI", connection.read(5))
    return kind, connection.read(size - 4)


def _answer(connection: Connection, body: bytes) -> None:
    connection.send(struct.pack("!cI", b"p", len(body) + 4) + body)


def _refusal(body: bytes) -> LoginOutcome:
    fields = {field[:1]: field[1:].decode("ascii", "replace") for field in body.split(b"\0") if field}
    code = fields.get(b"C", "")
    if code in _REFUSED:
        return LoginOutcome(Verdict.REFUSED)
    plain = code if code.isalnum() and len(code) == 5 else "none"
    return _CODES.get(code, LoginOutcome(Verdict.UNCLEAR, f"it answers with the error code {plain}"))


def _md5(address: Address, salt: bytes) -> bytes:
    """As the protocol has it; whether it is a good hash is not ours to say."""
    pair = (address.password.get_secret_value() + address.user).encode()
    inner = hashlib.md5(pair, usedforsecurity=False).hexdigest().encode()
    return b"md5" + hashlib.md5(inner + salt, usedforsecurity=False).hexdigest().encode()


class _Scram:
    """One login by SCRAM-SHA-256: the password itself is never sent. proved: the server knows it, too."""

    def __init__(self, password: str) -> None:
        self._password = password.encode()
        self._nonce = secrets.token_urlsafe(24)
        self._server_signature = b""
        self.proved = False

    def first(self) -> bytes:
        return f"n,,n=,r={self._nonce}".encode()

    def proof(self, challenge: bytes) -> bytes:
        """The answer to what the server says first.

        Raises:
            ConnectionEndedError: it is no challenge, or one that would keep this machine busy.
        """
        said = dict(part.partition("=")[::2] for part in challenge.decode("ascii", "replace").split(","))
        nonce, iterations = said.get("r", ""), said.get("i", "")
        if (
            not nonce.startswith(self._nonce)
            or not iterations.isdigit()
            or not 0 < int(iterations[:9]) < _ITERATIONS_MAX
        ):
            raise ConnectionEndedError
        salted = hashlib.pbkdf2_hmac("sha256", self._password, b64decode(said.get("s", "")), int(iterations))
        client_key = _hmac(salted, b"Client Key")
        final = f"c=biws,r={nonce}"
        message = f"n=,r={self._nonce},{challenge.decode()},{final}".encode()
        signature = _hmac(hashlib.sha256(client_key).digest(), message)
        self._server_signature = _hmac(_hmac(salted, b"Server Key"), message)
        proof = bytes(one ^ other for one, other in zip(client_key, signature, strict=True))
        return f"{final},p={b64encode(proof).decode()}".encode()

    def check(self, last: bytes) -> None:
        """See whether the server knows the password as well."""
        wanted = b"v=" + b64encode(self._server_signature)
        self.proved = bool(self._server_signature) and hmac.compare_digest(last.split(b",")[0], wanted)


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()
