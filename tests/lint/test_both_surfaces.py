"""Every format, suppression, baseline and git case, through the command and through MCP.

Each answer is SARIF that keeps to its schema, and no answer holds anything of a value (`surfaces` sees to both).
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from tests.lint import git_cases
from tests.lint.bench import HOME, PYPROJECT, clean_project, known_value, password, run_git, token
from tests.lint.cases import (
    ALL,
    BASELINE,
    BASELINES,
    BY_PATH,
    SUPPRESSION,
    WRITE,
    Case,
    dirty,
    with_password,
)
from tests.lint.surfaces import Asked, Command, Model

from pixie_secrets.lint.codes import CODES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lint.surfaces import Surface

TABLE = {
    **{f"suppression: {name}": case for name, case in SUPPRESSION.items()},
    **{f"baseline: {name}": case for name, case in BASELINES.items()},
    **{f"git: {name}": case for name, case in git_cases.CASES.items()},
}
LEAKS = ("GT005", "HS001", "HS006", "KV001")


def leaking(root: Path) -> None:
    """Something of each kind, in files with names that formats have to quote."""
    folder = clean_project(root)
    (folder / "a,b: c%.py").write_text(f'x = 1\nDB_PASSWORD = "{password()}"\n')
    (folder / "out.log").write_text(f"{known_value()}\n{token()}\n")
    (folder / ".env").chmod(0o644)


def answer(surface: Surface, root: Path, case: Case) -> None:
    """Put a case to a surface."""
    case.build(root)
    if case.known:
        assert "known finding" in surface.hear(case.known, "text").document
    case.then(root)
    heard = surface.hear(case.ask, git=case.git)
    if case.refused:
        assert case.refused in heard.refusal
    else:
        assert heard.codes == case.expected(root)
    case.after(root)


@pytest.mark.parametrize("name", TABLE)
def test_the_answer_is_right(surface: Surface, root: Path, name: str) -> None:
    answer(surface, root, TABLE[name])


def test_a_file_of_another_owner_is_flagged(surface: Surface, root: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    git_cases.given_away(root)
    assert "GT006" in surface.hear(ALL).codes


@pytest.mark.parametrize("asked", [ALL, Asked(tool_id="clean-tool"), Asked(paths=(HOME,)), Asked(select=("HS", "KV"))])
def test_both_say_the_same_in_every_format(root: Path, surfaces: dict[str, Surface], asked: Asked) -> None:
    leaking(root)
    heard = {
        how: {name: surface.hear(asked, how).document for name, surface in surfaces.items()}
        for how in ("text", "json", "sarif", "github")
    }
    assert all(document for documents in heard.values() for document in documents.values())
    documents = heard.pop("json")
    assert json.loads(documents["command"]) == json.loads(documents["mcp"])
    assert {"HS001", "HS006", "KV001"} <= {one["code"] for one in json.loads(documents["mcp"])["findings"]} <= {*LEAKS}
    for documents in heard.values():
        assert documents["command"] == documents["mcp"]


@pytest.mark.parametrize("how", ["text", "json", "sarif", "github"])
def test_nothing_found_is_a_document_too(surface: Surface, root: Path, how: str) -> None:
    clean_project(root)
    heard = surface.hear(ALL, how)
    assert not heard.refusal
    said = {"text": "no findings in 4 files", "json": '"findings": []', "sarif": '"results": []', "github": ""}[how]
    assert said in heard.document
    assert how != "github" or heard.document == ""


def test_text_is_grouped_with_each_fix_once(surface: Surface, root: Path) -> None:
    leaking(root)
    text = surface.hear(ALL, "text").document
    assert [block.split("\n")[0] for block in text.split("\n\n")] == [
        *(f"{HOME}/{name}" for name in (".env", "a,b: c%.py", "out.log")),
        "4 errors in 6 files",
    ]
    assert "  2:15  error    HS006  DB_PASSWORD has its value beside it" in text
    assert text.count("fix HS006") == 1
    assert "\x1b" not in text


def test_annotations_are_one_line_each(surface: Surface, root: Path) -> None:
    leaking(root)
    lines = surface.hear(ALL, "github").document.splitlines()
    assert len(lines) == 4
    assert any(f"::error file={HOME}/a%2Cb%3A c%25.py,line=2,col=15,title=HS006 error::" in line for line in lines)


def test_what_was_let_pass_and_what_was_known_is_counted(surface: Surface, root: Path) -> None:
    dirty(root, f'A_PASSWORD = "{password("old")}"')
    surface.hear(WRITE, "text")
    with (root / HOME / "settings.py").open("a") as settings:
        settings.write(f'DB_PASSWORD = "{password()}"  # pixie: allow[HS006] public demo account\n')
    counted = json.loads(surface.hear(ALL, "json").document)
    assert (counted["findings"], counted["suppressed"], counted["in_baseline"]) == ([], 1, 1)
    assert "let pass with a reason: 1; known before: 1" in surface.hear(ALL, "text").document


def test_a_baseline_is_salted_anew_every_time(surface: Surface, root: Path) -> None:
    with_password()(root)
    hashes = set()
    for _ in range(2):
        surface.hear(WRITE, "text")
        [entry] = json.loads((root / BASELINE).read_text())["findings"]
        assert entry.keys() == {"code", "file", "hash"}
        hashes.add(entry["hash"])
    assert len(hashes) == 2


def test_a_baseline_that_never_ends_is_refused(surface: Surface, root: Path) -> None:
    clean_project(root)
    os.mkfifo(root / "known.json")
    assert "no baseline" in surface.hear(Asked(baseline="known.json")).refusal


def test_a_model_cannot_write_a_baseline(root: Path, surfaces: dict[str, Surface]) -> None:
    with_password()(root)
    model = surfaces["mcp"]
    assert isinstance(model, Model)
    result = model.client.result(model.client.start("lint-tool", {"write_baseline": True}))
    assert result["isError"]
    assert not (root / BASELINE).exists()


def test_nothing_is_written_through_a_link(surface: Surface, root: Path) -> None:
    clean_project(root)
    (root / BASELINE).symlink_to("elsewhere.json")
    assert "link" in surface.hear(WRITE, "text").refusal
    assert not (root / "elsewhere.json").exists()


@pytest.mark.parametrize("code", ["HS006", "gt001"])
def test_a_code_is_explained(surface: Surface, root: Path, code: str) -> None:
    clean_project(root)
    heard = surface.hear(Asked(explain=code), "text")
    assert heard.document.startswith(f"# {code.upper()}: {CODES[code.upper()].title}\n")
    assert "did you mean HS006" in surface.hear(Asked(explain="HS0006"), "text").refusal


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (Asked(tool_id="clean-tol"), "did you mean clean-tool"),
        (Asked(paths=("/etc/hostname",)), "outside the project"),
        (Asked(paths=(f"{HOME}/nothing.py",)), "no such tool"),
    ],
)
def test_what_is_not_there_is_refused(surface: Surface, root: Path, asked: Asked, refusal: str) -> None:
    clean_project(root)
    assert refusal in surface.hear(asked).refusal


def test_values_that_could_not_be_learned_are_spoken_of(surface: Surface, root: Path) -> None:
    env = clean_project(root) / ".env"
    env.unlink()
    os.mkfifo(env)
    [unread] = json.loads(surface.hear(ALL, "json").document)["unread"]
    assert unread["path"] == f"{HOME}/.env"
    for how in ("text", "sarif", "github"):
        heard = surface.hear(ALL, how)
        said = heard.document if isinstance(surface, Model) else heard.everything
        assert f"{HOME}/.env could not be read, so its values are not known" in said


def notices(surface: Surface) -> dict[str, list[str]]:
    """What each document says of codes that a tool turns off, as it says it."""
    [run] = json.loads(surface.hear(ALL).document)["runs"]
    [invocation] = run.get("invocations", [{"toolExecutionNotifications": []}])
    text, github = (surface.hear(ALL, how).document.splitlines() for how in ("text", "github"))
    return {
        "text": [line for line in text if line.startswith("note: ")],
        "json": turned_off(surface),
        "sarif": [f"{one['level']} {one['message']['text']}" for one in invocation["toolExecutionNotifications"]],
        "github": [line for line in github if line.startswith("::notice title=")],
    }


def turned_off(surface: Surface, asked: Asked = ALL) -> list[str]:
    """The same of JSON alone: files, and the codes that each turns off."""
    document = json.loads(surface.hear(asked, "json").document)
    return [" ".join((one["path"], *one["codes"])) for one in document["turned_off"]]


def configure(root: Path, table: str) -> None:
    """Put another table into the tool's pyproject.toml."""
    (root / HOME / "pyproject.toml").write_text(f"{PYPROJECT}\n[tool.pixie-secrets.lint]\n{table}\n")


