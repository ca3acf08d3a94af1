"""Lint agrees with git: every rule is put to git itself, and lint must say the same."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.conftest import require_program
from tests.lint.bench import HOME, clean_project, lint, password, run_git
from tests.mcp.client import Client

RULES = {
    "the rule of the format": {".gitignore": "tools/*/.env\n"},
    "a name anywhere": {".gitignore": ".env\n"},
    "every ending": {".gitignore": ".env*\n"},
    "only a folder": {".gitignore": "tools/*/.env/\n"},
    "a comment behind it": {".gitignore": "tools/*/.env # values\n"},
    "taken back": {".gitignore": "tools/*/.env\n!tools/clean-tool/.env\n"},
    "taken back below": {".gitignore": ".env\n", "tools/clean-tool/.gitignore": "!.env\n"},
    "only below": {"tools/clean-tool/.gitignore": ".env\n"},
    "one folder up": {"tools/.gitignore": "/clean-tool/.env\n"},
    "the whole tool": {".gitignore": "tools/clean-tool/\n"},
    "the whole tool, then not": {".gitignore": "tools/clean-tool/\n!tools/clean-tool/.env\n"},
    "only at the root": {".gitignore": "/.env\n"},
    "wrong case": {".gitignore": ".ENV\n"},
    "a space at the end": {".gitignore": "tools/*/.env \n"},
    "an escaped space": {".gitignore": "tools/*/.env\\ \n"},
    "two stars": {".gitignore": "**/.env\n"},
    "a class of characters": {".gitignore": "tools/*/.en[v]\n"},
    "windows line ends": {".gitignore": "tools/*/.env\r\n"},
    "nothing": {},
    "the repository's own": {".git/info/exclude": "tools/*/.env\n"},
}


def ignored(root: Path) -> bool:
    done = subprocess.run(
        [require_program("git"), "check-ignore", "-q", "--no-index", f"{HOME}/.env"], cwd=root, check=False
    )
    return done.returncode == 0


def written(tmp_path: Path, rules: dict[str, str]) -> Path:
    clean_project(tmp_path)
    (tmp_path / ".gitignore").unlink()
    for name, text in rules.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path


@pytest.mark.parametrize("name", RULES)
def test_lint_says_what_git_says(tmp_path: Path, name: str) -> None:
    root = written(tmp_path, RULES[name])
    assert ("GT001" not in lint(root, "--select", "GT", "--json").codes) == ignored(root)


@pytest.mark.parametrize("name", RULES)
def test_without_git_the_files_say_the_same(tmp_path: Path, name: str) -> None:
    root = written(tmp_path, RULES[name])
    truth = ignored(root)
    empty = tmp_path.parent / f"{tmp_path.name}-bin"
    empty.mkdir()
    assert ("GT001" not in lint(root, "--select", "GT", "--json", path=str(empty)).codes) == truth


def test_a_global_ignore_file_counts(tmp_path: Path) -> None:
    root = written(tmp_path, {})
    config = Path(os.environ["HOME"]) / ".config/git"
    config.mkdir(parents=True)
    (config / "ignore").write_text("tools/*/.env\n")
    assert lint(root, "--select", "GT", "--json").codes == []


def test_a_tracked_file_is_said_to_be_tracked_though_a_rule_covers_it(tmp_path: Path) -> None:
    clean_project(tmp_path)
    run_git(tmp_path, "add", "--force", f"{HOME}/.env")
    ran = lint(tmp_path, "--json")
    assert ran.codes == ["GT002"]
    assert ran.status == 1


def test_a_file_that_was_committed_once_is_remembered(tmp_path: Path) -> None:
    clean_project(tmp_path)
    run_git(tmp_path, "add", "--force", f"{HOME}/.env")
    run_git(tmp_path, "commit", "-qm", "oops")
    run_git(tmp_path, "rm", "-q", "--cached", f"{HOME}/.env")
    run_git(tmp_path, "commit", "-qm", "gone")
    assert lint(tmp_path, "--json").codes == ["GT003"]


def test_the_history_of_other_branches_counts(tmp_path: Path) -> None:
    clean_project(tmp_path)
    run_git(tmp_path, "commit", "-qm", "empty", "--allow-empty")
    run_git(tmp_path, "checkout", "-qb", "side")
    run_git(tmp_path, "add", "--force", f"{HOME}/.env")
    run_git(tmp_path, "commit", "-qm", "oops")
    values = (tmp_path / HOME / ".env").read_bytes()
    run_git(tmp_path, "checkout", "-q", "-")
    (tmp_path / HOME / ".env").touch(mode=0o600)
    (tmp_path / HOME / ".env").write_bytes(values)
    assert lint(tmp_path, "--json").codes == ["GT003"]


def test_other_env_files_count_and_templates_do_not(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    for name in (".env.local", ".env.production", ".env.example", ".env.template"):
        (folder / name).touch(mode=0o600)
    found = [(one["code"], one["file"]) for one in lint(tmp_path, "--select", "GT", "--json").findings]
    assert found == [("GT001", f"{HOME}/.env.local"), ("GT001", f"{HOME}/.env.production")]


def test_key_files_have_to_be_ignored_and_public_ones_not(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "server.key").write_text("see the vault\n")
    (folder / "server.pem").write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    (folder / "id_ed25519.pub").write_text("ssh-ed25519 AAAA me\n")
    found = [(one["code"], one["file"]) for one in lint(tmp_path, "--json").findings]
    assert found == [("GT004", f"{HOME}/server.key")]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o606])
def test_a_file_that_others_can_read_is_flagged(tmp_path: Path, mode: int) -> None:
    folder = clean_project(tmp_path)
    (folder / ".env").chmod(mode)
    assert lint(tmp_path, "--json").codes == ["GT005"]


def test_a_file_of_another_owner_is_flagged(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    folder = clean_project(tmp_path)
    os.chown(folder / ".env", 12345, -1)
    assert "GT006" in lint(tmp_path, "--json").codes


def test_a_template_with_a_value_is_flagged(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / ".env.example").write_text((folder / ".env").read_text())
    assert lint(tmp_path, "--select", "KV,GT", "--json").codes == ["KV001"]
    (folder / ".env.example").write_text(f"SERVICE_TOKEN=\nDB_PASSWORD={password()}\n")
    assert lint(tmp_path, "--select", "KV,GT", "--json").codes == ["GT007"]


def test_a_repository_inside_the_project_answers_for_itself(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    run_git(folder, "init", "--quiet")
    assert lint(tmp_path, "--json").codes == ["GT001"]


def test_a_hostile_repository_runs_nothing(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    ran = tmp_path / "ran"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\necho $0 $* >> {ran}\ncat\n")
    script.chmod(0o755)
    run_git(tmp_path, "add", "--all")
    run_git(tmp_path, "commit", "-qm", "one")
    hooks = tmp_path / ".git/hooks"
    for hook in ("post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman"):
        (hooks / hook).write_bytes(script.read_bytes())
        (hooks / hook).chmod(0o755)
    evil = str(script)
    for key, value in {
        "core.fsmonitor": evil,
        "core.pager": evil,
        "pager.log": evil,
        "pager.diff": evil,
        "diff.external": evil,
        "diff.x.textconv": evil,
        "diff.x.command": evil,
        "filter.x.clean": evil,
        "filter.x.smudge": evil,
        "filter.x.process": evil,
        "gpg.program": evil,
        "log.showSignature": "true",
        "core.sshCommand": evil,
        "core.editor": evil,
        "credential.helper": f"!{evil}",
        "alias.log": f"!{evil}",
        "alias.ls-files": f"!{evil}",
        "core.hooksPath": str(hooks),
        "core.askPass": evil,
        "uploadpack.packObjectsHook": evil,
    }.items():
        run_git(tmp_path, "config", key, value)
    (tmp_path / ".gitattributes").write_text("* filter=x diff=x\n")
    (folder / "main.py").write_text((folder / "main.py").read_text() + "\n")
    subprocess.run(
        [
            require_program("git"),
            "-c",
            "core.fsmonitor=false",
            "-c",
            "filter.x.clean=cat",
            "-c",
            "filter.x.process=",
            "add",
            "--all",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    ran.unlink(missing_ok=True)
    for arguments in ((), ("--staged",), (f"{HOME}/main.py",)):
        lint(tmp_path, *arguments)
    assert not ran.exists(), ran.read_text()


def test_the_same_through_mcp(tmp_path: Path) -> None:
    clean_project(tmp_path)
    run_git(tmp_path, "add", "--force", f"{HOME}/.env")
    with Client(tmp_path) as client:
        result = client.outcome(client.start("lint-tool", {"tool_id": "clean-tool"}))
    assert [one["code"] for one in result["findings"]] == ["GT002"]
