"""What the library costs a tool, in multiples of python-dotenv with `os.environ` in the same tool.

    python benchmarks/library.py [--rounds N]

Whole processes, compiled once beforehand, in turns; of each the processor time (user and system) less that of
`python -c pass`, so the interpreter's own start is in neither figure. The ratio is that of the medians, beside it the
middle half of the ratios of pairs. The aim: the import within 1.5 times.

    import        `from pixie_secrets.tool import secrets`, against `import dotenv`
    first read    and one secret out of a `.env`, against `load_dotenv()` and `os.environ["KEY"]`
    in CI         the same from the environment, without a file
    read, logged  first read and a line in a log; the library's is masked, python-dotenv's is not
    every read    in a process that goes on, which sees a value that was set anew: in multiples of the one look at the
                  file's times that this takes at least, the physical limit
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

KEY, VALUE = "PARCEL_API_KEY", "tok_4hQ-lantern-Zr81mQx5"
MANIFEST = f'{{"id": "parcel", "name": "Parcel", "secrets": [{{"key": "{KEY}", "required": true}}]}}'
OURS = "from pixie_secrets.tool import secrets\n"
READ_OURS = f"{OURS}assert secrets.{KEY}.get_secret_value()\n"
READ_THEIRS = f'import os\nfrom dotenv import load_dotenv\nload_dotenv()\nassert os.environ["{KEY}"]\n'
LOGGED = "import logging\nlogging.warning('one parcel')\n"
PAIRS = {
    "import": (OURS, "import dotenv\n"),
    "first read": (READ_OURS, READ_THEIRS),
    "in CI": (READ_OURS, READ_THEIRS),
    "read, logged": (READ_OURS + LOGGED, READ_THEIRS + LOGGED),
}
IN_CI = "in CI"
READS = 20_000


def tool(folder: Path, *, with_file: bool) -> Path:
    """The folder of a tool with one secret."""
    folder.mkdir()
    (folder / "tool.json").write_text(MANIFEST, encoding="utf-8")
    if with_file:
        (folder / ".env").touch(0o600)
        (folder / ".env").write_text(f"{KEY}={VALUE}\n", encoding="utf-8")
    return folder


def seconds(command: list[str], environment: dict[str, str], folder: Path) -> float:
    """Processor time of one process, which must succeed."""
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, cwd=folder) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime


def every_read(folder: Path) -> float:
    """One read of a process that goes on, in multiples of a look at the file's times."""
    code = f"""
import os, timeit
from pixie_secrets.tool import load
secrets = load({str(folder)!r}, {{}})
for call in (lambda: secrets.{KEY}, lambda: os.stat({str(folder / ".env")!r})):
    call()
    print(min(timeit.repeat(call, number={READS}, repeat=7)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours, look = map(float, done.stdout.split())
    return ours / look


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40, help="processes of each kind [40]")
    rounds = parser.parse_args().rounds
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as temporary:
        local, ci = tool(Path(temporary, "local"), with_file=True), tool(Path(temporary, "ci"), with_file=False)
        programs = {("pass", 0): ([sys.executable, "-c", "pass"], plain, local)}
        for name, pair in PAIRS.items():
            folder, environment = (ci, {**plain, KEY: VALUE}) if name == IN_CI else (local, plain)
            for place, code in enumerate(pair):
                path = folder / f"{name.replace(' ', '_').replace(',', '')}_{place}.py"
                path.write_text(code, encoding="utf-8")
                programs[name, place] = ([sys.executable, str(path)], environment, folder)
        times: dict[tuple[str, int], list[float]] = {each: [] for each in programs}
        for warm in range(rounds + 1):
            for each, (command, environment, folder) in programs.items():
                used = seconds(command, environment, folder)
                if warm:
                    times[each].append(used)
        start = statistics.median(times["pass", 0])
        print(f"{'':14}{'ratio':>7}   middle half of {rounds} pairs")
        for name in PAIRS:
            ours, theirs = ([each - start for each in times[name, place]] for place in (0, 1))
            ratios = statistics.quantiles((mine / other for mine, other in zip(ours, theirs, strict=True)), n=4)
            ratio = statistics.median(ours) / statistics.median(theirs)
            print(f"{name:14}{ratio:7.2f}   {ratios[0]:.2f} to {ratios[2]:.2f}")
        print(f"{'every read':14}{every_read(local):7.2f}   looks at a file's times")


if __name__ == "__main__":
    main()