ITS_TABLE = f"{HOME}/pyproject.toml"
HARD_CODED = sorted(code for code in CODES if code.startswith("HS"))


def test_a_tool_that_turns_off_hard_coded_secrets_is_named_in_every_format(surface: Surface, root: Path) -> None:
    with_password()(root)
    for table, named, codes in (
        ('select = ["GT", "CV"]', "HS", HARD_CODED),
        ('ignore = ["HS006", "CV009"]', "HS006", ["HS006"]),
    ):
        configure(root, table)
        said = f"{ITS_TABLE} turns {named} off: such hard-coded secrets in this tool are not reported"
        assert notices(surface) == {
            "text": [f"note: {said}"],
            "json": [" ".join((ITS_TABLE, *codes))],
            "sarif": [f"note {said}"],
            "github": [f"::notice title=lint-tool::{said}"],
        }
        assert "HS006" not in surface.hear(ALL).codes


def test_it_is_named_however_the_tool_is_reached_and_the_table_spelled(surface: Surface, root: Path) -> None:
    with_password()(root)
    run_git(root, "add", "--all")
    configure(root, 'ignore = "HS"')
    for asked in (Asked(tool_id="clean-tool"), Asked(paths=(HOME,)), BY_PATH, Asked(staged=True)):
        assert turned_off(surface, asked) == [" ".join((ITS_TABLE, *HARD_CODED))]
    configure(root, 'select = ["HS001"]\nignore = ["HS002"]')
    assert turned_off(surface) == [" ".join((ITS_TABLE, *HARD_CODED[1:]))]


