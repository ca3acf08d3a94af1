"""Every operation on every shape of project: without a manifest, the same promise holds."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.channels.pages import serving
from tests.conftest import add_tool, require_program
from tests.layouts.shapes import SHAPES, STANDING, VALUE, Shape, git, repository, write
from tests.person import Person

from pixie_secrets.cli import program
from pixie_secrets.errors import PixieError, UnknownTool
from pixie_secrets.guard import known
from pixie_secrets.guard.decide import decide
from pixie_secrets.guard.places import Places
from pixie_secrets.hook_formats import claude_code
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.project import Project, find_project
from pixie_secrets.stores import learn
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
TYPED = {"DB": "postgres://u:pw-shape-Zr81mQx5@db/x"}


@pytest.fixture(scope="module", params=list(SHAPES))
def shape(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shape:
    made: Shape = SHAPES[request.param](tmp_path_factory.mktemp(request.param) / "shop")
    return made


def documented() -> dict[str, dict[str, str]]:
    """The table of docs/projects.md: by shape, what it says of each operation."""
    text = (ROOT / "docs/projects.md").read_text(encoding="utf-8").partition("## Seen\n")[2]
    head, _, *rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    columns = [cell.strip() for cell in head[1:]]
    return {row[0].strip(): dict(zip(columns, map(str.strip, row[1:]), strict=True)) for row in rows}


@pytest.fixture
def seen(request: pytest.FixtureRequest, shape: Shape) -> Callable[[str], None]:
    """Called with an operation that was seen: the table in the documentation has to say so of this shape."""
    row = documented()[request.node.callspec.params["shape"]]

    def held(operation: str) -> None:
        without_git = operation == "commit" and not (shape.root / ".git").exists()
        assert row[operation] == ("no git" if without_git else "yes")

    return held


def test_the_table_has_each_shape_and_each_operation_that_is_tried_here_and_no_other() -> None:
    table = documented()
    assert list(table) == list(SHAPES)
    tried = re.findall(r'^    seen\("(.+)"\)$', Path(__file__).read_text(encoding="utf-8"), re.MULTILINE)
    assert all(sorted(row) == sorted(tried) for row in table.values())


@pytest.fixture
def run(shape: Shape, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """A command line in the folder where people of this shape stand: status, stdout, stderr."""
    monkeypatch.chdir(shape.working)

    def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
        capfd.readouterr()
        read, written = os.pipe()
        os.write(written, stdin.encode())
        os.close(written)
        with os.fdopen(read) as pipe:
            monkeypatch.setattr(sys, "stdin", pipe)
            status = program.run_command_line(list(words), lambda _: 1)
        return status, *capfd.readouterr()

    return run


def value_of(shape: Shape) -> str:
    return TYPED.get(shape.key, VALUE)


def set_it(shape: Shape, run: Callable[..., Any]) -> None:
    status, out, err = run("set-secret", shape.key, "--stdin", stdin=value_of(shape) + "\n")
    assert status == 0, err
    assert shape.saved_in in out


def test_a_value_is_set_without_saying_whose_it_is_and_git_leaves_it_alone(
    shape: Shape, run: Callable[..., Any], seen: Callable[[str], None]
) -> None:
    status, _, err = run("set-secret", shape.key, "--stdin", stdin=value_of(shape) + "\n")
    assert status == 0, err
    path = shape.root / shape.saved_in
    assert value_of(shape) in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "not ignored" not in err
    assert store_of(find_project(working=shape.working).owner(shape.app)).values()[
        shape.key
    ].get_secret_value() == value_of(shape)
    seen("set")


def test_the_list_says_what_is_declared_where_and_which_file_has_it(
    shape: Shape, run: Callable[..., Any], seen: Callable[[str], None]
) -> None:
    set_it(shape, run)
    status, out, _ = run("list-secrets", shape.app, "--json")
    assert status == 0
    [app] = json.loads(out)["apps"]
    secrets = {secret["key"]: secret for secret in app["secrets"]}
    mine = secrets[shape.key]
    assert (mine["status"], mine["where"], mine["setting"]) == ("set", shape.declared, False)
    assert mine["files"] == [shape.saved_in.rpartition("/")[2]]
    assert {key for key in shape.settings if secrets[key]["setting"]} == {*shape.settings}
    assert value_of(shape) not in out
    assert STANDING not in out
    status, out, err = run("list-secrets")
    assert status == 0, err
    assert shape.key in out
    assert "NOT_OURS" not in out
    seen("list")


def test_a_command_has_the_value_and_its_output_does_not(
    shape: Shape, run: Callable[..., Any], seen: Callable[[str], None]
) -> None:
    set_it(shape, run)
    code = f"import os; print(os.environ['{shape.key}'], len(os.environ['{shape.key}']))"
    words = [sys.executable, "-m", "pixie_secrets", "exec", shape.app, "--", sys.executable, "-c", code]
    done = subprocess.run(words, cwd=shape.working, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"*** {len(value_of(shape))}\n"), done.stderr
    seen("exec, masked")


def test_a_command_needs_no_id_in_the_folder_of_its_app(
    shape: Shape, run: Callable[..., Any], seen: Callable[[str], None]
) -> None:
    set_it(shape, run)
    words = [sys.executable, "-m", "pixie_secrets", "exec", "--", "printenv", shape.key]
    folder = (shape.root / shape.saved_in).parent
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "***\n"), done.stderr
    seen("exec without id")


def test_the_page_asks_and_saves(shape: Shape, run: Callable[..., Any], seen: Callable[[str], None]) -> None:
    project = find_project(working=shape.working)
    with serving(project) as served:
        person = Person()
        saved = person.save(served.settings(shape.app), {shape.key: value_of(shape)})
        assert saved.status == 200
        assert value_of(shape) not in saved.html
    assert value_of(shape) in (shape.root / shape.saved_in).read_text()
    seen("page")


def test_a_value_goes_again(shape: Shape, run: Callable[..., Any], seen: Callable[[str], None]) -> None:
    set_it(shape, run)
    status, out, _ = run("unset-secret", shape.key)
    assert (status, out) == (0, f"removed {shape.key} from {shape.app}\n")
    assert value_of(shape) not in (shape.root / shape.saved_in).read_text()
    seen("unset")


def test_every_value_that_was_there_is_known(
    shape: Shape, run: Callable[..., Any], seen: Callable[[str], None]
) -> None:
    set_it(shape, run)
    KNOWN.__init__()  # type: ignore[misc]  # what was typed must not be what makes it known
    learn._learned.clear()
    run("list-secrets")
    assert value_of(shape) not in KNOWN.mask(f"<{value_of(shape)}>")
    for value in shape.standing:
        assert KNOWN.mask(f"<{value}>") == "<***>"
    for setting in ("true", "3000", "http://localhost:3000", "shop.test", "debug"):
        assert KNOWN.mask(setting) == setting
    seen("known values")


def test_the_guard_denies_its_files_and_knows_its_values_and_lets_the_template_be_read(
    shape: Shape, run: Callable[..., Any], seen: Callable[[str], None]
) -> None:
    set_it(shape, run)
    path = shape.root / shape.saved_in

    def denied(tool: str, **given: str) -> str:
        document = {"tool_name": tool, "tool_input": given, "cwd": str(shape.working)}
        return decide(claude_code.request("PreToolUse", document), {}).deny

    assert denied("Read", file_path=str(path))
    assert denied("Write", file_path=str(path), content="x")
    assert denied("Bash", command=f"cat {os.path.relpath(path, shape.working)}")
    assert denied("Bash", command=f"grep -r KEY {shape.root}")
    assert not denied("Read", file_path=str(path.parent / ".env.example"))
    assert not denied("Bash", command="git status && ls")
    values = known.load(Places(str(shape.working), {}), None)
    assert values
    for value in (value_of(shape), *shape.standing):
        assert values.mask(f"<{value}>") == "<***>"
    assert values.mask("true 3000 debug") == "true 3000 debug"
    seen("guard")


def test_lint_finds_a_value_that_slipped_into_a_file_of_the_app_and_nothing_else(
    shape: Shape, run: Callable[..., Any], seen: Callable[[str], None]
) -> None:
    set_it(shape, run)
    slip = (shape.root / shape.saved_in).parent / "notes.txt"
    assert run("lint-tool", shape.app, "--select", "KV,GT002,GT003")[0] == 0
    slip.write_text(f"the key is {value_of(shape)}\n")
    try:
        status, out, _ = run("lint-tool", shape.app, "--json", "--select", "KV")
    finally:
        slip.unlink()
    assert status == 1
    [finding] = json.loads(out)["findings"]
    assert (finding["code"], finding["line"]) == ("KV001", 1)
    assert finding["file"] == slip.relative_to(shape.root).as_posix()
    seen("lint")


@pytest.mark.parametrize("from_subfolder", [False, True])
def test_a_real_commit_is_stopped_by_a_known_value_and_by_nothing_else(
    shape: Shape, run: Callable[..., Any], tmp_path: Path, from_subfolder: bool, seen: Callable[[str], None]
) -> None:
    if not (shape.root / ".git").exists():
        seen("commit")
        return  # there is nothing to commit: the table says so, and nothing else may
    set_it(shape, run)
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text()
    fields = [line[2:] for line in hook.splitlines() if line[:1] in {"-", " "} and "language:" not in line]
    text = "repos:\n  - repo: local\n    hooks:\n      - " + "\n        ".join([*fields, "language: system"])
    config = tmp_path / "hooks.yaml"
    config.write_text(text + "\n")
    folder = (shape.root / shape.saved_in).parent
    staged = folder / "staged.txt"
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}

    def hooked(content: str) -> subprocess.CompletedProcess[str]:
        staged.write_text(content)
        git(shape.root, "add", str(staged))
        words = [require_program("prek"), "run", "--config", str(config)]
        working = folder if from_subfolder else shape.root
        return subprocess.run(words, cwd=working, env=environment, capture_output=True, text=True, check=False)

    try:
        assert (done := hooked("nothing\n")).returncode == 0, done.stdout + done.stderr
        stopped = hooked(f"{value_of(shape)}\n")
    finally:
        git(shape.root, "rm", "--quiet", "--force", str(staged))
    assert stopped.returncode == 1
    assert "KV001" in stopped.stdout
    assert value_of(shape) not in stopped.stdout + stopped.stderr
    seen("commit")


# --- finding what is there


def test_no_folder_outside_is_read_and_no_link_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {".env": f"A_KEY={VALUE}\n"})
    root = tmp_path / "shop"
    repository(root, {"README.md": ""})
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / "apps").mkdir()
    (root / "apps/.env").symlink_to(tmp_path / "elsewhere/.env")
    project = find_project(working=root)
    assert [app.path for app in project.apps] == ["apps"]
    [unread] = learn.learn(project)
    assert "link" in unread.error.message
    assert KNOWN.mask(VALUE) == VALUE


@pytest.mark.parametrize("folder", ["node_modules/x", ".venv/lib", "vendor/x", "ignored/x", "other-repository", ".ssh"])
def test_what_is_of_others_is_no_app(tmp_path: Path, folder: str) -> None:
    repository(tmp_path, {".gitignore": "ignored/\n.env\n", ".env.example": "A_KEY=\n", f"{folder}/.env": "B_KEY=x\n"})
    if folder == "other-repository":
        git(tmp_path / folder, "init", "--quiet")
    assert [app.path for app in find_project(working=tmp_path).apps] == ["."]


def test_without_git_the_nearest_folder_with_a_template_is_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"a/.env.example": "A_KEY=\n", "a/src/x.py": "", "b/c/.env": "B_KEY=x\n", "dist/.env": "C_KEY=x\n"})
    assert find_project(working=tmp_path / "a/src").root == tmp_path / "a"
    assert [app.id for app in find_project(working=tmp_path).apps] == ["a", "b/c"]


def test_an_app_is_found_by_its_path_and_by_its_last_part_where_that_is_the_only_one(tmp_path: Path) -> None:
    repository(tmp_path / "shop", {f"{path}/.env.example": "A_KEY=\n" for path in ("apps/web", "apps/api", "old/api")})
    project = find_project(working=tmp_path / "shop/old/api")
    assert project.owner("apps/web").id == project.owner("web").id == project.owner("./apps/web/").id == "apps/web"
    with pytest.raises(PixieError, match="several apps end so") as caught:
        project.owner("api")
    assert "apps/api, old/api" in caught.value.hint
    with pytest.raises(UnknownTool, match="there is no such app") as unknown:
        project.owner("wib")
    assert "apps/web" in unknown.value.hint


def test_who_is_meant_is_who_declares_it_then_who_is_near(tmp_path: Path) -> None:
    files = {"web/.env.example": "A_KEY=\nB_KEY=\n", "api/.env.example": "B_KEY=\n", ".env.example": "C_KEY=\n"}
    repository(tmp_path / "shop", files)
    root = tmp_path / "shop"
    assert find_project(working=root).owner(keys=["A_KEY"]).id == "web"
    assert find_project(working=root / "api").owner(keys=["B_KEY"]).id == "api"
    assert find_project(working=root / "api").owner(keys=["C_KEY"]).id == "shop"
    assert find_project(working=root / "api").owner(keys=["NEW_KEY"]).id == "api"
    with pytest.raises(UnknownTool, match="several of this project declare it") as caught:
        find_project(working=root).owner(keys=["B_KEY"])
    assert "api, web" in caught.value.hint


def test_a_repository_with_nothing_yet_takes_a_first_value(tmp_path: Path) -> None:
    repository(tmp_path / "shop", {"README.md": ""})
    owner = find_project(working=tmp_path / "shop").owner(keys=["A_KEY"])
    assert (owner.id, owner.env_path) == ("shop", tmp_path / "shop/.env")


def test_a_home_folder_is_not_searched_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path, {".env": "A_KEY=x\n", "work/app/.env": "B_KEY=x\n"})
    assert [app.path for app in Project(tmp_path).apps] == ["."]


@pytest.mark.parametrize(("folder", "missing"), [("tools/scraper", "has no tool.json"), ("apps/web", "needs a tool")])
def test_what_needs_a_manifest_says_so_and_names_the_command(tmp_path: Path, folder: str, missing: str) -> None:
    repository(tmp_path, {f"{folder}/.env.example": "A_KEY=\n"})
    with pytest.raises(UnknownTool, match=missing) as caught:
        find_project(working=tmp_path).tool(folder)
    assert "pixie-secrets new-tool" in caught.value.hint


def test_a_repository_whose_tools_are_a_link_has_its_apps_and_no_tools(tmp_path: Path) -> None:
    add_tool(tmp_path / "elsewhere", "whisper")
    repository(tmp_path / "shop", {".env.example": "A_KEY=\n"})
    (tmp_path / "shop/tools").symlink_to(tmp_path / "elsewhere/tools")
    project = find_project(working=tmp_path / "shop")
    assert ([owner.id for owner in project.owners], project.tools) == (["shop"], ())


def test_a_command_without_an_id_is_not_run_where_several_could_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    repository(tmp_path / "shop", {f"apps/{name}/.env": f"A_KEY={VALUE}\n" for name in ("web", "api")})
    monkeypatch.chdir(tmp_path / "shop")
    assert program.run_command_line(["exec", "--", "touch", "ran"], lambda _: 1) != 0
    assert "apps/api, apps/web" in capfd.readouterr().err
    assert not (tmp_path / "shop/ran").exists()
