"""List-secrets and unset-secret as operations."""

from __future__ import annotations

import pytest
from tests.conftest import add_tool

from pixie_secrets.errors import KeyRefused, UnknownTool
from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.json_documents import masked_result
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.set_secret import SetSecretRequest, set_secret
from pixie_secrets.operations.status import Status
from pixie_secrets.operations.unset_secret import UnsetSecretRequest, unset_secret
from pixie_secrets.secret.text import SecretStr

VALUE = "sk-proj-Zr81mQx5"
TOOL = "whisper-transcription"


def set_key(project: Project) -> None:
    set_secret(Context(project), SetSecretRequest(tool_id=TOOL), {"OPENAI_API_KEY": SecretStr(VALUE)})


def test_a_list_says_what_is_declared_and_what_is_set(project: Project) -> None:
    set_key(project)
    (tool,) = list_secrets(Context(project), ListSecretsRequest(tool_id=TOOL)).tools
    assert [(s.key, s.required, s.status, s.declared) for s in tool.secrets] == [
        ("OPENAI_API_KEY", True, Status.SET, True),
        ("WEBHOOK_URL", False, Status.NOT_SET, True),
    ]
    assert VALUE not in str(masked_result(tool))


def test_a_key_that_only_the_file_knows_is_listed_as_undeclared(project: Project) -> None:
    (project.root / "tools" / TOOL / ".env").write_text(f"OTHER={VALUE}\n", encoding="utf-8")
    (tool,) = list_secrets(Context(project), ListSecretsRequest()).tools
    assert [(s.key, s.status) for s in tool.secrets if not s.declared] == [("OTHER", Status.SET)]


def test_tools_that_cannot_be_read_are_named_and_hide_nobody(project: Project) -> None:
    (add_tool(project.root, "broken") / "tool.json").write_text('{"id": ', encoding="utf-8")
    (add_tool(project.root, "a-folder-for-env") / ".env").mkdir()
    listed = list_secrets(Context(Project(project.root)), ListSecretsRequest())
    assert [tool.tool_id for tool in listed.tools] == [TOOL]
    assert {unreadable.folder for unreadable in listed.unreadable} == {"broken", "a-folder-for-env"}
    assert all(unreadable.message for unreadable in listed.unreadable)


def test_an_unset_secret_is_gone_from_the_file_and_stays_masked(project: Project) -> None:
    set_key(project)
    result = unset_secret(Context(project), UnsetSecretRequest(tool_id=TOOL, key="OPENAI_API_KEY"))
    assert (result.status, result.was_set) == (Status.NOT_SET, True)
    assert VALUE not in (project.root / "tools" / TOOL / ".env").read_text(encoding="utf-8")
    assert KNOWN.mask(f"key {VALUE}") == "key ***"


def test_unsetting_what_is_not_set_says_so(project: Project) -> None:
    result = unset_secret(Context(project), UnsetSecretRequest(tool_id=TOOL, key="OPENAI_API_KEY"))
    assert not result.was_set


def test_a_key_the_tool_does_not_have_is_refused(project: Project) -> None:
    with pytest.raises(KeyRefused) as refused:
        unset_secret(Context(project), UnsetSecretRequest(tool_id=TOOL, key="OPENAI_KEY"))
    assert "OPENAI_API_KEY" in refused.value.hint


def test_an_unknown_tool_is_refused_with_the_nearest(project: Project) -> None:
    with pytest.raises(UnknownTool) as refused:
        list_secrets(Context(project), ListSecretsRequest(tool_id="whisper"))
    assert TOOL in refused.value.hint


def test_a_piece_of_a_value_is_no_key_to_anybody(project: Project) -> None:
    (project.root / "tools" / TOOL / ".env").write_text(
        "PEM=-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nLastLineOfTheKey==\nOtherLastLine=\n"
        "postgres://admin:hunter2pw@db/prod?sslmode=require\nEMPTY=\n-----END PRIVATE KEY-----\n",
        encoding="utf-8",
    )
    (tool,) = list_secrets(Context(project), ListSecretsRequest(tool_id=TOOL)).tools
    assert [secret.key for secret in tool.secrets if not secret.declared] == ["PEM", "EMPTY"]
    with pytest.raises(KeyRefused) as refused:
        unset_secret(Context(project), UnsetSecretRequest(tool_id=TOOL, key="NOTHING"))
    assert refused.value.hint == "its secrets: EMPTY, OPENAI_API_KEY, PEM, WEBHOOK_URL"
