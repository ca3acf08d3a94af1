"""Setting one key of a realistic 20-key `.env`: ours (locked, verified, durable) against `dotenv.set_key` (none of it).

    .venv/bin/python benchmarks/env_write.py [FOLDER]

Prints ratios to `dotenv.set_key`, taken in turn in one process: of medians, and of the quickest tenth, which is what a
quiet disk would show (others' flushes hit only who flushes). The bare write is the physical limit of anything durable
on that disk: the new bytes written beside the file, flushed, renamed over it, the folder flushed.
FOLDER says which disk (default: the temporary folder); on a memory disk flushing is free and what is left is computing.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import dotenv

from pixie_secrets.env_file import set_value
from pixie_secrets.files import edit_private

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 400
AIM = 0.6
SERVICES = "OPENAI ANTHROPIC STRIPE SENDGRID TWILIO GITHUB SLACK SENTRY MAPBOX DEEPGRAM"
PEM = "-----BEGIN PRIVATE KEY-----\n" + "\n".join(["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ" * 2] * 6)
HEADER = "# Settings of this tool.\n# Never commit this file.\n\n"


def realistic() -> str:
    """Twenty keys as people keep them: sections, a comment here and there, one key of several lines."""
    lines = [HEADER]
    for number, service in enumerate(SERVICES.split()):
        lines.append(f"# --- {service.capitalize()} ---\n")
        lines.append(f"# https://dashboard.{service.lower()}.example/keys\n" if number % 2 else "")
        lines.append(f"{service}_API_KEY=sk-proj-{service.lower()}-{'aB3dE6gH' * 5}\n")
        value = f"'{PEM}\n-----END PRIVATE KEY-----'" if number == 5 else f'"https://{service.lower()}.example/v1?a=b"'
        lines.append(f"{service}_SETTING={value}  # set by hand\n\n")
    return "".join(lines)


def main() -> None:
    text = realistic()
    data = text.encode()
    assert len(dotenv.dotenv_values(stream=io.StringIO(text))) == 20
    values = ["first-" + "x" * 40, "second-" + "y" * 40]
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as name:
        folder = Path(name).resolve()
        ours, theirs, bare = folder / ".env", folder / "theirs.env", folder / "bare.env"
        for path in (ours, theirs, bare):
            path.write_bytes(data)
            path.chmod(0o600)
        key = "SENTRY_API_KEY"

        def set_ours(value: str) -> None:
            edit_private(ours, lambda before: set_value((before or b"").decode(), key, value).encode())

        def set_theirs(value: str) -> None:
            dotenv.set_key(theirs, key, value)

        def write_bare(_: str) -> None:
            unfinished = f"{bare}.new"
            file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(file, data)
            os.fsync(file)
            os.close(file)
            os.rename(unfinished, bare)  # noqa: PTH104  the bare call is what is measured
            opened = os.open(folder, os.O_RDONLY)
            os.fsync(opened)
            os.close(opened)

        def only_text(value: str) -> None:
            set_value(text, key, value)

        took = in_turn([set_theirs, set_ours, write_bare, only_text], values)
        assert dotenv.dotenv_values(ours)[key] == dotenv.dotenv_values(theirs)[key]
        report(took, set_theirs, {"ours": set_ours, "bare durable write": write_bare, "text alone": only_text})


Times = dict["Callable[[str], None]", tuple[float, float]]


def in_turn(functions: list[Callable[[str], None]], values: list[str]) -> Times:
    """Median and first decile of each, every round calling all of them: what the machine does meanwhile hits all."""
    times: dict[Callable[[str], None], list[float]] = {function: [] for function in functions}
    for number in range(ROUNDS):
        for function in functions:
            started = time.perf_counter()
            function(values[number % 2])
            times[function].append(time.perf_counter() - started)
    return {
        function: (statistics.median(taken), statistics.quantiles(taken, n=10)[0]) for function, taken in times.items()
    }


def report(took: Times, base: Callable[[str], None], named: dict[str, Callable[[str], None]]) -> None:
    print(f"{'':44}median  quickest tenth")
    print(f"{'dotenv.set_key (not locked, not durable)':44}  1.00  1.00")
    for name, function in named.items():
        print(f"{name:44}{ratio(took[function], took[base])}{f'  aim: {AIM}' if name == 'ours' else ''}")
    print(f"{'ours, in bare durable writes':44}{ratio(took[named['ours']], took[named['bare durable write']])}")


def ratio(times: tuple[float, float], base: tuple[float, float]) -> str:
    return "".join(f"{mine / its:6.2f}" for mine, its in zip(times, base, strict=True))


if __name__ == "__main__":
    main()
