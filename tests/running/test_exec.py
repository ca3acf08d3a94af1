"""`exec` on pipes: the command's secrets, its bytes, its status and its signals, with nothing added but the mask."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
from tests.conftest import add_tool
from tests.evidence import Evidence
from tests.waiting import until

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

TOOL = "whisper-transcription"
VALUE = "sk-proj-7Qm4xW9tB2nL"
KEY = "OPENAI_API_KEY"
PIXIE = [sys.executable, "-m", "pixie_secrets"]


@pytest.fixture
def root(project: Project) -> Path:
    env = project.root / "tools" / TOOL / ".env"
    env.write_text(f"{KEY}={VALUE}\n")
    env.chmod(0o600)
    return project.root


def run(root: Path, *words: str, options: tuple[str, ...] = (), **more: object) -> subprocess.CompletedProcess[bytes]:
    command = [*PIXIE, "exec", TOOL, *options, "--", *words]
    return subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=60, **more)  # type: ignore[call-overload,no-any-return]  # as given


def shell(root: Path, script: str, *words: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    return run(root, "sh", "-c", script, *words, **more)  # type: ignore[arg-type]  # passed through


class Started:
    """A command that goes on, behind pipes."""

    def __init__(self, root: Path, *words: str) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [*PIXIE, "exec", TOOL, "--", *words], cwd=root, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0
        )
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def line(self) -> bytes:
        return self.stdout.readline()

    def silent(self) -> bool:
        """Whether nothing more is there to read at this moment."""
        return not select.select([self.stdout], [], [], 0.2)[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.stdin, self.stdout, self.process.stderr):
            assert stream
            stream.close()


def test_a_command_has_the_secret_and_cannot_show_it(root: Path) -> None:
    done = shell(root, f'test "${KEY}" = "$1" && echo "equal: ${KEY}" && echo "oops ${KEY}" >&2', "sh", VALUE)
    assert (done.stdout, done.stderr, done.returncode) == (b"equal: ***\n", b"oops ***\n", 0)


def test_the_environment_is_what_it_was_with_the_secrets_over_it(root: Path) -> None:
    environment = {**os.environ, KEY: "another", "MINE": "kept"}
    done = shell(root, f'echo "$MINE" "${{#{KEY}}}"', env=environment)
    assert done.stdout.decode() == f"kept {len(VALUE)}\n"


@pytest.mark.parametrize("status", [0, 1, 3, 255])
def test_the_status_is_the_commands_own(root: Path, status: int) -> None:
    assert shell(root, f"exit {status}").returncode == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGSEGV])
def test_a_command_that_dies_of_a_signal_is_told_as_a_shell_tells_it(root: Path, number: signal.Signals) -> None:
    assert shell(root, f"kill -{number.value} $$").returncode == 128 + number


def test_what_cannot_be_started_is_told_as_a_shell_tells_it(root: Path) -> None:
    missing = run(root, "no-such-command")
    assert (missing.returncode, missing.stdout) == (127, b"")
    assert missing.stderr.startswith(b"pixie-secrets: there is no command no-such-command\n")
    (root / "data").write_text("no program")
    assert run(root, "./data").returncode == 126
    assert run(root, f"./${{{{ secrets.{KEY} }}}}").stderr.startswith(b"pixie-secrets: there is no command ./***\n")


def test_with_require_nothing_starts_without_a_required_secret(root: Path) -> None:
    """A value in the environment is one, too, where the app's own shell wins."""
    done = run(root, "sh", "-c", "touch started", options=("--require",))
    assert done.returncode == 0
    (root / "started").unlink()
    (root / "tools" / TOOL / ".env").write_text("WEBHOOK_URL=https://hooks.test/only-optional\n")
    missing = run(root, "sh", "-c", "touch started", options=("--require",))
    assert missing.returncode == 1
    assert b"lacks OPENAI_API_KEY, required and not set" in missing.stderr
    assert not (root / "started").exists()
    assert run(root, "sh", "-c", "touch started").returncode == 0
    assert (root / "started").exists()


def test_bytes_pass_as_they_are(root: Path) -> None:
    data = bytes(range(256)) * 8192 + b"no line end"
    done = run(root, "cat", input=data)
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(data).digest()


def test_both_outputs_on_one_pipe_keep_their_order(root: Path) -> None:
    script = f"for n in 1 2 3 4 5 6 7 8 9; do echo out $n; echo err $n ${KEY} >&2; done"
    command = [*PIXIE, "exec", TOOL, "--", "sh", "-c", script]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    assert done.stdout.decode() == "".join(f"out {n}\nerr {n} ***\n" for n in range(1, 10))


def test_a_value_in_many_writes_is_masked_and_nothing_else_waits_for_it(root: Path) -> None:
    script = (
        "import os, sys\n"
        f"key = os.environ['{KEY}']\n"
        "def say(text): os.write(1, text.encode())\n"
        "say('Name: '); sys.stdin.readline()\n"
        "say(key[:6]); sys.stdin.readline()\n"
        "[say(c) for c in key[6:]]; say('!\\n')\n"
    )
    with Started(root, sys.executable, "-c", script) as command:
        assert command.stdout.read(6) == b"Name: "
        command.stdin.write(b"\n")
        assert command.silent()
        command.stdin.write(b"\n")
        assert command.line() == b"***!\n"


