"""A value of one work tree is known in every other one of the repository, and written into none: real git."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import add_tool, require_program

from pixie_secrets.layouts.work_trees import other_work_trees

HOOK = Path(__file__).parents[2] / "server" / "hook.py"
PIXIE = [sys.executable, "-m", "pixie_secrets"]
VALUE = "marble-Kite-77-ferry"
TOOL = "parcel-tracker"


def git(folder: Path, *words: str) -> str:
    settings = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
    done = subprocess.run(
        [require_program("git"), *settings, *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def begin(folder: Path, home: str = "") -> Path:
    """A repository with one tool, whose `.env` git ignores; `home` is where the project lies in it."""
    root = folder / home
    tool = add_tool(root, TOOL, secrets=[{"key": "API_KEY"}])
    (tool / "main.py").write_text("pass\n")
    (folder / ".gitignore").write_text(".env\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "begin")
    (tool / ".env").write_text(f"API_KEY={VALUE}\n")
    (tool / ".env").chmod(0o600)
    return root


@pytest.fixture
def main(tmp_path: Path) -> Path:
    return begin(tmp_path / "main")


@pytest.fixture
def tree(main: Path, tmp_path: Path) -> Path:
    """Another work tree, in which nothing is set."""
    git(main, "worktree", "add", "-q", str(tmp_path / "tree"))
    assert not (tmp_path / "tree/tools" / TOOL / ".env").exists()
    return tmp_path / "tree"


def run(root: Path, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PIXIE, *words], cwd=root, input=text, capture_output=True, text=True, check=False)


def test_a_commit_with_a_value_of_the_main_checkout_is_stopped(main: Path, tree: Path) -> None:
    hook = main / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {shlex.join(PIXIE)} lint-tool --staged\n")
    hook.chmod(0o755)
    (tree / "notes.md").write_text(f"the phrase is {VALUE}\n")
    git(tree, "add", "notes.md")
    commit = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-m", "x"]
    refused = subprocess.run(commit, cwd=tree, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "KV001" in refused.stdout + refused.stderr
    assert VALUE not in refused.stdout + refused.stderr


def test_commands_mask_it_in_either_direction(main: Path, tree: Path) -> None:
    own = "pebble-Drum-18-atlas"
    assert run(tree, "set-secret", TOOL, "API_KEY", "--stdin", text=own).returncode == 0
    for root in (main, tree):
        both = f"{VALUE} {own}"
        assert run(root, "mask", text=both).stdout == "*** ***"
        assert run(root, "exec", TOOL, "--", "echo", both).stdout == "*** ***\n"
        shown = run(root, "exec", TOOL, "--", "sh", "-c", 'test "$API_KEY" = "$0" && echo own', own)
        assert shown.stdout == ("own\n" if root == tree else "")
    assert (main / "tools" / TOOL / ".env").read_text() == f"API_KEY={VALUE}\n"
    assert VALUE not in (tree / "tools" / TOOL / ".env").read_text()


def test_what_is_set_elsewhere_is_not_set_here(tree: Path) -> None:
    [tool] = json.loads(run(tree, "list-secrets", "--json").stdout)["tools"]
    assert [secret["status"] for secret in tool["secrets"]] == ["not set"]


def test_the_guard_masks_it_and_filters_the_shell(tree: Path, tmp_path: Path) -> None:
    def hook(event: str, document: dict[str, object]) -> str:
        done = subprocess.run(
            [sys.executable, "-IS", str(HOOK), event],
            input=json.dumps({**document, "cwd": str(tree)}),
            env={"CLAUDE_PROJECT_DIR": str(tree), "CLAUDE_ENV_FILE": str(tmp_path / "session"), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    answer = json.loads(hook("PostToolUse", {"tool_response": {"stdout": f"x {VALUE}"}}))
    assert answer["hookSpecificOutput"]["updatedToolOutput"] == {"stdout": "x ***"}
    assert json.loads(hook("UserPromptSubmit", {"prompt": VALUE}))["decision"] == "block"
    hook("SessionStart", {})
    output = tmp_path / "output"
    with output.open("w") as file:
        subprocess.run(
            [require_program("bash"), "-c", f". {tmp_path}/session; echo {VALUE}"],
            env={"CLAUDE_PROJECT_DIR": str(tree), "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
            cwd=tree, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=True,
        )  # fmt: skip
    assert output.read_text() == "***\n"


def test_every_shape_of_a_repository_is_found(tmp_path: Path) -> None:
    main = begin(tmp_path / "one", "apps/desk")
    git(main, "worktree", "add", "-q", str(tmp_path / "two"))
    git(main, "worktree", "add", "-q", str(tmp_path / "one/.trees/three"))
    trees = [tmp_path / "one/.trees/three/apps/desk", tmp_path / "two/apps/desk"]
    assert other_work_trees(str(main)) == [str(tree) for tree in trees]
    assert other_work_trees(str(trees[0])) == [str(main), str(trees[1])]
    assert other_work_trees(str(trees[1])) == [str(main), str(trees[0])]

    git(tmp_path, "clone", "-q", "--bare", str(tmp_path / "one"), "bare.git")
    for name in ("left", "right"):
        git(tmp_path / "bare.git", "worktree", "add", "-q", str(tmp_path / name), "-b", name)
    assert other_work_trees(str(tmp_path / "left")) == [str(tmp_path / "right")]

    git(tmp_path, "init", "-q", "super")
    git(tmp_path / "super", "submodule", "--quiet", "add", str(tmp_path / "one"), "part")
    git(tmp_path / "super/part", "worktree", "add", "-q", str(tmp_path / "aside"), "-b", "aside")
    assert other_work_trees(str(tmp_path / "aside/apps")) == [str(tmp_path / "super/part/apps")]
    assert other_work_trees(str(tmp_path / "super/part")) == [str(tmp_path / "aside")]


@pytest.mark.parametrize("text", ["", "gitdir:", "gitdir: /nowhere", "gitdir: .", "\0", "gitdir: " + "x/" * 3000])
def test_what_git_did_not_make_leads_nowhere(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").write_text(text)
    assert other_work_trees(str(tmp_path)) == []


def test_a_folder_outside_of_any_repository_has_none(tmp_path: Path) -> None:
    assert other_work_trees(str(tmp_path)) == []


def test_a_tree_that_was_deleted_by_hand_and_a_linked_env(main: Path, tree: Path, tmp_path: Path) -> None:
    git(main, "worktree", "add", "-q", str(tmp_path / "gone"))
    (tmp_path / "gone").rename(tmp_path / "moved")
    elsewhere = tmp_path / "kept.env"
    elsewhere.write_text("API_KEY=velvet-Oar-31-comet\n")
    (tree / "tools" / TOOL / ".env").symlink_to(elsewhere)
    masked = run(main, "mask", text=f"velvet-Oar-31-comet {VALUE}")
    assert (masked.stdout, masked.stderr) == ("*** ***", "")
