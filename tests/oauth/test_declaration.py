"""What tool.json may say of a token: models, schema and the quick reader agree; and what other programs make of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from jsonschema import Draft7Validator
from tests.conftest import add_tool

from pixie_secrets.errors import KeyRefused, ManifestError, PixieError, ValueRefused
from pixie_secrets.generated import env_example, typed_access
from pixie_secrets.layouts.project import Project
from pixie_secrets.manifest import schema
from pixie_secrets.manifest.essentials import essentials_of, read_essentials
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.oauth.code_flow import CodeRequest
from pixie_secrets.oauth.registration import registration
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets, set_secret
from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool
from pixie_secrets.secret.providers import PROVIDERS, ProviderName
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VALIDATOR = Draft7Validator(json.loads(schema.text()))
ADDRESSES = {"token_url": "https://auth.example/token", "authorize_url": "https://auth.example/authorize"}
OF_GOOGLE = {"provider": "google", "client_id": "1.apps.example"}


def written(oauth2: Any, *others: dict[str, Any], **fields: Any) -> str:
    secrets = [{"key": "TOKEN", "type": "oauth2", "oauth2": oauth2, **fields}, *others]
    return json.dumps({"id": "t", "name": "T", "inputs": [], "outputs": [], "secrets": secrets})


TAKEN = [
    written(OF_GOOGLE),
    written({**OF_GOOGLE, "scopes": ["https://www.googleapis.com/auth/calendar.readonly", "openid"]}),
    written({**OF_GOOGLE, "client_secret": "APP_SECRET", "redirect_port": 8765}, {"key": "APP_SECRET"}),
    written({"client_id": "a", **ADDRESSES, "issuer": "https://auth.example", "client_auth": "body"}),
    written({"client_id": "a", "token_url": "https://a.example:8443/t", "device_url": "https://a.example/d?x=1"}),
    written({**OF_GOOGLE, "scopes": [], "client_secret": None, "token_url": None}),
]
REFUSED = [
    (written({"provider": "google"}), "client_id"),
    (written({"client_id": "a"}), "names no server"),
    (written({"client_id": "a", "token_url": "https://a.example/t"}), "names no server"),
    (written({**OF_GOOGLE, "token_url": "https://evil.example/t"}), "has its own token_url"),
    (written({**OF_GOOGLE, "provider": "gogle"}), "must be one of"),
    (written({**OF_GOOGLE, "scopes": ["two words"]}), "one scope"),
    (written({**OF_GOOGLE, "scopes": ['quo"te']}), "one scope"),
    (written({**OF_GOOGLE, "client_id": "two words"}), "client ID"),
    (written({**OF_GOOGLE, "redirect_port": 80}), "port"),
    (written({**OF_GOOGLE, "client_secret": "PATH"}), "client_secret"),
    (written({**OF_GOOGLE, "secret": "pasted-value"}), "secret"),
    *((written({"client_id": "a", **ADDRESSES, "token_url": url}), "https address") for url in (
        "http://auth.example/token", "http://127.0.0.1/token", "https://me@auth.example/", "https://a.example/#x",
        "ftp://a.example", "https://a.example\n.evil.example/", "",
    )),
    (written(None), "go together"),
    (written(OF_GOOGLE, type="string"), "go together"),
]  # fmt: skip
ONLY_THE_PROGRAM = [  # what no schema of that draft can say
    (written({**OF_GOOGLE, "client_secret": "APP_SECRET"}), "declared here"),
    (written({**OF_GOOGLE, "client_secret": "TOKEN"}), "declared here"),
]


@pytest.mark.parametrize("text", TAKEN)
def test_what_is_right_is_read_with_and_without_the_models(text: str) -> None:
    manifest = parse_manifest(text, "t")
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(text))] == []
    quick = read_essentials(text)
    assert quick == essentials_of(manifest) or (quick is None and "?" in text)  # a query is left to the models
    declared = essentials_of(manifest).secrets[0].oauth2
    assert declared
    given = json.loads(text)["secrets"][0]["oauth2"]
    assert {name: getattr(declared, name) for name in given} == {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }


@pytest.mark.parametrize(("text", "said"), [*REFUSED, *ONLY_THE_PROGRAM])
def test_what_is_wrong_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ManifestError) as refused:
        parse_manifest(text, "t")
    assert said in refused.value.message
    assert "secrets[0]" in refused.value.message
    assert "pasted-value" not in refused.value.message + refused.value.hint
    assert read_essentials(text) is None


@pytest.mark.parametrize("text", [text for text, _ in REFUSED])
def test_an_editor_refuses_it_too(text: str) -> None:
    assert not VALIDATOR.is_valid(json.loads(text))


def test_every_provider_is_named_and_has_its_source_and_its_own_addresses() -> None:
    assert set(PROVIDERS) == set(get_args(ProviderName))
    for name, provider in PROVIDERS.items():
        assert provider.source.startswith("https://"), name
        addresses = [provider.token_url, provider.authorize_url, provider.device_url, provider.revoke_url]
        for address in filter(None, addresses):
            assert urlsplit(address).scheme == "https", name
        assert provider.authorize_url or provider.device_url


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_by_name_is_asked_at_its_address_for_the_scopes(name: str, tmp_path: Path) -> None:
    oauth2 = {"provider": name, "client_id": "my app/1?&=#".replace(" ", "+"), "scopes": ["read", "write"]}
    folder = add_tool(tmp_path, "t", secrets=[{"key": "TOKEN", "type": "oauth2", "oauth2": oauth2}])
    asked = registration(Project(tmp_path).tool("t"), "TOKEN")
    url = urlsplit(CodeRequest(asked, "http://127.0.0.1:1/oauth/callback").url)
    assert f"{url.scheme}://{url.netloc}{url.path}" == PROVIDERS[name].authorize_url
    joint = {" ": "+", ",": "%2C"}[PROVIDERS[name].joint]
    assert f"{PROVIDERS[name].scope_name}=read{joint}write" in url.query
    assert "client_id=my%2Bapp%2F1%3F%26%3D%23" in url.query
    assert folder.name == "t"


# --- what the rest of the program makes of it


def test_a_token_is_neither_asked_for_nor_taken_as_a_value(declared: Callable[..., Project]) -> None:
    project = declared()
    assert asked_secrets(project, SetSecretRequest("calendar-digest")).secrets == ()
    with pytest.raises(KeyRefused, match="issued by its provider"):
        asked_secrets(project, SetSecretRequest("calendar-digest", ("GOOGLE_CALENDAR",)))
    with pytest.raises((KeyRefused, ValueRefused)):
        set_secret(
            Context(project),
            SetSecretRequest("calendar-digest", allow_undeclared=True),
            {"GOOGLE_CALENDAR": SecretStr("typed")},
        )


def test_generated_files_know_the_type(declared: Callable[..., Project]) -> None:
    essentials = declared().tool("calendar-digest").essentials
    assert "# authorized with `pixie-secrets authorize`, not typed\nGOOGLE_CALENDAR=\n" in env_example.text(essentials)
    assert "    google_calendar: str\n" in typed_access.source(essentials)


def test_lint_asks_no_code_to_read_the_app_s_own_secret(declared: Callable[..., Project]) -> None:
    project = declared()
    folder = project.root / "tools" / "calendar-digest"
    (folder / "main.py").write_text('import os\n\nTOKEN = os.environ["GOOGLE_CALENDAR"]\n')
    linted = lint_tool(Context(project), LintToolRequest(("calendar-digest",)))
    assert [finding.code for finding in linted.findings if finding.code.startswith("DC")] == ["DC004"]
    (folder / "main.py").write_text("")
    linted = lint_tool(Context(project), LintToolRequest(("calendar-digest",)))
    assert [finding.message for finding in linted.findings if finding.code == "DC001"] != []


def test_a_share_names_the_hosts_that_its_tokens_come_from_and_an_import_holds_it_to_that(
    declared: Callable[..., Project], tmp_path: Path
) -> None:
    project = declared(authorize_url="https://auth.example/a", token_url="https://tokens.example:8443/t")
    folder = project.root / "tools" / "calendar-digest"
    (folder / "main.py").write_text('import os\n\nTOKEN = os.environ["GOOGLE_CALENDAR"]\n')
    (folder / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\n')
    (folder / ".env").unlink()
    shared = share_tool(Context(project), ShareToolRequest("calendar-digest"))
    assert shared.hosts == ("auth.example", "tokens.example")
    (tmp_path / "other" / "tools").mkdir(parents=True)
    taken = import_tool(Context(Project(tmp_path / "other")), ImportToolRequest(shared.path))
    assert taken.sender
    assert taken.sender.hosts == ("auth.example", "tokens.example")
    changed = tmp_path / "changed.zip"
    with ZipFile(shared.path) as archive, ZipFile(changed, "w") as other:
        for name in archive.namelist():
            data = archive.read(name)
            other.writestr(
                name, data.replace(b'"tokens.example"', b'"harmless.example"') if "share.json" in name else data
            )
    with pytest.raises(PixieError, match=r"tokens\.example"):
        import_tool(Context(Project(tmp_path / "other")), ImportToolRequest(str(changed), replace=True))
