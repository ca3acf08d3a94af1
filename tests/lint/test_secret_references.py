"""`${{ secrets.KEY }}` in configuration is what a tool or app needs, and whoever is asked for it is told from where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.pages import WHISPER

from pixie_secrets.layouts.project import Project
from pixie_secrets.lint.secret_references import _in_yaml, _walked, secret_references
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets, set_secret
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from pathlib import Path

TYPED = "made-up-91cbe02a"
FORMATION = """\
# ${{ secrets.IN_A_COMMENT }}
llm:
  api_keys:
    openai: ${{ secrets.OPENAI_API_KEY }}
    anthropic: "${{secrets.ANTHROPIC_API_KEY}}"
mcps:
  - id: web-search
    key: ${{ secrets.BRAVE_API_KEY }}
  - id: database
    server: "@anthropic/postgres"
    config:
      connection_string: ${{ secrets.DATABASE_URL }}
  - name: github
    env:
      GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
top: ${{ secrets.ON_TOP }}
list:
  - ${{ secrets.IN_A_LIST }}
"""
PLACES = {
    "OPENAI_API_KEY": "llm.api_keys", "ANTHROPIC_API_KEY": "llm.api_keys", "BRAVE_API_KEY": "mcps.web-search",
    "DATABASE_URL": "mcps.database.config", "GITHUB_TOKEN": "mcps.github.env", "ON_TOP": "", "IN_A_LIST": "list",
}  # fmt: skip


def places(folder: Path) -> dict[str, str]:
    return {key: reference.place for key, reference in secret_references(folder).items()}


def as_toml(document: dict[str, object]) -> str:
    """Enough of TOML for the document above."""
    lines = []
    for name, item in sorted(document.items(), key=lambda pair: not isinstance(pair[1], str | list)):
        lines.append(f"{json.dumps(name)} = {_inline(item)}")
    return "\n".join(lines)


def _inline(item: object) -> str:
    if isinstance(item, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_inline(inner)}" for name, inner in item.items()) + "}"
    if isinstance(item, list):
        return "[" + ", ".join(map(_inline, item)) + "]"
    return json.dumps(item)


@pytest.mark.parametrize("ending", ["yaml", "yml", "afs", "json", "toml"])
def test_each_format_says_the_same_of_the_same_document(tmp_path: Path, ending: str) -> None:
    document = yaml.safe_load(FORMATION)
    text = {"json": json.dumps(document, indent=2), "toml": as_toml(document)}.get(ending, FORMATION)
    (tmp_path / "deep").mkdir()
    (tmp_path / f"deep/formation.{ending}").write_text(text)
    assert places(tmp_path) == PLACES


def test_what_is_somebody_elses_is_none(tmp_path: Path) -> None:
    for path in (".github/workflows/ci.yml", "node_modules/x/config.yaml", ".mcp.json", "package.json", "notes.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("token: ${{ secrets.NPM_TOKEN }}\n")
    (tmp_path / "other.yaml").write_text("a: ${{ secrets.tool.KEY }} ${{ env.KEY }} ${{ secrets. }} ${secrets.KEY}\n")
    (tmp_path / "link.yaml").symlink_to(tmp_path / ".mcp.json")
    assert places(tmp_path) == {}


@pytest.mark.parametrize("name", ["a.json", "a.toml", "a.yaml"])
def test_a_file_that_is_broken_still_names_its_keys(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{[ \t- : \n  x: ${{ secrets.A_KEY }}\n\x00\n" + "[" * 5000)
    assert set(places(tmp_path)) == {"A_KEY"}


NAMES = st.sampled_from(["a", "b-c", "d.e", "id", "name"])
REFERENCES = st.sampled_from(["A_KEY", "B_KEY", "C_KEY"]).map(lambda key: f"${{{{ secrets.{key} }}}}")
TREES = st.recursive(
    st.one_of(REFERENCES, st.sampled_from(["x", "some text"])),
    lambda inner: st.one_of(
        st.dictionaries(NAMES, inner, min_size=1, max_size=3), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=4))
def test_every_reference_of_yaml_is_found_by_its_indentation(document: dict[str, object]) -> None:
    text = yaml.safe_dump(document, sort_keys=False, width=1000)
    assert [key for key, _ in _in_yaml(text)] == [key for key, _ in _walked(document, (), 0)]


def test_set_secret_without_a_key_asks_for_those_too(project: Project) -> None:
    (project.root / "tools" / WHISPER / "formation.yaml").write_text(FORMATION)
    asked = {secret.key: secret for secret in asked_secrets(project, SetSecretRequest(WHISPER)).secrets}
    assert {*asked} == {*PLACES, "WEBHOOK_URL"}
    assert asked["BRAVE_API_KEY"].description == "from mcps.web-search"
    assert asked["ON_TOP"].description == "from formation.yaml"
    assert asked["OPENAI_API_KEY"].description == "OpenAI API key for the transcription endpoint"
    set_secret(Context(project), SetSecretRequest(WHISPER), {"BRAVE_API_KEY": SecretStr(TYPED)})
    left = asked_secrets(Project(project.root), SetSecretRequest(WHISPER)).secrets
    assert "BRAVE_API_KEY" not in {secret.key for secret in left}


def test_an_app_lists_what_its_configuration_refers_to(tmp_path: Path) -> None:
    (tmp_path / ".env").touch()
    (tmp_path / "formation.afs").write_text(FORMATION)
    [app] = list_secrets(Context(Project(tmp_path)), ListSecretsRequest(".")).apps
    found = {secret.key: secret for secret in app.secrets}
    assert found["DATABASE_URL"].where == "formation.afs:12"
    assert (found["DATABASE_URL"].description, found["DATABASE_URL"].setting) == ("from mcps.database.config", False)
