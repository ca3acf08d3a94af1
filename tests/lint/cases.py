"""What lint is asked in the tests of both surfaces: what may be let pass, and which old findings are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.lint.bench import HOME, PYPROJECT, clean_project, known_value, password, run_git, token
from tests.lint.surfaces import Asked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BASELINE = ".pixie-lint-baseline.json"
ALL = Asked()


@dataclass(frozen=True)
class Case:
    """A project, a question, and the codes of the answer.

    build: makes the project in an empty folder. found: the codes, or what tells them from the project. refused: part
    of the refusal there is instead. known: what is asked first, so that a baseline is written; then: what happens
    before the question itself. after: what has to hold when all is said.
    """

    build: Callable[[Path], object]
    found: tuple[str, ...] | Callable[[Path], tuple[str, ...]] = ()
    ask: Asked = ALL
    refused: str = ""
    known: Asked | None = None
    then: Callable[[Path], object] = lambda root: None
    after: Callable[[Path], object] = lambda root: None
    git: bool = True

    def expected(self, root: Path) -> list[str]:
        return sorted(self.found(root) if callable(self.found) else self.found)


def dirty(root: Path, line: str) -> Path:
    """A clean tool with one more file that has one more line."""
    folder = clean_project(root)
    (folder / "settings.py").write_text(f"TIMEOUT = 3\n{line}\n", encoding="utf-8")
    return folder


def with_password(behind: str = "", seed: str = "password") -> Callable[[Path], object]:
    return lambda root: dirty(root, f'DB_PASSWORD = "{password(seed)}"{behind}')


def configured(where: str, table: str) -> Callable[[Path], object]:
    """A password and a print, and a table in the pyproject.toml of the project or the tool."""

    def build(root: Path) -> None:
        folder = dirty(root, f'DB_PASSWORD = "{password()}"\nprint("x")')
        path, before = (root, "") if where == "project" else (folder, PYPROJECT)
        (path / "pyproject.toml").write_text(f"{before}\n[tool.pixie-secrets.lint]\n{table}\n")

    return build


def tabled(build: Callable[[Path], object], table: str) -> Callable[[Path], object]:
    """The same project with a table of its own."""

    def built(root: Path) -> None:
        build(root)
        (root / "pyproject.toml").write_text(f"[tool.pixie-secrets.lint]\n{table}\n")

    return built


def edited(change: Callable[[str], str]) -> Callable[[Path], object]:
    """Another text of the file with the password."""

    def edit(root: Path) -> None:
        path = root / HOME / "settings.py"
        path.write_text(change(path.read_text()))

    return edit


COMMENTS = {
    "no comment": ("", ("HS006",)),
    "a reason": ("  # pixie: allow[HS006] public demo account of the vendor", ()),
    "a reason behind another comment": ("  # noqa: S105 pixie: allow[HS006] public demo account", ()),
    "one code of two unused": ("  # pixie: allow[HS001, HS006] public demo account", ("SP001",)),
    "a small code": ("  # pixie: allow[hs006] public demo account", ()),
    "a reason in another script": ("  # pixie: allow[HS006] 公開デモ", ()),
    "no reason": ("  # pixie: allow[HS006]", ("HS006", "SP002")),
    "no word in the reason": ("  # pixie: allow[HS006] --", ("HS006", "SP002")),
    "a code there is not": ("  # pixie: allow[HS6] typing error", ("HS006", "SP003")),
    "every code": ("  # pixie: allow[*] everything", ("HS006", "SP003")),
    "another code": ("  # pixie: allow[HS001] the wrong code", ("HS006", "SP001")),
}
TABLES = {
    "empty": ("", ("CV009", "HS006")),
    "ignore": ('ignore = ["CV009"]', ("HS006",)),
    "ignore by beginning": ('ignore = ["CV", "HS"]', ()),
    "select": ('select = ["HS"]', ("HS006",)),
    "ignore in a file": ('[tool.pixie-secrets.lint.per-file-ignores]\n"settings.py" = ["HS006"]', ("CV009",)),
    "ignore elsewhere": ('[tool.pixie-secrets.lint.per-file-ignores]\n"tests/*" = ["HS006"]', ("CV009", "HS006")),
}
LEFT_OVER = "# pixie: allow[HS006] left over"
BY_PATH = Asked(paths=(f"{HOME}/settings.py",))
PER_FILE = '[tool.pixie-secrets.lint.per-file-ignores]\n"{}" = ["HS"]'


def staged(build: Callable[[Path], object]) -> Callable[[Path], object]:
    """The same project, with its tool in git's index."""

    def built(root: Path) -> None:
        build(root)
        run_git(root, "add", "tools")

    return built