def test_a_line_end_is_not_held_back_for_a_value_that_begins_with_one(root: Path) -> None:
    (root / "tools" / TOOL / ".env").write_text(f'{KEY}="\\n{VALUE}"\n')
    with Started(root, sys.executable, "-uc", "print('ready'); input(); print(1)") as command:
        assert command.line() == b"ready\n"


def test_stdin_is_the_commands_own_up_to_its_end(root: Path) -> None:
    with Started(root, "cat") as command:
        for line in (b"one\n", b"two\n"):
            command.stdin.write(line)
            assert command.line() == line
        command.stdin.close()
        assert command.process.wait(20) == 0
    half = f"head -n 1; {sys.executable} -c 'import sys; print(len(sys.stdin.read()))'"
    assert shell(root, f"read first; echo $first; {half}", input=b"1\n2\n3\n").stdout.startswith(b"1\n2\n")


def test_descriptors_that_were_given_are_the_commands_too(root: Path) -> None:
    read_fd, write_fd = os.pipe()
    os.write(write_fd, b"from elsewhere")
    os.close(write_fd)
    done = run(root, sys.executable, "-c", f"import os; os.write(1, os.read({read_fd}, 99))", pass_fds=(read_fd,))
    os.close(read_fd)
    assert done.stdout == b"from elsewhere"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1])
def test_a_signal_to_us_is_one_to_the_command(root: Path, number: signal.Signals) -> None:
    name = number.name.removeprefix("SIG")
    script = f"trap 'echo got {name}; exit 9' {name}; echo ready; while :; do read x; done"
    with Started(root, "bash", "-c", script) as command:
        assert command.line() == b"ready\n"
        command.process.send_signal(number)
        command.stdin.close()
        assert command.line() == f"got {name}\n".encode()
        assert command.process.wait(20) == 9


def test_a_reader_that_leaves_ends_the_command(root: Path) -> None:
    with Started(root, "sh", "-c", "yes; echo $? >&2") as command:
        assert command.line() == b"y\n"
        command.stdout.close()
        assert command.process.stderr
        assert command.process.stderr.readline() == b"141\n"


def test_what_stays_in_the_background_keeps_its_masked_output(root: Path) -> None:
    go = root / "go"
    os.mkfifo(go)
    script = f"(read x < go; echo late ${KEY}) & echo first; exit 5"
    with Started(root, "sh", "-c", script) as command:
        assert command.line() == b"first\n"
        assert command.process.wait(20) == 5
        go.write_text("now\n")
        assert command.line() == b"late ***\n"
        assert command.line() == b""


def test_where_nothing_is_known_the_command_takes_our_place(root: Path) -> None:
    (root / "tools" / TOOL / ".env").unlink()
    with Started(root, "sh", "-c", "echo $$; read x") as command:
        assert int(command.line()) == command.process.pid


@pytest.fixture
def another(root: Path) -> str:
    add_tool(root, "other.tool", secrets=[{"key": "TOKEN"}])
    token = "tok-5Hq2mN8vX1"
    (root / "tools/other.tool/.env").write_text(f"TOKEN={token}\n")
    return token


def test_references_in_arguments_become_values_and_others_stay(root: Path, another: str) -> None:
    words = [f"a${{{{ secrets.{KEY} }}}}b", "${{secrets.other.tool.TOKEN}}", "${{ github.ref }}", "${{ secrets.A B }}"]
    script = "import sys; print(*(len(word) for word in sys.argv[1:])); print(*sys.argv[1:])"
    done = run(root, sys.executable, "-c", script, *words)
    lengths = f"{len(VALUE) + 2} {len(another)} {len(words[2])} {len(words[3])}"
    assert done.stdout.decode() == f"{lengths}\na***b *** {words[2]} {words[3]}\n"


@pytest.mark.parametrize(
    ("reference", "said"),
    [("WEBHOOK_URL", "WEBHOOK_URL of whisper-transcription is referred to and not set"),
     ("sk-pasted-value", "whisper-transcription has no secret that a reference names"),
     ("nowhere.KEY", "there is no such tool in this project")],
)  # fmt: skip
def test_a_reference_to_nothing_is_refused_before_anything_starts(root: Path, reference: str, said: str) -> None:
    done = run(root, "touch", "started", f"${{{{ secrets.{reference} }}}}")
    assert done.returncode == 1
    assert done.stderr.decode().startswith(f"pixie-secrets: {said}\n")
    assert b"pasted" not in done.stderr
    assert not (root / "started").exists()


