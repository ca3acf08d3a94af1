"""The management API: a script lists, sets and removes, and a value only ever goes in."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pexpect
import pytest
from tests.conftest import add_tool
from tests.tool.test_secrets import SERVER, VALUE, write

from pixie_secrets.errors import KeyRefused, PixieError, UnknownTool, ValueRefused
from pixie_secrets.known_values import KNOWN
from pixie_secrets.manage import AskedSecret, Secrets, SecretStr

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

TOOL = "whisper-transcription"
NEW = "tok_7cR-meadow-Xw33pLk9"


@pytest.fixture
def secrets(project: Project) -> Secrets:
    return Secrets(project.root)


def env(project: Project) -> Path:
    return project.root / "tools" / TOOL / ".env"


def test_a_script_sets_what_a_function_answers_with_what_is_declared_of_it(secrets: Secrets, project: Project) -> None:
    asked: list[AskedSecret] = []

    def ask(secret: AskedSecret) -> SecretStr | None:
        asked.append(secret)
        return SecretStr(VALUE) if secret.required else None

    saved = secrets.set(TOOL, ask=ask)
    assert [secret.key for secret in asked] == ["OPENAI_API_KEY", "WEBHOOK_URL"]
    assert asked[0].description == "OpenAI API key for the transcription endpoint"
    assert [status.key for status in saved.secrets] == ["OPENAI_API_KEY"]
    assert env(project).read_text() == f"OPENAI_API_KEY={VALUE}\n"
    assert env(project).stat().st_mode & 0o777 == 0o600
    assert secrets.missing(TOOL) == ()


def test_nothing_that_comes_back_has_a_value(secrets: Secrets, project: Project) -> None:
    answers = [
        secrets.set(TOOL, "OPENAI_API_KEY", ask=lambda _: SecretStr(VALUE)),
        secrets.list(), secrets.list(TOOL), secrets.metadata(TOOL), secrets.missing(TOOL),
        secrets, secrets.unset(TOOL, "OPENAI_API_KEY"),
    ]  # fmt: skip
    assert VALUE not in repr(answers)
    assert env(project).read_text() == ""


def test_values_are_masked_in_the_logs_of_the_script_from_the_start(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    write(env(project).parent, OPENAI_API_KEY=VALUE)
    secrets = Secrets(project.root)
    secrets.set(TOOL, "WEBHOOK_URL", ask=lambda _: SecretStr(NEW))
    logging.getLogger("script").warning("%s and %s", VALUE, NEW)
    assert KNOWN.mask(f"{VALUE} {NEW}") == "*** ***"
    assert caplog.messages == ["*** and ***"]


def test_all_are_stored_or_none(secrets: Secrets, project: Project) -> None:
    write(env(project).parent, OPENAI_API_KEY=VALUE)
    before = env(project).read_bytes()
    with pytest.raises(ValueRefused):
        secrets.set(TOOL, "OPENAI_API_KEY", "WEBHOOK_URL", ask=lambda one: SecretStr(NEW if one.required else "a\0b"))
    assert env(project).read_bytes() == before


@pytest.mark.parametrize(
    ("keys", "refusal"),
    [(("OPENAI_KEY",), KeyRefused), (("PATH",), KeyRefused), (("OPENAI_API_KEY",), PixieError)],
)
def test_a_function_that_answers_nothing_or_a_key_that_is_none_changes_nothing(
    secrets: Secrets, project: Project, keys: tuple[str, ...], refusal: type[PixieError]
) -> None:
    with pytest.raises(refusal):
        secrets.set(TOOL, *keys, ask=lambda _: None)
    assert not env(project).exists()


def test_a_key_that_is_not_declared_is_set_where_the_script_insists(secrets: Secrets) -> None:
    secrets.set(TOOL, "EXTRA_KEY", ask=lambda _: SecretStr(VALUE), allow_undeclared=True)
    (tool,) = secrets.list(TOOL).tools
    assert [(one.key, one.status) for one in tool.secrets if not one.declared] == [("EXTRA_KEY", "set")]
    with pytest.raises(UnknownTool):
        secrets.list("no-such-tool")


def test_what_is_set_already_is_asked_for_only_by_name(secrets: Secrets, project: Project) -> None:
    write(env(project).parent, OPENAI_API_KEY=VALUE, WEBHOOK_URL="https://x.example/hook")
    with pytest.raises(PixieError, match="every declared secret is set"):
        secrets.set(TOOL, ask=lambda _: SecretStr(NEW))
    secrets.set(TOOL, "OPENAI_API_KEY", ask=lambda _: SecretStr(NEW))
    assert f"OPENAI_API_KEY={NEW}\n" in env(project).read_text()


def test_an_app_has_a_file_for_each_environment(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".env.example").write_text("STRIPE_KEY=\n")
    secrets = Secrets(tmp_path)
    secrets.set("", "STRIPE_KEY", ask=lambda _: SecretStr(VALUE))
    secrets.set("", "STRIPE_KEY", ask=lambda _: SecretStr(NEW), file=".env.production")
    assert (tmp_path / ".env").read_text() == f"STRIPE_KEY={VALUE}\n"
    assert (tmp_path / ".env.production").read_text() == f"STRIPE_KEY={NEW}\n"
    (app,) = secrets.list().apps
    assert app.secrets[0].files == (".env", ".env.production")
    assert secrets.unset("", "STRIPE_KEY", file=".env.production").was_set
    assert (tmp_path / ".env").read_text() == f"STRIPE_KEY={VALUE}\n"


def test_a_list_says_when_and_how_each_was_set(secrets: Secrets) -> None:
    secrets.set(TOOL, "OPENAI_API_KEY", ask=lambda _: SecretStr(NEW))
    ours, other = secrets.list(TOOL).tools[0].secrets
    assert ours.updated_at is not None
    assert abs(datetime.now(UTC) - datetime.fromisoformat(ours.updated_at)) < timedelta(minutes=5)
    assert (ours.channel, other.updated_at) == ("library", None)


def test_the_metadata_are_what_is_declared(tmp_path: Path) -> None:
    obtain = {"url": "https://keys.example"}
    add_tool(tmp_path, "x", secrets=[{"key": "A_KEY", "type": "json", "required": True, "obtain": obtain}])
    (found,) = Secrets(tmp_path).metadata("x").secrets
    assert found._asdict() == {
        "key": "A_KEY", "type": "json", "required": True, "description": None, "url": "https://keys.example",
        "provider": None, "scopes": None,
    }  # fmt: skip


def test_without_a_function_the_person_at_the_terminal_is_asked_and_sees_nothing(project: Project) -> None:
    script = project.root / "setup.py"
    script.write_text(
        "from pixie_secrets.manage import Secrets\n"
        f"print('saved', [one.key for one in Secrets().set('{TOOL}', 'OPENAI_API_KEY').secrets])\n"
    )
    terminal = pexpect.spawn(
        sys.executable, [str(script)], cwd=project.root, encoding="utf-8", timeout=60,
        env={**os.environ, "PYTHONPATH": str(SERVER), "TERM": "xterm", "HOME": os.environ["HOME"]},
    )  # fmt: skip
    terminal.expect("value: ")
    terminal.send(f"{VALUE}\r")
    terminal.expect(pexpect.EOF)
    assert terminal.before is not None
    assert "saved ['OPENAI_API_KEY']" in terminal.before
    assert VALUE not in terminal.before
    assert json.dumps(env(project).read_text()) == json.dumps(f"OPENAI_API_KEY={VALUE}\n")