SUPPRESSION = {
    **{
        f"pyproject of the {where}: {pattern}, {how}": Case(
            staged(configured(where, PER_FILE.format(pattern))), ("CV009",) if ask == ALL else (), ask
        )
        for where, pattern in (
            ("tool", "settings.py"),
            ("tool", "sett*"),
            ("project", "settings.py"),
            ("project", "tools/clean-tool/settings.py"),
            ("project", "tools/*"),
        )
        for how, ask in (("all", ALL), ("named", BY_PATH), ("staged", Asked(staged=True)))
    },
    "pyproject of the tool: another tool's file": Case(
        configured("tool", PER_FILE.format("tools/*/settings.py")), ("CV009",)
    ),
    **{f"comment: {name}": Case(with_password(text), found) for name, (text, found) in COMMENTS.items()},
    "comment: on the line above": Case(
        lambda root: dirty(root, f'# pixie: allow[HS006] the line below\nDB_PASSWORD = "{password()}"'),
        ("HS006", "SP001"),
    ),
    "comment: unused": Case(lambda root: dirty(root, f'NOTHING = ""  {LEFT_OVER}'), ("SP001",)),
    "comment: for a code that is not looked for": Case(
        lambda root: dirty(root, f'NOTHING = ""  {LEFT_OVER}'), (), Asked(select=("KV,SP",))
    ),
    **{
        f"pyproject of the {where}: {name}": Case(configured(where, table), found)
        for where in ("project", "tool")
        for name, (table, found) in TABLES.items()
    },
    "pyproject: not understood": Case(tabled(clean_project, 'ignored = ["HS"]'), refused="does not understand"),
    **{
        f"pyproject: {table}": Case(tabled(with_password(), table), refused="does not understand")
        for table in (
            'select = ["HSS"]',
            'select = "nothing"',
            "select = 5",
            "ignore = [5]",
            'ignore = [""]',
            "per-file-ignores = 5",
            'per-file-ignores = {"a.py" = ["HS", "XX"]}',
        )
    },
    "pyproject: cannot hide a known value": Case(
        tabled(lambda root: dirty(root, f'NOTE = "{known_value()}"'), 'ignore = ["KV", "GT", "HS"]'), ("KV001",)
    ),
    "select wins over pyproject": Case(
        tabled(with_password(), 'ignore = ["HS"]'), ("HS006",), Asked(select=("HS006",))
    ),
    "ignore wins over select": Case(with_password(), (), Asked(select=("HS",), ignore=("HS006",))),
    "ignore": Case(with_password(), (), Asked(ignore=("HS",))),
    "select of no code": Case(with_password(), ask=Asked(select=("HS999",)), refused="no such code"),
    "ignore of no code": Case(with_password(), ask=Asked(ignore=("HS0006",)), refused="did you mean HS006"),
}

WRITE = Asked(write_baseline=True)
NAMED = Asked(baseline="known.json")
DAMAGED = {
    "missing": None,
    "empty": "",
    "a list": "[]",
    "an object": "{}",
    "with a salt that is none": '{"version": 1, "salt": "zz", "findings": []}',
    "of a later version": '{"version": 9, "salt": "00", "findings": []}',
    "deep": "[" * 100_000,
}