def test_a_rendered_file_is_private_and_there_only_while_the_command_runs(root: Path) -> None:
    (root / "app.in").write_bytes(f"key = ${{{{ secrets.{KEY} }}}}\r\n\xff".encode("latin-1"))
    script = "stat -c %a app.conf; wc -c < app.conf; cat app.conf; exit 4"
    done = run(root, "sh", "-c", script, options=("--render", "app.in:app.conf"))
    assert done.returncode == 4
    assert done.stdout == b"600\n%d\nkey = ***\r\n\xff" % (len(VALUE) + 9)
    assert not (root / "app.conf").exists()


def test_a_rendered_file_goes_even_when_we_are_killed(root: Path) -> None:
    (root / "app.in").write_text(f"${{{{ secrets.{KEY} }}}}")
    command = [*PIXIE, "exec", TOOL, "--render", "app.in:app.conf", "--", "sleep", "60"]
    running = subprocess.Popen(command, cwd=root)
    until(lambda: (root / "app.conf").exists() and (root / "app.conf").stat().st_size)
    running.kill()
    running.wait()
    until(lambda: not (root / "app.conf").exists())


def test_a_file_that_is_there_is_neither_overwritten_nor_removed(root: Path) -> None:
    (root / "app.in").write_text("new")
    (root / "mine").write_text("mine")
    done = run(root, "true", options=("--render", "app.in:made", "--render", "app.in:mine"))
    assert done.returncode == 1
    assert b"mine is there already" in done.stderr
    assert (root / "mine").read_text() == "mine"
    assert not (root / "made").exists()


def test_names_that_steer_are_not_passed_on_and_that_is_said(root: Path) -> None:
    with (root / "tools" / TOOL / ".env").open("a") as env:
        env.write("LD_PRELOAD=/tmp/evil.so\n")
    done = shell(root, 'echo "[$LD_PRELOAD]"')
    assert done.stdout == b"[]\n"
    assert b"not passed on, because such names change how programs run: LD_PRELOAD" in done.stderr


def test_too_much_for_a_program_is_said_clearly(root: Path) -> None:
    lines = "".join(f"K{number}={secrets.token_hex(50_000)}\n" for number in range(40))
    (root / "tools" / TOOL / ".env").write_text(lines)
    done = run(root, "true")
    assert done.returncode == 126
    assert b"too large for a program" in done.stderr


def test_an_option_of_the_command_is_not_one_of_ours(root: Path) -> None:
    done = run(root, "no-such-command", "--json")
    assert done.stdout == b""
    assert run(root, "echo", "--json", "--help").stdout == b"--json --help\n"


def test_nothing_of_the_value_is_in_what_we_leave_behind(root: Path, tmp_path: Path) -> None:
    done = shell(root, f"echo ${KEY} >&2; echo ${KEY} | base64; exit 1")
    evidence = Evidence()
    evidence.add("stdout", done.stdout)
    evidence.add("stderr", done.stderr)
    evidence.add_tree(tmp_path, without=[root / "tools" / TOOL / ".env"])
    evidence.add_tree(Path(os.environ["HOME"]))
    evidence.assert_nowhere(VALUE)


def test_the_filter_masks_what_passes(root: Path, another: str) -> None:
    def masked(*tools: str) -> bytes:
        command = [*PIXIE, "mask", *tools]
        text = f"a {VALUE} b {another}\n".encode()
        return subprocess.run(command, cwd=root, input=text, stdout=subprocess.PIPE, check=True).stdout

    assert masked() == b"a *** b ***\n"
    assert masked("other.tool") == b"a *** b ***\n"


def test_the_filter_says_whose_values_it_could_not_read(root: Path, another: str) -> None:
    env = root / "tools/other.tool/.env"
    env.unlink()
    env.mkdir()
    command = [*PIXIE, "mask"]
    done = subprocess.run(command, cwd=root, input=VALUE.encode(), capture_output=True, check=True)
    assert done.stdout == b"***"
    assert b"its values cannot be masked" in done.stderr
    refused = subprocess.run([*command, "other.tool"], cwd=root, input=b"text", capture_output=True, check=False)
    assert (refused.returncode, refused.stdout) == (1, b"")


SERVER = """
import os
from mcp.server.mcpserver import MCPServer
server = MCPServer("third-party")
@server.tool()
def whoami(name: str) -> str:
    "Say who."
    return f"{name} with {os.environ['OPENAI_API_KEY']}"
server.run()
"""


def test_another_mcp_server_speaks_its_protocol_through_it(root: Path) -> None:
    (root / "server.py").write_text(SERVER)
    with Started(root, sys.executable, "server.py") as server:

        def ask(number: int, method: str, **params: object) -> dict[str, object]:
            request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            server.stdin.write(json.dumps(request).encode() + b"\n")
            answer: dict[str, object] = json.loads(server.line())
            assert answer["id"] == number
            return answer

        info = {"name": "test", "version": "1"}
        ask(1, "initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo=info)
        server.stdin.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
        assert "whoami" in json.dumps(ask(2, "tools/list"))
        answer = json.dumps(ask(3, "tools/call", name="whoami", arguments={"name": "me"}))
        assert "me with ***" in answer
        assert VALUE not in answer
        server.stdin.close()
        assert server.process.wait(20) == 0
