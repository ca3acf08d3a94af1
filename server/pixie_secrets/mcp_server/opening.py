"""Answers a client's first questions while the protocol's library is still being imported.

That import takes as long as twenty starts of an interpreter, and some clients hang up after two seconds. What never
changes between two starts is answered at once (`first_answers`); everything else is kept, in order, for the real
server, which this process becomes. The handshake of the older protocol is kept too: the real server has to be told
whom it serves, and its answer, which the client has had, is dropped.
"""

from __future__ import annotations

import json
import os
import select
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.first_answers import FirstAnswers
from pixie_secrets.mcp_server.framing import Framing

if TYPE_CHECKING:
    from pixie_secrets.mcp_server.stdio import Wire

CHUNK = 1 << 16


class Opened(NamedTuple):
    """What the opening leaves to the real server.

    messages: to be read before anything else. answered: ids of requests among them whose answer must not be sent.
    has_ended: the client has closed its side.
    """

    framing: Framing
    messages: tuple[bytes, ...] = ()
    answered: frozenset[int | str] = frozenset()
    has_ended: bool = False


def answer_until(ready: int, wire: Wire) -> Opened:
    """Answer what can be answered, until `ready` can be read or the client leaves."""
    framing, answers = Framing(), FirstAnswers()
    kept: list[bytes] = []
    answered: set[int | str] = set()
    while True:
        readable, _, _ = select.select([wire.incoming, ready], [], [])
        if wire.incoming not in readable:
            return Opened(framing, tuple(kept), frozenset(answered))
        data = os.read(wire.incoming, CHUNK)
        if not data:
            return Opened(framing, tuple(kept), frozenset(answered), has_ended=True)
        for line in framing.feed(data):
            message = _object(line)
            response = answers.response(message)
            if response is None:
                kept.append(line)
                continue
            write_all(wire.outgoing, framing.frame(json.dumps(response, separators=(",", ":")).encode()))
            if message["method"] == "initialize":
                kept.append(line)
                answered.add(response["id"])


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it: a pipe may take less at a time."""
    while data:
        data = data[os.write(descriptor, data) :]


def _object(line: bytes) -> dict[str, Any]:
    """The JSON object in `line`; an empty one where there is none, which the real server judges."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
