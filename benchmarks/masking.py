"""What masking costs: a log record, fifty megabytes through the filter, and building the index.

    .venv/bin/python benchmarks/masking.py [--rounds 9] [--megabytes 50] [--against FOLDER]

Everything is a ratio of two things done in turn in one run, so a busy machine slows both alike; each figure is the
median of its rounds. The filter is measured as a whole process, start and reading of the `.env` files included, against
`rg -F -f FORMS --replace '***' --passthru` with the same forms in a file. Long and repetitive values are built at two
sizes, to see that time grows no faster than they do.

    git worktree add /tmp/before COMMIT; .venv/bin/python benchmarks/masking.py --against /tmp/before

measures this checkout and another one in turn, in seconds of processor time: building and its memory, a line, a log
record, bytes through an index that is there, and `pixie-secrets mask` as a whole process.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.known_values import KNOWN, KnownValues
from pixie_secrets.known_values.forms import forms
from pixie_secrets.known_values.forms.quotings import quotings
from pixie_secrets.known_values.stream import TextMasker
from pixie_secrets.layouts.project import Project
from pixie_secrets.masking import records as masked_records
from pixie_secrets.stores.learn import learn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEYS_PER_TOOL = 50
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
KINDS: tuple[Callable[[], str], ...] = (
    lambda: "sk-proj-" + word(LETTERS + "-_", 40),
    lambda: "ghp_" + word(LETTERS, 36),
    lambda: word("0123456789abcdef", 32),
    lambda: word(LETTERS + "+/", 40),
    lambda: f"postgres://svc_{word('0123456789', 4)}:{word(LETTERS, 20)}@db.internal:5432/app",
    lambda: word(LETTERS + "!#$&*.", 16),
)
FILTER = """
from pixie_secrets.stores.learn import learn
from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.stream import run_filter
from pixie_secrets.layouts.project import find_project
learn(find_project())
run_filter(KNOWN, 0, 1)
"""


def word(letters: str, length: int) -> str:
    return "".join(random.choices(letters, k=length))


def make_values(count: int) -> list[str]:
    """Values as they occur: keys with and without a prefix, hex, base64, addresses, passwords."""
    return [KINDS[number % len(KINDS)]() for number in range(count)]


def forms_of(value: str) -> set[bytes]:
    """What is searched for, with texts in the spellings of the commonest writers."""
    exact, texts = forms(value)
    return exact.union(*({quoted.encode() for quoted in quotings(text.decode())} for text in texts))


def all_forms(values: list[str]) -> set[bytes]:
    found: set[bytes] = set()
    return found.union(*map(forms_of, values))


def make_project(root: Path, values: list[str]) -> None:
    for number, start in enumerate(range(0, len(values), KEYS_PER_TOOL)):
        folder = root / "tools" / f"tool-{number}"
        folder.mkdir(parents=True)
        (folder / "tool.json").write_text(f'{{"id": "tool-{number}", "name": "Tool", "inputs": [], "outputs": []}}')
        lines = (f"KEY_{place}='{value}'\n" for place, value in enumerate(values[start : start + KEYS_PER_TOOL]))
        (folder / ".env").write_text("".join(lines))
        (folder / ".env").chmod(0o600)


def paired(rounds: int, *works: Callable[[], float]) -> list[list[float]]:
    """Seconds of each work, done in turn."""
    return [list(times) for times in zip(*([work() for work in works] for _ in range(rounds)), strict=True)]


def ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def verdict(title: str, value: float, aim: float, *, at_least: bool = False) -> bool:
    held = value >= aim if at_least else value <= aim
    print(f"{title:<66} {value:>8.2f}   {'≥' if at_least else '≤'} {aim:g}  {'ok' if held else 'MISSED'}")
    return held


# --- a log record ---------------------------------------------------------------------------------------------------


def log_records(folder: Path, rounds: int, aim: float) -> bool:
    """An ordinary record to an ordinary file handler, with the masked methods in place and with logging's own."""
    log = logging.Logger("app.worker")  # noqa: LOG001  a tree of its own
    handler = logging.FileHandler(folder / "app.log", "w")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log.addHandler(handler)
    own = {name: getattr(logging.Handler, name) for name in ("handle", "format", "handleError")}
    masked_records.install()
    masking = {name: getattr(logging.Handler, name) for name in own}

    def work(methods: dict[str, object]) -> float:
        for name, method in methods.items():
            setattr(logging.Handler, name, method)
        start = time.perf_counter()
        for number in range(1000):
            log.info("request %s for %s took %d ms from the worker", number, "/api/v1/items", number)
        return time.perf_counter() - start

    with_masks, without = paired(rounds * 7, lambda: work(masking), lambda: work(own))
    work(own)
    handler.close()
    return verdict(f"log record with {len(KNOWN):,} values : without", ratio(with_masks, without), aim)


