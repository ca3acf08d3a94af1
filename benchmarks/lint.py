"""What lint costs, in multiples of its peers, and how much each of them finds.

    python benchmarks/lint.py [--megabytes 200] [--rounds 3] [--peers DIR]

Needs an environment with the peers, because they bring much that is not ours:

    uv venv .venv-benchmarks && uv pip sync --python .venv-benchmarks --require-hashes requirements/benchmarks.txt

- A tree of real source: the standard library and what is installed here, shuffled by name, up to the megabytes.
- Known values alone, as `--select KV`, of some 14 MB in 1,400 files, beside varlock 1.20.0 (of npm, --varlock).
- One file of many findings, and a baseline of half of them: twice as many should take twice as long.
- One small tool, whole process, as a person or a commit hook waits for it.
- The labeled corpus, file by file: what of the secrets was found, which traps were walked into.

Whole processes, taken in turns; wall time, and processor time beside it. Kingfisher without validation and without its
update check; ripgrep with our keywords says how fast reading and searching alone could be.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import statistics
import string
import subprocess
import sys
import sysconfig
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
ENDINGS = (
    ".py",
    ".json",
    ".toml",
    ".md",
    ".txt",
    ".yaml",
    ".yml",
    ".pyi",
    ".rst",
    ".cfg",
    ".ini",
    ".html",
    ".js",
    ".css",
    ".sh",
    ".xml",
    ".csv",
)
PIXIE = [str(Path(sys.executable).with_name("pixie-secrets"))]
SECRETS = ["--select", "KV,HS,GT"]


class Cost(NamedTuple):
    wall: float
    processor: float
    megabytes: float


def run(command: list[str], folder: Path) -> Cost:
    """One process with its children, and the most memory one of them had."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in {0, 1, 200, 205}:  # findings, in the words of each
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turns(commands: dict[str, tuple[list[str], Path]], rounds: int) -> dict[str, Cost]:
    taken: dict[str, list[Cost]] = {name: [] for name in commands}
    for round_ in range(rounds + 1):
        for name, (command, folder) in commands.items():
            cost = run(command, folder)
            if round_:  # the first one warms the caches
                taken[name].append(cost)
    return {
        name: Cost(*(statistics.median(column) for column in zip(*costs, strict=True))) for name, costs in taken.items()
    }


def tree(root: Path, megabytes: int) -> int:
    """Real source in tools/large; how many bytes it came to."""
    sources = [Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("purelib"))]
    files = sorted(
        {path for source in sources for path in source.rglob("*") if path.suffix in ENDINGS and path.is_file()}
    )
    random.Random(4).shuffle(files)
    target = root / "tools/large"
    target.mkdir(parents=True)
    (target / "tool.json").write_text(json.dumps({"id": "large", "name": "Large", "inputs": [], "outputs": []}))
    size = number = 0
    while size < megabytes << 20:
        path = files[number % len(files)]
        data = path.read_bytes()
        number += 1
        if len(data) > 2 << 20:
            continue
        copy = target / f"{number // 500:03}" / f"{number}-{path.name}"
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(data)
        size += len(data)
    return size


def report(title: str, costs: dict[str, Cost], ours: str, size: int) -> None:
    print(f"\n{title}")
    print(f"  {'':24}{'wall s':>9}{'cpu s':>9}{'MB/s':>9}{'MB mem':>9}{'wall, ours / its':>20}")
    for name, cost in costs.items():
        ratio = costs[ours].wall / cost.wall
        speed = size / cost.wall / 1e6
        print(f"  {name:24}{cost.wall:9.2f}{cost.processor:9.2f}{speed:9.1f}{cost.megabytes:9.0f}{ratio:20.3f}")


