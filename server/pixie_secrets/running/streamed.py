"""What a tool streams while it runs, masked, on its way to whoever watches: gathered a little, so that a flood of
small pieces does not become a flood of messages, and never cut so that a value's halves pass one by one.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.json_documents import masked
from pixie_secrets.known_values.stream import TextMasker
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.running.contract import Contract, StreamEvent

RETRY_SECONDS = 0.1
TEXT_KEPT = 1 << 20  # characters of a streamed output that are kept for a tool that returns it only as a stream
MESSAGE_MAX = 4000


class Streamed:
    """The streamed outputs of one run. `follow` reads them in its thread, `flush` reports them from another."""

    def __init__(self, contract: Contract, report: Callable[[str], None]) -> None:
        self._contract = contract
        self._report = report
        self._lock = threading.Lock()
        self._maskers: dict[str, TextMasker] = {}
        self._texts: dict[str, list[str]] = {}
        self._sizes: dict[str, int] = {}
        self._unreported: list[str] = []
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, seconds: float) -> None:
        self._thread = threading.Thread(target=self.follow, args=(seconds,), name="tool stream", daemon=True)
        self._thread.start()

    def finish(self, patience: float) -> None:
        """Nothing more is expected: take what is still on its way, then say what was held back."""
        self._stopped.set()
        if self._thread:
            self._thread.join(patience)
        with self._lock:
            for key, masker in self._maskers.items():
                self._add(key, masker.finish())
            self._maskers.clear()
        self.flush()

    def follow(self, seconds: float) -> None:
        """Until the stream ends; a tool may open it only once the run has begun."""
        while not self._contract.has_stream:
            for event in self._contract.stream(seconds):
                with self._lock:
                    self._take(event)
            if self._stopped.wait(RETRY_SECONDS):
                return

    def flush(self) -> None:
        """Report what has come in since the last time."""
        with self._lock:
            text, self._unreported = "".join(self._unreported), []
        if text:
            self._report(text if len(text) <= MESSAGE_MAX else f"…{text[-MESSAGE_MAX:]}")

    def texts(self) -> dict[str, str]:
        """The streamed text of each output, masked."""
        with self._lock:
            return {key: "".join(pieces) for key, pieces in self._texts.items()}

    def _take(self, event: StreamEvent) -> None:
        key = KNOWN.mask(event.output_key)
        if isinstance(event.value, str):
            masker = self._maskers.setdefault(event.output_key, TextMasker(KNOWN))
            self._add(key, masker.feed(event.value) + (masker.finish() if event.done else ""))
        elif event.value is not None:
            self._say(f"{shown(key)}: {_brief(masked(event.value))}\n")

    def _add(self, key: str, text: str) -> None:
        kept = self._texts.setdefault(KNOWN.mask(key), [])
        if self._sizes.get(key, 0) < TEXT_KEPT:
            self._sizes[key] = self._sizes.get(key, 0) + len(text)
            kept.append(text)
        self._say(text)

    def _say(self, text: str) -> None:
        self._unreported.append(text)
        while len(self._unreported) > 1 and sum(map(len, self._unreported[1:])) > MESSAGE_MAX:
            del self._unreported[0]  # whoever watches sees the latest; nothing is kept for them


def _brief(node: Any) -> str:
    text = json.dumps(node, ensure_ascii=False)
    return text if len(text) <= MESSAGE_MAX else f"{text[:MESSAGE_MAX]}…"
