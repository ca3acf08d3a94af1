"""Declaring from another program's file: names into tool.json, values into .env, nothing onto the screen."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from dotenv import dotenv_values
from tests.conftest import add_tool
from tests.layouts.shapes import repository

from pixie_secrets.errors import FileRefused, ManifestError, PixieError, ValueRefused
from pixie_secrets.git import coverage
from pixie_secrets.layouts.project import Project
from pixie_secrets.migrations import from_mcp_json
from pixie_secrets.operations import declare_from as operation
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.declare_from import DeclareFromRequest, SecretsDeclared, declare_from
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.dotenv import DotenvStore
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "ghp_canary9f2Kq7mW4x"
SHORT = "q7x"  # too short to be masked
MCP = {"mcpServers": {"github": {"command": "npx", "args": ["-y", "srv"], "env": {"GITHUB_TOKEN": CANARY}}}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    add_tool(tmp_path, "other")
    return tmp_path


def put(root: Path, name: str, content: Any) -> Path:
    path = root / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2), encoding="utf-8")
    return path


def declared(root: Path, path: Path, tool: str = "github", **more: Any) -> SecretsDeclared:
    request = DeclareFromRequest(tool_id=tool, path=str(path), start=("pixie-secrets",), **more)
    result = declare_from(Context(Project(root)), request)
    assert CANARY not in result.model_dump_json()
    return result


def everything(root: Path) -> dict[str, bytes | None]:
    """Every file and folder below `root`, with its bytes."""
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in sorted(root.rglob("*"))
    }


def test_the_values_of_a_mcp_json_end_up_in_env_and_nowhere_else(root: Path) -> None:
    path = put(root, ".mcp.json", MCP)
    path.chmod(0o640)
    result = declared(root, path)
    assert (result.declared, result.moved) == (("GITHUB_TOKEN",), ("GITHUB_TOKEN",))
    env = root / "tools" / "github" / ".env"
    assert env.read_text() == f"GITHUB_TOKEN={CANARY}\n"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert json.loads(path.read_text())["mcpServers"]["github"] == {
        "command": "pixie-secrets",
        "args": ["exec", "github", "--", "npx", "-y", "srv"],
    }
    assert Project(root).tool("github").manifest.secrets[0].required
    holding = [name for name, data in everything(root).items() if data and CANARY.encode() in data]
    assert holding == ["tools/github/.env"]


def test_the_values_are_written_for_the_programs_that_the_project_uses(root: Path) -> None:
    (root / "bunfig.toml").write_text("[run]\n", encoding="utf-8")
    servers = {"srv": {"command": "npx", "args": ["-y", "srv"], "env": {"GITHUB_TOKEN": f"{CANARY}$pa"}}}
    declared(root, put(root, ".mcp.json", {"mcpServers": servers}))
    text = (root / "tools" / "github" / ".env").read_text(encoding="utf-8")
    assert text == f'GITHUB_TOKEN="{CANARY}${{X_9999:-$}}pa"\n'


@pytest.mark.parametrize("refused", [False, True])
def test_the_first_tool_makes_the_folder_of_tools_and_a_refusal_leaves_none(tmp_path: Path, *, refused: bool) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    server = {"command": "x", "env": {"API_KEY": "sk-first-8Wq2Zt"}}
    source = put(tmp_path, ".mcp.json", {"mcpServers": {"one": server}})
    if refused:
        os.link(source, tmp_path / "second-name")  # the values could not be taken out of it
    before = source.read_bytes()
    words = ["--project", str(tmp_path), "migrate-tool-format", "first", "--from", str(source)]
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == int(refused), done.stderr
    assert ("second name" in done.stderr) is refused
    assert (tmp_path / "tools").exists() is not refused
    assert (source.read_bytes() == before) is refused
    if not refused:
        assert dotenv_values(tmp_path / "tools/first/.env") == {"API_KEY": "sk-first-8Wq2Zt"}


@pytest.mark.parametrize("own", [None, "build/\n"])
def test_git_ignores_the_values_before_they_are_there_and_a_refusal_takes_the_rule_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str | None
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    if own is not None:
        put(tmp_path, ".gitignore", own)
    source = put(tmp_path, ".mcp.json", {"mcpServers": {"one": {"command": "x", "env": {"API_KEY": CANARY}}}})
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if ".git" not in path.parts and path.is_file()}
    env = tmp_path / "tools/first/.env"

    def fails(self: DotenvStore, *_: object) -> None:
        assert coverage.env_coverage(env) is coverage.Coverage.IGNORED
        raise ValueRefused("not today")

    with monkeypatch.context() as refusing:
        refusing.setattr(DotenvStore, "set_values", fails)
        with pytest.raises(ValueRefused):
            declared(tmp_path, source, "first")
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if ".git" not in path.parts and path.is_file()}
    assert after == before
    assert not (tmp_path / "tools").exists()
    result = declared(tmp_path, source, "first")
    assert coverage.env_coverage(env) is coverage.Coverage.IGNORED
    assert any("was added to" in warning for warning in result.warnings)


def test_a_dry_run_shows_names_and_writes_nothing(root: Path) -> None:
    path = put(root, ".mcp.json", {"mcpServers": {"s": {"command": "c", "env": {"A_TOKEN": SHORT, "B_TOKEN": CANARY}}}})
    before = everything(root)
    result = declared(root, path, dry_run=True)
    assert result.moved == ("A_TOKEN", "B_TOKEN")
    assert SHORT not in result.model_dump_json()
    assert everything(root) == before


def test_a_tool_that_exists_keeps_every_other_byte_and_value(root: Path) -> None:
    folder = add_tool(root, "github", secrets=[{"key": "GITHUB_TOKEN", "description": "mine"}])
    before = (folder / "tool.json").read_bytes()
    (folder / ".env").write_text("# note\nOTHER=1\n")
    result = declared(root, put(root, ".mcp.json", MCP))
    assert result.declared == ()
    assert result.diff == ""
    assert (folder / "tool.json").read_bytes() == before
    assert (folder / ".env").read_text() == f"# note\nOTHER=1\nGITHUB_TOKEN={CANARY}\n"


def test_a_file_outside_the_project_names_the_project_in_the_start(root: Path, tmp_path_factory: Any) -> None:
    path = put(tmp_path_factory.mktemp("home"), "claude.json", MCP)
    declared(root, path)
    args = json.loads(path.read_text())["mcpServers"]["github"]["args"]
    assert args[:4] == ["--project", str(root), "exec", "github"]


def test_a_value_that_stands_elsewhere_in_the_file_too_is_warned_about(root: Path) -> None:
    server = {"command": "c", "note": f"was {CANARY}", "env": {"GITHUB_TOKEN": CANARY}}
    result = declared(root, put(root, ".mcp.json", {"mcpServers": {"s": server}}))
    assert "the value of GITHUB_TOKEN also stands elsewhere in .mcp.json, and stays there: remove it" in result.warnings


def conflict(root: Path) -> Path:
    folder = add_tool(root, "github")
    (folder / ".env").write_text("GITHUB_TOKEN=another-one\n")
    return put(root, ".mcp.json", MCP)


def hard_link(root: Path) -> Path:
    path = put(root, "twin.json", MCP)
    os.link(path, root / ".mcp.json")
    return path


def soft_link(root: Path) -> Path:
    path = root / ".mcp.json"
    path.symlink_to(put(root, "real.json", MCP))
    return path


def env_link(root: Path) -> Path:
    folder = add_tool(root, "github")
    (folder / ".env").symlink_to(root / "elsewhere")
    return put(root, ".mcp.json", MCP)


def broken_tool(root: Path) -> Path:
    (root / "tools" / "github").mkdir()
    put(root / "tools" / "github", "tool.json", '{"id": 1}')
    return put(root, ".mcp.json", MCP)


def twin_key(root: Path) -> Path:
    add_tool(root, "github", secrets=[{"key": "Github_Token"}])
    return put(root, ".mcp.json", MCP)


def with_env(**env: str) -> Any:
    return lambda root: put(root, ".mcp.json", {"mcpServers": {"s": {"command": "c", "env": env}}})


def raw(text: str) -> Any:
    return lambda root: put(root, ".mcp.json", text)


REFUSALS = {
    "another value in .env": (conflict, FileRefused),
    "a second name": (hard_link, FileRefused),
    "a link": (soft_link, ManifestError),
    "an .env that is a link": (env_link, FileRefused),
    "a broken tool.json": (broken_tool, ManifestError),
    "a key in another spelling": (twin_key, ManifestError),
    "a NUL": (with_env(A_TOKEN=f"{CANARY}\0"), ValueRefused),
    "a malformed key": (with_env(**{"a-b": CANARY}), ManifestError),
    "a comment": (raw(f'{{"mcpServers": {{}}}} // {CANARY}'), ManifestError),
    "a key twice": (raw(f'{{"mcpServers": {{"s": {{"env": {{"A": "{CANARY}", "A": "x"}}}}}}}}'), ManifestError),
    "no command": (raw(json.dumps({"mcpServers": {"s": {"env": {"A_TOKEN": CANARY}}}})), ManifestError),
    "nothing to move": (raw('{"mcpServers": {}}'), ManifestError),
    "an empty file": (raw(""), ManifestError),
}


@pytest.mark.parametrize(("make", "error"), REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_refusal_leaves_every_byte_of_every_file(root: Path, make: Any, error: Any, dry_run: bool) -> None:
    path = make(root)
    before = everything(root)
    with pytest.raises(error) as caught:
        declared(root, path, dry_run=dry_run and error is not ValueRefused)
    assert CANARY not in caught.value.message + caught.value.hint
    assert everything(root) == before


@pytest.mark.parametrize("name", ["..", "a/b", "", ".hidden", "CON", "-"])
def test_a_new_tool_needs_a_name_that_can_be_a_folder(root: Path, name: str) -> None:
    before = everything(root)
    path = put(root, ".mcp.json", MCP)
    with pytest.raises(PixieError):
        declared(root, path, tool=name)
    path.unlink()
    assert everything(root) == before


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("failing", [1, 2])
def test_a_write_that_fails_late_puts_everything_back(
    root: Path, monkeypatch: pytest.MonkeyPatch, failing: int, exists: bool
) -> None:
    if exists:
        folder = add_tool(root, "github")
        (folder / ".env").write_text("OTHER=1\n")
        (folder / ".env").chmod(0o600)
    path = put(root, ".mcp.json", MCP)
    before = everything(root)
    real, writes = vars(operation)["edit_plain"], 0

    def full(where: Path, edit: Any) -> None:
        nonlocal writes
        writes += edit is not operation._unchanged
        if edit is not operation._unchanged and writes == failing:
            raise FileRefused("no space left on device")
        real(where, edit)

    monkeypatch.setattr(operation, "edit_plain", full)
    with pytest.raises(FileRefused):
        declared(root, path)
    assert everything(root) == before


def test_what_somebody_saves_before_a_late_failure_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = add_tool(root, "github")
    env = folder / ".env"
    env.write_text("OTHER=1\n")
    env.chmod(0o600)
    path = put(root, ".mcp.json", MCP)
    before = path.read_bytes()
    real = vars(operation)["edit_plain"]

    def full(where: Path, edit: Any) -> None:
        if where == path and edit is not operation._unchanged:
            store_of(Project(root).tool("github")).set_values({"LATER": SecretStr("saved-meanwhile")})
            raise FileRefused("no space left on device")
        real(where, edit)

    monkeypatch.setattr(operation, "edit_plain", full)
    with pytest.raises(FileRefused):
        declared(root, path)
    assert path.read_bytes() == before
    assert dotenv_values(env) == {"OTHER": "1", "LATER": "saved-meanwhile"}


def an_app(root: Path, **files: str) -> Path:
    package = '{"dependencies": {"next": "15.0.0"}}'
    repository(root, {"apps/web/package.json": package, "apps/web/.env.example": "GITHUB_TOKEN=\n", **files})
    return put(root, ".mcp.json", MCP)


def test_the_values_of_a_mcp_json_move_to_the_file_that_an_app_reads(tmp_path: Path) -> None:
    path = an_app(tmp_path, **{".gitignore": "node_modules/\n"})
    template = (tmp_path / "apps/web/.env.example").read_bytes()
    dry = declared(tmp_path, path, "apps/web", dry_run=True)
    assert json.loads(path.read_text()) == MCP
    assert not (tmp_path / "apps/web/.env.local").exists()
    result = declared(tmp_path, path, "apps/web")
    assert result == dry.model_copy(update={"dry_run": False, "warnings": result.warnings})
    assert (result.tool_id, result.declared, result.moved, result.diff) == ("apps/web", (), ("GITHUB_TOKEN",), "")
    saved = tmp_path / "apps/web/.env.local"
    assert saved.read_text() == f"GITHUB_TOKEN={CANARY}\n"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert coverage.env_coverage(saved) is coverage.Coverage.IGNORED
    server = json.loads(path.read_text())["mcpServers"]["github"]
    assert server == {"command": "pixie-secrets", "args": ["exec", "apps/web", "--", "npx", "-y", "srv"]}
    assert (tmp_path / "apps/web/.env.example").read_bytes() == template
    assert not (tmp_path / "tools").exists()
    assert not any("lists" in warning for warning in result.warnings)


def test_the_projects_own_folder_is_named_by_a_dot_and_what_no_template_lists_is_said(tmp_path: Path) -> None:
    repository(tmp_path, {".env.example": "OTHER=\n"})
    result = declared(tmp_path, path := put(tmp_path, ".mcp.json", MCP), ".")
    assert (tmp_path / ".env").read_text() == f"GITHUB_TOKEN={CANARY}\n"
    assert json.loads(path.read_text())["mcpServers"]["github"]["args"][:3] == ["exec", ".", "--"]
    assert any("no template" in warning and "GITHUB_TOKEN" in warning for warning in result.warnings)


@pytest.mark.parametrize("name", ["apps/web/.env.example", ".mcp.json"])
def test_an_app_takes_nothing_from_a_template_and_nothing_over_another_value(tmp_path: Path, name: str) -> None:
    an_app(tmp_path)
    put(tmp_path, "apps/web/.env", "GITHUB_TOKEN=another-one-4f7Q\n").chmod(0o600)
    before = everything(tmp_path)
    with pytest.raises(PixieError, match="another value" if name == ".mcp.json" else "is an app"):
        declared(tmp_path, tmp_path / name, "apps/web")
    assert everything(tmp_path) == before


def test_a_move_to_an_app_that_fails_late_puts_its_file_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = an_app(tmp_path)
    put(tmp_path, "apps/web/.env.local", "OTHER=1\n").chmod(0o600)
    before = everything(tmp_path)
    real = vars(operation)["edit_plain"]

    def full(where: Path, edit: Any) -> None:
        if edit is not operation._unchanged:
            assert CANARY in (tmp_path / "apps/web/.env.local").read_text()
            raise FileRefused("no space left on device")
        real(where, edit)

    monkeypatch.setattr(operation, "edit_plain", full)
    with pytest.raises(FileRefused):
        declared(tmp_path, path, "apps/web")
    assert everything(tmp_path) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations import declare_from as operation
from pixie_secrets.operations.context import Context
from pixie_secrets import files
left = int(sys.argv[2])
def counted(real):
    def call(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call
class Os:
    def __getattr__(self, name):
        found = getattr(os, name)
        return counted(found) if name in ("rename", "unlink", "open", "write", "fsync") else found
files.os = Os()
request = operation.DeclareFromRequest(tool_id="github", path=sys.argv[1] + "/.mcp.json", start=("pixie-secrets",))
operation.declare_from(Context(Project(Path(sys.argv[1]))), request)
print("done")
"""


