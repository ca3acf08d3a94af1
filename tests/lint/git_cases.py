"""What lint is asked about git in the tests of both surfaces; the truth about a rule is what git itself says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import require_program
from tests.lint.bench import HOME, clean_project, known_value, password, run_git
from tests.lint.cases import Case, with_password
from tests.lint.surfaces import Asked

if TYPE_CHECKING:
    from collections.abc import Callable

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
GIT = Asked(select=("GT",))
STAGED = Asked(staged=True)
SETTINGS = f"{HOME}/settings.py"


def git_truth(root: Path) -> tuple[str, ...]:
    """What lint has to say, by what git says."""
    asked = (require_program("git"), "check-ignore", "-q", "--no-index", f"{HOME}/.env")
    return () if subprocess.run(asked, cwd=root, check=False).returncode == 0 else ("GT001",)


def ruled(rules: dict[str, str]) -> Callable[[Path], object]:
    def build(root: Path) -> None:
        clean_project(root)
        (root / ".gitignore").unlink()
        for name, text in rules.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    return build


def ruled_without_repository(root: Path) -> None:
    clean_project(root, git=False)
    (root / ".gitignore").write_text("tools/*/.env\n")


def global_rule(root: Path) -> None:
    ruled({})(root)
    config = Path(os.environ["HOME"]) / ".config/git"
    config.mkdir(parents=True)
    (config / "ignore").write_text("tools/*/.env\n")


def tracked(root: Path) -> None:
    """Added by force, though a rule covers it."""
    clean_project(root)
    run_git(root, "add", "--force", f"{HOME}/.env")


def committed_once(root: Path) -> None:
    tracked(root)
    run_git(root, "commit", "-qm", "oops")
    run_git(root, "rm", "-q", "--cached", f"{HOME}/.env")
    run_git(root, "commit", "-qm", "gone")


def committed_on_another_branch(root: Path) -> None:
    clean_project(root)
    run_git(root, "commit", "-qm", "empty", "--allow-empty")
    run_git(root, "checkout", "-qb", "side")
    run_git(root, "add", "--force", f"{HOME}/.env")
    run_git(root, "commit", "-qm", "oops")
    values = (root / HOME / ".env").read_bytes()
    run_git(root, "checkout", "-q", "-")
    (root / HOME / ".env").touch(mode=0o600)
    (root / HOME / ".env").write_bytes(values)


def files(texts: dict[str, str]) -> Callable[[Path], object]:
    """A clean tool with more files, which only their owner can read."""

    def build(root: Path) -> None:
        folder = clean_project(root)
        for name, text in texts.items():
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(text)

    return build


def mode(bits: int) -> Callable[[Path], object]:
    return lambda root: (clean_project(root) / ".env").chmod(bits)


def given_away(root: Path) -> None:
    os.chown(clean_project(root) / ".env", 12345, -1)


def inner_repository(root: Path) -> None:
    run_git(clean_project(root), "init", "--quiet")


def staged(after: str = "DB_PASSWORD = None\n") -> Callable[[Path], object]:
    """A password in the index; what lies on the disk is another thing."""

    def build(root: Path) -> None:
        with_password()(root)
        run_git(root, "add", ".gitignore", SETTINGS)
        (root / SETTINGS).write_text(after)

    return build


def staged_after_a_commit(root: Path) -> None:
    with_password()(root)
    run_git(root, "add", "--all")
    run_git(root, "commit", "-qm", "one")
    (root / HOME / "new.txt").write_text(known_value())
    (root / HOME / "link").symlink_to("new.txt")
    run_git(root, "add", "--all")


def not_staged(root: Path) -> None:
    clean_project(root)
    run_git(root, "add", ".gitignore")
    (root / SETTINGS).write_text(f'DB_PASSWORD = "{password()}"\n')


def hostile(root: Path) -> None:
    """A repository whose configuration has a program for everything."""
    folder = clean_project(root)
    script = root / "evil.sh"
    script.write_text(f"#!/bin/sh\necho $0 $* >> {root / 'ran'}\ncat\n")
    script.chmod(0o755)
    run_git(root, "add", "--all")
    run_git(root, "commit", "-qm", "one")
    hooks = root / ".git/hooks"
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
        run_git(root, "config", key, value)
    (root / ".gitattributes").write_text("* filter=x diff=x\n")
    (folder / "main.py").write_text((folder / "main.py").read_text() + "\n")
    harmless = ("-c", "core.fsmonitor=false", "-c", "filter.x.clean=cat", "-c", "filter.x.process=")
    run_git(root, *harmless, "add", "--all")
    (root / "ran").unlink(missing_ok=True)


def ran_nothing(root: Path) -> None:
    ran = root / "ran"
    assert not ran.exists(), ran.read_text()


CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
CASES = {
    **{f"rule: {name}": Case(ruled(rules), git_truth, GIT) for name, rules in RULES.items()},
    **{f"rule, no git: {name}": Case(ruled(rules), git_truth, GIT, git=False) for name, rules in RULES.items()},
    "a global ignore file": Case(global_rule, (), GIT),
    "tracked": Case(tracked, ("GT002",)),
    "committed in history": Case(committed_once, ("GT003",)),
    "committed on another branch": Case(committed_on_another_branch, ("GT003",)),
    "other files of values": Case(files({".env.local": "", ".env.production": ""}), ("GT001", "GT001"), GIT),
    "templates": Case(files({".env.example": "", ".env.template": ""}), (), GIT),
    "a template with a value of .env": Case(
        files({".env.example": f"SERVICE_TOKEN={known_value()}\n"}), ("KV001",), Asked(select=("KV", "GT"))
    ),
    "a template with another value": Case(
        files({".env.example": f"SERVICE_TOKEN=\nDB_PASSWORD={password()}\n"}), ("GT007",), Asked(select=("KV", "GT"))
    ),
    "a key file": Case(files({"server.key": "see the vault\n"}), ("GT004",)),
    "public key files": Case(files({"server.pem": CERTIFICATE, "id_ed25519.pub": "ssh-ed25519 AAAA me\n"}), ()),
    **{f"mode {bits:o}": Case(mode(bits), ("GT005",)) for bits in (0o644, 0o640, 0o660, 0o606)},
    "a repository inside the project": Case(inner_repository, ("GT001",)),
    "no repository, and no rule for one": Case(lambda root: clean_project(root, git=False), ("GT001",)),
    "no repository, but a rule": Case(ruled_without_repository, ()),
    "staged: what the index has": Case(staged(), ("HS006",), STAGED),
    "staged: not what lies on the disk": Case(not_staged, (), STAGED),
    "staged: a file of values": Case(tracked, ("GT002",), STAGED),
    "staged: a known value, a link, and what was committed before": Case(staged_after_a_commit, ("KV001",), STAGED),
    "staged: without a repository": Case(
        lambda root: clean_project(root, git=False), ask=STAGED, refused="no index here"
    ),
    "staged: and a tool": Case(clean_project, ask=Asked(tool_id="clean-tool", staged=True), refused="one of them"),
    "staged: and a path": Case(clean_project, ask=Asked(paths=("tools",), staged=True), refused="one of them"),
    "hostile": Case(hostile, (), after=ran_nothing),
    "hostile, staged": Case(hostile, (), STAGED, after=ran_nothing),
    "hostile, a path": Case(hostile, (), Asked(paths=(f"{HOME}/main.py",)), after=ran_nothing),
}
