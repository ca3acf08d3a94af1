"""What may be let pass, with which reason, and what becomes of a reason that lets nothing pass."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.lint.bench import HOME, PYPROJECT, clean_project, known_value, lint, password, token
from tests.mcp.client import Client

if TYPE_CHECKING:
    from pathlib import Path

BASELINE = ".pixie-lint-baseline.json"


def dirty(tmp_path: Path, line: str) -> Path:
    folder = clean_project(tmp_path)
    (folder / "settings.py").write_text(f"TIMEOUT = 3\n{line}\n", encoding="utf-8")
    return folder


def through_mcp(root: Path) -> list[str]:
    with Client(root) as client:
        result = client.outcome(client.start("lint-tool", {}))
    return [one["code"] for one in result["findings"]]


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("", ["HS006"]),
        ("  # pixie: allow[HS006] public demo account of the vendor", []),
        ("  # noqa: S105 pixie: allow[HS006] public demo account", []),
        ("  # pixie: allow[HS001, HS006] public demo account", ["SP001"]),
        ("  # pixie: allow[hs006] public demo account", []),
        ("  # pixie: allow[HS006]", ["HS006", "SP002"]),
        ("  # pixie: allow[HS006] --", ["HS006", "SP002"]),
        ("  # pixie: allow[HS6] typing error", ["HS006", "SP003"]),
        ("  # pixie: allow[*] everything", ["HS006", "SP003"]),
        ("  # pixie: allow[HS001] the wrong code", ["HS006", "SP001"]),
    ],
)
def test_a_comment_lets_one_code_pass_on_its_line(tmp_path: Path, comment: str, codes: list[str]) -> None:
    dirty(tmp_path, f'DB_PASSWORD = "{password()}"{comment}')
    assert lint(tmp_path, "--json").codes == codes
    assert sorted(through_mcp(tmp_path)) == codes


def test_a_comment_reaches_no_other_line(tmp_path: Path) -> None:
    dirty(tmp_path, f'# pixie: allow[HS006] the line below\nDB_PASSWORD = "{password()}"')
    assert lint(tmp_path, "--json").codes == ["HS006", "SP001"]


def test_what_was_let_pass_is_counted(tmp_path: Path) -> None:
    dirty(tmp_path, f'DB_PASSWORD = "{password()}"  # pixie: allow[HS006] public demo account')
    assert json.loads(lint(tmp_path, "--json").out)["suppressed"] == 1
    assert "let pass with a reason: 1" in lint(tmp_path).out


def test_a_code_that_is_not_looked_for_leaves_its_suppression_alone(tmp_path: Path) -> None:
    dirty(tmp_path, 'NOTHING = ""  # pixie: allow[HS006] left over')
    assert lint(tmp_path, "--json").codes == ["SP001"]
    assert lint(tmp_path, "--select", "KV,SP", "--json").codes == []


@pytest.mark.parametrize("where", ["project", "tool"])
def test_pyproject_chooses_codes(tmp_path: Path, where: str) -> None:
    folder = dirty(tmp_path, f'DB_PASSWORD = "{password()}"\nprint("x")')
    path = tmp_path if where == "project" else folder
    before = PYPROJECT if where == "tool" else ""

    def configured(table: str) -> list[str]:
        (path / "pyproject.toml").write_text(f"{before}\n[tool.pixie-secrets.lint]\n{table}\n")
        codes = lint(tmp_path, "--json").codes
        assert sorted(through_mcp(tmp_path)) == codes
        return codes

    assert configured("") == ["CV009", "HS006"]
    assert configured('ignore = ["CV009"]') == ["HS006"]
    assert configured('ignore = ["CV", "HS"]') == []
    assert configured('select = ["HS"]') == ["HS006"]
    assert configured('[tool.pixie-secrets.lint.per-file-ignores]\n"settings.py" = ["HS006"]') == ["CV009"]
    assert configured('[tool.pixie-secrets.lint.per-file-ignores]\n"tests/*" = ["HS006"]') == ["CV009", "HS006"]


def test_a_table_that_is_not_understood_is_refused(tmp_path: Path) -> None:
    clean_project(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.pixie-secrets.lint]\nignored = ["HS"]\n')
    ran = lint(tmp_path)
    assert ran.status == 1
    assert "does not understand" in ran.err


def test_no_table_can_hide_a_known_value_or_tracked_values(tmp_path: Path) -> None:
    dirty(tmp_path, f'NOTE = "{known_value()}"')
    (tmp_path / "pyproject.toml").write_text('[tool.pixie-secrets.lint]\nignore = ["KV", "GT", "HS"]\n')
    assert lint(tmp_path, "--json").codes == ["KV001"]


def test_options_win_over_tables(tmp_path: Path) -> None:
    dirty(tmp_path, f'DB_PASSWORD = "{password()}"')
    (tmp_path / "pyproject.toml").write_text('[tool.pixie-secrets.lint]\nignore = ["HS"]\n')
    assert lint(tmp_path, "--select", "HS006", "--json").codes == ["HS006"]
    assert lint(tmp_path, "--select", "HS", "--ignore", "HS006", "--json").codes == []


def test_a_baseline_knows_what_was_there_and_nothing_new(tmp_path: Path) -> None:
    folder = dirty(tmp_path, f'DB_PASSWORD = "{password("old")}"')
    wrote = lint(tmp_path, "--write-baseline")
    assert wrote.status == 0
    assert f"wrote {BASELINE} with 1 known finding" in wrote.out
    assert lint(tmp_path, "--json").codes == []
    assert json.loads(lint(tmp_path, "--json").out)["in_baseline"] == 1
    assert lint(tmp_path, "--no-baseline", "--json").codes == ["HS006"]
    settings = folder / "settings.py"
    settings.write_text("# a line above\n" + settings.read_text() + f'API_TOKEN = "{token("new")}"\n')
    assert lint(tmp_path, "--json").codes == ["HS001"]
    assert through_mcp(tmp_path) == ["HS001"]


def test_another_value_on_a_known_line_is_new(tmp_path: Path) -> None:
    folder = dirty(tmp_path, f'DB_PASSWORD = "{password("old")}"')
    lint(tmp_path, "--write-baseline")
    settings = folder / "settings.py"
    settings.write_text(settings.read_text().replace(password("old"), password("new")))
    assert lint(tmp_path, "--json").codes == ["HS006"]


def test_a_second_copy_of_a_known_line_is_new(tmp_path: Path) -> None:
    folder = dirty(tmp_path, f'DB_PASSWORD = "{password("old")}"')
    lint(tmp_path, "--write-baseline")
    settings = folder / "settings.py"
    settings.write_text(settings.read_text() * 2)
    assert lint(tmp_path, "--json").codes == ["HS006"]


def test_a_baseline_tells_nothing_and_differs_every_time(tmp_path: Path) -> None:
    dirty(tmp_path, f'DB_PASSWORD = "{password()}"')
    lint(tmp_path, "--write-baseline")
    first = (tmp_path / BASELINE).read_text()
    lint(tmp_path, "--write-baseline")
    second = (tmp_path / BASELINE).read_text()
    assert json.loads(first)["findings"][0]["hash"] != json.loads(second)["findings"][0]["hash"]
    assert password() not in first
    assert "DB_PASSWORD" not in first


def test_a_baseline_of_another_name(tmp_path: Path) -> None:
    dirty(tmp_path, f'DB_PASSWORD = "{password()}"')
    lint(tmp_path, "--write-baseline", "--baseline", "known.json")
    assert lint(tmp_path, "--json").codes == ["HS006"]
    assert lint(tmp_path, "--baseline", "known.json", "--json").codes == []


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"version": 1, "salt": "zz", "findings": []}'])
def test_a_baseline_that_is_none_is_refused(tmp_path: Path, content: str | None) -> None:
    clean_project(tmp_path)
    if content is not None:
        (tmp_path / "known.json").write_text(content)
    ran = lint(tmp_path, "--baseline", "known.json")
    assert ran.status == 1
    assert "baseline" in ran.err


def test_findings_about_a_whole_file_can_be_known_too(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / ".env").chmod(0o644)
    lint(tmp_path, "--write-baseline")
    assert lint(tmp_path, "--json").codes == []
    assert (tmp_path / HOME / ".env").stat().st_mode & 0o777 == 0o644