def test_a_crash_at_any_moment_loses_no_value_and_a_second_run_finishes(tmp_path: Path) -> None:
    for number in range(0, 200, 3):
        root = tmp_path / str(number)
        add_tool(root, "other")
        path = put(root, ".mcp.json", MCP)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, root, str(number)], capture_output=True, text=True, check=False
        )
        holding = [name for name, data in everything(root).items() if data and CANARY.encode() in data]
        assert {".mcp.json", "tools/github/.env"} & set(holding)
        if CANARY in path.read_text():
            declared(root, path)
        assert (root / "tools" / "github" / ".env").read_text() == f"GITHUB_TOKEN={CANARY}\n"
        assert CANARY not in path.read_text()
        if done.stdout == "done\n":
            assert number > 20
            return
    pytest.fail("it never ended")


def test_a_template_declares_and_takes_no_value(root: Path) -> None:
    path = put(root, ".env.example", f"# The token (required)\nA_TOKEN={CANARY}\nB_TOKEN=\n")
    result = declared(root, path, tool="new")
    assert result.declared == ("A_TOKEN", "B_TOKEN")
    assert result.moved == ()
    assert "A_TOKEN: .env.example has something after the equals sign" in result.warnings[0]
    assert not (root / "tools" / "new" / ".env").exists()
    assert path.read_text().count(CANARY) == 1
    assert [secret.key for secret in Project(root).tool("new").manifest.secrets] == ["A_TOKEN", "B_TOKEN"]