def other_baseline(content: str | None, name: str = "known.json") -> Callable[[Path], object]:
    def build(root: Path) -> None:
        clean_project(root)
        if content is not None:
            (root / name).write_text(content)

    return build


def tells_nothing(root: Path) -> None:
    """A baseline holds codes, files and hashes."""
    text = (root / BASELINE).read_text()
    assert password("old") not in text
    assert "DB_PASSWORD" not in text


def open_to_all(root: Path) -> None:
    (clean_project(root) / ".env").chmod(0o644)


def still_open_to_all(root: Path) -> None:
    assert (root / HOME / ".env").stat().st_mode & 0o777 == 0o644


OLD = with_password(seed="old")
BASELINES = {
    "written and respected": Case(OLD, (), known=WRITE, after=tells_nothing),
    "none": Case(OLD, ("HS006",)),
    "left aside": Case(OLD, ("HS006",), Asked(baseline=""), known=WRITE),
    "something new beside": Case(
        OLD,
        ("HS001",),
        known=WRITE,
        then=edited(lambda text: f'# a line above\n{text}API_TOKEN = "{token("new")}"\n'),
    ),
    "another value on a known line": Case(
        OLD, ("HS006", "SP004"), known=WRITE, then=edited(lambda text: text.replace(password("old"), password("new")))
    ),
    "a second copy of a known line": Case(OLD, ("HS006",), known=WRITE, then=edited(lambda text: text * 2)),
    "stale: what it knew is gone": Case(OLD, ("SP004",), known=WRITE, then=edited(lambda text: "TIMEOUT = 3\n")),
    "stale, but not everything was linted": Case(
        OLD, (), Asked(tool_id="clean-tool"), known=WRITE, then=edited(lambda text: "TIMEOUT = 3\n")
    ),
    "stale, but not every code was looked for": Case(
        OLD, (), Asked(ignore=("CV",)), known=WRITE, then=edited(lambda text: "TIMEOUT = 3\n")
    ),
    "stale: what it knew is in another file": Case(
        OLD,
        ("HS006", "SP004"),
        known=WRITE,
        then=lambda root: (root / HOME / "settings.py").rename(root / HOME / "config.py"),
    ),
    "of another name": Case(OLD, (), NAMED, known=Asked(write_baseline=True, baseline="known.json")),
    "of another name, not named": Case(OLD, ("HS006",), known=Asked(write_baseline=True, baseline="known.json")),
    "about a whole file": Case(open_to_all, (), known=WRITE, after=still_open_to_all),
    **{f"{name}": Case(other_baseline(content), ask=NAMED, refused="baseline") for name, content in DAMAGED.items()},
    "the usual one damaged": Case(other_baseline("{}", BASELINE), refused=f"{BASELINE} is damaged"),
    "the usual one damaged, written anew": Case(other_baseline("{}", BASELINE), (), known=WRITE),
    "outside the project": Case(
        clean_project, ask=Asked(baseline="../known.json"), refused="a baseline lies inside the project"
    ),
    "written outside the project": Case(
        clean_project,
        ask=Asked(write_baseline=True, baseline="../known.json"),
        refused="inside the project",
        after=lambda root: _is_not(root.parent / "known.json"),
    ),
    "written over another file": Case(
        clean_project,
        ask=Asked(write_baseline=True, baseline=f"{HOME}/tool.json"),
        refused="no baseline",
        after=lambda root: _holds(root / HOME / "tool.json", '"id"'),
    ),
    "written over values": Case(
        clean_project,
        ask=Asked(write_baseline=True, baseline=f"{HOME}/.env"),
        refused="ends in .json",
        after=lambda root: _holds(root / HOME / ".env", known_value()),
    ),
}


def _is_not(path: Path) -> None:
    assert not path.exists()


def _holds(path: Path, text: str) -> None:
    assert text in path.read_text()
