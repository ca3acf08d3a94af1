"""Values that other programs encrypted, in files that those programs made: sops, dotenvx, ansible-vault."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st
from tests.at_terminal import Shell
from tests.conftest import require, require_program

from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.migrations.encrypted import NotOpened, PasswordNeeded, encrypted_by
from pixie_secrets.migrations.flat_yaml import NotFlat, flat_yaml
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.declare_from import DeclareFromRequest, declare_from
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.operations.declare_from import SecretsDeclared

READERS = Path(__file__).parents[1] / "readers/node_modules"
DOTENVX = READERS / "@dotenvx/dotenvx/src/cli/dotenvx.js"
BIN = Path(sys.executable).parent
PEM = "-----BEGIN MADE UP-----\nc2stbWFkZS11cA==\n-----END MADE UP-----\n"
VALUES = {
    "API_KEY": "sk-made-up-4f0ac1be77", "QUOTED": "it's \"made up\" #1 $HOME `x`", "UNICODE": "clé-🔑-made-up",
    "SPACED": "  made up  ", "PEM_KEY": PEM, "JSON_KEY": '{"type": "made up", "n": 1}', "ONE": "x1",
}  # fmt: skip
PASSWORD = "made up pass-word é"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another project's folder, and a tool here that is to have its values."""
    folder = tmp_path / "other"
    folder.mkdir()
    (tmp_path / "project/tools").mkdir(parents=True)
    return folder