def test_a_template_twice_is_once(root: Path) -> None:
    path = put(root, ".env.example", "A_TOKEN=\n")
    declared(root, path, tool="new")
    before = everything(root)
    assert declared(root, path, tool="new").declared == ()
    assert everything(root) == before


def test_an_old_tool_is_migrated_on_the_way(root: Path) -> None:
    (root / "tools" / "old").mkdir()
    old = '{"id": "old", "name": "Old", "inputs": [], "outputs": [], "secrets": [{"key": "A", "label": "a"}]}'
    put(root / "tools" / "old", "tool.json", old)
    declared(root, put(root, ".env.example", "B=\n"), tool="old")
    assert [(secret.key, secret.description) for secret in Project(root).tool("old").manifest.secrets] == [
        ("A", "a"),
        ("B", None),
    ]


def test_a_bundle_becomes_a_tool(root: Path) -> None:
    options = {"key": {"type": "string", "title": "Key", "sensitive": True, "required": True, "default": CANARY}}
    path = put(root, "manifest.json", {"name": "b", "display_name": "Bundle", "version": "2", "user_config": options})
    result = declared(root, path, tool="bundle")
    assert result.declared == ("KEY",)
    manifest = Project(root).tool("bundle").manifest
    assert (manifest.name, manifest.version, manifest.secrets[0].description) == ("Bundle", "2", "Key")


