"""Set-secret as an operation: what is asked, what is stored, what is refused."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool

from pixie_secrets.errors import KeyRefused, ManifestError, PixieError, UnknownTool, ValueRefused
from pixie_secrets.known_values.json_documents import masked_result
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets, set_secret
from pixie_secrets.operations.status import Status
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-4fJx0Qm7nLw2"
TOOL = "whisper-transcription"


def request(*keys: str, allow_undeclared: bool = False) -> SetSecretRequest:
    return SetSecretRequest(tool_id=TOOL, keys=keys, allow_undeclared=allow_undeclared)


def env(project: Project) -> str:
    return (project.root / "tools" / TOOL / ".env").read_text(encoding="utf-8")


def test_no_key_asks_for_every_declared_secret_that_is_not_set(project: Project) -> None:
    asked = asked_secrets(project, request())
    assert [(s.key, s.required, s.status) for s in asked.secrets] == [
        ("OPENAI_API_KEY", True, Status.NOT_SET),
        ("WEBHOOK_URL", False, Status.NOT_SET),
    ]
    set_secret(Context(project), request(), {"OPENAI_API_KEY": SecretStr(VALUE)})
    assert [s.key for s in asked_secrets(project, request()).secrets] == ["WEBHOOK_URL"]


def test_a_named_key_is_asked_for_even_when_it_is_set(project: Project) -> None:
    set_secret(Context(project), request(), {"OPENAI_API_KEY": SecretStr(VALUE)})
    (asked,) = asked_secrets(project, request("OPENAI_API_KEY")).secrets
    assert asked.status is Status.SET


def test_an_empty_value_in_the_file_is_not_set(project: Project) -> None:
    (project.root / "tools" / TOOL / ".env").write_text("OPENAI_API_KEY=\n", encoding="utf-8")
    assert asked_secrets(project, request()).secrets[0].status is Status.NOT_SET


def test_the_value_lands_in_the_tools_own_file_with_mode_600(project: Project) -> None:
    saved = set_secret(Context(project), request("OPENAI_API_KEY"), {"OPENAI_API_KEY": SecretStr(VALUE)})
    path = project.root / saved.path
    assert saved.path == f"tools/{TOOL}/.env"
    assert VALUE in env(project)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_result_knows_nothing_of_the_value(project: Project) -> None:
    short = set_secret(Context(project), request("OPENAI_API_KEY"), {"OPENAI_API_KEY": SecretStr("sk-proj-1")})
    other = set_secret(Context(project), request("OPENAI_API_KEY"), {"OPENAI_API_KEY": SecretStr("sk-" + "y" * 900)})
    assert masked_result(short) == masked_result(other)


def test_what_a_warning_says_of_a_value_is_for_its_owner_only(project: Project) -> None:
    saved = set_secret(Context(project), request("OPENAI_API_KEY"), {"OPENAI_API_KEY": SecretStr("abc")})
    assert saved.file_warnings == ()
    assert "masked" in saved.warnings[0]


def test_who_typed_a_value_hears_which_program_of_the_project_misreads_it(project: Project) -> None:
    value = "it's-$Hq7\"wZ-k2vN"
    (project.root / "package.json").write_text("{}", encoding="utf-8")
    (project.root / "tools" / TOOL / "bunfig.toml").write_text("[run]\n", encoding="utf-8")
    values = {"OPENAI_API_KEY": SecretStr(VALUE), "WEBHOOK_URL": SecretStr(value)}
    saved = set_secret(Context(project), request(), values)
    assert [warning.partition(" (")[0] for warning in saved.value_warnings] == ["bun", "Node"]
    for warning in saved.value_warnings:
        assert "WEBHOOK_URL" in warning
        assert not {"Hq7", "wZ", "k2vN", "$", '"'} & {*warning.split(), *warning}
    assert masked_result(saved)["file_warnings"] == []
    assert set_secret(Context(project), request(), {"WEBHOOK_URL": SecretStr(VALUE)}).value_warnings == ()


def test_where_no_other_program_is_used_nothing_is_said_of_one(project: Project) -> None:
    saved = set_secret(Context(project), request(), {"WEBHOOK_URL": SecretStr("it's-$Hq7\"wZ-k2vN")})
    assert saved.value_warnings == ()


def test_several_values_are_stored_together_or_not_at_all(project: Project) -> None:
    values = {"OPENAI_API_KEY": SecretStr(VALUE), "WEBHOOK_URL": SecretStr("")}
    with pytest.raises(ValueRefused):
        set_secret(Context(project), request(), values)
    assert not (project.root / "tools" / TOOL / ".env").exists()


def test_an_undeclared_key_is_refused_with_the_declared_ones_and_the_nearest(project: Project) -> None:
    with pytest.raises(KeyRefused) as refused:
        asked_secrets(project, request("OPENAI_KEY"))
    assert "did you mean OPENAI_API_KEY?" in refused.value.hint
    assert "WEBHOOK_URL" in refused.value.hint


def test_an_undeclared_key_is_allowed_when_asked_for(project: Project) -> None:
    asked = asked_secrets(project, request("HF_TOKEN", allow_undeclared=True))
    assert [(s.key, s.declared) for s in asked.secrets] == [("HF_TOKEN", False)]
    set_secret(Context(project), request("HF_TOKEN", allow_undeclared=True), {"HF_TOKEN": SecretStr(VALUE)})
    assert "HF_TOKEN" in env(project)


def test_another_spelling_of_a_declared_key_is_refused_even_when_undeclared_ones_are_allowed(project: Project) -> None:
    with pytest.raises(KeyRefused, match="another spelling"):
        asked_secrets(project, request("openai_api_key", allow_undeclared=True))


@pytest.mark.parametrize("pasted", ["sk-proj-4fJx0Qm7nLw2", "OPENAI_API_KEY=sk-1234567", "ghp0a1b2c3d4e5f6"])
def test_a_value_pasted_as_a_key_or_a_tool_is_refused_without_repeating_it(project: Project, pasted: str) -> None:
    with pytest.raises(PixieError) as key:
        asked_secrets(project, request(pasted))
    with pytest.raises(UnknownTool) as tool:
        asked_secrets(project, SetSecretRequest(tool_id=pasted))
    for error in (key.value, tool.value):
        assert pasted not in f"{error} {error.hint}"


def test_a_key_that_was_not_asked_for_is_not_stored(project: Project) -> None:
    with pytest.raises(KeyRefused):
        set_secret(Context(project), request("OPENAI_API_KEY"), {"WEBHOOK_URL": SecretStr(VALUE)})
    assert not (project.root / "tools" / TOOL / ".env").exists()


def test_no_value_at_all_is_refused(project: Project) -> None:
    with pytest.raises(PixieError, match="no value"):
        set_secret(Context(project), request(), {})


def test_a_broken_neighbor_does_not_stand_in_the_way(project: Project) -> None:
    (add_tool(project.root, "broken") / "tool.json").write_text("{", encoding="utf-8")
    set_secret(Context(project), request("OPENAI_API_KEY"), {"OPENAI_API_KEY": SecretStr(VALUE)})
    with pytest.raises(ManifestError):
        asked_secrets(project, SetSecretRequest(tool_id="broken"))


def test_a_file_that_git_would_commit_is_saved_with_a_loud_warning(git_project: Project) -> None:
    alone = request("OPENAI_API_KEY")._replace(no_gitignore=True)
    saved = set_secret(Context(git_project), alone, {"OPENAI_API_KEY": SecretStr(VALUE)})
    assert any("git" in warning for warning in saved.file_warnings)
    (git_project.root / ".gitignore").write_text("tools/*/.env\n", encoding="utf-8")
    saved = set_secret(Context(git_project), request("OPENAI_API_KEY"), {"OPENAI_API_KEY": SecretStr(VALUE)})
    assert saved.file_warnings == ()
