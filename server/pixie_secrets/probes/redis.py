"""The login of Redis and its kin (Valkey, KeyDB), and nothing after it.

Source: https://redis.io/docs/latest/commands/auth/, https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.probes.connection import ConnectionEndedError, Knocked
from pixie_secrets.services.service import Verdict

if TYPE_CHECKING:
    from pixie_secrets.probes.connection import Address, Line

_LINE_MAX = 4096
_OPEN = "it asks for no password, so this says nothing of the one in the address"


def login(line: Line, address: Address) -> Knocked:
    """Log in, or where the address has no password look whether none is asked for, and leave."""
    if address.checked:
        line.secure()
    elif not address.is_near:
        return Knocked(
            Verdict.UNCLEAR, "redis:// would send the password in the clear, so it was not sent; try rediss://"
        )
    password = address.password.get_secret_value()
    words = ["AUTH", *([address.user] if address.user else []), password] if password else ["PING"]
    line.send(_command(words))
    verdict = _read(_line(line), asked=bool(password))
    line.send(_command(["QUIT"]))
    return verdict


def _read(said: str, *, asked: bool) -> Knocked:
    if said in {"+OK", "+PONG"}:
        return Knocked(Verdict.VALID)
    if said.startswith(("-WRONGPASS", "-NOAUTH", "-ERR invalid password", "-NOPERM")):
        return Knocked(Verdict.REFUSED)
    if said.startswith("-ERR max number of clients"):
        return Knocked(Verdict.LIMITED)
    if asked and (said.startswith("-ERR Client sent AUTH") or "without any password configured" in said):
        return Knocked(Verdict.UNCLEAR, _OPEN)
    if said.startswith(("-LOADING", "-MASTERDOWN", "-BUSY")):
        return Knocked(Verdict.UNREACHABLE, "it is busy with itself")
    return Knocked(Verdict.UNCLEAR, "it answers as no Redis does" if said[:1] not in {"-", "+"} else "")


def _command(words: list[str]) -> bytes:
    parts = [word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def _line(line: Line) -> str:
    data = b""
    while not data.endswith(b"\r\n"):
        data += line.read(1)
        if len(data) > _LINE_MAX:
            raise ConnectionEndedError
    return data[:-2].decode("utf-8", "replace")
