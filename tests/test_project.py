"""Finding the project and its tools: by id, then by folder; broken ones named, links not followed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool

from pixie_secrets.errors import ManifestError, PixieError, ProjectNotFound, UnknownTool
from pixie_secrets.layouts.project import Project, find_project

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


@pytest.fixture
def root(tmp_path: Path) -> Path:
    add_tool(tmp_path, "alpha")
    return tmp_path


@pytest.fixture
def without_privileges() -> Iterator[Path]:
    """A folder to work in as somebody who may not read everything; root may, and becomes nobody for the test."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() != 0:
        yield folder
    else:
        folder.chmod(0o777)
        os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(0)
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


# --- tools


def test_a_tool_is_found_by_its_id_and_by_its_folder(root: Path) -> None:
    folder = add_tool(root, "compound-interest", folder="example-compound-interest")
    project = Project(root)
    assert project.tool("compound-interest").folder == folder
    assert project.tool("example-compound-interest").id == "compound-interest"
    assert project.tool("compound-interest").env_path == folder / ".env"


def test_an_id_comes_before_the_folder_of_that_name(root: Path) -> None:
    add_tool(root, "beta", folder="gamma")
    add_tool(root, "gamma", folder="delta")
    assert Project(root).tool("gamma").folder.name == "delta"


def test_an_id_that_two_tools_claim_is_refused_and_names_both(root: Path) -> None:
    add_tool(root, "alpha", folder="copy-of-alpha")
    with pytest.raises(PixieError, match="the id alpha is claimed by tools/alpha and tools/copy-of-alpha") as caught:
        Project(root).tool("alpha")
    assert "another id" in caught.value.hint


def test_ids_that_differ_in_case_are_two_tools(root: Path) -> None:
    add_tool(root, "Alpha", folder="other")
    assert Project(root).tool("Alpha").folder.name == "other"
    assert Project(root).tool("alpha").folder.name == "alpha"


@pytest.mark.parametrize("asked", ["whisper-transcripton", "Whisper-Transcription", "whisper", "TRANSCRIPTION"])
def test_an_unknown_tool_names_the_nearest_and_all(root: Path, asked: str) -> None:
    add_tool(root, "whisper-transcription")
    with pytest.raises(UnknownTool, match="there is no such tool in this project") as caught:
        Project(root).tool(asked)
    assert caught.value.hint == "did you mean whisper-transcription? tools: alpha, whisper-transcription"


def test_what_was_asked_for_is_not_repeated(root: Path) -> None:
    with pytest.raises(UnknownTool) as caught:
        Project(root).tool("sk-proj-canary")
    assert "canary" not in caught.value.message + caught.value.hint


def test_a_long_list_of_tools_is_cut(root: Path) -> None:
    for number in range(40):
        add_tool(root, f"tool-{number:02}")
    with pytest.raises(UnknownTool) as caught:
        Project(root).tool("zzz")
    assert caught.value.hint.endswith("tool-28 and 11 more")


