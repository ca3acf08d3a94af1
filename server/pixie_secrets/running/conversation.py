"""One run of one tool, from its start to its last process: start, ready, schema, run, and the end of all of it."""

from __future__ import annotations

import http.client
import json
import signal
import threading
import time
import uuid
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.errors import ManifestError, PixieError
from pixie_secrets.manifest.models import Manifest, parse_manifest
from pixie_secrets.running.contract import Contract, Response
from pixie_secrets.running.listeners import free_port, listening
from pixie_secrets.running.process import ToolProcess
from pixie_secrets.running.streamed import Streamed
from pixie_secrets.running.turns import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pixie_secrets.layouts.project import Tool

READY_SECONDS = 30.0
LIMIT_GRACE_SECONDS = 5.0  # beyond max_runtime_seconds
CANCEL_SECONDS = 2.0  # for the tool to stop the run by itself
LOOK_SECONDS = 0.05
LATE_ANSWER_SECONDS = 0.5  # what a tool sent before it ended may still be on its way
PORTS_TRIED = 3


class RunOutcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"
    NOT_READY = "not ready"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CANCELLED = "cancelled"


class ConversationEnded(NamedTuple):
    """How it ended, nothing of it masked yet but the log and what was streamed.

    exit: the tool's own exit status, negative for a signal; None when it was we who ended it.
    """

    outcome: RunOutcome
    answer: Response | None
    error: str | None
    exit: int | None
    log: str
    streamed: dict[str, str]
    warnings: tuple[str, ...]


class PortTaken(PixieError):
    """Another process had the port before the tool."""


class _Stop(Exception):  # not an error: the way out of any phase
    def __init__(self, outcome: RunOutcome, error: str) -> None:
        super().__init__(error)
        self.outcome = outcome
        self.error = error


class Conversation:
    """What is said with one process of a tool."""

    def __init__(
        self, tool: Tool, process: ToolProcess, contract: Contract, port: int, cancelled: threading.Event
    ) -> None:
        self.tool = tool
        self.process = process
        self.contract = contract
        self.port = port
        self.cancelled = cancelled
        self.warnings: list[str] = []

    def wait_until_ready(self) -> None:
        """Until `/healthz` answers, and it is the tool that answers."""
        until = time.monotonic() + READY_SECONDS
        pause = 0.01
        while not self.contract.ready():
            self._check_is_server()
            self._check_alive()
            if time.monotonic() > until:
                self._check_port()
                raise _Stop(RunOutcome.NOT_READY, f"it did not answer /healthz within {READY_SECONDS:g} seconds")
            self.cancelled.wait(pause)
            pause = min(0.1, pause * 1.5)
        self._check_port()
        self._check_alive()

    def compare_schema(self) -> None:
        """Warn when the tool describes itself otherwise than its tool.json; refuse it when it is another tool."""
        answer = self._asked(self.contract.schema)
        try:
            served = parse_manifest(json.dumps(answer.body), "schema") if answer.ok else None
        except ManifestError:
            served = None
        if served is None:
            self.warnings.append("its /schema is not its tool.json")
            return
        if served.id != self.tool.id:
            raise _Stop(RunOutcome.FAILED, "its /schema is that of another tool")
        differing = [name for name in Manifest.model_fields if getattr(served, name) != _own(self.tool, name)]
        if differing:
            self.warnings.append(f"its /schema differs from tool.json in {', '.join(differing)}: is it up to date?")

    def run(self, inputs: Mapping[str, Any], artefacts_dir: str, streamed: Streamed) -> Response:
        """The answer to `POST /run`, within the tool's time."""
        self._check_port()
        limit = self.tool.manifest.max_runtime_seconds
        seconds = limit + LIMIT_GRACE_SECONDS
        asking = _Asking(lambda: self.contract.run(inputs, artefacts_dir, seconds + 1))
        if any(output.streaming for output in self.tool.manifest.outputs):
            streamed.start(seconds)
        until = time.monotonic() + seconds
        while not asking.done.wait(LOOK_SECONDS):
            streamed.flush()
            if self.cancelled.is_set():
                if self.contract.cancel(CANCEL_SECONDS):
                    asking.done.wait(CANCEL_SECONDS)
                raise _Stop(RunOutcome.CANCELLED, "the run was cancelled")
            if self.process.ended.is_set() and not asking.done.wait(LATE_ANSWER_SECONDS):
                self._check_alive()
            if time.monotonic() > until:
                self.process.ask_to_end(0.0)
                raise _Stop(
                    RunOutcome.TIMED_OUT, f"it took longer than its {limit} seconds and {seconds - limit:g} more"
                )
        return self._asked(asking.answer)

    def _asked(self, ask: Callable[[], Response]) -> Response:
        """An answer; a broken connection is told by what became of the tool."""
        try:
            return ask()
        except (OSError, http.client.HTTPException):
            self.process.ended.wait(LATE_ANSWER_SECONDS)
            self._check_alive()
            raise _Stop(RunOutcome.FAILED, "it broke the connection off without an answer") from None

    def _check_is_server(self) -> None:
        """A program that did its work and ended, before anybody asked for it, is no tool of this contract."""
        if self.process.ended.is_set() and self.process.status == 0 and not self.cancelled.is_set():
            raise _Stop(
                RunOutcome.CRASHED,
                "it ended with status 0 before it answered /healthz, as a plain script does; a plain script runs with "
                f"exec: pixie-secrets exec {self.tool.id} -- python {self.tool.manifest.entrypoint}",
            )

    def _check_alive(self) -> None:
        if self.cancelled.is_set():
            raise _Stop(RunOutcome.CANCELLED, "the run was cancelled")
        if self.process.out_of_memory:
            raise _Stop(
                RunOutcome.OUT_OF_MEMORY, f"it took more than its {self.tool.manifest.max_memory_mb} MB of memory"
            )
        if self.process.ended.is_set():
            if self.process.status is not None:  # without its supervisor nothing can be said of whose the port is
                self._check_port()
            raise _Stop(RunOutcome.CRASHED, f"it ended by itself, {_ending(self.process.status)}")

    def _check_port(self) -> None:
        """Raise PortTaken if anybody but the tool listens there."""
        seen = listening(self.port, self.process.processes())
        if seen and seen.somebody_else:
            raise PortTaken("another process listens on the port that was meant for the tool", "run it again")
        if seen and seen.everywhere and not self.warnings:
            self.warnings.append("it listens on every network interface; it should bind 127.0.0.1 only")