def test_a_placeholder_is_declared_and_left_unset(root: Path) -> None:
    env = {"WIKI_TOKEN": "<your wiki token>", "MAIL_API_KEY": "REPLACE_ME", "MAPS_API_KEY": CANARY}
    path = put(root, ".mcp.json", {"mcpServers": {"wiki": {"command": "npx", "args": ["srv"], "env": env}}})
    result = declared(root, path, "wiki")
    assert result.declared == ("WIKI_TOKEN", "MAIL_API_KEY", "MAPS_API_KEY")
    assert result.moved == ("MAPS_API_KEY",)
    assert (root / "tools/wiki/.env").read_text() == f"MAPS_API_KEY={CANARY}\n"
    assert "env" not in json.loads(path.read_text())["mcpServers"]["wiki"]
    assert any("WIKI_TOKEN, MAIL_API_KEY" in warning and "not set" in warning for warning in result.warnings)


def test_placeholders_alone_write_no_env(root: Path) -> None:
    server = {"command": "npx", "env": {"WIKI_TOKEN": "your-wiki-token-here"}}
    result = declared(root, put(root, ".mcp.json", {"mcpServers": {"wiki": server}}), "wiki")
    assert (result.declared, result.moved) == (("WIKI_TOKEN",), ())
    assert not (root / "tools/wiki/.env").exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("PYTHONPATH", "D:/work/lib"),
        ("PYTHONHOME", "/opt/py"),
        ("LD_LIBRARY_PATH", "/opt/lib"),
        ("TRANSPORT", "sse"),
        ("MODE", "stdio"),
        ("UPSTREAM", "http://127.0.0.1:9200/index"),
        ("BASE_URL", "http://localhost:3000"),
    ],
)
def test_what_steers_a_program_and_a_plain_setting_stay(root: Path, key: str, value: str) -> None:
    server = {"command": "npx", "env": {key: value, "WIKI_TOKEN": CANARY}}
    path = put(root, ".mcp.json", {"mcpServers": {"wiki": server}})
    result = declared(root, path, "wiki")
    assert result.moved == ("WIKI_TOKEN",)
    assert json.loads(path.read_text())["mcpServers"]["wiki"]["env"] == {key: value}


