"""A tool's HTTP contract, as its host speaks it over loopback: ready, schema, run, stream, cancel.

Every answer is bounded and is not believed: it is JSON or it is refused, and masking is the caller's next step. Never
through a proxy: `http.client` knows of none.
"""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ANSWER_BYTES_MAX = 64 << 20
EVENT_BYTES_MAX = 1 << 20
SHORT_SECONDS = 5.0
HEALTH_SECONDS = 1.0  # one look; a cancelled call waits for no more than that
OK, NOT_FOUND = 200, 404


class ContractBroken(PixieError):
    """The tool answered something that is not in its contract."""


class Response(NamedTuple):
    """body: the JSON document, or the text when it is none."""

    status: int
    body: Any

    @property
    def ok(self) -> bool:
        return OK <= self.status < 300  # success

    @property
    def detail(self) -> str:
        """What the tool says went wrong."""
        detail = self.body.get("detail", self.body) if isinstance(self.body, dict) else self.body
        return detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False)


class StreamEvent(NamedTuple):
    output_key: str
    value: Any
    done: bool


class Contract:
    """One tool on one port, for one run."""

    def __init__(self, port: int, run_id: str) -> None:
        self._port = port
        self._run_id = run_id
        self.has_stream = False  # known once `stream` was answered

    def ready(self) -> bool:
        """Whether `/healthz` says so by now."""
        try:
            answer = self._ask("GET", "/healthz", seconds=HEALTH_SECONDS)
        except (OSError, http.client.HTTPException, ContractBroken):
            return False
        return answer.ok and isinstance(answer.body, dict) and answer.body.get("ok") is True

    def schema(self) -> Response:
        return self._ask("GET", "/schema", seconds=SHORT_SECONDS)

    def run(self, inputs: Mapping[str, Any], artefacts_dir: str, seconds: float) -> Response:
        """The one answer of a run. `inputs` also stand at the top level, where nothing of ours has the name."""
        ours = {"run_id": self._run_id, "artefacts_dir": artefacts_dir}
        body = {**inputs, "run_id": self._run_id, "inputs": inputs, "_pixie": ours}
        headers = {
            "Content-Type": "application/json",
            "X-Pixie-Run-Id": self._run_id,
            "X-Pixie-Artefacts-Dir": artefacts_dir,
        }
        return self._ask("POST", "/run", seconds=seconds, body=json.dumps(body).encode(), headers=headers)

    def cancel(self, seconds: float) -> bool:
        """Whether the tool knows how to stop a run and was told to."""
        try:
            return self._ask("POST", f"/cancel?run_id={quote(self._run_id)}", seconds=seconds, body=b"").ok
        except (OSError, http.client.HTTPException, ContractBroken):
            return False

    def stream(self, seconds: float) -> Iterator[StreamEvent]:
        """What the tool streams of this run, until it stops; nothing from a tool without a stream."""
        try:
            with closing(self._connection(seconds)) as connection:
                where = f"/stream?run_id={quote(self._run_id)}"
                connection.request("GET", where, headers={"Accept": "text/event-stream"})
                with closing(connection.getresponse()) as response:
                    if response.status == OK:
                        self.has_stream = True
                        yield from _events(response)
        except (OSError, http.client.HTTPException):
            return  # the tool ended, or its patience did; `/run` has the answer

    def _ask(
        self, method: str, path: str, *, seconds: float, body: bytes | None = None, headers: Mapping[str, str] = {}
    ) -> Response:
        with closing(self._connection(seconds)) as connection:
            connection.request(method, path, body=body, headers={**headers})
            with closing(connection.getresponse()) as response:
                content = response.read(ANSWER_BYTES_MAX + 1)
        if len(content) > ANSWER_BYTES_MAX:
            raise ContractBroken(f"the tool answered more than {ANSWER_BYTES_MAX >> 20} MiB", "return less, or a file")
        try:
            return Response(response.status, json.loads(content))
        except (ValueError, RecursionError):
            return Response(response.status, content.decode("utf-8", "replace"))

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=seconds)


def _events(response: http.client.HTTPResponse) -> Iterator[StreamEvent]:
    """What a server-sent stream says, event by event, until its end or one that is too large."""
    data: list[bytes] = []
    while line := response.readline(EVENT_BYTES_MAX):
        line = line.rstrip(b"\r\n")
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif not line:
            if event := _event(b"\n".join(data)):
                yield event
            data.clear()
        if sum(map(len, data)) > EVENT_BYTES_MAX:
            return


def _event(data: bytes) -> StreamEvent | None:
    try:
        event = json.loads(data)
        return StreamEvent(str(event["output_key"]), event.get("value"), bool(event.get("done")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # a comment, a keep-alive, or nothing we understand
