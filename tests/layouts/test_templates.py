"""What templates, frameworks and code say of an app's secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layouts.shapes import repository, write

from pixie_secrets.env_file import read_values
from pixie_secrets.errors import KeyRefused, PixieError
from pixie_secrets.layouts.apps import App
from pixie_secrets.layouts.frameworks import framework_of
from pixie_secrets.layouts.project import find_project
from pixie_secrets.layouts.templates import TemplateKey, keys_of, read_template
from pixie_secrets.lint.env_reads import env_reads
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.exec_command import warnings
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets, set_secret
from pixie_secrets.secret.setting import is_setting
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from pathlib import Path

NEXT = json.dumps({"dependencies": {"next": "15.0.0"}})


def one(text: str) -> TemplateKey:
    [key] = read_template(text, ".env.example")
    return key


@pytest.mark.parametrize(
    ("text", "described", "required", "link"),
    [
        ("# The key of the shop (required)\nA_KEY=\n", "The key of the shop", True, None),
        ("# The key\n# of the shop\nA_KEY=\n", "The key of the shop", False, None),
        ("# required\nA_KEY=\n", None, True, None),
        ("# optional\nA_KEY=x\n", None, False, None),
        ("A_KEY= # required\n", None, True, None),
        (
            "A_KEY=sk_test_x # From https://x.example/keys.\n",
            "From https://x.example/keys.",
            False,
            "https://x.example/keys",
        ),
        ("A_KEY='a # b' # optional\n", None, False, None),
        ("# B_KEY=old\nA_KEY=\n", None, False, None),
        ("# A heading\n# -------\n\nA_KEY=\n", None, False, None),
        ("# @required @sensitive\n# What for\nA_KEY=\n", "What for", True, None),
        ("# @required @optional\nA_KEY=\n", None, False, None),
        ("# @defaultRequired=true\n# ---\n\n# @sensitive\nA_KEY=\n", None, True, None),
        ('# @docs("The page", https://x.example/a)\nA_KEY=\n', None, False, "https://x.example/a"),
        ("\ufeff# What for\r\nexport A_KEY=\r\n", "What for", False, None),
    ],
)
def test_what_stands_beside_a_key_is_about_it(
    text: str, described: str | None, required: bool, link: str | None
) -> None:
    secret = one(text).secret
    assert (secret.key, secret.description, secret.required) == ("A_KEY", described, required)
    assert (secret.obtain.url if secret.obtain else None) == link


def test_a_comment_above_several_keys_is_a_heading() -> None:
    found = list(read_template("# Mail\nA_KEY=\nB_KEY=\n\n# For C\nC_KEY=\n", "x"))
    assert [(key.secret.key, key.secret.description, key.line) for key in found] == [
        ("A_KEY", "Mail", 2), ("B_KEY", None, 3), ("C_KEY", "For C", 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "is_plain"),
    [
        ("DEBUG=true", True), ("PORT=3000", True), ("APP_NAME=my-shop", True), ("MODEL=gpt-4o", True),
        ("REGION=eu-west-1", True), ("APP_URL=http://localhost:3000", True), ("NODE_ENV=production", True),
        ("PATH=/x", True), ("PORT=", False), ("API_KEY=true", False), ("DB_PASSWORD=postgres", False),
        ("DATABASE_URL=postgres://u:p@h/d", False), ("SLACK_WEBHOOK_URL=https://hooks.slack.com", False),
        ("MAGIC=Zr81mQx5Lw02Bn7", False), ("HOOK=https://x.example/services/T0Zr81mQx5/B02", False),
    ],
)  # fmt: skip
def test_a_plain_setting_is_told_from_a_secret(line: str, is_plain: bool) -> None:
    assert one(f"{line}\n").is_setting is is_plain


def test_a_decorator_decides_what_is_a_setting() -> None:
    assert one("# @sensitive=false\nAPI_KEY=\n").is_setting
    assert one("# @public\nAPI_KEY=\n").is_setting
    assert not one("# @sensitive\nPORT=3000\n").is_setting


@given(st.text(max_size=200))
def test_whatever_a_template_holds_is_read_and_no_key_is_made_up(text: str) -> None:
    try:
        keys = [key.secret.key for key in read_template(text, "x")]
    except PixieError:
        return
    assert set(keys) <= set(read_values(text)) or "${" in text


@given(st.from_regex(r"[A-Za-z0-9+/]{20,60}", fullmatch=True))
def test_a_long_mixed_value_is_never_a_plain_setting(value: str) -> None:
    assert not is_setting("THING", value) or value.isalpha() or value[:-6].isalpha()


def test_a_template_that_is_a_link_or_huge_or_no_text_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("A_KEY=\n")
    (tmp_path / ".env.example").symlink_to(tmp_path / "real")
    (tmp_path / ".env.sample").write_bytes(b"A_KEY=\xff\xfe\n")
    assert keys_of(tmp_path / ".env.example") == ()
    assert [key.secret.key for key in keys_of(tmp_path / ".env.sample")] == ["A_KEY"]
    assert keys_of(tmp_path) == ()


@pytest.mark.parametrize(
    ("files", "name", "saved_in"),
    [
        ({"package.json": NEXT}, "Next.js", ".env.local"),
        ({"next.config.mjs": ""}, "Next.js", ".env.local"),
        (
            {"package.json": json.dumps({"devDependencies": {"vite": "7", "@sveltejs/kit": "2"}})},
            "SvelteKit",
            ".env.local",
        ),
        ({"vite.config.ts": ""}, "Vite", ".env.local"),
        ({"Gemfile": "gem 'dotenv-rails'\n"}, "dotenv-rails", ".env"),
        ({"package.json": "["}, "dotenv", ".env"),
        ({"package.json": '["next"]'}, "dotenv", ".env"),
        ({}, "dotenv", ".env"),
    ],
)
def test_a_framework_is_known_by_its_files(tmp_path: Path, files: dict[str, str], name: str, saved_in: str) -> None:
    write(tmp_path, files)
    framework = framework_of(tmp_path)
    assert (framework.name, framework.new_values) == (name, saved_in)


def test_the_mode_of_the_shell_says_which_files_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(tmp_path, {"package.json": NEXT})
    monkeypatch.setenv("NODE_ENV", "production")
    assert framework_of(tmp_path).files()[0] == ".env.production.local"
    monkeypatch.setenv("NODE_ENV", "test")
    assert ".env.local" not in framework_of(tmp_path).files()
    monkeypatch.setenv("NODE_ENV", "../x")
    assert framework_of(tmp_path).files()[0] == ".env.development.local"


@pytest.fixture
def app(tmp_path: Path) -> App:
    files = {"package.json": NEXT, ".env.example": "A_KEY=\n", ".env": "A_KEY=low-4f7Qm2Zx9\nB_KEY=b-4f7Qm2Zx9\n"}
    repository(
        tmp_path, {**files, ".env.development.local": "B_KEY=top-4f7Qm2Zx9\n", ".env.production": "A_KEY=prod-4f7Qm2\n"}
    )
    found = find_project(working=tmp_path).owner()
    assert isinstance(found, App)
    return found


def test_the_file_that_comes_first_wins_and_takes_a_new_value_for_what_it_has(app: App) -> None:
    values = {key: value.get_secret_value() for key, value in store_of(app).values().items()}
    assert values == {"A_KEY": "low-4f7Qm2Zx9", "B_KEY": "top-4f7Qm2Zx9"}
    context = Context(find_project(working=app.folder))
    assert (
        set_secret(context, SetSecretRequest("", ("A_KEY",)), {"A_KEY": SecretStr("new-4f7Qm2Zx9")}).path
        == ".env.local"
    )
    saved = set_secret(context, SetSecretRequest("", ("B_KEY",)), {"B_KEY": SecretStr("new-4f7Qm2Zx9")})
    assert saved.path == ".env.development.local"
    assert {value.get_secret_value() for value in store_of(app).values().values()} == {"new-4f7Qm2Zx9"}
    [listed] = list_secrets(Context(find_project(working=app.folder)), ListSecretsRequest()).apps
    assert {secret.key: secret.files for secret in listed.secrets} == {
        "A_KEY": (".env.local", ".env", ".env.production"),
        "B_KEY": (".env.development.local", ".env"),
    }


def test_a_named_file_alone_is_written_and_asked_about(app: App) -> None:
    context = Context(find_project(working=app.folder))
    request = SetSecretRequest("", ("B_KEY",), file=".env.production")
    assert [(secret.key, secret.status) for secret in asked_secrets(context.project, request).secrets] == [
        ("B_KEY", "not set")
    ]
    assert set_secret(context, request, {"B_KEY": SecretStr("prod-9Zx2mQ7f4")}).path == ".env.production"
    assert store_of(app).values()["B_KEY"].get_secret_value() == "top-4f7Qm2Zx9"


@pytest.mark.parametrize("file", ["../.env", ".env.example", "notes.txt", "", ".envrc", "a/.env", ".env.vault"])
def test_a_file_that_is_no_file_of_values_is_refused(app: App, file: str) -> None:
    with pytest.raises(PixieError, match="no file that an app reads"):
        find_project(working=app.folder).owner(file=file)


def test_a_slip_of_a_declared_key_and_what_may_be_a_value_are_refused(app: App) -> None:
    project = find_project(working=app.folder)
    for key in ("A_KEYS", "AKIAIOSFODNN7EXAMPLE", "sk_live_4f7Qm2Zx9"):
        with pytest.raises(KeyRefused) as caught:
            asked_secrets(project, SetSecretRequest("", (key,)))
        assert key not in caught.value.message + caught.value.hint
    assert asked_secrets(project, SetSecretRequest("", ("MAILGUN_TOKEN",))).secrets[0].declared is False


def test_what_the_shell_has_set_already_is_said_by_name(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "of-the-shell")
    said = " ".join(warnings(find_project(working=app.folder), app.id))
    assert "A_KEY" in said
    assert "B_KEY" not in said


@pytest.mark.parametrize(
    ("name", "text", "keys"),
    [
        ("a.py", "import os\nx = os.environ['A_KEY']\ny = os.getenv('B')\n", {"A_KEY": 2, "B": 3}),
        ("a.py", "def broken(:\n os.environ['A_KEY']", {}),
        ("a.ts", "const a = process.env.A_KEY!\nprocess.env['B_KEY']\n", {"A_KEY": 1, "B_KEY": 2}),
        ("a.vue", "<script>\nimport.meta.env.VITE_A\n</script>", {"VITE_A": 2}),
        ("a.js", "const { A_KEY, B_KEY: b = 1 } = process.env", {"A_KEY": 1, "B_KEY": 1}),
        ("a.ts", "import { A_KEY } from '$env/static/private'", {"A_KEY": 1}),
        ("a.rb", "ENV['A_KEY']\nENV.fetch(\"B_KEY\", 1)", {"A_KEY": 1, "B_KEY": 2}),
        ("a.go", 'os.Getenv("A_KEY")', {"A_KEY": 1}),
        ("a.rs", 'std::env::var("A_KEY")', {"A_KEY": 1}),
        ("a.php", "$_ENV['A_KEY']; env('B_KEY')", {"A_KEY": 1, "B_KEY": 1}),
        ("docker-compose.prod.yml", "a: ${A_KEY:-x}\nb: $${NOT_ONE}\nc: $B_KEY", {"A_KEY": 1, "B_KEY": 3}),
        ("a.txt", "process.env.A_KEY", {}),
        ("node_modules/x/a.js", "process.env.A_KEY", {}),
    ],
)
def test_code_says_which_names_it_reads(tmp_path: Path, name: str, text: str, keys: dict[str, int]) -> None:
    write(tmp_path, {name: text})
    assert {read.key: read.line for read in env_reads(tmp_path).values()} == keys
