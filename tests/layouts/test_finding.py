"""Which folders are a project and its apps, and who is meant where nobody is named."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import add_tool, require_program
from tests.layouts.shapes import STANDING, VALUE, git, repository, write

from pixie_secrets.cli import program
from pixie_secrets.errors import PixieError, UnknownTool
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.project import Project, find_project
from pixie_secrets.stores import learn


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


OPENED = re.compile(r"= \d+<(/[^>]*)>$", re.MULTILINE)
LISTED = re.compile(r"getdents64\(\d+<(/[^>]*)>")
HOOK = ["-IS", str(Path(__file__).parents[2] / "server/hook.py"), "PostToolUse"]
RESULT = {"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_response": {"stdout": f"{VALUE} {STANDING}"}}


@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize(
    "words",
    [
        *(["list-secrets"], ["list-secrets", "apps"], ["set-secret", "apps", "B_KEY", "--stdin"], ["mask"]),
        *(["lint-tool"], ["exec", "apps", "--", "true"], ["codegen", "apps"], HOOK),
    ],
    ids=lambda words: words[0] if words is not HOOK else "hook",
)
def test_no_file_outside_of_the_repository_is_opened(tmp_path: Path, words: list[str], size: str) -> None:
    """As the kernel saw it: the path of each file that was opened, links resolved."""
    around = dict.fromkeys((".env", "sibling/.env", "sibling/apps/.env", "sibling/x.py"), f"A_KEY={VALUE}\n")
    write(tmp_path, around)
    root = tmp_path / "shop"
    files = {"apps/.env.example": "B_KEY=\n", "apps/package.json": "{}", "apps/.env": f"B_KEY={STANDING}\n"}
    long = "a-file-with-a-long-name-" * 8
    more = {f"packages/{long}{number}/{long}": "" for number in range(600 if size == "large" else 0)}
    repository(root, files | more)
    (root / "linked").symlink_to(tmp_path / "sibling")
    (root / "apps/linked").symlink_to(tmp_path / "sibling")
    (root / "apps/linked.py").symlink_to(tmp_path / "sibling/x.py")
    (root / "packages").mkdir(exist_ok=True)
    (root / "packages/.env").symlink_to(tmp_path / "sibling/.env")
    if words is HOOK:
        (root / "packages/.env").unlink()  # the guard reads what it masks, wherever that lies
    trace = tmp_path.parent / f"{tmp_path.name}.trace"
    program = words if words is HOOK else ["-m", "pixie_secrets", *words]
    subprocess.run(
        [
            require_program("strace"),
            "-fyqo",
            str(trace),
            "-e",
            "trace=open,openat,openat2,getdents64",
            sys.executable,
            *program,
        ],
        cwd=root,
        input=json.dumps(RESULT | {"cwd": str(root)}) if words is HOOK else "sk-another-4f7Qm2Zx\n",
        capture_output=True,
        text=True,
        check=False,
    )
    seen = trace.read_text()
    read = {f"{path}/" for path in [*OPENED.findall(seen), *LISTED.findall(seen)]} - {f"{tmp_path}/"}
    assert f"{root}/apps/.env/" in read
    assert {path for path in read if path.startswith(f"{tmp_path}/") and not path.startswith(f"{root}/")} == set()
    assert str(tmp_path) not in LISTED.findall(seen)  # it is opened on the way to what is below it


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


@pytest.mark.parametrize("asked", ["scraper", "tools/scraper"])
def test_a_folder_of_tools_without_a_manifest_is_named_as_that_beside_apps_too(tmp_path: Path, asked: str) -> None:
    repository(tmp_path, {"web/.env.example": "A_KEY=\n", "tools/scraper/main.py": "pass\n"})
    with pytest.raises(UnknownTool, match=r"tools/scraper has no tool\.json") as caught:
        find_project(working=tmp_path).owner(asked)
    assert "new-tool scraper" in caught.value.hint


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
