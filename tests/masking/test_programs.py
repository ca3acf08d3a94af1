"""Real programs, each in a process of its own, each with another way for a value to get out: none does.

Each program runs twice. Bare, it must print the value, or it would prove nothing; masked, neither its standard output,
nor its standard error, nor any file it wrote may hold the value in any form, or any eight characters of it in a row.
"""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

PROGRAMS = Path(__file__).parent / "programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py") if path.stem != "planted")
CORE = "Zq8Vw3Xk7Rt2Ym9Pd4"
VALUE = f"pk/live+\"{CORE}'&<>%41 é😀=="
PEM_LINES = ("Kc7Wb2Xz9Lq4Vn8Tj3Hf", "Gy6Sm1Dp5Rk0Qw7Eb2Nt", "Ux3Ja8Zo4Ch9Iv2Ml6Fs")
LINES = "\n".join(("-----BEGIN PRIVATE KEY-----", *PEM_LINES, "-----END PRIVATE KEY-----", ""))
WINDOW = 8


def traces() -> set[bytes]:
    """What must not come out, worked out here and not by the code under test."""
    whole = VALUE.encode()
    found = {CORE[start : start + WINDOW].encode() for start in range(len(CORE) - WINDOW + 1)}
    found |= {line[start : start + WINDOW].encode() for line in PEM_LINES for start in range(13)}
    found |= {CORE.encode().hex().encode(), CORE.encode().hex().upper().encode()}
    found |= {json.dumps(VALUE)[1:-1].encode(), repr(VALUE)[1:-1].encode(), html.escape(VALUE).encode()}
    found |= {quote(VALUE).encode(), quote_plus(VALUE).encode()}
    for encode in (b64encode, urlsafe_b64encode):
        for before in range(3):
            inner = encode(b" " * before + whole)[4:-4]  # whatever stands around the value
            found |= {inner[start : start + 12] for start in range(0, len(inner) - 12, 4)}
    return found


TRACES = traces()
MASKS = (b"***", b"%2A%2A%2A")


def run(name: str, folder: Path, *, bare: bool) -> bytes:
    """Everything a program put out: its output and every file it wrote, but for those it made to be run."""
    folder.mkdir(parents=True)
    environment = {
        **{key: value for key, value in os.environ.items() if key.startswith(("COV", "PATH", "HOME"))},
        "PYTHONPATH": f"{PROGRAMS}{os.pathsep}{folder}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PLANTED_VALUE": VALUE,
        "PLANTED_LINES": LINES,
    }
    if bare:
        environment["PLANTED_BARE"] = "1"
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / f"{name}.py")],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.name.startswith("input")]
    return b"\n".join((done.stdout, done.stderr, *files))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, bool], bytes]:
    """What each program put out, masked and bare; two at a time."""
    root = tmp_path_factory.mktemp("programs")
    jobs = [(name, bare) for name in NAMES for bare in (False, True)]
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda job: run(job[0], root / job[0] / ("bare" if job[1] else "masked"), bare=job[1]), jobs)
        return dict(zip(jobs, done, strict=True))


def test_the_table_is_long() -> None:
    assert len(NAMES) >= 40


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_no_value_leaves_the_program(name: str, outputs: dict[tuple[str, bool], bytes]) -> None:
    leaked = sorted(trace for trace in TRACES if trace in outputs[name, False])
    assert not leaked, outputs[name, False].decode(errors="replace")
    assert any(mask in outputs[name, False] for mask in MASKS)


@pytest.mark.parametrize("name", NAMES)
def test_the_program_would_show_the_value(name: str, outputs: dict[tuple[str, bool], bytes]) -> None:
    assert any(trace in outputs[name, True] for trace in TRACES), outputs[name, True].decode(errors="replace")