class _Asking:
    """A request in a thread of its own, so that a tool's end, a cancellation and a limit are noticed meanwhile."""

    def __init__(self, ask: Callable[[], Response]) -> None:
        self.done = threading.Event()
        self._ask = ask
        self._answer: Response | None = None
        self._error: Exception | None = None
        threading.Thread(target=self._work, name="tool run", daemon=True).start()

    def answer(self) -> Response:
        if self._answer is None:
            raise self._error or http.client.HTTPException
        return self._answer

    def _work(self) -> None:
        try:
            self._answer = self._ask()
        except Exception as error:  # noqa: BLE001  it is raised where the answer is asked for
            self._error = error
        finally:
            self.done.set()


def converse(
    tool: Tool,
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    inputs: Mapping[str, Any],
    artefacts_dir: str,
    report: Callable[[str], None],
    cancelled: threading.Event | None,
) -> ConversationEnded:
    """Run the tool once, when it is its turn. Afterwards nothing of it is left, however it ended.

    Raises:
        Busy: another run has the tool's turn and does not end.
        NotStarted: the system would not start it.
        PortTaken: another process was faster, on every port that was tried.
        ContractBroken: it answered more than can be taken.
    """
    cancelled = cancelled or threading.Event()
    with turn(tool, tool.manifest.max_runtime_seconds + LIMIT_GRACE_SECONDS + READY_SECONDS, cancelled):
        for _ in range(PORTS_TRIED - 1):
            try:
                return _once(tool, command, environment, inputs, artefacts_dir, report, cancelled)
            except PortTaken:
                continue
        return _once(tool, command, environment, inputs, artefacts_dir, report, cancelled)


def _once(  # noqa: PLR0917  private, and called in one place with the same names
    tool: Tool,
    command: Sequence[str],
    environment: Mapping[str, str],
    inputs: Mapping[str, Any],
    artefacts_dir: str,
    report: Callable[[str], None],
    cancelled: threading.Event,
) -> ConversationEnded:
    port = free_port()
    contract = Contract(port, uuid.uuid4().hex)
    streamed = Streamed(contract, report)
    answer, outcome, error = None, RunOutcome.DONE, None
    argv = [*command, "--port", str(port)]
    with ToolProcess(argv, tool.folder, environment, tool.manifest.max_memory_mb) as process:
        talk = Conversation(tool, process, contract, port, cancelled)
        try:
            talk.wait_until_ready()
            talk.compare_schema()
            answer = talk.run(inputs, artefacts_dir, streamed)
            if not answer.ok:
                outcome, error = RunOutcome.FAILED, f"HTTP {answer.status}: {answer.detail}"
            elif not isinstance(answer.body, dict):
                outcome, error = RunOutcome.FAILED, "its answer to /run is not a JSON object"
        except _Stop as stop:
            outcome, error = stop.outcome, stop.error
        # before we end it: afterwards, and at a limit, where it has been told to end already, it is our doing
        ours = process.out_of_memory or outcome is RunOutcome.TIMED_OUT
        status = None if ours else process.status
        streamed.finish(LATE_ANSWER_SECONDS)
    return ConversationEnded(
        outcome, answer, error, status, process.log.text(patience=5.0), streamed.texts(), tuple(talk.warnings)
    )


def _own(tool: Tool, name: str) -> Any:
    return getattr(tool.manifest, name)


def _ending(status: int | None) -> str:
    if status is None:
        return "with no status known"
    if status >= 0:
        return f"with status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
