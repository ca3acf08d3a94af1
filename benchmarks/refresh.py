"""What it costs many processes to want a fresh token at the same moment: requests, and how long each waits.

    python -m benchmarks.refresh [--processes N] [--answer SECONDS] [--rounds N]

The server is the tests' own, over TLS on loopback, and answers after a set time; that is the limit nobody can beat. The
peer is the same crowd without us: each process asks for itself, as a client does that knows of no other (Authlib's and
requests-oauthlib's keep the token of one process). Processes are forked and wait at a gate, so no start is counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.authorization_server import CLIENT_SECRET, authorization_server
from tests.conftest import add_tool
from tests.oauth.conftest import APP_KEY, KEY, TOOL, authorized

from pixie_secrets.layouts.project import Project

ROOT = Path(__file__).parents[1]


def crowd(project: Project, how: str, number: int) -> list[float]:
    """Seconds that each process waited."""
    command = [sys.executable, "-m", "tests.oauth.renewer", str(project.root), how, str(number)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [float(line.split()[0]) for line in output.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=50)
    parser.add_argument("--answer", type=float, default=2.0, help="seconds that the server takes")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, authorization_server(Path(folder)) as server:
        os.environ["SSL_CERT_FILE"] = str(server.ca)
        secrets = [{"key": KEY, "type": "oauth2", "oauth2": server.declaration()}, {"key": APP_KEY}]
        home = add_tool(Path(folder) / "project", TOOL, secrets=secrets)
        (home / ".env").write_text(f"{APP_KEY}={CLIENT_SECRET}\n")
        project = Project(Path(folder) / "project")
        server.behavior.delay = chosen.answer
        for how, title in (("crowd", "one for all"), ("each", "each for itself")):
            waits: list[float] = []
            requests = []
            for _ in range(chosen.rounds):
                authorized(project, server)
                before = len(server.asked)
                waits += crowd(project, how, chosen.processes)
                requests.append(len(server.asked) - before)
            print(
                f"{title}: {statistics.mean(requests):.1f} requests for {chosen.processes} processes; "
                f"a wait is {statistics.median(waits) / chosen.answer:.2f} times the server's answer, "
                f"at most {max(waits) / chosen.answer:.2f}"
            )


if __name__ == "__main__":
    main()