def corpus(root: Path, peers: Path) -> None:
    """Recall and false alarms of everybody on the labeled corpus, which is hard on purpose."""
    from benchmarks.lint_corpus.corpus import labeled_files

    files = list(labeled_files())
    tool = root / "corpus/tools/corpus"
    tool.mkdir(parents=True)
    (tool / "tool.json").write_text(json.dumps({"id": "corpus", "name": "Corpus", "inputs": [], "outputs": []}))
    for file in files:
        path = tool / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    secrets = sum(len(file.secret_lines) for file in files)
    traps = sum(not file.secret_lines for file in files)
    print(f"\nthe corpus: {secrets} secrets, {traps} traps")
    for who, lines in (
        ("lint-tool", ours_on(tool)),
        ("detect-secrets", theirs_on(tool, peers)),
        ("kingfisher", kingfisher_on(tool, peers)),
    ):
        found = sum(len(file.secret_lines & lines.get(file.path, set())) for file in files)
        alarms = sum(1 for file in files if not file.secret_lines and lines.get(file.path))
        print(f"  {who:16}{found / secrets:8.3f} of secrets found{alarms / traps:8.3f} of traps flagged")


def ours_on(tool: Path) -> dict[str, set[int]]:
    out = subprocess.run(
        [*PIXIE, "--project", str(tool.parent.parent), "lint-tool", "--json", *SECRETS],
        capture_output=True,
        check=False,
    ).stdout
    lines: dict[str, set[int]] = {}
    for one in json.loads(out)["findings"]:
        lines.setdefault(one["file"].removeprefix("tools/corpus/"), set()).add(one["line"])
    return lines


def theirs_on(tool: Path, peers: Path) -> dict[str, set[int]]:
    out = subprocess.run(
        [str(peers / "detect-secrets"), "scan", "--all-files", "--no-verify", "."],
        cwd=tool,
        capture_output=True,
        check=True,
    ).stdout
    return {path: {one["line_number"] for one in its} for path, its in json.loads(out)["results"].items()}