def test_a_template_of_comments_alone_declares_its_keys(root: Path) -> None:
    path = put(
        root,
        ".env.example",
        "# Copy this to .env\n# WIKI_TOKEN=\n\n#export MAIL_PASSWORD = change-me\n# see the page\n",
    )
    result = declared(root, path, "wiki")
    assert result.declared == ("WIKI_TOKEN", "MAIL_PASSWORD")


def test_a_key_that_is_its_own_example_is_not_masked(root: Path) -> None:
    result = declared(root, put(root, ".env.example", "REGION_NAME=REGION_NAME\nWIKI_TOKEN=\n"), "wiki")
    assert result.declared == ("REGION_NAME", "WIKI_TOKEN")
    assert '"REGION_NAME"' in result.diff


@pytest.mark.parametrize("label", [["a"], 5, {"en": "Wiki"}, True])
def test_a_label_that_is_no_text_leaves_the_file_as_it_was(root: Path, label: object) -> None:
    folder = add_tool(root, "wiki", secrets=[{"key": "WIKI_TOKEN", "label": label}])
    before = everything(root)
    with pytest.raises(PixieError, match="label"):
        declared(root, put(folder, "x.env.example", "MAIL_TOKEN=\n"), "wiki")
    (folder / "x.env.example").unlink()
    assert everything(root) == before


