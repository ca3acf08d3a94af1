"""What Claude Code starts: the environment is built once, aside, and the client is answered meanwhile.

The program is a copy of this one; the installation is one too: a stand-in `uv` that builds an environment out of the
packages of this interpreter, and waits as long as the gate is closed. test_bootstrap_install.py uses the real ones.
"""

from __future__ import annotations

import ast
import json
import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
from tests.conftest import add_tool
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
UV = f"""#!/bin/sh
[ "$1" = venv ] || exit 0
echo "$$" >> "$STATE/builds"
while [ -e "$STATE/gate" ]; do sleep 0.02; done
[ ! -e "$STATE/broken" ] || exit 1
for folder; do :; done
mkdir "$folder/bin"
cp '{sys.prefix}/pyvenv.cfg' "$folder"
ln -s '{sys.prefix}/lib' "$folder/lib"
ln -s '{sys.prefix}/bin/python' "$folder/bin/python"
"""


class Installed:
    """A plugin as installed on a machine that never started it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.data, self.state = folder / "the plugin", folder / "the data", folder / "state"
        self.bootstrap = self.root / "server" / "bootstrap.py"
        for name in ("server", "requirements"):
            shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns("__pycache__"))
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        (bin_folder / "uv").write_text(UV)
        (bin_folder / "uv").chmod(0o755)
        self.state.mkdir()
        self.project = folder / "project"
        add_tool(self.project, "whisper", secrets=[{"key": "OPENAI_API_KEY"}])
        self.environment = {
            "PATH": f"{bin_folder}:/usr/bin:/bin",
            "HOME": str(folder / "home"),
            "STATE": str(self.state),
            "CLAUDE_PLUGIN_DATA": str(self.data),
            "PIXIE_PROJECT": str(self.project),
            "PIP_NO_INDEX": "1",  # no test in this file reaches a network
        }

    def close_gate(self) -> None:
        (self.state / "gate").touch()

    def open_gate(self) -> None:
        (self.state / "gate").unlink(missing_ok=True)

    def builds(self) -> int:
        """How many environments were begun."""
        begun = self.state / "builds"
        return len(begun.read_text().splitlines()) if begun.exists() else 0

    def environments(self) -> list[Path]:
        return sorted(self.data.glob("env-*"))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-IS", str(self.bootstrap), *arguments]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command(*arguments), env={**self.environment, **environment})


class Client:
    """An MCP client of either era, a line at a time."""

    def __init__(self, installed: Installed, *, legacy: bool = False, **environment: str) -> None:
        self.legacy = legacy
        self.process = subprocess.Popen(
            installed.command("mcp"),
            env={**installed.environment, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            stream.close()

    def tell(self, method: str, params: dict[str, Any] | None = None, **more: Any) -> None:
        params = {**({} if self.legacy else {"_meta": META}), **(params or {})}
        assert self.process.stdin
        self.process.stdin.write(
            json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode() + b"\n"
        )

    def hear(self, timeout: float = 30) -> dict[str, Any]:
        """The next message; whatever is not one line of JSON fails here."""
        assert self.process.stdout
        assert select.select([self.process.stdout], [], [], timeout)[0], "the server says nothing"
        message: dict[str, Any] = json.loads(self.process.stdout.readline())
        return message

    def silent(self, seconds: float) -> bool:
        assert self.process.stdout
        return not select.select([self.process.stdout], [], [], seconds)[0]

    def ask(self, method: str, params: dict[str, Any] | None = None, number: int = 1) -> dict[str, Any]:
        self.tell(method, params, id=number)
        answer = self.hear()
        assert answer["id"] == number
        return answer

    def greet(self) -> dict[str, Any]:
        """The first words of this era; what the server said about itself."""
        if not self.legacy:
            return dict(self.ask("server/discover", number=0)["result"])
        hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        greeting = self.ask("initialize", hello, number=0)["result"]
        self.tell("notifications/initialized")
        return dict(greeting)

    def call(self, name: str, number: int = 1, **arguments: str) -> dict[str, Any]:
        return dict(self.ask("tools/call", {"name": name, "arguments": arguments}, number)["result"])


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    plugin = Installed(tmp_path)
    yield plugin
    plugin.open_gate()


both_eras = pytest.mark.parametrize("legacy", [False, True], ids=["modern", "legacy"])


@both_eras
def test_a_first_start_says_who_it_is_and_what_it_can_before_anything_is_installed(
    installed: Installed, legacy: bool
) -> None:
    installed.close_gate()
    with Client(installed, legacy=legacy) as client:
        greeting = client.greet()
        tools = client.ask("tools/list")["result"]["tools"]
        assert not installed.environments()
    assert "Never ask for a value in chat" in greeting["instructions"]
    assert {"set-secret", "unset-secret", "list-secrets"} <= {tool["name"] for tool in tools}
    if legacy:
        assert greeting["protocolVersion"] == "2025-06-18"


def test_a_client_that_cannot_be_asked_in_an_answer_falls_back_to_the_handshake_from_its_first_word(
    installed: Installed,
) -> None:
    installed.close_gate()
    copilot = {"name": "copilot-cli", "version": "1.0.102"}
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientInfo": copilot}
    with Client(installed, legacy=True) as client:
        assert client.ask("server/discover", {"_meta": meta})["error"]["code"] == -32601
        assert client.greet()["protocolVersion"] == "2025-06-18"


@both_eras
def test_a_call_waits_for_the_installation_and_is_answered_by_the_real_server(
    installed: Installed, legacy: bool
) -> None:
    installed.close_gate()
    with Client(installed, legacy=legacy) as client:
        client.greet()
        client.tell("tools/call", {"name": "list-secrets", "arguments": {}}, id=7)
        assert client.silent(0.2)
        installed.open_gate()
        answer = client.hear()
        assert answer["id"] == 7
        [tool] = answer["result"]["structuredContent"]["tools"]
        assert tool["secrets"][0]["key"] == "OPENAI_API_KEY"
        assert not client.call("list-secrets", number=8, tool_id="whisper").get("isError")


@both_eras
def test_the_client_may_leave_after_the_real_server_took_over(installed: Installed, legacy: bool) -> None:
    with Client(installed, legacy=legacy) as client:
        client.greet()
        client.call("list-secrets")
        assert client.process.stdin
        client.process.stdin.close()
        assert client.process.wait(timeout=60) == 0


def test_a_signal_reaches_the_real_server(installed: Installed) -> None:
    with Client(installed) as client:
        client.greet()
        client.call("list-secrets")
        [real] = children(client.process.pid)
        client.process.send_signal(signal.SIGTERM)
        client.process.wait(timeout=60)
        until(lambda: not Path(f"/proc/{real}").exists())


def test_a_call_withdrawn_while_it_waits_is_never_made(installed: Installed) -> None:
    installed.close_gate()
    with Client(installed) as client:
        client.greet()
        client.tell("tools/call", {"name": "list-secrets", "arguments": {}}, id=7)
        client.tell("notifications/cancelled", {"requestId": 7})
        client.tell("tools/call", {"name": "list-secrets", "arguments": {}}, id=8)
        installed.open_gate()
        assert client.hear()["id"] == 8


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "[" * 100_000,
        '{"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": [1]}',
        '{"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": {"_meta": [1]}}',
        '{"jsonrpc": "2.0", "id": 5, "method": ["x"]}',
        '{"jsonrpc": "2.0", "id": 5, "result": {}}',
        '{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": "x"}',
    ],
    ids=lambda line: line[:80],
)
def test_garbage_does_not_stop_the_stand_in(installed: Installed, line: str) -> None:
    installed.close_gate()
    with Client(installed) as client:
        assert client.process.stdin
        client.process.stdin.write(line.encode() + b"\n")
        if not line.startswith("{"):
            assert client.hear()["error"] == {"code": -32700, "message": "parse error"}
        assert client.greet()["instructions"]


def test_a_waiting_call_tells_the_person_what_it_waits_for(installed: Installed) -> None:
    installed.close_gate()
    with Client(installed) as client:
        params = {"name": "list-secrets", "arguments": {}, "_meta": {**META, "progressToken": 3}}
        client.tell("tools/call", params, id=7)
        progress = client.hear()["params"]
        assert progress["progressToken"] == 3
        assert "installing" in progress["message"]


@both_eras
def test_a_call_that_waited_long_enough_says_what_to_do_and_the_next_one_works(
    installed: Installed, legacy: bool
) -> None:
    installed.close_gate()
    with Client(installed, legacy=legacy, PIXIE_SECRETS_INSTALL_PATIENCE="0.2") as client:
        client.greet()
        result = client.call("list-secrets")
        assert result["isError"]
        text = result["content"][0]["text"]
        assert "still installing" in text
        assert f"'{installed.data}/pixie-secrets' --install" in text
        installed.open_gate()
        until(installed.environments)
        assert not client.call("list-secrets", number=2).get("isError")


def test_an_installation_that_failed_is_said_and_tried_again_without_a_restart(installed: Installed) -> None:
    broken = installed.state / "broken"
    broken.touch()
    with Client(installed) as client:
        client.greet()
        result = client.call("list-secrets")
        assert result["isError"]
        assert "could not install" in result["content"][0]["text"]
        assert not installed.environments()
        broken.unlink()
        assert not client.call("list-secrets", number=2).get("isError")
    log = installed.data / "install.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(installed.data.stat().st_mode) == 0o700


def test_an_installation_outlives_the_session_that_started_it(installed: Installed) -> None:
    installed.close_gate()
    with Client(installed) as client:
        client.greet()
        until(installed.builds)
        assert client.process.stdin
        client.process.stdin.close()
        assert client.process.wait(timeout=60) == 0
    installed.open_gate()
    until(installed.environments)


def test_two_sessions_at_once_install_once(installed: Installed) -> None:
    installed.close_gate()
    with Client(installed) as one, Client(installed) as other:
        for client in (one, other):
            client.greet()
            client.tell("tools/call", {"name": "list-secrets", "arguments": {}}, id=7)
        until(installed.builds)
        installed.open_gate()
        assert all("structuredContent" in client.hear()["result"] for client in (one, other))
    assert installed.builds() == 1
    assert len(installed.environments()) == 1


def test_a_crash_half_way_leaves_nothing_that_looks_ready_and_is_cleaned_up(installed: Installed) -> None:
    installed.close_gate()
    builder = installed.start("--install", "--quiet")
    until(installed.builds)
    builder.kill()
    builder.wait()
    for pid in (installed.state / "builds").read_text().split():  # as a machine that goes down ends uv, too
        os.kill(int(pid), signal.SIGKILL)
    assert not installed.environments()
    assert list(installed.data.glob("building-*"))
    installed.open_gate()
    assert installed.run("--install").returncode == 0
    assert len(installed.environments()) == 1
    assert not list(installed.data.glob("building-*"))


def test_an_environment_whose_python_went_away_is_built_anew(installed: Installed) -> None:
    assert installed.run("--install").returncode == 0
    [environment] = installed.environments()
    (environment / "bin" / "python").unlink()
    (environment / "bin" / "python").symlink_to("/nowhere/python3")
    assert installed.run("list-secrets").returncode == 0
    assert installed.builds() == 2


def test_an_update_with_other_pins_keeps_the_old_environment_while_it_is_used(installed: Installed) -> None:
    pins = installed.root / "requirements" / "runtime.txt"
    with Client(installed) as old_session:
        old_session.greet()
        old_session.call("list-secrets")
        [old] = installed.environments()
        age(old)
        pins.write_text(pins.read_text() + "# one\n")
        assert installed.run("--install").returncode == 0
        assert old in installed.environments()
    age(old)
    pins.write_text(pins.read_text() + "# two\n")
    assert installed.run("--install").returncode == 0
    assert old not in installed.environments()
    assert len(installed.environments()) == 2  # the one before was used a moment ago


def test_an_update_of_the_program_alone_takes_effect_without_installing(installed: Installed) -> None:
    assert installed.run("--install").returncode == 0
    package = installed.root / "server" / "pixie_secrets" / "__init__.py"
    package.write_text(package.read_text() + '\nprint("updated")\n')
    assert "updated" in installed.run("list-secrets").stdout
    assert installed.builds() == 1


def test_the_command_line_installs_first_and_says_so_on_stderr(installed: Installed) -> None:
    first = installed.run("list-secrets", "--json")
    assert json.loads(first.stdout)["tools"]
    assert "first start" in first.stderr
    assert installed.run("list-secrets", "--json").stderr == ""


def test_the_command_line_says_where_to_look_when_it_cannot_install(installed: Installed) -> None:
    (installed.state / "broken").touch()
    failed = installed.run("list-secrets")
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "install.log" in failed.stderr
    assert "--install" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_data_folder_that_cannot_be_written_is_said_in_one_line(installed: Installed) -> None:
    installed.data.write_text("not a folder")
    failed = installed.run("list-secrets")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1] == f"pixie-secrets: cannot install into {installed.data}: File exists"


def test_the_command_to_paste_works_in_a_terminal_that_knows_nothing(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("--install").returncode == 0
    elsewhere = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "STATE": str(installed.state)}
    pasted = f"'{installed.data}/pixie-secrets' --project '{installed.project}' list-secrets --json"
    done = subprocess.run(["sh", "-c", pasted], env=elsewhere, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["tools"], done.stderr
    assert installed.builds() == 1


def test_the_command_to_paste_starts_the_plugin_as_it_was_updated(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("list-secrets").returncode == 0
    moved = tmp_path / "next version"
    installed.root.rename(moved)
    installed.bootstrap = moved / "server" / "bootstrap.py"
    assert installed.run("list-secrets").returncode == 0
    launcher = installed.data / "pixie-secrets"
    assert "next version" in launcher.read_text()
    assert stat.S_IMODE(launcher.stat().st_mode) == 0o700


def test_a_project_cannot_put_its_own_modules_in_the_way(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    done = installed.run("list-secrets", "--json", PYTHONPATH=str(tmp_path))
    assert json.loads(done.stdout)["tools"], done.stderr


def test_an_interpreter_that_has_the_packages_can_be_named(installed: Installed) -> None:
    assert installed.run("list-secrets", PIXIE_SECRETS_PYTHON=sys.executable).returncode == 0
    assert installed.builds() == 0
    refused = installed.run("list-secrets", PIXIE_SECRETS_PYTHON="/nowhere/python3")
    assert refused.returncode == 1
    assert refused.stderr == "pixie-secrets: cannot start /nowhere/python3: No such file or directory\n"


def test_a_usual_start_imports_next_to_nothing(installed: Installed) -> None:
    command = [sys.executable, "-X", "importtime", *installed.command("mcp")[1:]]
    environment = {**installed.environment, "PIXIE_SECRETS_PYTHON": "/bin/true"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "zlib" in imported
    assert not imported & {"re", "pathlib", "subprocess", "json", "hashlib", "shutil", "threading", "typing"}


@pytest.mark.parametrize(
    "path", ["bootstrap.py", "first_start/door.py", "first_start/environment.py", "first_start/stand_in.py"]
)
def test_an_old_python_can_read_what_looks_for_a_newer_one(path: str) -> None:
    ast.parse((ROOT / "server" / path).read_text(), feature_version=(3, 8))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def age(environment: Path) -> None:
    """Let the last start in it be two weeks ago."""
    then = time.time() - 14 * 24 * 3600
    os.utime(environment / "in-use", (then, then))
