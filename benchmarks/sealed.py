"""What sealing costs: `exec` and `set-secret` on a sealed tool against a plain one, with the real sops beside them.

    .venv/bin/python benchmarks/sealed.py [--rounds N]

Ratios of processor time and of wall time, medians of commands that are run in turns. A tool of one value is run, one of
200 values is set. `sops exec-env` and `sops decrypt` read the same file, with the same key; nothing is masked there.
The limit of all is a Python that starts and does nothing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pixie_secrets.sealed import key_places
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.identities import own_recipient
from pixie_secrets.sealed.sealed_file import Setting, new_sealed

VALUE = "sk-proj-7Qm4xW9tB2nL0aZ"
MANY = 200
PIXIE = str(Path(sys.executable).with_name("pixie-secrets"))
SOPS = str(Path(sys.executable).with_name("sops"))
AIMS = {
    "exec: sealed / plain": 1.15,
    "exec: sealed / sops exec-env": 0.4,
    "set in 200 values: sealed / plain": 1.5,
}


def tool(root: Path, name: str, count: int, *, sealed: bool) -> None:
    folder = root / "tools" / name
    folder.mkdir(parents=True)
    secrets = ", ".join(f'{{"key": "KEY_{number}"}}' for number in range(count))
    (folder / "tool.json").write_text(
        f'{{"id": "{name}", "name": "Bench", "inputs": [], "outputs": [], "secrets": [{secrets}]}}'
    )
    values = {f"KEY_{number}": f"{VALUE}{number}" for number in range(count)}
    if sealed:
        settings = {key: Setting(value, About()) for key, value in values.items()}
        (folder / "secrets.enc.json").write_bytes(new_sealed(settings, [own_recipient()]))
    else:
        (folder / ".env").touch(0o600)
        (folder / ".env").write_text("".join(f"{key}={value}\n" for key, value in values.items()))


def used(command: list[str], folder: Path, given: bytes) -> tuple[float, float]:
    """Wall and processor seconds."""
    begin = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        assert child.stdin
        child.stdin.write(given)
        child.stdin.close()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=31)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        top = Path(name).resolve()
        os.environ["HOME"], os.environ["SOPS_AGE_KEY_FILE"] = str(top), ""
        os.environ.pop("XDG_CONFIG_HOME", None)
        del os.environ["SOPS_AGE_KEY_FILE"]
        own_recipient()
        projects = {}
        for kind in ("plain", "sealed"):
            for count in (1, MANY):
                projects[kind, count] = top / f"{kind}{count}"
                tool(projects[kind, count], "bench", count, sealed=kind == "sealed")
        with_key = ["env", f"SOPS_AGE_KEY_FILE={key_places.key_file()}", SOPS]
        file = "tools/bench/secrets.enc.json"
        runs = {
            "exec plain": ([PIXIE, "exec", "bench", "--", "true"], projects["plain", 1], b""),
            "exec sealed": ([PIXIE, "exec", "bench", "--", "true"], projects["sealed", 1], b""),
            "sops exec-env": ([*with_key, "exec-env", file, "true"], projects["sealed", 1], b""),
            "sops decrypt": ([*with_key, "decrypt", file], projects["sealed", 1], b""),
            "set plain": ([PIXIE, "set-secret", "bench", "KEY_7", "--stdin"], projects["plain", MANY], b"new-value"),
            "set sealed": ([PIXIE, "set-secret", "bench", "KEY_7", "--stdin"], projects["sealed", MANY], b"new-value"),
            "python": ([sys.executable, "-c", "pass"], top, b""),
        }
        taken: dict[str, list[tuple[float, float]]] = {what: [] for what in runs}
        for _ in range(rounds + 1):
            for what, run in runs.items():
                taken[what].append(used(*run))
        wall, processor = (
            {what: statistics.median(each[column] for each in times[1:]) for what, times in taken.items()}
            for column in (0, 1)
        )
    pairs = {
        "exec: sealed / plain": ("exec sealed", "exec plain"),
        "exec: sealed / sops exec-env": ("exec sealed", "sops exec-env"),
        "exec: plain / sops exec-env": ("exec plain", "sops exec-env"),
        "a Python that does nothing / sops exec-env": ("python", "sops exec-env"),
        "exec: sealed / sops decrypt": ("exec sealed", "sops decrypt"),
        "exec: sealed / a Python that does nothing": ("exec sealed", "python"),
        "set in 200 values: sealed / plain": ("set sealed", "set plain"),
    }
    print(f"{'':44}{'processor':>10}{'wall':>8}{'aim':>8}")
    for title, (one, other) in pairs.items():
        aim = f"{AIMS[title]:.2f}" if title in AIMS else ""
        print(f"{title:44}{processor[one] / processor[other]:10.2f}{wall[one] / wall[other]:8.2f}{aim:>8}")


if __name__ == "__main__":
    main()
