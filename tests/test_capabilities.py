"""What two neighbors say that their secrets can do, each row of their documentation done here by the real command line.

`docs/compared.md` is the table: it names these tests, or says in a sentence why there is another way here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.channels.test_api import serving
from tests.conftest import add_tool, require_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.layouts.project import Project

    Pixie = Callable[..., subprocess.CompletedProcess[str]]

TOOL = "whisper-transcription"
VALUE = "sk-made-up-4f0ac1be77"
TABLE = Path(__file__).parents[1] / "docs/compared.md"
COMPARE = "import os, sys; sys.stdout.write(str(os.environ['OPENAI_API_KEY'] == {value!r}))"


@pytest.fixture
def pixie(project: Project) -> Pixie:
    """The command line in the project, which must never say the value."""

    def run(*words: str, given: str = "", fails: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), *words],
            input=given, capture_output=True, text=True, check=False, env={**os.environ, **more},
        )  # fmt: skip
        assert (done.returncode != 0) is fails, done.stderr
        assert VALUE not in done.stdout + done.stderr
        return done

    return run


def put(pixie: Pixie, key: str = "OPENAI_API_KEY", value: str = VALUE) -> None:
    pixie("set-secret", TOOL, key, "--stdin", "--allow-undeclared", given=value)


def reaches_a_program(pixie: Pixie, value: str = VALUE, **more: str) -> bool:
    """Whether a command of the tool has it in its environment."""
    return pixie("exec", TOOL, "--", sys.executable, "-c", COMPARE.format(value=value), **more).stdout == "True"


def env(project: Project) -> Path:
    return project.root / "tools" / TOOL / ".env"


def listed(pixie: Pixie, key: str = "OPENAI_API_KEY") -> dict[str, object]:
    tools = json.loads(pixie("list-secrets", TOOL, "--json").stdout)["tools"]
    found: dict[str, object] = next(secret for secret in tools[0]["secrets"] if secret["key"] == key)
    return found


def test_julep_encrypted_storage(pixie: Pixie, project: Project) -> None:
    put(pixie)
    pixie("seal-tool", TOOL)
    sealed = project.root / "tools" / TOOL / "secrets.enc.json"
    assert "ENC[AES256_GCM," in sealed.read_text()
    assert not any(VALUE.encode() in path.read_bytes() for path in project.root.rglob("*") if path.is_file())
    assert reaches_a_program(pixie)


def test_julep_access_control(pixie: Pixie, project: Project, tmp_path: Path) -> None:
    put(pixie)
    assert env(project).stat().st_mode & 0o777 == 0o600
    pixie("seal-tool", TOOL)
    other = tmp_path / "somebody-else"
    other.mkdir()
    pixie("keys", HOME=str(other))
    refused = pixie("exec", TOOL, "--", "true", HOME=str(other), fails=True)
    assert "sealed for others" in refused.stderr


def test_julep_named_references(pixie: Pixie) -> None:
    put(pixie)
    code = (
        f"import sys; sys.stdout.write(str(sys.argv[1] == 'https://api.example.com/v1?key={VALUE[:11]}' + sys.argv[2]))"
    )
    done = pixie("exec", TOOL, "--", sys.executable, "-c", code,
                 "https://api.example.com/v1?key=${{ secrets.OPENAI_API_KEY }}", VALUE[11:])  # fmt: skip
    assert done.stdout == "True"


def test_julep_versioning(pixie: Pixie) -> None:
    put(pixie)
    first = listed(pixie)
    put(pixie, value=f"{VALUE}2")
    second = listed(pixie)
    assert first["created_at"] == second["created_at"] is not None
    assert str(second["updated_at"]) >= str(first["updated_at"])


def test_julep_metadata(pixie: Pixie, project: Project) -> None:
    metadata = {"environment": "production", "owner": "payments-team"}
    folder = project.root / "tools" / TOOL
    shutil.rmtree(folder)
    add_tool(project.root, TOOL, secrets=[{"key": "STRIPE_API_KEY", "metadata": metadata}])
    assert listed(pixie, "STRIPE_API_KEY")["metadata"] == metadata


@pytest.mark.parametrize(
    "value",
    [
        VALUE,
        "postgres://made:up@db.example/prod",
        "ghp_madeup",
        '{"config": ["made", "up"]}',
        "-----BEGIN X\nmade up\n-----END X\n",
    ],
)
def test_julep_use_cases(pixie: Pixie, value: str) -> None:
    """API keys, database credentials, tokens, configuration, keys of encrypted channels."""
    put(pixie, value=value + "\n")  # of which a pipe loses one
    assert reaches_a_program(pixie, value)


def test_julep_audit_trail(pixie: Pixie) -> None:
    put(pixie)
    pixie("unset-secret", TOOL, "OPENAI_API_KEY")
    changes = json.loads(pixie("audit", "--json").stdout)["changes"]
    assert [(change["change"], change["key"]) for change in changes] == [
        ("set", "OPENAI_API_KEY"), ("unset", "OPENAI_API_KEY")
    ]  # fmt: skip


def test_julep_creating_by_api(project: Project) -> None:
    with serving(project) as api:
        status, made = api.send("POST", "/secrets", {
            "name": "stripe_api_key", "value": VALUE, "description": "Stripe API key for payment processing",
            "metadata": {"environment": "production", "owner": "payments-team"},
        })  # fmt: skip
    assert (status, made["name"], made["status"]) == (201, "stripe_api_key", "set")
    assert made["description"] == "Stripe API key for payment processing"


def test_julep_creating_by_library(project: Project) -> None:
    code = (
        "import sys\nfrom pixie_secrets.manage import Secrets, SecretStr\n"
        "secrets = Secrets(sys.argv[1])\n"
        "saved = secrets.set('whisper-transcription', 'OPENAI_API_KEY', ask=lambda _: SecretStr(sys.stdin.read()))\n"
        "print(saved.secrets[0].key)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(project.root)], input=VALUE, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "OPENAI_API_KEY\n"), done.stderr


def test_julep_creating_by_cli(pixie: Pixie, project: Project) -> None:
    put(pixie)
    assert VALUE in env(project).read_text()


def test_julep_secrets_in_tasks(pixie: Pixie) -> None:
    put(pixie)
    assert reaches_a_program(pixie)


@pytest.mark.parametrize(
    ("name", "fails"),
    [("stripe_api_key", False), ("_x", True), ("1x", True), ("a-b", True), ("ä", True), ("openai_api_key", True)],
)
def test_julep_names(pixie: Pixie, name: str, *, fails: bool) -> None:
    """Begin with a letter, letters, digits and underscores, unique: here also where only the case differs."""
    pixie("set-secret", TOOL, name, "--stdin", "--allow-undeclared", given=VALUE, fails=fails)


def test_muxi_not_in_process_lists(pixie: Pixie) -> None:
    put(pixie)
    code = "import subprocess; print(subprocess.check_output(['ps', '-efww'], text=True))"
    require_program("ps")
    shown = pixie("exec", TOOL, "--", sys.executable, "-c", code).stdout
    assert "exec" in shown
    assert "***" not in shown, "it stood there, and was masked"


def test_muxi_not_in_crash_dumps(pixie: Pixie) -> None:
    put(pixie)
    done = pixie("exec", TOOL, "--", sys.executable, "-c",
                 "import os; raise SystemExit(ValueError(os.environ['OPENAI_API_KEY']))", fails=True)  # fmt: skip
    assert "***" in done.stderr


def test_muxi_not_in_ci_logs(pixie: Pixie) -> None:
    put(pixie)
    shown = pixie("exec", TOOL, "--", "env").stdout
    assert "OPENAI_API_KEY=***" in shown


def test_muxi_safe_to_commit_and_portable_with_code(pixie: Pixie, project: Project) -> None:
    git = require_program("git")
    subprocess.run([git, "init", "-q", str(project.root)], check=True)
    put(pixie)
    pixie("seal-tool", TOOL)
    subprocess.run([git, "-C", str(project.root), "add", "-A"], check=True)
    tracked = subprocess.run([git, "-C", str(project.root), "ls-files"], check=True, capture_output=True, text=True)
    assert "secrets.enc.json" in tracked.stdout
    assert ".env\n" not in tracked.stdout
    assert pixie("lint-tool", TOOL, "--json", fails=True).stdout  # it says other things of this bare tool
    assert "secrets.enc.json" not in pixie("lint-tool", TOOL, fails=True).stdout


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE"])
def test_muxi_api(project: Project, verb: str) -> None:
    with serving(project) as api:
        if verb in {"PUT", "DELETE"}:
            api.send("POST", "/secrets", {"name": "A_KEY", "value": VALUE})
        bodies = {"POST": {"name": "A_KEY", "value": VALUE}, "PUT": {"value": f"{VALUE}2"}}
        path = "/secrets/A_KEY" if verb in {"PUT", "DELETE"} else "/secrets"
        status, _ = api.send(verb, path, bodies.get(verb))
    assert status == {"GET": 200, "POST": 201, "PUT": 200, "DELETE": 204}[verb]


def test_muxi_the_key_is_never_in_the_project(pixie: Pixie, project: Project) -> None:
    put(pixie)
    pixie("seal-tool", TOOL)
    inside = b"".join(path.read_bytes() for path in project.root.rglob("*") if path.is_file())
    assert b"AGE-SECRET-KEY" not in inside
    assert list(Path(os.environ["HOME"]).rglob("age-identity.key"))


def test_muxi_references_and_the_wizard(pixie: Pixie, project: Project) -> None:
    (project.root / "tools" / TOOL / "formation.yaml").write_text(
        "llm:\n  api_keys:\n    openai: ${{ secrets.OPENAI_API_KEY }}\nmcps:\n  - id: web-search\n"
        "    key: ${{ secrets.BRAVE_API_KEY }}\n"
    )
    asked = pixie("set-secret", TOOL, "--stdin", given=VALUE, fails=True)  # one value, and several are asked for
    assert "OPENAI_API_KEY, WEBHOOK_URL, BRAVE_API_KEY" in asked.stderr


def test_muxi_list_shows_keys_only(pixie: Pixie) -> None:
    put(pixie)
    assert "OPENAI_API_KEY  set today by stdin" in pixie("list-secrets").stdout


def test_muxi_set_from_a_pipe(pixie: Pixie, project: Project) -> None:
    put(pixie)
    assert env(project).read_text() == f"OPENAI_API_KEY={VALUE}\n"


def test_muxi_get_is_no_command(pixie: Pixie) -> None:
    for word in ("get", "get-secret", "show", "print"):
        assert "no such command" in pixie(word, TOOL, "OPENAI_API_KEY", fails=True).stderr


def test_muxi_delete(pixie: Pixie, project: Project) -> None:
    put(pixie, "OLD_API_KEY")
    pixie("unset-secret", TOOL, "OLD_API_KEY")
    assert "OLD_API_KEY" not in env(project).read_text()


def test_muxi_gitignore(pixie: Pixie, project: Project) -> None:
    git = require_program("git")
    subprocess.run([git, "init", "-q", str(project.root)], check=True)
    put(pixie)
    subprocess.run([git, "-C", str(project.root), "check-ignore", "-q", str(env(project))], check=True)


def test_muxi_template(pixie: Pixie, project: Project) -> None:
    (project.root / "secrets").write_text("# Required secrets for this formation\nOPENAI_API_KEY=\nBRAVE_API_KEY=\n")
    assert (
        "declared BRAVE_API_KEY" in pixie("migrate-tool-format", TOOL, "--from", str(project.root / "secrets")).stdout
    )
    assert "BRAVE_API_KEY=" in pixie("codegen", TOOL, "--env-example").stdout + "".join(
        path.read_text() for path in (project.root / "tools" / TOOL).glob(".env.example")
    )


def test_muxi_team_sharing(pixie: Pixie, tmp_path: Path) -> None:
    put(pixie)
    pixie("seal-tool", TOOL)
    ben = tmp_path / "ben"
    ben.mkdir()
    public = next(line for line in pixie("keys", HOME=str(ben)).stdout.splitlines() if line.startswith("age1"))
    pixie("recipients", "add", TOOL, public)
    assert reaches_a_program(pixie, HOME=str(ben))


def test_muxi_backup_and_recovery(pixie: Pixie, tmp_path: Path) -> None:
    put(pixie)
    pixie("seal-tool", TOOL)
    pixie("keys", "export", "--to", str(tmp_path / "backup"))
    new = tmp_path / "new-machine"
    new.mkdir()
    pixie("exec", TOOL, "--", "true", HOME=str(new), fails=True)
    pixie("keys", "import", str(tmp_path / "backup"), HOME=str(new))
    pixie("exec", TOOL, "--", "true", HOME=str(new))


def test_muxi_troubleshooting(pixie: Pixie, project: Project) -> None:
    """A missing secret, a file that does not open, a file that cannot be read: each says so, and what to do."""
    assert "required and not set" in pixie("list-secrets", "--check", fails=True).stderr
    put(pixie)
    pixie("seal-tool", TOOL)
    sealed = project.root / "tools" / TOOL / "secrets.enc.json"
    sealed.write_text(sealed.read_text()[:-200])
    assert "ends in the middle" in pixie("exec", TOOL, "--", "true", fails=True).stderr
    sealed.unlink()
    env(project).unlink(missing_ok=True)
    os.mkfifo(env(project))
    assert "is a named pipe" in pixie("exec", TOOL, "--", "true", fails=True).stderr


def test_muxi_rotate_periodically(pixie: Pixie) -> None:
    pixie("set-secret", TOOL, "OPENAI_API_KEY", "--stdin", "--expires", "2020-01-31", given=VALUE)
    assert "expired since 2020-01-31" in pixie("list-secrets", "--check", fails=True).stderr


def test_muxi_least_privilege(pixie: Pixie, project: Project) -> None:
    add_tool(project.root, "other", secrets=[{"key": "OTHER_KEY"}])
    put(pixie)
    assert "OPENAI_API_KEY" not in pixie("exec", "other", "--", "env").stdout


def test_the_table_names_every_one_of_these_tests_and_no_other() -> None:
    text = TABLE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| what")]
    named = set(re.findall(r"`(test_\w+)`", text))
    here = {name for name in globals() if re.match(r"test_(julep|muxi)_", name)}
    assert named == here
    assert len(rows) > 30
    for row in rows:
        assert "`test_" in row or len(row.split("|")[-2].split()) > 6, f"neither a test nor a reason: {row}"
