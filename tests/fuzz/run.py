"""The harness: tries inputs of one kind one after the other, each on its own, and holds them to what must always hold.

No exception that is not a refusal, no error in a log, at most two seconds of processor time, the planted value in
nothing that is said.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz.archive_directories import ArchiveDirectories
from tests.fuzz.env_texts import EnvTexts
from tests.fuzz.hook_payloads import HookPayloads
from tests.fuzz.kind import VALUE, Broken
from tests.fuzz.manifests import Manifests
from tests.fuzz.page_forms import PageForms
from tests.fuzz.rpc_lines import RpcLines
from tests.fuzz.sealed_files import SealedFiles
from tests.fuzz.watchdog import SECONDS_MAX, Hung, watched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.kind import Kind

KINDS: dict[str, type[Kind]] = {
    "hook-payloads": HookPayloads,
    "rpc-lines": RpcLines,
    "env-texts": EnvTexts,
    "manifests": Manifests,
    "archive-directories": ArchiveDirectories,
    "page-forms": PageForms,
    "sealed-files": SealedFiles,
}
FAILURES_MAX = 20  # then a run ends: they are of one cause


@dataclass
class Figures:
    """failures: the numbers of inputs, each with what happened. slowest: seconds of processor time, and which."""

    inputs: int = 0
    failures: dict[int, str] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, 0)

    def __str__(self) -> str:
        seconds, number = self.slowest
        return f"{self.inputs} inputs, {len(self.failures)} failures, slowest {seconds:.3f} s (input {number})"


class _Faults(logging.Handler):
    """What a program of ours logs as an error: a traceback that nobody saw."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)


def run(name: str, folder: Path, seed: int, first: int, count: int) -> Figures:
    """Try `count` inputs of a kind from number `first` on; what came of it."""
    folder.mkdir()
    kind = KINDS[name](folder)
    figures, faults = Figures(), _Faults()
    logging.getLogger().addHandler(faults)
    try:
        for number in range(first, first + count):
            faults.seen.clear()
            begin = time.process_time() + kind.spent()
            try:
                _try(kind, Random(f"{name} {seed} {number}"), faults)
            except (Exception, Hung) as fault:  # each one is a finding
                figures.failures[number] = f"{type(fault).__name__}: {fault}"[:500]
                print(f"{name} --seed {seed} --first {number} --inputs 1", file=sys.stderr)
                traceback.print_exception(fault, limit=-6, file=sys.stderr)
            took = time.process_time() + kind.spent() - begin
            figures.inputs += 1
            figures.slowest = max(figures.slowest, (took, number))
            if took > SECONDS_MAX and number not in figures.failures:
                figures.failures[number] = f"took {took:.1f} s"
            if len(figures.failures) >= FAILURES_MAX:
                break
    finally:
        logging.getLogger().removeHandler(faults)
        kind.close()
    return figures


def _try(kind: Kind, random: Random, faults: _Faults) -> None:
    with watched(SECONDS_MAX):
        said = kind.attempt(random)
    if VALUE in said:
        raise Broken(f"the value was shown: {said[:300]!r}")
    for record in faults.seen:
        raise Broken(f"logged: {record.getMessage()[:300]}") from (record.exc_info[1] if record.exc_info else None)
