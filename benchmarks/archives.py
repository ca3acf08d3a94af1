"""Sharing and importing a large tool, against what people use instead. Ratios, never bare times.

    python benchmarks/archives.py [--venv 30000] [--rounds 5] [--mcpb PATH]

The tool: 2,000 files, 90 MB: 1,900 sources of this Python's library, tables and logs, pictures and a model. It lies on
a tmpfs where there is one, so that a disk is not what is measured. Every pair is measured in turns and the quickest
round counts: other work on the machine only ever adds. mcpb: the `mcpb` program of npm's @anthropic-ai/mcpb.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import shutil
import subprocess
import sysconfig
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives import contents as contents_room
from pixie_secrets.archives.accept import accept
from pixie_secrets.archives.packing import Packing
from pixie_secrets.archives.source import OpenFile
from pixie_secrets.archives.unpack import unpack
from pixie_secrets.archives.zip_check import read_members
from pixie_secrets.archives.zip_write import ZipWriter
from pixie_secrets.files import open_folder
from pixie_secrets.layouts.project import Project
from pixie_secrets.lint.file_hits import TOGETHER_FILES, scan_files
from pixie_secrets.lint.files import ListedFile, read
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool

if TYPE_CHECKING:
    from collections.abc import Callable

MB = 1_000_000


class Timed(NamedTuple):
    """seconds: of the quickest round."""

    seconds: float
    result: object


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--venv", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mcpb", default=shutil.which("mcpb"))
    asked = parser.parse_args()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        measure(Path(folder), asked)


def measure(folder: Path, asked: argparse.Namespace) -> None:
    tool = make_tool(folder / "project/tools/large")
    kept = [path for path in sorted(tool.rglob("*")) if path.is_file()]
    size = sum(path.stat().st_size for path in kept)
    text = sum(path.stat().st_size for path in kept if path.suffix in {".py", ".csv", ".json", ".log", ".md", ".toml"})
    print(f"{len(kept)} files, {size / MB:.0f} MB, {text / MB:.0f} MB of it text")
    out, peer = folder / "large.zip", folder / "peer.zip"
    project = Project(folder / "project")
    request = ShareToolRequest(tool_id="large", output=str(out))

    with_zipfile = Job(lambda: zip_with_python(tool, kept, peer), peer)
    packing = Job(lambda: pack_only(tool, out), out)
    sharing = Job(lambda: share_tool(Context(project), request), out)
    python, packed, shared = in_turns(asked.rounds, with_zipfile, packing, sharing)
    sizes = out.stat().st_size / peer.stat().st_size
    print(f"pack, against zipfile at level 6      {packed / python:.2f} of the time, {sizes:.3f} of the size")
    print(f"share with lint and known values      {shared / python:.2f} of the time")
    shutil.copy(out, folder / "shared.zip")

    print(f"bytes that are the same every time    {reproducible(folder, tool, asked.rounds):+.1%} of the time to pack")
    make_environment(tool / ".venv", asked.venv)
    walked = Job(lambda: pack_only(tool, out), out)
    listed_with = best(asked.rounds, lambda: contents_room.contents(tool))
    (with_it,) = in_turns(asked.rounds, walked)
    shutil.move(tool / ".venv", folder / "venv")
    listed_without = best(asked.rounds, lambda: contents_room.contents(tool))
    (without,) = in_turns(asked.rounds, walked)
    print(f"pack beside {asked.venv} files of .venv      {with_it / without:.2f} of the time without")
    print(f"list what ships beside them           {listed_with / listed_without:.2f} of the time without")

    if asked.mcpb:
        (tool / "manifest.json").write_text(json.dumps(MCPB))
        mcpb = Job(lambda: run(asked.mcpb, "pack", str(tool), str(peer)), peer)
        theirs, packed, shared = in_turns(min(asked.rounds, 3), mcpb, packing, sharing)
        print(f"pack, against mcpb pack               {packed / theirs:.2f} of the time")
        print(f"share, against mcpb pack              {shared / theirs:.2f} of the time")

    archive = folder / "shared.zip"
    plain = Job(lambda: extract_with_python(archive, folder / "plain"), folder / "plain")
    checked = Job(lambda: unpack_only(archive, folder / "checked"), folder / "checked")
    receiver = folder / "receiver"
    imported = Job(lambda: import_into(archive, receiver), receiver)
    looked_at = Job(lambda: lint_only(tool, kept), folder / "none")
    python, unpacked, linted, whole = in_turns(asked.rounds, plain, checked, looked_at, imported)
    print(f"unpack with all checks, against extractall  {unpacked / python:.2f} of the time")
    print(f"lint of the same files alone          {linted / python:.2f} of the time")
    print(f"import with lint                      {whole / python:.2f} of the time")


MCPB = {
    "manifest_version": "0.2", "name": "large", "version": "1.0.0", "description": "x", "author": {"name": "x"},
    "server": {"type": "python", "entry_point": "main.py", "mcp_config": {"command": "python", "args": ["main.py"]}},
}  # fmt: skip


class Job(NamedTuple):
    """Something to time, and what of an earlier round has to go first."""

    work: Callable[[], object]
    made: Path


def in_turns(rounds: int, *jobs: Job) -> list[float]:
    """The quickest time of each, one round of all after the other."""
    times = [float("inf")] * len(jobs)
    for _ in range(rounds):
        for number, job in enumerate(jobs):
            if job.made.is_dir():
                shutil.rmtree(job.made)
            job.made.unlink(missing_ok=True)
            began = time.perf_counter()
            job.work()
            times[number] = min(times[number], time.perf_counter() - began)
    return times


def best(rounds: int, work: Callable[[], object]) -> float:
    times = []
    for _ in range(rounds * 3):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def zip_with_python(tool: Path, kept: list[Path], out: Path) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
        for path in kept:
            zipped.write(path, path.relative_to(tool.parent))


def extract_with_python(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(folder)


def pack_only(tool: Path, out: Path) -> None:
    """What share does without lint and known values: list, read, look into, hash, deflate, write."""
    found = contents_room.contents(tool)
    descriptor = os.open(out, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    try:
        writer = ZipWriter(descriptor)
        packing = Packing(tool, "large", writer, lambda _path, _data: None, lambda _size: None)
        packing.add(found.files)
        packing.unchanged(found)
        writer.finish()
    finally:
        os.close(descriptor)


def unpack_only(archive: Path, folder: Path) -> None:
    """What import does without lint and known values: check, inflate, look into, hash, write."""
    folder.mkdir()
    descriptor, below = os.open(archive, os.O_RDONLY), open_folder(folder)
    try:
        source = OpenFile(descriptor)
        unpack(source, accept(read_members(source)), below, lambda _path, _data: None)
    finally:
        os.close(descriptor)
        os.close(below)


def lint_only(tool: Path, kept: list[Path]) -> None:
    """What import adds to that: every file read and looked into for secrets, in one process."""
    for start in range(0, len(kept), TOGETHER_FILES):
        together = (
            read(ListedFile(str(path), path.relative_to(tool).as_posix()), Counter())
            for path in kept[start : start + TOGETHER_FILES]
        )
        scan_files([source for source in together if source])


def import_into(archive: Path, receiver: Path) -> None:
    (receiver / "tools").mkdir(parents=True)
    import_tool(Context(Project(receiver)), ImportToolRequest(path=str(archive)))


def reproducible(folder: Path, tool: Path, rounds: int) -> float:
    """What sorting and fixed times cost: packing in the order of the folder, without a second look, against it."""

    def careless() -> None:
        descriptor = os.open(folder / "careless.zip", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        try:
            writer = ZipWriter(descriptor)
            packing = Packing(tool, "large", writer, lambda _path, _data: None, lambda _size: None)
            packing.add([entry for entry in contents_room.walk(tool) if not entry.reason])
            writer.finish()
        finally:
            os.close(descriptor)

    without, with_it = in_turns(
        rounds,
        Job(careless, folder / "careless.zip"),
        Job(lambda: pack_only(tool, folder / "careful.zip"), folder / "careful.zip"),
    )
    return with_it / without - 1


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def make_tool(tool: Path) -> Path:
    rng = random.Random(7)
    library = Path(sysconfig.get_paths()["stdlib"])
    everything = [path for path in sorted(library.rglob("*.py")) if "site-packages" not in path.parts]
    sources = [path for path in everything if "test" not in path.parts]
    tests = sorted(path for path in library.rglob("test/*.py") if b"://" not in path.read_bytes())
    for number, path in enumerate((sources + tests * 3)[:1_940]):
        place = tool / f"pkg_{number % 40}" / f"module_{number}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        data = path.read_bytes()
        place.write_bytes(b"" if b"token" in data.lower() or b"password" in data.lower() else data)
    for number in range(20):
        (tool / f"table_{number}.csv").write_text(_table(rng, 1_100_000))
    for number in range(10):
        (tool / f"run_{number}.log").write_text(_log(rng, 1_000_000))
    for number in range(25):
        (tool / f"picture_{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + rng.randbytes(400_000))
    (tool / "model.bin").write_bytes(rng.randbytes(22 * MB))
    (tool / "tool.json").write_text(json.dumps({"id": "large", "name": "Large", "inputs": [], "outputs": []}))
    (tool / "main.py").write_text("print('hello')\n")
    (tool / "pyproject.toml").write_text('[project]\nname = "large"\nversion = "1"\n')
    return tool


def _table(rng: random.Random, size: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    row = 0
    while out.tell() < size:
        row += 1
        writer.writerow([row, f"{rng.gauss(0, 1):.5f}", rng.choice(("north", "south", "east")), rng.randrange(10_000)])
    return out.getvalue()


def _log(rng: random.Random, size: int) -> str:
    lines = []
    total = 0
    while total < size:
        when = f"2026-01-{rng.randrange(1, 29):02} 12:{rng.randrange(60):02}"
        line = f"{when} INFO step {rng.randrange(999)} took {rng.random():.3f} s\n"
        total += len(line)
        lines.append(line)
    return "".join(lines)


def make_environment(venv: Path, count: int) -> None:
    venv.mkdir()
    (venv / "pyvenv.cfg").write_text("home = /usr\n")
    for number in range(0, count, 100):
        folder = venv / f"lib/package_{number}"
        folder.mkdir(parents=True)
        for each in range(100):
            (folder / f"{each}.py").write_text("x = 1\n")


if __name__ == "__main__":
    main()
