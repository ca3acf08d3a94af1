"""Large trees on all cores: processes of our own that are sent paths and answer with hits.

Threads would not help: the engines hold the interpreter while they search. The processes know no values; looking for
those stays here, so a value never crosses a pipe. Whatever goes wrong with them, this process does the work itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pixie_secrets.lint.file_hits import TOGETHER_BYTES, TOGETHER_FILES, scan_files
from pixie_secrets.lint.files import ListedFile, read
from pixie_secrets.lint.hits import Hit, ScanResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future


_Answer = list[ScanResult | None] | None


def hits(listed: Iterable[ListedFile], *, busy: int = 0) -> Iterator[tuple[ListedFile, ScanResult | None]]:
    """Each file with what was seen in it, in order; None where this process has to look for itself.

    listed: is taken to its end before the first answer, and the first files are looked at meanwhile.
    busy: how many cores this process keeps busy meanwhile.
    """
    workers: list[subprocess.Popen[bytes]] = []
    mine = threading.local()

    def ask(batch: list[ListedFile]) -> _Answer:
        if not hasattr(mine, "process"):
            mine.process = _start()
            if mine.process:
                workers.append(mine.process)
        return _ask(mine.process, batch) if mine.process else None

    cores = (os.cpu_count() or 1) - busy
    pool = ThreadPoolExecutor(max_workers=max(1, cores), thread_name_prefix="lint")
    try:
        asked: list[tuple[list[ListedFile], Future[_Answer]]] = [
            (batch, pool.submit(ask, batch)) for batch in _batches(listed)
        ]
        for batch, future in asked:
            answer = future.result()
            yield from zip(batch, answer or [None] * len(batch), strict=True)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in workers:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()


def serve() -> None:
    """The other side: a line of paths in, a line of hits out, until there is nothing more to read."""
    for line in sys.stdin.buffer:
        sources = [read(ListedFile(path, shown), Counter()) for path, shown in json.loads(line)]
        scanned = iter(scan_files([source for source in sources if source]))
        answer = [next(scanned) if source else None for source in sources]
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _batches(listed: Iterable[ListedFile]) -> Iterator[list[ListedFile]]:
    batch: list[ListedFile] = []
    size = 0
    for one in listed:
        batch.append(one)
        size += one.size
        if size >= TOGETHER_BYTES or len(batch) >= TOGETHER_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _start() -> subprocess.Popen[bytes] | None:
    code = "import gc; gc.disable(); from pixie_secrets.lint.parallel import serve; serve()"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept,
        )
    except OSError:
        return None


def _ask(process: subprocess.Popen[bytes], batch: list[ListedFile]) -> _Answer:
    try:
        assert process.stdin  # noqa: S101  it was started with a pipe
        assert process.stdout  # noqa: S101  it was started with a pipe
        process.stdin.write(json.dumps([(one.path, one.shown) for one in batch]).encode("ascii") + b"\n")
        process.stdin.flush()
        answer: Any = json.loads(process.stdout.readline())
    except (OSError, ValueError):
        return None
    return [None if its is None else ScanResult([Hit(*hit) for hit in its[0]], its[1]) for its in answer]