def server_after(root: Path, server: dict[str, Any], name: str = "wiki") -> tuple[SecretsDeclared, dict[str, Any]]:
    """The server as it is once its values are moved."""
    path = put(root, ".mcp.json", {"mcpServers": {name: server}})
    result = declared(root, path, name)
    after: dict[str, Any] = json.loads(path.read_text())["mcpServers"][name]
    return result, after


OURS = ["exec", "wiki", "--", "npx", "-y"]
LOOKS_LIKE_ONE = "ghp_canary9f2Kq7mW4xZr8Lp3Vt6Ny1Bc5Hd0Jg"
IN_ARGUMENTS = [  # VALUE stands for the value
    (["--api-key", "VALUE"], "WIKI_API_KEY"),
    (["--acme-token=VALUE"], "ACME_TOKEN"),
    (["--header", "X-Wiki-Key: VALUE"], "X_WIKI_KEY"),
    (["-H", "Authorization:Bearer VALUE"], "WIKI_TOKEN"),
    (["env", "WIKI_PASSWORD=VALUE", "srv"], "WIKI_PASSWORD"),
    (["-c", "ACME_SECRET=VALUE exec srv"], "ACME_SECRET"),
    (["postgres://ana:VALUE@db.acme.com/x"], "WIKI_PASSWORD"),
    (["https://acme.com/mcp?wikiApiKey=VALUE&page=2"], "WIKI_API_KEY"),
    (["VALUE"], "WIKI_TOKEN"),
]


@pytest.mark.parametrize(("words", "key"), IN_ARGUMENTS)
def test_a_value_among_the_arguments_moves_and_is_referred_to(root: Path, words: list[str], key: str) -> None:
    given = [word.replace("VALUE", LOOKS_LIKE_ONE) for word in words]
    result, server = server_after(root, {"command": "npx", "args": ["-y", *given, "--port", "8080", "--auth", "none"]})
    after = [word.replace("VALUE", f"${{{{ secrets.{key} }}}}") for word in words]
    assert server == {"command": "pixie-secrets", "args": [*OURS, *after, "--port", "8080", "--auth", "none"]}
    assert result.moved == (key,)
    assert (root / "tools/wiki/.env").read_text() == f"{key}={LOOKS_LIKE_ONE}\n"
    assert any(warning.startswith(f"{key}: while wiki runs") for warning in result.warnings)