def replace_loop(values: list[str], rounds: int) -> bool:
    """The filter that everybody writes first, over the bare values only: it does a tenth of the work."""
    line = "2025-01-02 03:04:05,678 INFO app.worker request 17 for /api/v1/items took 17 ms from the worker"

    def loop() -> float:
        start = time.perf_counter()
        for _ in range(50):
            text = line
            for value in values:
                text = text.replace(value, "***")
        return time.perf_counter() - start

    def mask() -> float:
        start = time.perf_counter()
        for _ in range(50):
            KNOWN.mask(line)
        return time.perf_counter() - start

    loops, masks = paired(rounds * 7, loop, mask)
    return verdict(f"replace loop over {len(values):,} values : mask, one line", ratio(loops, masks), 30, at_least=True)


# --- the filter -----------------------------------------------------------------------------------------------------


class Run(NamedTuple):
    """seconds: by the clock. processor: seconds of it. megabytes: of memory, at most."""

    seconds: float
    processor: float
    megabytes: float


def run(command: list[str], source: Path, target: Path, project: Path, environ: Mapping[str, str] = os.environ) -> Run:
    environment = {key: value for key, value in environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    with source.open("rb") as incoming, target.open("wb") as outgoing:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdin=incoming, stdout=outgoing, env=environment | {"PIXIE_PROJECT": str(project)}
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    return Run(
        seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    )


def write_log(path: Path, values: list[str], megabytes: int) -> None:
    """Log lines; every fiftieth shows a value in one of its forms."""
    with path.open("wb") as file:
        size = number = 0
        while size < megabytes * 1_000_000:
            number += 1
            taken, request = number % 97, random.getrandbits(64)
            line = b"2025-01-02T03:04:05.%03d INFO worker-%d " % (number % 1000, number % 16)
            line += b"request id=%016x path=/api/v1/items/%d status=200 took=%dms" % (request, number, taken)
            if number % 50 == 0:
                line += b" key=" + random.choice(sorted(forms_of(random.choice(values)))).replace(b"\n", b"")
            size += file.write(line + b"\n")


def filtering(folder: Path, values: list[str], rounds: int, megabytes: int, aim: float) -> bool:
    rg = shutil.which("rg")
    if not rg:
        print("ripgrep is not installed: nothing to compare the filter with")
        return False
    project, source, listed = folder / "project", folder / "log", folder / "forms"
    make_project(project, values)
    write_log(source, values, megabytes)
    # rg takes the first of several forms that match, so the longest stand first: else it would leave padding behind
    longest_first = sorted(all_forms(values), key=len, reverse=True)
    listed.write_bytes(b"\n".join(longest_first) + b"\n")
    ours = [sys.executable, "-c", FILTER]
    theirs = [rg, "-F", "-f", str(listed), "--replace", "***", "--passthru", "-"]
    runs: list[list[Run]] = [[], []]
    for _ in range(rounds):
        for command, done, target in ((ours, runs[0], folder / "ours"), (theirs, runs[1], folder / "theirs")):
            done.append(run(command, source, target, project))
    with (folder / "ours").open("rb") as one, (folder / "theirs").open("rb") as other:
        differing = sum(mine != its for mine, its in zip(one, other, strict=True))
    times = [[each.seconds for each in done] for done in runs]
    print(
        f"  {megabytes} MB, {len(values):,} values: {statistics.median(times[0]):.2f} s, {runs[0][-1].megabytes:.0f} MB"
        f" of memory; rg {statistics.median(times[1]):.2f} s, {runs[1][-1].megabytes:.0f} MB; lines in which rg leaves"
        f" part of an overlapping form: {differing:,}"
    )
    return verdict(f"filter with {len(values):,} values : rg, whole processes", ratio(*times), aim)


# --- the index ------------------------------------------------------------------------------------------------------


def building(folder: Path, values: list[str], rounds: int) -> bool:
    from pixie_secrets.stores import learn as known_env

    project = folder / "project"

    def reading() -> float:
        known_env._learned.clear()  # noqa: SLF001  as in a new process
        start = time.perf_counter()
        learn(Project(project))
        return time.perf_counter() - start

    def build() -> float:
        known = KnownValues()
        for number, value in enumerate(values):
            known.add(value, key=f"KEY_{number}", tool="benchmark")
        start = time.perf_counter()
        known.index()
        return time.perf_counter() - start

    builds, readings = paired(rounds, build, reading)
    count = len(all_forms(values))
    print(f"  {len(values):,} values, {count:,} forms; building : reading the files {ratio(builds, readings):.2f}")
    return verdict(f"building the index of {len(values):,} values, seconds", statistics.median(builds), 1.0)


# --- values of unusual shape ------------------------------------------------------------------------------------------

SHAPES: dict[str, Callable[[int], list[str]]] = {
    "dozens of values of one repeated letter": lambda size: [letter * size for letter in LETTERS[:36]],
    "a value of many lines": lambda size: ["\n".join(word(LETTERS + "+/", 64) for _ in range(size // 65))],
    "a value of one long line": lambda size: [word(LETTERS + "+/=' ", size)],
    "a value that repeats itself": lambda size: ["ab'c$" * (size // 5)],
}


def shapes(rounds: int) -> bool:
    """Building, searching a text that holds them, and a stream in small pieces, at 60 and at 120 KB."""

    def work(make: Callable[[int], list[str]], size: int) -> float:
        random.seed(size)
        values = make(size)
        start = time.process_time()
        known = KnownValues()
        for value in values:
            known.add(value, key="K", tool="t")
        text = f"a {values[0]} b\n"
        assert known.mask(text) == "a *** b\n"
        masker = TextMasker(known)
        out = [masker.feed(text[place : place + 997]) for place in range(0, len(text), 997)]
        assert "".join([*out, masker.finish()]) == "a *** b\n"
        return time.process_time() - start

    held = []
    for title, make in SHAPES.items():
        small, large = (min(work(make, size) for _ in range(max(3, rounds // 3))) for size in (60_000, 120_000))
        print(f"  {title}: {small:.3f} s at 60 KB, {large:.3f} s at 120 KB")
        held.append(verdict(f"{title}, twice as long : once", large / small, 3))
    return all(held)


# --- another checkout -------------------------------------------------------------------------------------------------

COMPARED = """
import json, logging, resource, sys, time
from pixie_secrets import masking
from pixie_secrets.known_values import KNOWN as known
from pixie_secrets.known_values.stream import BytesMasker
values = json.load(open(sys.argv[1]))
started = time.process_time()
for number, value in enumerate(values):
    known.add(value, key=f"KEY_{number}", tool="benchmark")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
known.index()
build = time.process_time() - start
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
line = "2025-01-02 03:04:05,678 INFO app.worker request 17 for /api/v1/items took 17 ms from the worker"
known.mask(line)
lines = []
for _ in range(200):
    start = time.process_time()
    for _ in range(50):
        known.mask(line)
    lines.append(time.process_time() - start)
masking.install()
log = logging.Logger("app.worker")
log.addHandler(logging.FileHandler(sys.argv[1] + ".log", "w"))
log.handlers[0].setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
records = []
for _ in range(100):
    start = time.process_time()
    for number in range(200):
        log.info("request %s for %s took %d ms from the worker", number, "/api/v1/items", number)
    records.append(time.process_time() - start)
masker = BytesMasker(known)
start = time.process_time()
with open(sys.argv[2], "rb", buffering=0) as log:
    while data := log.read(1 << 18):
        masker.feed(data)
    masker.finish()
filtered = time.process_time() - start
print(json.dumps([build, memory, min(lines), min(records), filtered]))
"""


def against(other: Path, rounds: int, megabytes: int) -> bool:
    """This checkout : another one, each figure in turn in processes of their own."""
    values = make_values(10_000)
    here = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as name:
        listed, log = Path(name, "values"), Path(name, "log")
        listed.write_text(json.dumps(values))
        write_log(log, values, megabytes)
        make_project(Path(name, "project"), values)
        measured: dict[Path, list[list[float]]] = {here: [], other: []}
        for _ in range(rounds):
            for checkout, runs in measured.items():
                environment = {**os.environ, "PYTHONPATH": str(checkout / "server")}

                command = [sys.executable, "-c", COMPARED, str(listed), str(log)]
                done = subprocess.run(command, env=environment, check=True, capture_output=True)
                filtering = [sys.executable, "-m", "pixie_secrets", "mask"]
                whole = run(filtering, log, Path(name, "masked"), Path(name, "project"), environment)
                runs.append([*json.loads(done.stdout), whole.processor])
    held = []
    figures = (
        ("building 10,000 values", 1.5), ("memory of it", 1.5), ("a line", 1.1),
        ("a log record", 1.1), (f"{megabytes} MB through an index that is there", 1.1),
        (f"`mask` of {megabytes} MB, as a process", 1.1),
    )  # fmt: skip
    for number, (title, aim) in enumerate(figures):
        ours, theirs = ([run[number] for run in measured[checkout]] for checkout in (here, other))
        held.append(verdict(f"{title} : {other}", ratio(ours, theirs), aim))
    return all(held)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout, and nothing else")
    asked = parser.parse_args()
    random.seed(4711)
    if asked.against:
        return 0 if against(asked.against.resolve(), asked.rounds, asked.megabytes) else 1
    held = [shapes(asked.rounds)]
    for count, log_aim, rg_aim in ((1_000, 1.25, 1.1), (10_000, 1.3, 0.5)):
        values = make_values(count)
        for number, value in enumerate(values):
            KNOWN.add(value, key=f"KEY_{number}", tool="benchmark")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            held.append(log_records(folder, asked.rounds, log_aim))
            if count == 1_000:
                held.append(replace_loop(values, asked.rounds))
            held.append(filtering(folder, values, asked.rounds, asked.megabytes, rg_aim))
            if count == 10_000:
                held.append(building(folder, values, asked.rounds))
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