def kingfisher_on(tool: Path, peers: Path) -> dict[str, set[int]]:
    command = [*kingfisher(peers), "--format", "json", "--no-dedup", "."]
    out = subprocess.run(command, cwd=tool, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    lines: dict[str, set[int]] = {}
    for line, path in re.findall(r'"line":\s*(\d+)[^{}]*?"path":\s*"([^"]+)"', out):
        lines.setdefault(path.removeprefix("./"), set()).add(int(line))
    return lines


def kingfisher(peers: Path) -> list[str]:
    return [
        str(peers / "kingfisher"),
        "scan",
        "--no-validate",
        "--no-update-check",
        "--git-history",
        "none",
        "--no-ignore",
        "-q",
    ]


def keywords(root: Path) -> Path:
    from pixie_secrets.lint.rules import load

    path = root / "keywords"
    path.write_text("\n".join(sorted({word for rule in load().rules for word in rule.keywords})) + "\n")
    return path


def known_values(root: Path, large: Path, varlock: str | None, rounds: int) -> None:
    """Some 1,400 files with two values to look for; varlock has them in a `.env.schema`."""
    tool = root / "known/tools/known"
    tool.mkdir(parents=True)
    keys = ("ACME_API_KEY", "DB_PASSWORD")
    manifest = {"id": "known", "name": "Known", "inputs": [], "outputs": [], "secrets": [{"key": key} for key in keys]}
    (tool / "tool.json").write_text(json.dumps(manifest))
    chance = random.Random(16)
    values = {key: "".join(chance.choices(string.ascii_letters + string.digits, k=24)) for key in keys}
    (tool / ".env").write_text("".join(f"{key}={value}\n" for key, value in values.items()))
    (tool / ".env").chmod(0o600)
    (tool / ".env.schema").write_text("# @defaultSensitive=true\n# ---\n" + "".join(f"{key}=\n" for key in keys))
    size = 0
    some = (path for path in sorted(large.rglob("*")) if path.is_file() and 3_000 <= path.stat().st_size < 30_000)
    for path in islice(some, 1400):
        shutil.copy(path, tool)
        size += path.stat().st_size
    project = root / "known"
    (project / ".gitignore").write_text(".env\n")
    for words in (["init"], ["add", "--all"]):
        subprocess.run(["git", *words], cwd=project, check=True, capture_output=True)
    commands = {
        "lint-tool --select KV": ([*PIXIE, "lint-tool", "--select", "KV"], project),
        "lint-tool": ([*PIXIE, "lint-tool"], project),
    }
    if varlock:
        commands["varlock scan"] = ([varlock, "scan"], tool)
    report(
        f"known values in {size / 1e6:.0f} MB, 1,400 files", in_turns(commands, rounds), "lint-tool --select KV", size
    )


def many(root: Path) -> None:
    """Processor time of a file with so many findings, without a baseline and with one of half of them."""
    print("\nfindings    lint s   ms each    with a baseline of half s   ms each")
    for count in (1250, 2500, 5000, 10000):
        tool = root / f"many{count}/tools/many"
        tool.mkdir(parents=True)
        (tool / "tool.json").write_text(json.dumps({"id": "many", "name": "Many", "inputs": [], "outputs": []}))
        chance = random.Random(count)
        tokens = ("".join(chance.choices(string.ascii_letters + string.digits, k=28)) for _ in range(count))
        lines = [f'const API_TOKEN = "{token}";\n' for token in tokens]
        project = tool.parents[1]
        (tool / "keys.js").write_text("".join(lines[: count // 2]))
        run([*PIXIE, "lint-tool", "--write-baseline"], project)
        (tool / "keys.js").write_text("".join(lines))
        known = run([*PIXIE, "lint-tool"], project).processor
        alone = run([*PIXIE, "lint-tool", "--no-baseline"], project).processor
        print(f"{count:8}{alone:10.2f}{alone / count * 1e3:10.2f}{known:29.2f}{known / count * 1e3:10.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, default=HERE.parent / ".venv-benchmarks/bin")
    parser.add_argument("--varlock", help="the program; without it, varlock is looked for in PATH")
    asked = parser.parse_args()
    peers: Path = asked.peers.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        size = tree(root, asked.megabytes)
        large = root / "tools/large"
        commands = {
            "lint-tool": ([*PIXIE, "--project", str(root), "lint-tool", "tools/large", *SECRETS], root),
            "kingfisher": ([*kingfisher(peers), "."], large),
        }
        if rg := shutil.which("rg"):
            commands["ripgrep, the keywords"] = ([rg, "-c", "-i", "-F", "-uuu", "-f", str(keywords(root)), "."], large)
        report(f"a tree of {size / 1e6:.0f} MB", in_turns(commands, asked.rounds), "lint-tool", size)

        part = root / "part/tools/part"
        part.mkdir(parents=True)
        (part / "tool.json").write_text(json.dumps({"id": "part", "name": "Part", "inputs": [], "outputs": []}))
        some = 0
        for path in sorted(large.rglob("*"))[:: max(1, asked.megabytes // 4)]:
            if path.is_file():
                shutil.copy(path, part)
                some += path.stat().st_size
        commands = {
            "lint-tool": (
                [*PIXIE, "--project", str(root / "part"), "lint-tool", "tools/part", *SECRETS],
                root / "part",
            ),
            "detect-secrets": ([str(peers / "detect-secrets"), "scan", "--all-files", "--no-verify", "."], part),
        }
        report(f"every so many files of it, {some / 1e6:.1f} MB", in_turns(commands, 1), "lint-tool", some)

        example = HERE.parent / "examples/tools/whisper-transcription"
        small = root / "small/tools/whisper-transcription"
        shutil.copytree(example, small)
        subprocess.run(["git", "init", "--quiet", str(root / "small")], check=True)
        commands = {
            "lint-tool": (
                [*PIXIE, "--project", str(root / "small"), "lint-tool", "whisper-transcription"],
                root / "small",
            ),
            "detect-secrets": ([str(peers / "detect-secrets"), "scan", "--all-files", "--no-verify", "."], small),
        }
        report("one small tool, whole process", in_turns(commands, asked.rounds * 3), "lint-tool", 1)
        known_values(root, large, asked.varlock or shutil.which("varlock"), asked.rounds)
        many(root)
        corpus(root, peers)


if __name__ == "__main__":
    main()