def test_a_container_is_handed_its_variable_without_the_value(root: Path) -> None:
    words = ["run", "-e", f"WIKI_TOKEN={CANARY}", "-e", "MODE=fast", "--env", "REGION_KEY=${REGION_KEY}", "img"]
    result, server = server_after(root, {"command": "/usr/bin/podman", "args": words})
    assert server["args"][3:] == ["/usr/bin/podman", "run", "-e", "WIKI_TOKEN", *words[3:]]
    assert result.moved == ("WIKI_TOKEN",)
    assert not any("while wiki runs" in warning for warning in result.warnings)


def test_one_value_twice_is_one_secret_and_two_of_a_name_are_two(root: Path) -> None:
    words = ["--token", CANARY, "--token", f"{CANARY}2", "--token", CANARY]
    result, server = server_after(root, {"command": "npx", "args": words, "env": {"WIKI_TOKEN": CANARY}})
    assert server["args"][5::2] == [f"${{{{ secrets.WIKI_TOKEN{which} }}}}" for which in ("", "_2", "")]
    assert result.moved == ("WIKI_TOKEN", "WIKI_TOKEN_2")


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("Authorization", "Bearer VALUE", "WIKI_TOKEN"),
        ("authorization", "VALUE", "WIKI_TOKEN"),
        ("X-Acme-Key", "VALUE", "X_ACME_KEY"),
        ("x-api-key", "VALUE", "X_API_KEY"),
    ],
)
def test_a_header_of_a_remote_server_moves_and_a_bridge_sends_it(root: Path, name: str, value: str, key: str) -> None:
    address = "https://mcp.acme.com/v1"
    for kind, words in (({}, []), ({"type": "http"}, []), ({"type": "sse"}, ["--transport", "sse-only"])):
        headers = {name: value.replace("VALUE", CANARY), "X-Region": "eu"}
        result, server = server_after(root, {"url": address, "headers": headers, **kind})
        said = f"{name}: {value.replace('VALUE', f'${{{key}}}')}"
        bridged = [*OURS, from_mcp_json.BRIDGE, address, *words, "--header", said, "--header", "X-Region: eu"]
        assert server == {"command": "pixie-secrets", "args": bridged, **dict.fromkeys(kind, "stdio")}
        assert result.moved == (key,)
        assert (root / "tools/wiki/.env").read_text() == f"{key}={CANARY}\n"


def test_a_value_in_an_address_moves_and_a_plain_address_stays_plain(root: Path) -> None:
    result, server = server_after(root, {"url": f"http://mcp.acme.com/?region=eu&wikiApiKey={CANARY}", "headers": {}})
    address = "http://mcp.acme.com/?region=eu&wikiApiKey=${{ secrets.WIKI_API_KEY }}"
    assert server["args"] == [*OURS, from_mcp_json.BRIDGE, address, "--allow-http"]
    assert result.moved == ("WIKI_API_KEY",)


@pytest.mark.parametrize("secret", ["k7Qm2Zx9Lw1vT4pN8rB3", "0f8b1c9e-5d2a-4e7b-9a63-c1d4e5f60718"])
@pytest.mark.parametrize("words", [[], ["npx", "mcp-remote"]])
def test_a_random_part_of_an_address_moves_and_its_other_parts_stay(root: Path, secret: str, words: list[str]) -> None:
    address = "https://mcp.acme.com/api/some-long-name-of-a-service/s/{}/mcp?region=eu"
    server = (
        {"command": words[0], "args": [*words[1:], address.format(secret)]}
        if words
        else {"url": address.format(secret)}
    )
    result, after = server_after(root, server)
    assert result.moved == ("WIKI_TOKEN",)
    assert address.format("${{ secrets.WIKI_TOKEN }}") in after["args"]
    assert secret not in (root / ".mcp.json").read_text() + result.model_dump_json()


