"""The login of MySQL and MariaDB, and nothing after it.

Source: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

from pixie_secrets.probes.connection import READABLE, ConnectionEndedError, LoginOutcome, is_loopback
from pixie_secrets.services.service import Verdict

if TYPE_CHECKING:
    from pixie_secrets.probes.connection import Address, Connection

# PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, PLUGIN_AUTH_LENENC_CLIENT_DATA; the first two are asked of the server
_WANTED = 0x200 | 0x8000 | 0x80000 | 0x200000
_WITH_DATABASE, _TLS = 0x8, 0x800
_PACKET_MAX = 1 << 24
_UTF8MB4 = 45
_NATIVE, _SHA2, _CLEAR = b"mysql_native_password", b"caching_sha2_password", b"mysql_clear_password"
_QUIT = b"\1"
_CODES = {
    1045: LoginOutcome(Verdict.REFUSED),
    1698: LoginOutcome(Verdict.REFUSED),
    1040: LoginOutcome(Verdict.LIMITED),
    1203: LoginOutcome(Verdict.LIMITED),
    1226: LoginOutcome(Verdict.LIMITED),
    1129: LoginOutcome(Verdict.LIMITED),
    1044: LoginOutcome(Verdict.UNCLEAR, "the login is taken, and may not use that database"),
    1049: LoginOutcome(Verdict.UNCLEAR, "the login is taken, and there is no such database"),
    1862: LoginOutcome(Verdict.UNCLEAR, "the login is taken, and the password has to be changed first"),
    1053: LoginOutcome(Verdict.UNREACHABLE, "it is shutting down"),
}


_GREETING_MIN = 31  # bytes behind the version of one that has a salt in two parts


def login(connection: Connection, address: Address) -> LoginOutcome:
    """Log in and leave."""
    return _Login(connection, address).run()


class _Login:
    """One login, as the server asks for it."""

    def __init__(self, connection: Connection, address: Address) -> None:
        self._connection = connection
        self._address = address
        self._number = 0

    def run(self) -> LoginOutcome:
        greeting = self._read()
        if greeting[:1] == b"\xff":
            return _refusal(greeting)
        flags, salt, plugin = _greeted(greeting)
        wanted = _WANTED | (_WITH_DATABASE if self._address.database else 0)
        if flags & _TLS and not (is_loopback(self._address.host) and not self._address.tls):
            wanted |= _TLS
            self._send(_beginning(wanted))
            self._connection.secure()
        elif self._address.tls:
            return LoginOutcome(Verdict.UNCLEAR, "it speaks no TLS, which the address asks for; nothing was sent")
        if plugin not in {_NATIVE, _SHA2}:
            plugin = _SHA2
        proof = _proof(plugin, self._password(), salt)
        database = self._address.database.encode() + b"\0" if self._address.database else b""
        user = self._address.user.encode() + b"\0"
        self._send(_beginning(wanted) + user + bytes([len(proof)]) + proof + database + plugin + b"\0")
        return self._answered(plugin)

    def _answered(self, plugin: bytes) -> LoginOutcome:
        while True:
            said = self._read()
            match said[:1], said[1:2]:
                case b"\0", _:
                    self._number = 0
                    self._send(_QUIT)
                    return LoginOutcome(Verdict.VALID)
                case b"\xff", _:
                    return _refusal(said)
                case b"\xfe", _:
                    plugin, _, salt = said[1:].partition(b"\0")
                    if plugin not in {_NATIVE, _SHA2}:
                        return LoginOutcome(
                            Verdict.UNCLEAR, READABLE if plugin == _CLEAR else "it asks for another login"
                        )
                    self._send(_proof(plugin, self._password(), salt.removesuffix(b"\0")))
                case b"\1", b"\3":
                    continue  # it has seen the password before: a yes follows
                case b"\1", b"\4":
                    if not (self._address.is_near or (self._connection.is_secured and self._address.checked)):
                        return LoginOutcome(Verdict.UNCLEAR, READABLE)
                    if not self._connection.is_secured:
                        return LoginOutcome(
                            Verdict.UNCLEAR, "it takes that login over TLS alone; ask for it in the address"
                        )
                    self._send(self._password() + b"\0")
                case _:
                    raise ConnectionEndedError

    def _password(self) -> bytes:
        return self._address.password.get_secret_value().encode()

    def _send(self, body: bytes) -> None:
        self._connection.send(struct.pack("<I", len(body))[:3] + bytes([self._number & 0xFF]) + body)
        self._number += 1

    def _read(self) -> bytes:
        head = self._connection.read(4)
        self._number = head[3] + 1
        return self._connection.read(int.from_bytes(head[:3], "little"))


def _beginning(flags: int) -> bytes:
    return struct.pack("<IIB23x", flags, _PACKET_MAX, _UTF8MB4)


def _greeted(body: bytes) -> tuple[int, bytes, bytes]:
    """What the server can do, its salt, and how it wants to be answered first."""
    version, _, rest = body[1:].partition(b"\0")
    if body[:1] != b"\x0a" or not version or len(rest) < _GREETING_MIN:
        raise ConnectionEndedError
    first, low, high, size = rest[4:12], rest[13:15], rest[18:20], rest[20]
    length = max(13, size - 8)
    second, plugin = rest[31 : 31 + length], rest[31 + length :].partition(b"\0")[0]
    return int.from_bytes(low + high, "little"), (first + second)[:20], plugin


def _proof(plugin: bytes, password: bytes, salt: bytes) -> bytes:
    """What shows that one knows the password, for this salt alone."""
    if not password:
        return b""
    if plugin == _NATIVE:
        once = hashlib.sha1(password, usedforsecurity=False).digest()
        twice = hashlib.sha1(once, usedforsecurity=False).digest()
        other = hashlib.sha1(salt + twice, usedforsecurity=False).digest()
    else:
        once = hashlib.sha256(password).digest()
        other = hashlib.sha256(hashlib.sha256(once).digest() + salt).digest()
    return bytes(one ^ two for one, two in zip(once, other, strict=True))


def _refusal(body: bytes) -> LoginOutcome:
    code = int.from_bytes(body[1:3], "little")
    return _CODES.get(code, LoginOutcome(Verdict.UNCLEAR, f"it answers with the error code {code}"))