def test_a_project_without_tools_says_so(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    with pytest.raises(UnknownTool) as caught:
        Project(tmp_path).tool("alpha")
    assert caught.value.hint == "there are no tools yet"


def test_a_broken_manifest_hides_no_other_tool_and_says_what_is_wrong_when_asked_for(root: Path) -> None:
    (add_tool(root, "broken") / "tool.json").write_text('{"id": "broken",}')
    project = Project(root)
    assert [tool.id for tool in project.tools] == ["alpha"]
    assert [broken.name for broken in project.broken_tools] == ["broken"]
    assert project.tool("alpha").id == "alpha"
    with pytest.raises(ManifestError, match=r"^tools/broken/tool\.json:1:16: a comma before"):
        project.tool("broken")


def test_an_unknown_tool_is_offered_the_broken_ones_too(root: Path) -> None:
    (add_tool(root, "broken") / "tool.json").write_text("")
    with pytest.raises(UnknownTool) as caught:
        Project(root).tool("brokn")
    assert caught.value.hint == "did you mean broken? tools: alpha, broken"


def test_files_hidden_folders_and_folders_without_a_manifest_are_not_tools(root: Path) -> None:
    (root / "tools" / "README.md").write_text("")
    (root / "tools" / "lib").mkdir()
    shutil.copytree(root / "tools" / "alpha", root / "tools" / ".alpha.half-imported")
    project = Project(root)
    assert [tool.id for tool in project.tools] == ["alpha"]
    assert project.broken_tools == ()


def test_a_tool_that_is_a_link_is_named_and_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = add_tool(tmp_path_factory.mktemp("elsewhere"), "linked")
    (root / "tools" / "linked").symlink_to(elsewhere)
    (root / "tools" / "library").symlink_to(tmp_path_factory.mktemp("library"))
    project = Project(root)
    assert [broken.name for broken in project.broken_tools] == ["linked"]
    with pytest.raises(ManifestError, match="tools/linked: is a link"):
        project.tool("linked")


def test_a_manifest_that_is_a_link_is_named_and_not_followed(root: Path) -> None:
    folder = root / "tools" / "beta"
    folder.mkdir()
    (folder / "tool.json").symlink_to(root / "gone.json")
    with pytest.raises(ManifestError, match=r"tools/beta/tool\.json: is a link"):
        Project(root).tool("beta")


def test_a_loop_of_links_hides_no_other_tool(root: Path) -> None:
    (root / "tools" / "loop").symlink_to("loop")
    assert [tool.id for tool in Project(root).tools] == ["alpha"]


@pytest.mark.parametrize("name", [b"bad\xff", b"bad\x1b[2J", b"bad\nname"])
def test_a_folder_whose_name_cannot_be_shown_is_broken_and_shown_harmlessly(root: Path, name: bytes) -> None:
    folder = os.path.join(os.fsencode(root / "tools"), name)  # noqa: PTH118  bytes, which pathlib does not take
    os.mkdir(folder)  # noqa: PTH102  a path of bytes
    shutil.copy(root / "tools" / "alpha" / "tool.json", os.fsdecode(folder))
    [broken] = Project(root).broken_tools
    assert broken.name.isprintable()
    assert broken.error.message.isprintable()
    assert "rename the folder" in broken.error.hint


def test_a_folder_that_may_not_be_read_hides_no_other_tool(without_privileges: Path) -> None:
    add_tool(without_privileges, "alpha")
    add_tool(without_privileges, "closed").chmod(0)
    (add_tool(without_privileges, "half") / "tool.json").chmod(0)
    project = Project(without_privileges)
    assert [tool.id for tool in project.tools] == ["alpha"]
    assert [broken.error.message for broken in project.broken_tools] == [
        "tools/closed: cannot be read: permission denied",
        "tools/half/tool.json: cannot be read: permission denied",
    ]


def test_a_project_whose_tools_may_not_be_read_says_so(without_privileges: Path) -> None:
    add_tool(without_privileges, "alpha")
    (without_privileges / "tools").chmod(0)
    with pytest.raises(ProjectNotFound, match="tools cannot be read: permission denied"):
        Project(without_privileges).tool("alpha")


def test_a_manifest_written_later_is_seen_by_a_new_project(root: Path) -> None:
    old = Project(root)
    assert len(old.tools) == 1
    add_tool(root, "beta")
    assert len(old.tools) == 1
    assert len(Project(root).tools) == 2


# --- the project


def test_the_nearest_folder_upwards_with_tools_is_the_project(root: Path) -> None:
    inner = root / "a" / "b"
    inner.mkdir(parents=True)
    assert find_project(environment={}, working=inner).root == root
    (root / "a" / "tools").mkdir()
    assert find_project(environment={}, working=inner).root == root / "a"
    assert find_project(environment={}, working=root / "tools" / "alpha").root == root


def test_what_is_named_comes_first_then_the_variable_then_the_client_then_the_working_directory(tmp_path: Path) -> None:
    roots = {name: tmp_path / name for name in ("option", "variable", "client", "working")}
    for path in roots.values():
        (path / "tools").mkdir(parents=True)
    environment = {"PIXIE_PROJECT": str(roots["variable"]), "CLAUDE_PROJECT_DIR": str(roots["client"])}
    working = roots["working"]
    assert find_project(str(roots["option"]), environment, working).root == roots["option"]
    assert find_project(None, environment, working).root == roots["variable"]
    assert find_project(None, {**environment, "PIXIE_PROJECT": ""}, working).root == roots["client"]
    assert find_project(None, {}, working).root == working


def test_a_relative_name_is_taken_from_the_working_directory(root: Path) -> None:
    inner = root / "inner"
    inner.mkdir()
    assert find_project("..", {}, inner).root == root
    assert find_project(None, {"PIXIE_PROJECT": "../"}, inner).root == root


def test_a_tilde_is_the_home_folder(root: Path) -> None:
    home = Path(os.environ["HOME"])
    add_tool(home / "work", "alpha")
    assert find_project(None, {"PIXIE_PROJECT": "~/work"}, root).root == home / "work"


def test_a_link_to_a_project_is_that_project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("links") / "project"
    link.symlink_to(root)
    assert find_project(str(link), {}, root).root == root


def test_the_client_s_folder_without_tools_is_passed_over(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    assert find_project(None, {"CLAUDE_PROJECT_DIR": str(other)}, root).root == root


@pytest.mark.parametrize(
    ("named", "said"),
    [("empty", "empty has no tools/ folder"), ("gone", "gone does not exist"), ("file", "file is not a folder")],
)
def test_a_named_folder_that_is_no_project_is_refused_and_not_searched_further(
    root: Path, named: str, said: str
) -> None:
    (root / "empty").mkdir()
    (root / "file").write_text("")
    for name, explicit, environment in (("--project", named, {}), ("PIXIE_PROJECT", None, {"PIXIE_PROJECT": named})):
        with pytest.raises(ProjectNotFound, match=said) as caught:
            find_project(explicit, environment, root)
        assert caught.value.hint.startswith(f"{name} must name")


def test_a_file_called_tools_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "tools").write_text("")
    with pytest.raises(ProjectNotFound, match="tools is a file"):
        find_project(str(tmp_path), {}, tmp_path)
    assert_nothing_is_near(tmp_path)


def test_a_tools_folder_that_is_a_link_is_refused(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "tools").symlink_to(root / "tools")
    for explicit in (str(other), None):
        with pytest.raises(ProjectNotFound, match="tools is a link") as caught:
            find_project(explicit, {}, other)
        assert "the project that it leads to" in caught.value.hint


def assert_nothing_is_near(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with pytest.raises(ProjectNotFound, match="no project here") as caught:
        find_project(None, {}, tmp_path / "here")
    assert "--project" in caught.value.hint
    assert "PIXIE_PROJECT" in caught.value.hint
    assert "--" not in caught.value.hint_for_agent


def test_nowhere_says_how_to_name_one(tmp_path: Path) -> None:
    assert_nothing_is_near(tmp_path)


@pytest.mark.parametrize("name", ["api/.env", "apps/api/.env.example", "api/.env.local"])
def test_what_is_beside_the_folder_is_named_in_place_of_no_project(tmp_path: Path, name: str) -> None:
    (tmp_path / "shop/web").mkdir(parents=True)
    path = tmp_path / "shop" / name
    path.parent.mkdir(parents=True)
    path.touch()
    with pytest.raises(ProjectNotFound) as caught:
        find_project(None, {}, tmp_path / "shop/web")
    assert "no project here" not in caught.value.message
    assert path.parent.relative_to(tmp_path / "shop").as_posix() in caught.value.message
    assert "--project .." in caught.value.hint
    assert "PIXIE_PROJECT" in caught.value.hint_for_agent
    assert "--" not in caught.value.hint_for_agent
    assert find_project("..", {}, tmp_path / "shop/web").root == tmp_path / "shop"


def test_a_loop_of_links_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ProjectNotFound):
        find_project("loop", {}, tmp_path)


def test_a_working_directory_that_is_gone_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(ProjectNotFound, match="the working directory is gone"):
        find_project(None, {})


def test_the_gallery_is_a_project_in_which_every_tool_is_found_by_its_id(tmp_path: Path) -> None:
    gallery = sorted((Path(__file__).parent / "gallery").glob("*.json"))
    for path in gallery:
        folder = tmp_path / "tools" / path.stem
        folder.mkdir(parents=True)
        shutil.copy(path, folder / "tool.json")
    project = Project(tmp_path)
    assert project.broken_tools == ()
    for path in gallery:
        assert project.tool(json.loads(path.read_bytes())["id"]).folder.name == path.stem