def test_a_random_argument_without_a_name_is_told_by_its_place_and_not_by_itself(root: Path) -> None:
    secret = "k7Qm2Zx9Lw1vT4pN8rB3"
    server = {"command": "srv", "args": ["--token", CANARY, "-k", secret, "--project", "website-2024"]}
    result, after = server_after(root, server)
    assert [one for one in result.warnings if one.startswith("argument 4 looks like a token and stays")]
    assert secret in after["args"]
    assert secret not in result.model_dump_json()


def test_a_placeholder_in_a_header_is_declared_and_left_unset(root: Path) -> None:
    result, server = server_after(
        root, {"url": "https://acme.com", "headers": {"Authorization": "Bearer <your token>"}}
    )
    assert (result.declared, result.moved) == (("WIKI_TOKEN",), ())
    assert server["args"][-1] == "Authorization: Bearer ${WIKI_TOKEN}"


@pytest.mark.parametrize("reference", ["${WIKI_TOKEN}", "${input:wiki}", "${env:WIKI_TOKEN}"])
def test_a_reference_of_the_client_stays_a_reference(root: Path, reference: str) -> None:
    server = {"url": "https://acme.com", "headers": {"Authorization": f"Bearer {reference}"}}
    path = put(root, ".mcp.json", {"mcpServers": {"wiki": server}})
    before = everything(root)
    with pytest.raises(ManifestError, match="no server has a literal value"):
        declared(root, path, "wiki")
    assert everything(root) == before


COMMENTED = """\
// ours
{
  "inputs": [], /* none */
  "servers": {
    "wiki": { // the wiki
      "type": "stdio",
      "command": "npx", // of node
      "args": [
        "srv", // from npm
        "--token=VALUE-1",
      ],
      "env": {
        // issued in May
        "WIKI_KEY": "VALUE-2", // until June
        "MODE": "stdio", // "http", too
      },
    },
    "map": {
      "url": "https://acme.com/v1", // internal
      "headers": {
        // ask Ana
        "Authorization": "Bearer VALUE-3"
      }
    }
  },
}
"""
COMMENTED_AFTER = """\
// ours
{
  "inputs": [], /* none */
  "servers": {
    "wiki": { // the wiki
      "type": "stdio",
      "command": "pixie-secrets", // of node
      "args": [
        "exec",
        "wiki",
        "--",
        "npx",
        "srv", // from npm
        "--token=${{ secrets.WIKI_TOKEN }}",
      ],
      "env": {
        // issued in May
        // until June
        "MODE": "stdio", // "http", too
      },
    },
    "map": {
      "command": "pixie-secrets",
      "args": ["exec", "map", "--", "npx", "-y", "BRIDGE", "https://acme.com/v1", HEADER] // internal
        // ask Ana
    }
  },
}
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_comments_and_last_commas_of_vs_codes_file_stay(root: Path, end: str) -> None:
    path = root / "mcp.json"
    path.write_bytes(COMMENTED.replace("VALUE", CANARY).replace("\n", end).encode())
    for name in ("wiki", "map"):
        declared(root, path, name, server=name)
    header = '"--header", "Authorization: Bearer ${MAP_TOKEN}"'
    after = COMMENTED_AFTER.replace("BRIDGE", from_mcp_json.BRIDGE).replace("HEADER", header)
    assert path.read_bytes().decode().replace("\r\n", "\n") == after
    assert (root / "tools/wiki/.env").read_text() == f"WIKI_KEY={CANARY}-2\nWIKI_TOKEN={CANARY}-1\n"
    assert (root / "tools/map/.env").read_text() == f"MAP_TOKEN={CANARY}-3\n"


def test_a_write_that_fails_late_leaves_headers_and_comments(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(root, "mcp.json", COMMENTED.replace("VALUE", CANARY))
    before = everything(root)
    real, name = vars(operation)["edit_plain"], path.name

    def full(where: Path, edit: Any) -> None:
        if where.name == name and edit is not operation._unchanged:
            raise FileRefused("no space left on device")
        real(where, edit)

    monkeypatch.setattr(operation, "edit_plain", full)
    with pytest.raises(FileRefused):
        declared(root, path, "map", server="map")
    assert everything(root) == before
