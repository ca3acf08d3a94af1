"""Everything works on a sealed tool as on a plain one: guard, masking, lint, share, import, page, server, doctor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from tests.channels.pages import serving, visitor
from tests.conftest import add_tool, require_program
from tests.mcp.client import Client
from tests.sealed.programs import age_key, decrypted, sops

from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.errors import PixieError
from pixie_secrets.guard import known
from pixie_secrets.guard.decide import decide
from pixie_secrets.guard.places import Places
from pixie_secrets.guard.shell_patterns import globbed
from pixie_secrets.hook_formats import claude_code
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.doctor import DoctorRequest, doctor
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool
from pixie_secrets.operations.seal_tool import SealToolRequest, seal_tool
from pixie_secrets.operations.set_secret import SetSecretRequest, set_secret
from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool
from pixie_secrets.sealed import key_places
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.store import store_of

TOOL, KEY, VALUE = "whisper-transcription", "OPENAI_API_KEY", "sk-test-7Qm4xW9tB2nL0aZ"
ECHO = """
import http.server, json, os, sys
class Requests(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(b'{"ok": true}' if self.path == "/healthz" else open("tool.json", "rb").read())
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        value = os.environ["OPENAI_API_KEY"]
        self.answer(json.dumps({"text": f"has {len(value)}: {value}"}).encode())
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Requests).serve_forever()
"""
MODULE = [sys.executable, "-m", "pixie_secrets"]


@pytest.fixture
def sealed(project: Project) -> Project:
    subprocess.run(["git", "init", "-q", str(project.root)], check=True)
    set_secret(Context(project), SetSecretRequest(TOOL), {KEY: SecretStr(VALUE)})
    seal_tool(Context(project), SealToolRequest(TOOL))
    return Project(project.root)


def denied(project: Project, tool: str, **given: Any) -> str:
    document = {"tool_name": tool, "tool_input": given, "cwd": str(project.root)}
    environment = {"HOME": os.environ["HOME"], "CLAUDE_PROJECT_DIR": str(project.root)}
    return decide(claude_code.request("PreToolUse", document), environment).deny


@pytest.mark.parametrize(
    "command",
    [
        "cat {key}", "cat ~/.config/pixie-secrets/age-identity.key", "cd ~/.config/pixie-secrets; cat age-identity.key",
        "age -d -i {key} x.age", "cp {key} /tmp/x", "base64 < {key}", "grep -r SECRET ~/.config/pixie-secrets",
        "cat $HOME/.config/sops/age/keys.txt",
    ],
)  # fmt: skip
def test_the_guard_denies_the_key_file_as_a_env(command: str, sealed: Project) -> None:
    assert "secret values" in denied(sealed, "Bash", command=command.format(key=key_places.key_file()))


@pytest.mark.parametrize(
    "command",
    [
        "cat {folder}/*", "cat ~/.config/pixie-secrets/*", "cat $HOME/.config/pixie-secrets/*.key", "cat ~/.config/*/*",
        "cd ~/.config/pixie-secrets && cat *", "cd ~/.config && head -5 */*", "cd && cat .config/pixie-s*/age*",
        "(cd {folder}; base64 *)", "cat < {folder}/*", "cp {folder}/?ge-identity.key /tmp/x", "cat ~/.c*/p*/[a-b]*",
        "for f in {folder}/*; do cat $f; done", "for f in $(ls {folder}); do cat {folder}/$f; done",
        "cat ~/.config/{{pixie-secrets,git}}/*", "ls -d {folder}/* | xargs cat", "echo {folder}/* | xargs cat",
        "echo $(<{folder}/*)", "D={folder}; cat $D/*", "bash -c 'cd ~/.config/pixie-secrets; cat *'",
        "grep -r SECRET ~/.config", "grep -r SECRET ~/.conf*", "cd ~/.config/pixie-secrets && grep -r A",
        "grep AGE ~/.config/pixie-secrets/*", "rg AGE ~/.config/pixie-secrets", "rg A ~/.config",
        "rg --hidden AGE ~", "ag AGE ~/.config/", "cp -r ~/.config/* /tmp/x",
        "cp -r {folder} /tmp/x", "tar cf - ~/.config | base64", "find ~/.config -type f -exec cat {{}} +",
        "find ~/.config -name '*.key' | xargs cat",
    ],
)  # fmt: skip
def test_the_guard_denies_the_key_by_its_folder_and_by_a_glob(command: str, sealed: Project) -> None:
    folder = Path(key_places.key_file()).parent
    assert "secret values" in denied(sealed, "Bash", command=command.format(folder=folder))


@pytest.mark.parametrize(
    "command",
    [
        "cat *", "cat */*", "cat $X", "cat $X/*", "cat ~/*", "cat ~/.config/git/*", "grep -r x $X", "grep -r x .",
        "ls ~/.config/pixie-secrets/*", "cd $X && cat *", "cat ~/.config/pixie-secrets/*.toml", "head ~/projects/*/*",
        "for f in $(git ls-files); do cat $f; done", "echo ~/.config/*/*",
        "rg AGE", "rg AGE ~", "cd && rg AGE", "rg --hidden AGE ~/.config/git",
    ],
)  # fmt: skip
def test_the_guard_lets_a_glob_be_that_names_no_key(command: str, sealed: Project) -> None:
    (sealed.root / "tools" / TOOL / ".env").unlink(missing_ok=True)
    assert not denied(sealed, "Bash", command=command)


def test_the_guard_denies_the_folder_of_the_key_to_a_tool_that_reads_by_patterns(sealed: Project) -> None:
    key = key_places.key_file()
    places = Places(str(sealed.root), dict(os.environ))
    folder = Path(key).parent
    for pattern in (str(folder), f"{folder}/*", f"{folder.parent}/**/*.key", f"{folder}/age-identity.key"):
        assert globbed(pattern, places) == [os.path.realpath(key)]
    assert globbed(f"{folder}/*.toml", places) == []
    assert os.path.realpath(key) not in globbed("**/*", places)


def test_the_guard_denies_it_to_the_clients_own_tools_and_through_links(sealed: Project, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(key_places.key_file())
    os.link(key_places.key_file(), tmp_path / "hard")
    for path in (key_places.key_file(), str(tmp_path / "link"), str(tmp_path / "hard")):
        assert denied(sealed, "Read", file_path=path)
        assert denied(sealed, "Bash", command=f"cat {path}")


@pytest.mark.parametrize(
    "command", ["cat tools/whisper-transcription/secrets.enc.json", "git add -A", "sops --version", "ls ~/.config"]
)
def test_the_guard_lets_the_sealed_file_itself_be_read(command: str, sealed: Project) -> None:
    assert not denied(sealed, "Bash", command=command)


def test_the_guard_knows_sealed_values_and_the_key(sealed: Project) -> None:
    values = known.load(Places(str(sealed.root), dict(os.environ)), None)
    assert values is not None
    key = Path(key_places.key_file()).read_text().splitlines()[-1]
    assert values.mask(f"{VALUE} {key}") == "*** ***"


def test_what_sops_prints_of_it_comes_out_masked(sealed: Project) -> None:
    sops = Path(sys.executable).with_name("sops")
    path = sealed.root / "tools" / TOOL / "secrets.enc.json"
    environment = {**os.environ, "SOPS_AGE_KEY_FILE": key_places.key_file()}
    printed = subprocess.run(
        [sops, "decrypt", path], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert VALUE in printed
    event = {
        "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": {"command": "sops decrypt"},
        "tool_response": {"stdout": printed, "stderr": ""}, "cwd": str(sealed.root),
    }  # fmt: skip
    done = subprocess.run(
        [*MODULE, "hook", "PostToolUse"], input=json.dumps(event), capture_output=True, text=True, check=True,
        cwd=sealed.root,
    )  # fmt: skip
    assert VALUE not in done.stdout
    assert "***" in done.stdout


def test_a_sealed_file_is_no_finding_and_a_key_file_is(sealed: Project) -> None:
    folder = sealed.root / "tools" / TOOL
    (folder / "copy.agekey").write_bytes(Path(key_places.key_file()).read_bytes())
    (folder / "notes.txt").write_text(Path(key_places.key_file()).read_text())
    found = lint_tool(Context(sealed), LintToolRequest(tool_ids=(TOOL,))).findings
    by_file: dict[str, set[str]] = {}
    for one in found:
        by_file.setdefault(Path(one.file).name, set()).add(one.code)
    assert not {code for code in by_file.get("secrets.enc.json", ()) if not code.startswith("CV")}
    assert "GT004" in by_file["copy.agekey"]
    assert by_file["notes.txt"] & {"KV001", "HS001", "HS006", "HS005"}, by_file


def test_git_takes_the_sealed_file_along_and_no_rule_is_added_for_it(sealed: Project) -> None:
    set_secret(Context(sealed), SetSecretRequest(TOOL), {"WEBHOOK_URL": SecretStr("https://invented.example/31337")})
    path = f"tools/{TOOL}/secrets.enc.json"
    ignored = subprocess.run(["git", "check-ignore", "-q", path], cwd=sealed.root, check=False)
    assert ignored.returncode == 1


def run(project: Project, *words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [*MODULE, "--project", str(project.root), *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


def test_exec_has_it_in_the_childs_environment_and_nowhere_else(sealed: Project, tmp_path: Path) -> None:
    script = "import os; print(len(os.environ['OPENAI_API_KEY'])); print(os.environ['OPENAI_API_KEY']); input()"
    command = [*MODULE, "--project", str(sealed.root), "exec", TOOL, "--", sys.executable, "-u", "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as ours:
        assert ours.stdout
        assert ours.stdout.readline() == f"{len(VALUE)}\n"
        assert ours.stdout.readline() == "***\n"
        holding = _processes_with(VALUE.encode())
        assert ours.pid not in holding
        assert len(holding) == 1, "the command itself has it, and nobody else"
        for root in (sealed.root, Path(os.environ["HOME"]), Path("/dev/shm")):
            assert not [path for path in root.rglob("*") if _holds(path, VALUE.encode())]
        ours.communicate("\n")


def _processes_with(value: bytes) -> list[int]:
    """Whose arguments, environment or open plain files have it."""
    found = []
    for process in filter(str.isdecimal, os.listdir("/proc")):
        if int(process) == os.getpid():
            continue
        try:
            texts = [Path(f"/proc/{process}/{name}").read_bytes() for name in ("cmdline", "environ")]
            opened = [Path(f"/proc/{process}/fd/{name}") for name in os.listdir(f"/proc/{process}/fd")]
        except OSError:
            continue
        if any(value in text for text in texts) or any(_holds(path, value) for path in opened if path.is_file()):
            found.append(int(process))
    return found


def _holds(path: Path, value: bytes) -> bool:
    try:
        return path.is_file() and value in path.read_bytes()
    except OSError:
        return False


def test_nothing_decrypted_is_written_while_it_is_sealed_set_turned_and_unset(project: Project) -> None:
    """Every file that is opened for writing, as strace sees it, is looked into by what is written to it."""
    strace = require_program("strace")
    set_secret(Context(project), SetSecretRequest(TOOL), {KEY: SecretStr(VALUE)})
    trace = project.root.parent / "trace"
    for words, given in (
        (("seal-tool", TOOL), None),
        (("set-secret", TOOL, "WEBHOOK_URL", "--stdin"), VALUE + "2"),
        (("rotate-key", TOOL), None),
        (("list-secrets", TOOL), None),
        (("unset-secret", TOOL, "WEBHOOK_URL"), None),
    ):
        done = subprocess.run(
            [strace, "-f", "-qq", "-y", "-s", "100000", "-e", "trace=write,pwrite64,writev", "-o", str(trace), *MODULE,
             "--project", str(project.root), *words],
            input=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        writes = [line for line in trace.read_text(errors="replace").splitlines() if VALUE in line]
        assert not [line for line in writes if "<pipe:" not in line], words
        assert VALUE not in done.stdout + done.stderr


def test_a_value_typed_on_the_page_is_sealed_and_the_page_says_where_it_goes(sealed: Project) -> None:
    with serving(sealed) as served:
        link = served.link(served.ask("WEBHOOK_URL"))
        someone = visitor(link)
        page = someone.enter(link)
        assert "encrypted for its recipients" in page.html
        assert "swaps" in page.html
        answer = someone.save(page, {"line.WEBHOOK_URL": "https://invented.example/31337"})
        assert (answer.status, answer.heading) == (200, "Saved")
    owner = Project(sealed.root).owner(TOOL)
    assert store_of(owner).values()["WEBHOOK_URL"].get_secret_value() == "https://invented.example/31337"
    assert set(store_of(owner).sealed_keys) == {KEY, "WEBHOOK_URL"}
    assert store_of(owner).abouts()["WEBHOOK_URL"].channel == "page"


def test_a_model_previews_seals_and_lists_and_can_name_no_recipient(project: Project) -> None:
    set_secret(Context(project), SetSecretRequest(TOOL), {KEY: SecretStr(VALUE)})
    with Client(project.root) as client:
        client.open()
        assert "to" in client.refusal(client.start("seal-tool", {"tool_id": TOOL, "to": ["age1invented"]}))
        planned = client.call("preview-seal", tool_id=TOOL)["structuredContent"]
        assert planned["keys"] == [KEY]
        assert not (project.root / "tools" / TOOL / "secrets.enc.json").exists()
        done = client.call("seal-tool", tool_id=TOOL)
        assert VALUE not in json.dumps(done)
        [tool] = client.call("list-secrets", tool_id=TOOL)["structuredContent"]["tools"]
        assert [secret["status"] for secret in tool["secrets"]] == ["sealed", "not set"]
    assert VALUE not in (project.root / "tools" / TOOL / ".env").read_text()


def test_run_tool_gives_it_to_the_tool_and_masks_what_it_answers(tmp_path: Path) -> None:
    folder = add_tool(
        tmp_path / "p", "echo", inputs=[], outputs=[{"key": "text", "label": "Text", "type": "text"}],
        secrets=[{"key": KEY, "required": True}],
    )  # fmt: skip
    (folder / "main.py").write_text(ECHO)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    project = Project(tmp_path / "p")
    set_secret(Context(project), SetSecretRequest("echo"), {KEY: SecretStr(VALUE)})
    seal_tool(Context(project), SealToolRequest("echo"))
    done = run(project, "run-tool", "echo", "--json")
    assert VALUE not in done.stdout + done.stderr
    assert "has 23: ***" in done.stdout, done.stdout + done.stderr


def test_unset_and_exec_of_a_sealed_app_without_a_env(tmp_path: Path) -> None:
    root = tmp_path / "app"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".env").write_text(f"STRIPE_SECRET_KEY={VALUE}\n")
    (root / ".env").chmod(0o600)
    seal_tool(Context(Project(root)), SealToolRequest("."))
    (root / ".env").unlink()
    shown = run(
        Project(root), "exec", "--", sys.executable, "-c", "import os; print(len(os.environ['STRIPE_SECRET_KEY']))"
    )
    assert shown.stdout == f"{len(VALUE)}\n", shown.stderr
    assert "sealed" in run(Project(root), "list-secrets").stdout
    assert run(Project(root), "unset-secret", "STRIPE_SECRET_KEY").returncode == 0
    assert "sealed" not in run(Project(root), "list-secrets").stdout


def complete(project: Project) -> Path:
    folder = project.root / "tools" / TOOL
    (folder / "main.py").write_text("import os\n\nprint(os.environ['OPENAI_API_KEY'][:0])\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.11"\n')
    return folder


def members(archive: Path) -> dict[str, bytes]:
    with ZipFile(archive) as file:
        return {name.partition("/")[2]: file.read(name) for name in file.namelist()}


def test_a_key_in_the_environment_is_masked_in_what_a_command_prints(sealed: Project, tmp_path: Path) -> None:
    kept = Path(key_places.key_file()).read_text()
    [key] = [line for line in kept.splitlines() if line.startswith("AGE-SECRET-KEY-")]
    environment = {**os.environ, "HOME": str(tmp_path / "runner"), "XDG_CONFIG_HOME": "", "SOPS_AGE_KEY": key}
    show = "import os; print(os.environ['SOPS_AGE_KEY'], os.environ['OPENAI_API_KEY'])"
    command = [*MODULE, "--project", str(sealed.root), "exec", TOOL, "--", sys.executable, "-c", show]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "*** ***\n"


def test_a_share_leaves_the_sealed_file_out(sealed: Project, tmp_path: Path) -> None:
    complete(sealed)
    shared = share_tool(Context(sealed), ShareToolRequest(TOOL, str(tmp_path / "w.zip")))
    assert "secrets.enc.json" not in members(tmp_path / "w.zip")
    reasons = {out.path: out.reason for out in shared.left_out}
    assert reasons["secrets.enc.json"] == "sealed for those who have it now"


def test_a_share_sealed_for_somebody_opens_for_them_alone_and_imports(sealed: Project, tmp_path: Path) -> None:
    complete(sealed)
    theirs = age_key(tmp_path / "theirs.txt")
    archive = tmp_path / "w.zip"
    shared = share_tool(Context(sealed), ShareToolRequest(TOOL, str(archive)), {}, [theirs])
    assert shared.sealed_for == (theirs,)
    packed = members(archive)["secrets.enc.json"]
    assert VALUE.encode() not in archive.read_bytes() + b"".join(members(archive).values())
    path = tmp_path / "packed.enc.json"
    path.write_bytes(packed)
    assert decrypted(path, tmp_path / "theirs.txt")[KEY] == VALUE
    assert sops("decrypt", path, keys=key_places.key_file()).returncode != 0, "the sender can open it"
    for has_key in (False, True):
        other = Project(tmp_path / f"other-{has_key}")
        other.root.mkdir()
        (other.root / "tools").mkdir()
        key = {"SOPS_AGE_KEY_FILE": str(tmp_path / "theirs.txt")} if has_key else {}
        environment = {**os.environ, "HOME": str(other.root), **key}
        command = [*MODULE, "--project", str(other.root), "import-tool", str(archive), "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        said = json.loads(done.stdout)
        assert (other.root / "tools" / TOOL / "secrets.enc.json").exists() == has_key
        assert {one["key"]: one["status"] for one in said["secrets"]}[KEY] == ("sealed" if has_key else "not set")
        note = "it brings values that are sealed for you: OPENAI_API_KEY" if has_key else "sealed for others"
        assert note in " ".join(said["warnings"])
        assert VALUE not in done.stdout + done.stderr


def test_an_archive_with_a_damaged_sealed_file_is_refused(sealed: Project, tmp_path: Path) -> None:
    complete(sealed)
    share_tool(Context(sealed), ShareToolRequest(TOOL, str(tmp_path / "w.zip")))
    with ZipFile(tmp_path / "w.zip") as file, ZipFile(tmp_path / "x.zip", "w") as changed:
        for name in file.namelist():
            if not name.endswith("pixie-share.json"):
                changed.writestr(name, file.read(name))
        changed.writestr(f"{TOOL}/secrets.enc.json", json.dumps({KEY: "in clear-invented"}))
    (tmp_path / "other" / "tools").mkdir(parents=True)
    with pytest.raises(PixieError, match="no sops metadata"):
        import_tool(Context(Project(tmp_path / "other")), ImportToolRequest(str(tmp_path / "x.zip")))
    assert list((tmp_path / "other" / "tools").iterdir()) == []


def test_a_replacement_keeps_the_sealed_file_that_is_there(sealed: Project, tmp_path: Path) -> None:
    folder = complete(sealed)
    archive = tmp_path / "w.zip"
    share_tool(Context(sealed), ShareToolRequest(TOOL, str(archive)), {}, [age_key(tmp_path / "theirs.txt")])
    before = (folder / "secrets.enc.json").read_bytes()
    import_tool(Context(Project(sealed.root)), ImportToolRequest(str(archive), replace=True))
    assert (folder / "secrets.enc.json").read_bytes() == before


def test_doctor_says_who_opens_it_and_what_starts_without_it(sealed: Project) -> None:
    folder = complete(sealed)
    name = f"tools/{TOOL}/secrets.enc.json"

    def seen() -> dict[str, Check]:
        checks = doctor(Context(Project(sealed.root)), DoctorRequest(no_attack=True)).checks
        return {check.name.removeprefix(name): check for check in checks if check.name.startswith(name)}

    assert {check.state for check in seen().values()} == {CheckState.OK}
    (folder / "main.py").write_text("from dotenv import load_dotenv\nload_dotenv()\n")
    assert seen()[" readers"].state is CheckState.OFF
    assert "main.py reads a .env itself" in seen()[" readers"].message
    Path(key_places.key_file()).unlink()
    assert seen()[""].state is CheckState.BROKEN
    assert "no key on this machine" in seen()[""].message


def test_a_tool_that_reads_its_env_itself_has_the_value_all_the_same_under_exec(sealed: Project) -> None:
    script = "import os; from dotenv import load_dotenv; load_dotenv('.env'); print(len(os.environ['OPENAI_API_KEY']))"
    (sealed.root / "tools" / TOOL / ".env").write_text("OTHER=plain\n")
    assert run(sealed, "exec", TOOL, "--", sys.executable, "-c", script).stdout == f"{len(VALUE)}\n"


def test_typed_access_is_generated_and_reads_the_environment_that_exec_gives(sealed: Project) -> None:
    folder = complete(sealed)
    assert run(sealed, "codegen", TOOL).returncode == 0
    script = "import os; from tool_secrets import *; print(len(os.environ['OPENAI_API_KEY']))"
    done = subprocess.run(
        [*MODULE, "--project", str(sealed.root), "exec", TOOL, "--", sys.executable, "-c", script],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    assert done.stdout == f"{len(VALUE)}\n", done.stderr
