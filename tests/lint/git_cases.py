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


def committed_on_a_merged_branch(root: Path) -> None:
    """It came and went on the branch, so that both parents of the merge are as if it had never been."""
    clean_project(root)
    run_git(root, "commit", "-qm", "empty", "--allow-empty")
    run_git(root, "checkout", "-qb", "side")
    run_git(root, "add", "--force", f"{HOME}/.env")
    run_git(root, "commit", "-qm", "oops")
    run_git(root, "rm", "-q", "--cached", f"{HOME}/.env")
    run_git(root, "commit", "-qm", "gone")
    run_git(root, "checkout", "-q", "-")
    run_git(root, "merge", "-q", "--no-ff", "-m", "merged", "side")
    run_git(root, "branch", "-qD", "side")


def disguised(kind: str) -> Callable[[Path], object]:
    """A tracked .env, in a tool with something that looks like a repository."""

    def build(root: Path) -> None:
        tracked(root)
        inner = root / HOME / ".git"
        if kind == "a folder":
            inner.mkdir()
        elif kind == "a link":
            inner.symlink_to("nowhere")
        else:
            inner.write_text(f"gitdir: {kind}\n")

    return build


def tracked_beside_many(root: Path) -> None:
    """More names than fit into the arguments of one command; together they are more than two megabytes."""
    tracked(root)
    for number in range(20_000):
        (root / HOME / f".env.{number:0>120}").touch(mode=0o600)
    (root / ".gitignore").write_text(".env*\n")


def named_in_no_encoding(root: Path) -> None:
    path = os.fsencode(clean_project(root)) + b"/.env.\xff"
    os.close(os.open(path, os.O_CREAT, 0o600))


def rules_in_a_pipe(root: Path) -> None:
    os.mkfifo(clean_project(root) / ".gitignore")


def order_in_a_pipe(root: Path) -> None:
    staged()(root)
    os.mkfifo(root / "pipe")
    run_git(root, "config", "diff.orderFile", str(root / "pipe"))


def partial_clone(root: Path) -> None:
    """A blob of the index is missing, and the configuration knows a program that would fetch it."""
    staged()(root)
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::touch {root / 'ran'}",
        "protocol.ext.allow": "always",
    }.items():
        run_git(root, "config", key, value)
    blob = run_git(root, "rev-parse", f":{SETTINGS}").strip()
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()


def staged_keys(root: Path) -> None:
    folder = clean_project(root)
    (folder / "server.p12").write_bytes(b"\0binary")
    (folder / "server.pem").write_text(CERTIFICATE)
    (folder / "huge.key").write_bytes(b"x" * (17 << 20))
    run_git(root, "add", "--force", HOME)
    run_git(root, "rm", "-q", "--cached", f"{HOME}/.env")


def staged_all_sorts(root: Path) -> None:
    """Renamed, deleted, another mode, a commit of another repository: and one new file with a password."""
    folder = clean_project(root)
    for name in ("a", "b", "c"):
        (folder / f"{name}.py").write_text(f'{name.upper()}_PASSWORD = "{password(name)}"\n')
    run_git(root, "add", "--all")
    run_git(root, "commit", "-qm", "one")
    run_git(root, "mv", f"{HOME}/a.py", f"{HOME}/d.py")
    run_git(root, "rm", "-q", f"{HOME}/b.py")
    (folder / "c.py").chmod(0o755)
    run_git(root, "add", f"{HOME}/c.py")
    commit = run_git(root, "rev-parse", "HEAD").strip()
    run_git(root, "update-index", "--add", "--cacheinfo", f"160000,{commit},{HOME}/inner")


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
    "committed on a branch that was merged": Case(committed_on_a_merged_branch, ("GT003",)),
    **{
        f"tracked, and {kind} that looks like a repository": Case(disguised(kind), ("GT002",), GIT)
        for kind in ("a folder", "a link", "/nowhere", "../../.git")
    },
    "tracked, and more files of values than one command takes": Case(tracked_beside_many, ("GT002",), GIT),
    **{
        f"a name in no encoding, {'git' if git else 'no git'}": Case(named_in_no_encoding, ("GT001",), GIT, git=git)
        for git in (True, False)
    },
    "rules in a pipe": Case(rules_in_a_pipe, (), GIT),
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
    "staged: key files": Case(staged_keys, ("GT002", "GT002"), STAGED),
    "staged: all sorts of changes": Case(staged_all_sorts, ("HS006", "HS006"), STAGED),
    "staged: an order in a pipe": Case(order_in_a_pipe, ("HS006",), STAGED),
    "staged: a partial clone": Case(partial_clone, (), STAGED, after=ran_nothing),
    "staged: without a repository": Case(
        lambda root: clean_project(root, git=False), ask=STAGED, refused="no index here"
    ),
    "staged: and a tool": Case(clean_project, ask=Asked(tool_id="clean-tool", staged=True), refused="one of them"),
    "staged: and a path": Case(clean_project, ask=Asked(paths=("tools",), staged=True), refused="one of them"),
    "hostile": Case(hostile, (), after=ran_nothing),
    "hostile, staged": Case(hostile, (), STAGED, after=ran_nothing),
    "hostile, a path": Case(hostile, (), Asked(paths=(f"{HOME}/main.py",)), after=ran_nothing),
}
