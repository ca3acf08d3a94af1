"""The login of Redis and its kin (Valkey, KeyDB), and nothing after it.

Source: https://redis.io/docs/latest/commands/auth/, https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.probes.connection import ConnectionEndedError, LoginOutcome
from pixie_secrets.services.service import Verdict

if TYPE_CHECKING:
    from pixie_secrets.probes.connection import Address, Connection

_LINE_MAX = 4096
_OPEN = "it asks for no password, so this says nothing of the one in the address"


def login(connection: Connection, address: Address) -> LoginOutcome:
    """Log in, or where the address has no password look whether none is asked for, and leave."""
    if address.checked:
        connection.secure()
    elif not address.is_near:
        return LoginOutcome(
            Verdict.UNCLEAR, "redis:// would send the password in the clear, so it was not sent; try rediss://"
        )
    password = address.password.get_secret_value()
    words = ["AUTH", *([address.user] if address.user else []), password] if password else ["PING"]
    connection.send(_command(words))
    verdict = _read(_line(connection), asked=bool(password))
    connection.send(_command(["QUIT"]))
    return verdict


def _read(said: str, *, asked: bool) -> LoginOutcome:
    if said in {"+OK", "+PONG"}:
        return LoginOutcome(Verdict.VALID)
    if said.startswith(("-WRONGPASS", "-NOAUTH", "-ERR invalid password", "-NOPERM")):
        return LoginOutcome(Verdict.REFUSED)
    if said.startswith("-ERR max number of clients"):
        return LoginOutcome(Verdict.LIMITED)
    if asked and (said.startswith("-ERR Client sent AUTH") or "without any password configured" in said):
        return LoginOutcome(Verdict.UNCLEAR, _OPEN)
    if said.startswith(("-LOADING", "-MASTERDOWN", "-BUSY")):
        return LoginOutcome(Verdict.UNREACHABLE, "it is busy with itself")
    return LoginOutcome(Verdict.UNCLEAR, "it answers as no Redis does" if said[:1] not in {"-", "+"} else "")


def _command(words: list[str]) -> bytes:
    parts = [word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def _line(connection: Connection) -> str:
    data = b""
    while not data.endswith(b"\r\n"):
        data += connection.read(1)
        if len(data) > _LINE_MAX:
            raise ConnectionEndedError
    return data[:-2].decode("utf-8", "replace")
