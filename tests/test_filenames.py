"""What a file's name says is decided once: guard, lint, share and import are shown the same names and must agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.archives.building import tool_archive
from tests.conftest import add_tool

from pixie_secrets import filenames
from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.git.ignore_files import shows_env
from pixie_secrets.guard.decide import decide
from pixie_secrets.guard.places import Places
from pixie_secrets.hook_formats.request import FILE, Request
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool
from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.identities import own_recipient
from pixie_secrets.sealed.sealed_file import Setting, new_sealed

TAKEN, DROPPED, REFUSED = "taken", "dropped", "refused"
TOKEN = "ghp" + "_" + "Zk3mQ8vLw2Rt9XbY5nHd7JfGs4PcV6aWu1Ey"  # by parts: this repository is linted too


class Row(NamedTuple):
    """What becomes of files of one kind, all of which but a template hold a value that `.env` has.

    code: lint's for them, "" for none. imported: what an import does with them.
    """

    names: tuple[str, ...]
    code: str
    imported: str
    denied: bool = False
    ships: bool = False


VALUES = (".env", ".env.local", ".env.production", ".env-staging", ".env.vault")
COPIES = (".env~", ".env.bak", ".env.swp", ".env_old", "#.env#", ".#.env.local", ".env.pixie-new")
LIKE_VALUES = ("prod.env", "web.env.local", "prod.env~", ".envrc", ".environment", ".env2", "config.env.ts")
TEMPLATES = (
    *(".env.example", ".env.tmpl", ".env.default", ".env.sample", ".env.dist", ".env.local.example"),
    *(".env.schema", ".env-template", "env.example", "sample.env", "worker.env.tpl"),
)
KEYS = (
    "id_rsa",
    "id_ed25519_sk",
    "tls.pem",
    "AuthKey_9A.p8",
    "push.p12",
    "mine.agekey",
    ".netrc",
    "acme-service-account.json",
)
ROWS = {
    "values": Row(VALUES, "GT001", REFUSED, denied=True),
    "copy": Row(COPIES, "GT001", REFUSED, denied=True),
    "like values": Row(LIKE_VALUES, "KV001", REFUSED),
    "template": Row(TEMPLATES, "", TAKEN, ships=True),
    "sealed": Row(("secrets.enc.json", "prod.enc.json"), "", TAKEN),
    "key": Row(KEYS, "GT004", TAKEN),
    "credentials": Row((".npmrc", ".pypirc", "credentials.json", "token.json"), "KV001", TAKEN),
    "key folder": Row((".aws/config", ".ssh/config"), "KV001", TAKEN),
    "environment": Row((".venv/x.py", "venv/x.py"), "", REFUSED),
    "repository": Row((".hg/hgrc", ".jj/repo"), "", REFUSED),
    "own": Row((".pixie-notes", "main.py.pixie-new"), "KV001", REFUSED),
    "hook": Row(("conftest.py", "x.pth"), "KV001", REFUSED),
    "agent": Row((".mcp.json", ".claude/settings.json"), "KV001", REFUSED),
    "compiled": Row(("x.pyc",), "KV001", DROPPED),
    "cache": Row(("__pycache__/x.txt", "node_modules/x/x.txt"), "", DROPPED),
    "litter": Row((".idea/x.xml", "main.py~", ".ipynb_checkpoints/x.txt"), "KV001", DROPPED),
}


def text(kind: str) -> str:
    if kind == "sealed":
        return new_sealed({"ACME_API_KEY": Setting(TOKEN.swapcase(), About())}, [own_recipient()]).decode()
    return "ACME_API_KEY=\n" if kind == "template" else f"ACME_API_KEY={TOKEN}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    folder = add_tool(root, "guest")
    (folder / "main.py").write_text("")
    (folder / "pyproject.toml").write_text("[project]\n")
    for kind, row in ROWS.items():
        for name in row.names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(kind))
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return Project(root)


def test_every_kind_is_in_the_table_and_is_what_its_names_say() -> None:
    assert set(ROWS) == set(filenames.KINDS)
    said = {name: filenames.file_kind(name.partition("/")[0]) for row in ROWS.values() for name in row.names}
    assert said == {name: kind for kind, row in ROWS.items() for name in row.names}


def test_no_row_of_the_table_contradicts_itself() -> None:
    for kind, row in ROWS.items():
        assert not (row.ships and row.denied), kind
        assert not row.ships or row.imported == TAKEN, kind
        assert not row.denied or (row.code and row.imported == REFUSED), kind


def test_the_guard_denies_exactly_what_may_hold_values(project: Project) -> None:
    denied = {
        name: bool(decide(Request(FILE, {"file_path": f"tools/guest/{name}"}, str(project.root)), {}).deny)
        for row in ROWS.values()
        for name in row.names
    }
    assert denied == {name: row.denied for row in ROWS.values() for name in row.names}


def test_the_guard_knows_the_values_of_every_file_that_it_denies(project: Project) -> None:
    files = {path.partition("/tools/guest/")[2] for path in Places(str(project.root), {}).files()}
    assert files == {name for row in ROWS.values() if row.denied for name in row.names}


def test_lint_finds_them_unless_they_are_made_to_be_shared_or_remade(project: Project) -> None:
    found: dict[str, set[str]] = {}
    for one in lint_tool(Context(project), LintToolRequest(tool_ids=("guest",))).findings:
        found.setdefault(one.file.removeprefix("tools/guest/"), set()).add(one.code)
    for kind, row in ROWS.items():
        for name in row.names:
            codes = {code for code in found.get(name, ()) if code.startswith(("GT", "KV001"))}
            assert any(code.startswith(row.code) for code in codes) if row.code else not codes, (kind, name, codes)


def test_a_share_carries_templates_and_nothing_else_of_them(project: Project) -> None:
    shared = share_tool(Context(project), ShareToolRequest(tool_id="guest", dry_run=True))
    ships = {one.path for one in shared.files}
    out = {one.path.rstrip("/") for one in shared.left_out}
    for kind, row in ROWS.items():
        for name in row.names:
            top = name.partition("/")[0]
            assert (name in ships, top in out) == (row.ships, not row.ships), (kind, name)


def test_an_import_does_with_each_what_the_table_says(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    project, path = Project(tmp_path), tmp_path / "guest.zip"
    for kind, row in ROWS.items():
        for name in row.names:
            path.write_bytes(tool_archive({name: text(kind).encode()}))
            try:
                imported = import_tool(Context(project), ImportToolRequest(path=str(path), dry_run=True))
            except ArchiveRefused:
                done = REFUSED
            else:
                done = DROPPED if f"guest/{name}" in imported.dropped else TAKEN
                assert (name in imported.files) is (done == TAKEN), name
            assert done == row.imported, (kind, name)


@pytest.mark.parametrize("pattern", ["!.env", "!.env*", "!.env.local", "!*.local", "!**/.env.*"])
def test_a_gitignore_that_shows_a_usual_file_of_values_is_seen_to(pattern: str) -> None:
    assert shows_env(f".env*\n{pattern}\n".encode())
    assert not shows_env(b".env*\n!.env.example\n!.env.local.example\n")


def test_the_table_costs_the_guard_nothing_but_itself() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules); import pixie_secrets.filenames;"
        " print(*sorted(set(sys.modules) - before))"
    )
    server = str(Path(filenames.__file__).parents[1])
    loaded = subprocess.run(
        [sys.executable, "-IS", "-c", program, server],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert loaded == ["__future__", "pixie_secrets", "pixie_secrets.filenames"]