def run(*words: str, given: str = "", cwd: Path | None = None, **environment: str) -> str:
    done = subprocess.run(
        words, input=given, capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def take(file: Path, password: str | None = None, tool: str = "mine", *, dry_run: bool = False) -> SecretsDeclared:
    project = Project(file.parent.parent / "project")
    request = DeclareFromRequest(
        tool, str(file), ("pixie-secrets",), dry_run=dry_run, password=SecretStr(password) if password else None
    )
    return declare_from(Context(project), request)


def taken(file: Path) -> dict[str, str | None]:
    return dotenv_values(file.parent.parent / "project/tools/mine/.env", interpolate=True)


def everything(file: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(file.parent.parent.rglob("*")) if path.is_file()}


def dotenvx(folder: Path, *words: str) -> str:
    require("dotenvx (npm install --prefix tests/readers)", DOTENVX.exists())
    return run(require_program("node"), str(DOTENVX), *words, cwd=folder)


def sops(folder: Path, *words: str, given: str = "") -> str:
    program = shutil.which("sops", path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    require("sops", program)
    return run(str(program), *words, given=given, cwd=folder)


def vault(folder: Path, *words: str) -> str:
    program = shutil.which("ansible-vault", path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    require("ansible-vault", program)
    (folder / "password").write_text(PASSWORD)
    return run(str(program), words[0], "--vault-password-file", "password", *words[1:], cwd=folder)


@pytest.fixture
def age_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key of this person, where sops looks for it; its public half."""
    path = tmp_path / "age.key"
    run(require_program("age-keygen"), "-o", str(path))
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(path))
    return run("age-keygen", "-y", str(path)).strip()


def the_env(folder: Path) -> Path:
    path = folder / ".env"
    lines = [
        f"{key}={json.dumps(value)}" for key, value in VALUES.items() if key not in {"QUOTED", "UNICODE", "JSON_KEY"}
    ]
    lines += ["UNICODE='clé-🔑-made-up'", """JSON_KEY='{"type": "made up", "n": 1}'"""]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_of_dotenvx_with_its_keys(other: Path) -> None:
    the_env(other)
    dotenvx(other, "encrypt")
    assert "encrypted:" in (other / ".env").read_text()
    before = everything(other / ".env")
    looked = take(other / ".env", dry_run=True)
    assert everything(other / ".env") == before
    done = take(other / ".env")
    wanted = {key: value for key, value in VALUES.items() if key != "QUOTED"}
    assert {*looked.moved} == {*done.moved} == {*done.declared} == {*wanted}
    assert taken(other / ".env") == wanted
    assert {path: data for path, data in everything(other / ".env").items() if path in before} == before
    assert "made-up" not in repr(done) + repr(looked)


def test_dotenvx_for_another_environment_has_keys_of_its_own(other: Path) -> None:
    (other / ".env.production").write_text('API_KEY="sk-made-up-production"\n')
    dotenvx(other, "encrypt", "-f", ".env.production")
    take(other / ".env.production")
    assert taken(other / ".env.production") == {"API_KEY": "sk-made-up-production"}


def test_two_hundred_values_of_dotenvx_each_with_a_point_of_its_own(other: Path) -> None:
    """Of the shared point only a half comes out of the exchange; the other is one of two."""
    (other / ".env").write_text("".join(f"KEY_{number}=made-up-{number}\n" for number in range(200)))
    dotenvx(other, "encrypt")
    take(other / ".env")
    assert taken(other / ".env") == {f"KEY_{number}": f"made-up-{number}" for number in range(200)}


def spoil_keys(folder: Path) -> None:
    (folder / ".env.keys").write_text(f"DOTENV_PRIVATE_KEY={'1' * 64}\n")


def spoil_value(folder: Path) -> None:
    text = (folder / ".env").read_text()
    at = text.index("encrypted:") + 150
    (folder / ".env").write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / ".env.keys").unlink(), "there is no .env.keys"),
        (lambda folder: (folder / ".env.keys").write_text("X=1\n"), "has no DOTENV_PRIVATE_KEY"),
        (
            lambda folder: (folder / ".env.keys").write_text(f"DOTENV_PRIVATE_KEY={'f' * 64}\n"),  # above the order
            "has no DOTENV_PRIVATE_KEY",
        ),
        (spoil_keys, "is not the key"),
        (spoil_value, "API_KEY in .env does not open"),
    ],
)
def test_what_dotenvx_cannot_open_either_changes_nothing(
    other: Path, spoil: Callable[[Path], object], why: str
) -> None:
    the_env(other)
    dotenvx(other, "encrypt")
    spoil(other)
    before = everything(other / ".env")
    with pytest.raises(NotOpened, match=why):
        take(other / ".env")
    assert everything(other / ".env") == before


def test_json_of_sops(other: Path, age_key: str) -> None:
    (other / "secrets.json").write_text(json.dumps({**VALUES, "PORT": 8080, "NESTED": {"a": "b"}}))
    sops(other, "encrypt", "--age", age_key, "--in-place", "secrets.json")
    done = take(other / "secrets.json")
    assert taken(other / "secrets.json") == {**VALUES, "PORT": "8080"}
    assert done.format == "sops"


def test_dotenv_of_sops(other: Path, age_key: str) -> None:
    flat = {key: value for key, value in VALUES.items() if "\n" not in value}
    (other / "secrets.env").write_text("".join(f"{key}={value}\n" for key, value in flat.items()))
    sops(other, "encrypt", "--age", age_key, "--in-place", "secrets.env")
    take(other / "secrets.env")
    assert taken(other / "secrets.env") == flat


def test_what_sops_wrote_otherwise_is_refused_by_name(other: Path, age_key: str) -> None:
    (other / "secrets.yaml").write_text("API_KEY: sk-made-up\n")
    sops(other, "encrypt", "--age", age_key, "--in-place", "secrets.yaml")
    with pytest.raises(NotOpened, match="YAML"):
        take(other / "secrets.yaml")
    (other / "secrets.env").write_text("# made up\nAPI_KEY=sk-made-up\n")
    sops(other, "encrypt", "--age", age_key, "--in-place", "secrets.env")
    with pytest.raises(NotOpened, match="line 1"):
        take(other / "secrets.env")


def test_a_line_taken_out_of_what_sops_wrote_is_noticed(
    other: Path, age_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (other / "secrets.env").write_text("A_KEY=sk-made-up-1\nB_KEY=sk-made-up-2\n")
    sops(other, "encrypt", "--age", age_key, "--in-place", "secrets.env")
    whole = (other / "secrets.env").read_text()
    (other / "secrets.env").write_text("\n".join(line for line in whole.splitlines() if not line.startswith("B_KEY")))
    with pytest.raises(PixieError, match="changed after it was sealed"):
        take(other / "secrets.env")
    (other / "secrets.env").write_text(whole)
    run("age-keygen", "-o", str(other / "stranger"))
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(other / "stranger"))
    with pytest.raises(PixieError, match="sealed for others"):
        take(other / "secrets.env")
    assert not (other.parent / "project/tools/mine").exists()


LOCKED = {
    "vault.yml": "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in VALUES.items()),
    "block.yml": "---\n# made up\nAPI_KEY: sk-made-up-4f0ac1be77  # for now\nPEM_KEY: |\n  "
    + PEM.replace("\n", "\n  "),
    "vault.env": "API_KEY=sk-made-up-4f0ac1be77\nexport ONE='x1'\n",
    "vault.json": json.dumps(VALUES),
}


@pytest.mark.parametrize("name", LOCKED)
def test_a_whole_file_of_ansible_vault(other: Path, name: str) -> None:
    (other / name).write_text(LOCKED[name], encoding="utf-8")
    vault(other, "encrypt", name)
    with pytest.raises(PasswordNeeded):
        take(other / name)
    for wrong in ("another", PASSWORD + " ", PASSWORD[:-1]):
        with pytest.raises(NotOpened, match="does not open"):
            take(other / name, wrong)
    assert not (other.parent / "project/tools/mine").exists()
    take(other / name, PASSWORD)
    wanted = VALUES if len(LOCKED[name]) > 250 else {key: VALUES[key] for key in taken(other / name)}
    assert taken(other / name) == wanted


def test_single_values_of_ansible_vault_and_nothing_else_of_the_file(other: Path) -> None:
    one = vault(other, "encrypt_string", "--name", "API_KEY", VALUES["API_KEY"])
    two = vault(other, "encrypt_string", "--encrypt-vault-id", "default", "--name", "PEM_KEY", PEM)
    (other / "vars.yml").write_text(f"port: 80\n{one}\nlist:\n  - a\n{two}\n")
    done = take(other / "vars.yml", PASSWORD)
    assert taken(other / "vars.yml") == {"API_KEY": VALUES["API_KEY"], "PEM_KEY": PEM}
    assert {*done.moved} == {"API_KEY", "PEM_KEY"}


@pytest.mark.parametrize(
    "text", ["a: {b: c}\n", "a:\n  b: c\n", "- a\n", "a: 1\n", "just text\n", "a: yes\n", "a: &x b\n"]
)
def test_what_is_locked_and_no_list_of_texts_is_refused_without_a_word_of_it(other: Path, text: str) -> None:
    (other / "vault.yml").write_text(f"KEY: sk-made-up\n{text}")
    vault(other, "encrypt", "vault.yml")
    with pytest.raises(NotOpened) as refused:
        take(other / "vault.yml", PASSWORD)
    assert "line 2" in refused.value.message
    assert "made-up" not in str(refused.value)


def test_the_password_comes_from_a_pipe_and_is_nowhere_else(other: Path) -> None:
    (other / "vault.env").write_text(LOCKED["vault.env"])
    vault(other, "encrypt", "vault.env")
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(other.parent / "project"), "migrate-tool-format"]
    words = [*command, "mine", "--from", str(other / "vault.env")]
    asked = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "locked with a password" in asked.stderr
    wrong = subprocess.run([*words, "--stdin"], input="wrong", capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    done = subprocess.run([*words, "--stdin"], input=PASSWORD + "\n", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "made-up" not in done.stdout + done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert taken(other / "vault.env") == {"API_KEY": VALUES["API_KEY"], "ONE": "x1"}


def test_at_a_terminal_the_password_is_asked_for_and_not_shown(other: Path) -> None:
    (other / "vault.env").write_text(LOCKED["vault.env"])
    vault(other, "encrypt", "vault.env")
    with Shell(other.parent / "project") as shell:
        shell.ask(f"migrate-tool-format mine --from {other / 'vault.env'}")
        shell.type(f"{PASSWORD}\r")
        said = shell.prompt_back()
        assert "copy API_KEY, ONE from vault.env" in said
        assert PASSWORD not in shell.shown
        assert "made-up" not in shell.shown
    assert taken(other / "vault.env") == {"API_KEY": VALUES["API_KEY"], "ONE": "x1"}


def test_a_plain_env_of_another_project_is_copied_and_stays(other: Path) -> None:
    (other / ".env").write_text("API_KEY=sk-made-up-4f0ac1be77\nEMPTY=\nSTAND_IN=change-me\n")
    done = take(other / ".env")
    assert taken(other / ".env") == {"API_KEY": "sk-made-up-4f0ac1be77"}
    assert {*done.declared} == {"API_KEY", "EMPTY", "STAND_IN"}
    assert any("EMPTY, STAND_IN" in warning for warning in done.warnings)
    assert (other / ".env").exists()


def test_a_plain_env_goes_into_a_sealed_tool_encrypted(other: Path) -> None:
    (other / ".env").write_text("API_KEY=sk-made-up-4f0ac1be77\n")
    project = other.parent / "project"
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project)]
    run(*command, "new-tool", "mine")
    run(*command, "set-secret", "mine", "FIRST_KEY", "--allow-undeclared", "--stdin", given="sk-made-up-first")
    run(*command, "seal-tool", "mine")
    take(other / ".env")
    listed = list_secrets(Context(Project(project)), ListSecretsRequest("mine")).tools[0]
    assert {secret.key: secret.status for secret in listed.secrets} == {"FIRST_KEY": "sealed", "API_KEY": "sealed"}
    inside = b"".join(path.read_bytes() for path in project.rglob("*") if path.is_file())
    assert b"made-up" not in inside


def test_muxis_template_declares_what_it_lists(other: Path) -> None:
    (other / "secrets").write_text(
        "# Required secrets for this formation\nOPENAI_API_KEY=\nBRAVE_API_KEY=\nDATABASE_URL=\n"
    )
    done = take(other / "secrets")
    assert done.declared == ("OPENAI_API_KEY", "BRAVE_API_KEY", "DATABASE_URL")
    assert done.moved == ()


def test_a_value_that_cannot_be_stored_leaves_nothing_behind(other: Path) -> None:
    (other / "vault.json").write_text(json.dumps({"A_KEY": "sk-made-up", "B_KEY": "sk-made-up\0"}))
    vault(other, "encrypt", "vault.json")
    with pytest.raises(PixieError):
        take(other / "vault.json", PASSWORD)
    assert list((other.parent / "project/tools").iterdir()) == []


@given(st.text(max_size=200))
def test_no_text_is_taken_for_encrypted_or_fails(text: str) -> None:
    encrypted_by(text)


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30)
SCALARS = st.one_of(
    PLAIN, PLAIN.map(lambda text: "'" + text.replace("'", "''") + "'"), PLAIN.map(json.dumps),
    st.sampled_from("yes 1_000 0x1F 12:30:45 2026-01-01 ~ 1e3 .5 on = a:_b a_#b <<".replace("_", " ").split(" ")),
    st.sampled_from(["1_000", "a: b", "a #b", "---", "a:"]),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("abcd"), SCALARS), max_size=4))
def test_what_is_taken_of_yaml_is_what_a_parser_of_it_reads(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"{name}: {scalar}\n" for name, scalar in pairs)
    try:
        found = flat_yaml(text)
    except NotFlat:
        return
    assert found == (yaml.safe_load(text) or {})
