"""What lint says of real packages: how many findings, how many of them are wrong, what it misses of what is planted.

    python benchmarks/lint_real.py [--folder DIR] [--peers DIR] [--findings FILE]

Some forty packages of PyPI (source distributions) and npm, as `lint_real_data/packages.txt` pins them, are fetched by
pip and npm and unpacked as data, outside the project; pip asks a source distribution's own build for its metadata,
nothing else of a package is run. Then, in one run:

- findings per 1,000 files, and each of them in FILE by package, path, line and code, without the text that matched;
  `lint_real_data/judged.csv` is that list as a person judged it, and says here how many are right and wrong;
- the sixty shapes of `lint_real_data/shapes.py`, planted at the end of files of these packages, ten of each: what was
  found of them by us, detect-secrets, kingfisher and credsweeper, where those are in DIR.

And the same for two blind sets, chosen by the names of their packages and judged as rules found them that had not seen
them: `blind_…` at commit f7f3a9a, with sixty other shapes, and `blind2_…` at 19c654e, when the kinds that were wrong in
the first one had been mended. Those of the second have been mended since, so a run of today is not blind any more:
another blind set is another list of packages.

An environment with the peers: see `lint.py`; credsweeper
(1.19.5), which brings a runtime for its model, is looked for too.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import string
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
DATA = HERE / "lint_real_data"
EACH = 10


class Packages(NamedTuple):
    """name: of the folder they are unpacked in. beginning: of the names of their files in `lint_real_data`.

    planted: whether shapes are planted in them.
    """

    name: str
    beginning: str
    planted: bool = True

    def lines(self) -> list[str]:
        return (DATA / f"{self.beginning}packages.txt").read_text(encoding="utf-8").splitlines()

    def verdicts(self) -> dict[tuple[str, str, str], str]:
        with (DATA / f"{self.beginning}judged.csv").open(encoding="utf-8", newline="") as judged:
            return {(path, line, code): verdict for _, path, line, code, verdict in csv.reader(judged)}

    def shapes(self) -> tuple[tuple[str, str], ...]:
        shapes: tuple[tuple[str, str], ...] = import_module(f"benchmarks.lint_real_data.{self.beginning}shapes").SHAPES
        return shapes


SETS = (Packages("src", ""), Packages("blind", "blind_"), Packages("blind2", "blind2_", planted=False))
PIXIE = [str(Path(sys.executable).with_name("pixie-secrets"))]


def fetched(folder: Path, wanted: Packages) -> list[Path]:
    """The packages, unpacked below `folder`; what is there already is not fetched again."""
    unpacked = []
    for line in wanted.lines():
        kind, name, version = line.split()
        target = folder / wanted.name / f"{name.replace('/', '-').lstrip('@')}-{version}"
        unpacked.append(target)
        if target.is_dir():
            continue
        with tempfile.TemporaryDirectory() as temporary:
            pip = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "--no-binary",
                name,
                f"{name}=={version}",
            ]
            subprocess.run(
                pip if kind == "pypi" else ["npm", "pack", "--silent", f"{name}@{version}"],
                cwd=temporary, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            [archive] = Path(temporary).glob("*.t*gz" if kind == "npm" else "*.tar.gz")
            with tarfile.open(archive) as packed:
                packed.extractall(target, filter="data")
    return unpacked


def found_by_us(project: Path, folder: Path) -> list[dict[str, object]]:
    command = [*PIXIE, "--project", str(project), "lint-tool", str(folder), "--json", "--select", "HS,GT007"]
    out = subprocess.run(command, capture_output=True, check=False).stdout
    findings: list[dict[str, object]] = json.loads(out)["findings"]
    return findings


def tell_findings(project: Path, which: Packages, packages: list[Path], listed: Path) -> None:
    files = sum(path.is_file() for package in packages for path in package.rglob("*"))
    findings = sorted(
        (str(one["file"]).removeprefix(f"{which.name}/"), one["line"], one["code"])
        for one in found_by_us(project, project / which.name)
    )
    with listed.open("a", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([path.split("/")[0], path, line, code] for path, line, code in findings)
    per_thousand = len(findings) / files * 1000
    print(f"\n{len(packages)} packages, {files} files: {len(findings)} findings, {per_thousand:.1f} per 1,000 files")
    verdicts = which.verdicts()
    told = [(path, verdicts.get((path, str(line), str(code)), "not judged")) for path, line, code in findings]
    counted = Counter(verdict for _, verdict in told)
    wrong_in = len({path for path, verdict in told if verdict == "wrong"})
    share = counted["wrong"] / max(1, len(findings))
    print(
        f"  {counted['right']} right, {counted['wrong']} wrong ({share:.1%} of findings, "
        f"in {wrong_in} files: {wrong_in / files:.3%}), {counted['not judged']} not judged"
    )


def planted(shapes: tuple[tuple[str, str], ...], packages: list[Path], target: Path) -> dict[str, tuple[set[int], str]]:
    """Files with one secret each at their end: by path, the lines it is on, and its shape."""
    chance = random.Random(16)
    by_ending: dict[str, list[Path]] = {}
    for package in packages:
        for path in sorted(package.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.stat().st_size < 100_000:
                by_ending.setdefault({".yaml": ".yml"}.get(path.suffix, path.suffix), []).append(path)
    plants: dict[str, tuple[set[int], str]] = {}
    for number, (ending, shape) in enumerate(shapes):
        for each in range(EACH):
            line = shape.format(**{name: _value(chance, name) for name in "thpu"})
            choice = by_ending.get(ending) or by_ending[".txt"]
            text = chance.choice(choice).read_bytes().decode("utf-8", "replace").rstrip("\n")
            text = "" if ending in {".json", ".xml"} else text + "\n"  # a document of its own, as those are
            path = target / f"{number:02}-{each}{ending}"
            path.write_text(f"{text}{line}\n", encoding="utf-8")
            first = text.count("\n") + 1
            plants[path.name] = set(range(first, first + line.count("\n") + 1)), f"{ending} {shape}"
    return plants


def _value(chance: random.Random, kind: str) -> str:
    letters = string.ascii_letters + string.digits
    if kind == "p":
        return "".join(chance.choices(letters, k=10)) + chance.choice(string.digits) + chance.choice("!*+-_")
    if kind == "t":
        return "".join(chance.choices(letters, k=32))
    plain = "".join(chance.choices("0123456789abcdef", k=40))
    return plain if kind == "h" else f"{plain[:8]}-{plain[8:12]}-4{plain[12:15]}-9{plain[15:18]}-{plain[18:30]}"


def tell_planted(shapes: tuple[tuple[str, str], ...], packages: list[Path], peers: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary)
        (project / "tools").mkdir()
        target = project / "planted"
        target.mkdir()
        plants = planted(shapes, packages, target)
        ours: dict[str, set[int]] = {}
        for one in found_by_us(project, target):
            ours.setdefault(str(one["file"]).removeprefix("planted/"), set()).add(int(str(one["line"])))
        answers = {"lint-tool": ours}
        if (peers / "detect-secrets").exists():
            answers["detect-secrets"] = _of_detect_secrets(peers, target)
        if (peers / "kingfisher").exists():
            answers["kingfisher"] = _of_kingfisher(peers, target)
        if (peers / "credsweeper").exists():
            answers["credsweeper"] = _of_credsweeper(peers, target, project / "credsweeper.json")
        print(f"\n{len(plants)} secrets planted, in {len(plants) // EACH} shapes")
        for who, lines in answers.items():
            missed = Counter(shape for name, (its, shape) in plants.items() if not its & lines.get(name, set()))
            found = 1 - sum(missed.values()) / len(plants)
            print(f"  {who:16}{found:8.1%} found")
            if who == "lint-tool":
                for shape, count in missed.most_common():
                    print(f"    missed {count} of {EACH}: {shape!r}")


def _of_detect_secrets(peers: Path, target: Path) -> dict[str, set[int]]:
    command = [str(peers / "detect-secrets"), "scan", "--all-files", "--no-verify", "."]
    out = subprocess.run(command, cwd=target, capture_output=True, check=True).stdout
    return {path: {one["line_number"] for one in its} for path, its in json.loads(out)["results"].items()}


def _of_kingfisher(peers: Path, target: Path) -> dict[str, set[int]]:
    options = ["--no-validate", "--no-update-check", "--git-history", "none", "--no-ignore", "-q", "--no-dedup"]
    command = [str(peers / "kingfisher"), "scan", *options, "--format", "json", "."]
    out = subprocess.run(command, cwd=target, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    lines: dict[str, set[int]] = {}
    for line, path in re.findall(r'"line":\s*(\d+)[^{}]*?"path":\s*"([^"]+)"', out):
        lines.setdefault(path.removeprefix("./"), set()).add(int(line))
    return lines


def _of_credsweeper(peers: Path, target: Path, report: Path) -> dict[str, set[int]]:
    command = [str(peers / "credsweeper"), "--path", ".", "--save-json", str(report)]
    subprocess.run(command, cwd=target, capture_output=True, check=False)
    lines: dict[str, set[int]] = {}
    for one in json.loads(report.read_text(encoding="utf-8")):
        for line in one["line_data_list"]:
            lines.setdefault(Path(line["path"]).name, set()).add(line["line_num"])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "lint-real")
    parser.add_argument("--peers", type=Path, default=HERE.parent / ".venv-benchmarks/bin")
    parser.add_argument("--findings", type=Path, default=Path(tempfile.gettempdir()) / "lint-real.csv")
    asked = parser.parse_args()
    (asked.folder / "tools").mkdir(parents=True, exist_ok=True)  # a project
    asked.findings.unlink(missing_ok=True)
    for each in SETS:
        packages = fetched(asked.folder, each)
        tell_findings(asked.folder, each, packages, asked.findings)
        if each.planted:
            tell_planted(each.shapes(), packages, asked.peers.resolve())


if __name__ == "__main__":
    main()
