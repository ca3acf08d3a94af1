"""A database's address and the connection to it: bounded in time and in what is read, over TLS where it has to be."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from pixie_secrets.probes.bounds import BYTES_MAX, SECONDS
from pixie_secrets.probes.selection import is_near_host

if TYPE_CHECKING:
    from typing import Self

    from pixie_secrets.secret.text import SecretStr
    from pixie_secrets.services.service import Verdict

READABLE = "it asks for the password in a way that others could read, so it was not sent"
PORTS = {"postgresql": 5432, "mysql": 3306, "redis": 6379}
_NAMES = {
    "postgres": "postgresql", "postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "redis": "redis",
    "rediss": "redis", "valkey": "redis", "valkeys": "redis",
}  # fmt: skip
_CHECKED = {"rediss", "valkeys"}
_CHECKED_MODES = {"verify-ca", "verify-full", "verify_ca", "verify_identity"}
_TLS_MODES = {"require", "required"} | _CHECKED_MODES


class LoginOutcome(NamedTuple):
    """What came of it. why: in words of ours, where neither yes nor no was said."""

    verdict: Verdict
    why: str = ""


class ConnectionEndedError(Exception):
    """The other side left, said more than it may, or something that is none of its protocol."""


class Address(NamedTuple):
    """The parts of a database's address. tls: whether it asks for TLS; checked: and for a certificate that holds."""

    kind: str
    host: str
    port: int
    user: str
    password: SecretStr
    database: str
    tls: bool
    checked: bool

    @property
    def is_near(self) -> bool:
        """Whether it is this machine's or of its network."""
        return is_near_host(self.host)


class Connection:
    """A connection with a deadline for all of it."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._deadline = time.monotonic() + SECONDS
        self._socket: socket.socket = socket.create_connection((address.host, address.port), timeout=SECONDS)
        self.is_secured = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def secure(self) -> None:
        """Go on over TLS. A certificate is checked where the address asks for that, and for Redis always."""
        context = ssl.create_default_context()
        if not self._address.checked:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        self._wait()
        self._socket = context.wrap_socket(self._socket, server_hostname=self._address.host)
        self.is_secured = True

    def send(self, data: bytes) -> None:
        self._wait()
        self._socket.sendall(data)

    def read(self, count: int) -> bytes:
        """That many bytes.

        Raises:
            ConnectionEndedError: there are fewer, or it is more than anybody should say.
        """
        if not 0 <= count <= BYTES_MAX:
            raise ConnectionEndedError
        data = b""
        while len(data) < count:
            self._wait()
            piece = self._socket.recv(count - len(data))
            if not piece:
                raise ConnectionEndedError
            data += piece
        return data

    def _wait(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)


def parsed(value: SecretStr) -> Address | str:
    """The address; or why it is none, without a part of it."""
    try:
        parts = urlsplit(value.get_secret_value().strip())
        scheme = parts.scheme.partition("+")[0].lower()  # sqlalchemy's postgresql+psycopg
        host, port = parts.hostname or "", parts.port
        query = parse_qs(parts.query)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        database = unquote(parts.path.lstrip("/"))
    except ValueError:
        return "it is no address of one database"
    kind = _NAMES.get(scheme)
    if kind is None:
        return "only addresses of PostgreSQL, MySQL and Redis can be tried (postgres://, mysql://, redis://, rediss://)"
    if not host or "," in host or any("\0" in text for text in (user, password, database)):
        return "it names no host, or several"
    mode = next((query[name][-1].lower() for name in ("sslmode", "ssl-mode", "ssl_mode") if name in query), "")
    checked = scheme in _CHECKED or mode in _CHECKED_MODES
    tls = checked or mode in _TLS_MODES
    secret = type(value)(password)
    return Address(kind, host, port or PORTS[kind], user, secret, database, tls, checked)


def is_loopback(host: str) -> bool:
    """Whether nothing leaves this machine for `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