def test_nothing_is_said_where_no_tool_turns_them_off(surface: Surface, root: Path) -> None:
    with_password()(root)
    configure(root, 'ignore = ["CV"]')
    assert notices(surface) == {"text": [], "json": [], "sarif": [], "github": []}
    configure(root, 'ignore = ["HS"]')
    (root / "notes.md").write_text("nothing\n")
    assert turned_off(surface, Asked(paths=("notes.md",))) == []  # a file of no tool
    assert turned_off(surface, Asked(select=("HS",))) == []  # who asks for codes gets them
    assert "HS006" in surface.hear(Asked(select=("HS",))).codes
    assert turned_off(surface, Asked(ignore=("HS",))) == []  # who asks not to look knows it


def test_a_model_gets_the_worst_hundred_and_every_document_says_so(root: Path, surfaces: dict[str, Surface]) -> None:
    folder = clean_project(root)
    (folder / "settings.py").write_text("".join(f'PASSWORD_{n} = "{password(str(n))}"\n' for n in range(150)))
    model, command = surfaces["mcp"], surfaces["command"]
    assert isinstance(model, Model)
    assert isinstance(command, Command)
    cut = json.loads(model.hear(ALL, "json").document)
    assert (len(cut["findings"]), cut["left_out"]) == (100, 50)
    assert "50 more findings are left out" in model.hear(ALL, "text").document
    assert model.hear(ALL, "github").document.splitlines()[-1].startswith("::warning title=lint-tool::50 more")
    heard = model.hear(ALL)
    assert len(heard.codes) == 100
    [run] = json.loads(heard.document)["runs"]
    [told] = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("50 more findings")
    whole = command.hear(ALL)
    assert len(whole.codes) == 150
    assert "invocations" not in json.loads(whole.document)["runs"][0]
