"""The same findings for people, programs, code scanning and a pull request."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic_sarif.model import (
    StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif,
)
from tests.conftest import require
from tests.lint.bench import HOME, clean_project, known_value, lint, password, token

from pixie_secrets.lint.codes import CODES, Severity
from pixie_secrets.lint.findings import Finding
from pixie_secrets.lint.formats import github, sarif, text

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    folder = clean_project(tmp_path)
    (folder / "a,b: c%.py").write_text(f'x = 1\nDB_PASSWORD = "{password()}"\n')
    (folder / "out.log").write_text(f"{known_value()}\n{token()}\n")
    (folder / ".env").chmod(0o644)
    return tmp_path


def every_code() -> list[Finding]:
    return [
        Finding(code=code, severity=about.severity, file="tools/ä b/x.py", line=line, column=line, message="m", fix="f")
        for line, (code, about) in enumerate(CODES.items())
    ]


def test_text_is_grouped_by_file_with_each_fix_once(dirty: Path) -> None:
    ran = lint(dirty)
    assert ran.status == 1
    blocks = ran.out.strip().split("\n\n")
    assert [block.split("\n")[0] for block in blocks] == [
        f"{HOME}/.env",
        f"{HOME}/a,b: c%.py",
        f"{HOME}/out.log",
        "4 errors in 6 files",
    ]
    assert "  2:15  error    HS006  DB_PASSWORD has its value beside it" in blocks[1]
    assert ran.out.count("fix HS006") == 1
    assert "\x1b" not in ran.out


def test_text_is_colored_when_asked() -> None:
    plain, colored = text.render(every_code()), text.render(every_code(), color=True)
    assert "\x1b[31m" in colored
    assert "\x1b" not in plain
    assert text.render([]) == ""


def test_codes_with_the_same_fix_have_one_line() -> None:
    findings = [one._replace(fix="f" if one.code.startswith("HS") else one.code) for one in every_code()]
    [line] = [line for line in text.render(findings).splitlines() if line.endswith(": f")]
    assert line.split("fix ")[1] == ", ".join(code for code in CODES if code.startswith("HS")) + ": f"


@pytest.mark.parametrize("columns", [60, 80, 1000])
def test_text_is_folded_below_what_it_is_about(columns: int) -> None:
    said = "word " * 60
    findings = [one._replace(message=said.strip(), fix=said.strip()) for one in every_code()[:1]]
    folded = text.render(findings, columns=columns)
    assert max(map(len, folded.splitlines())) < columns
    assert folded.split() == text.render(findings).split()
    assert text.render(findings, columns=20) == text.render(findings)  # too narrow for a column of its own


def test_json_is_one_document(dirty: Path) -> None:
    document = json.loads(lint(dirty, "--format", "json").out)
    assert document == json.loads(lint(dirty, "--json").out)
    assert {tuple(sorted(one)) for one in document["findings"]} == {
        ("code", "column", "file", "fix", "line", "message", "severity")
    }


def test_sarif_keeps_to_its_schema(dirty: Path) -> None:
    for document in (lint(dirty, "--format", "sarif").out, sarif.render(every_code()), sarif.render([])):
        Sarif.model_validate_json(document)


def test_the_schema_would_notice() -> None:
    document = json.loads(sarif.render(every_code()))
    document["runs"][0]["results"][0]["lebel"] = "error"
    with pytest.raises(ValueError, match="lebel"):
        Sarif.model_validate(document)


def test_sarif_says_where_and_never_how_far(dirty: Path) -> None:
    document: dict[str, Any] = json.loads(lint(dirty, "--format", "sarif").out)
    [run] = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        [location] = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["endLine"] == region["startLine"]
        assert region["endColumn"] == region["startColumn"] + 1  # whatever was found
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]}
    assert f"{HOME}/a%2Cb%3A%20c%25.py" in uris


def fingerprints(root: Path) -> dict[str, dict[str, int]]:
    """Of every finding, the line it is on by its fingerprint."""
    [run] = json.loads(lint(root, "--format", "sarif").out)["runs"]
    return {
        next(iter(result["partialFingerprints"].values())): result["locations"][0]["physicalLocation"]["region"]
        for result in run["results"]
    }


def test_fingerprints_survive_a_move_and_tell_two_of_a_kind_apart(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "keys.py").write_text(f'A_TOKEN = "{token()}"\nB_TOKEN = "{token("other")}"\n')
    before = fingerprints(tmp_path)
    (folder / "keys.py").write_text(f'# one\n\n# two\nA_TOKEN = "{token("new")}"\nB_TOKEN = "{token("other")}"\n')
    after = fingerprints(tmp_path)
    assert len(before) == 2
    assert before.keys() == after.keys()
    assert [one["startLine"] for one in after.values()] == [4, 5]


def test_every_rule_says_in_full_what_it_is(dirty: Path) -> None:
    [run] = json.loads(lint(dirty, "--format", "sarif").out)["runs"]
    driver = run["tool"]["driver"]
    assert driver["informationUri"]
    for rule in driver["rules"]:
        assert len(rule["fullDescription"]["text"]) > len(rule["shortDescription"]["text"])


@pytest.mark.parametrize("kinds", ["Sarif", "Sarif;Ghas"])
def test_the_validator_of_its_makers_has_nothing_to_say(dirty: Path, tmp_path: Path, kinds: str) -> None:
    multitool = ROOT / "tests/e2e/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
    require("sarif-multitool", multitool.exists() or None)
    (tmp_path / "lint.sarif").write_text(lint(dirty, "--format", "sarif").out)
    command = [str(multitool), "validate", "lint.sarif", "--rule-kind", kinds, "--output", "said.sarif"]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    [run] = json.loads((tmp_path / "said.sarif").read_text(encoding="utf-8-sig"))["runs"]
    assert run.get("results", []) == []


def test_annotations_keep_to_one_line_each(dirty: Path) -> None:
    lines = lint(dirty, "--format", "github").out.splitlines()
    assert len(lines) == 4
    assert all(line.startswith("::error file=") for line in lines)
    assert any(f"file={HOME}/a%2Cb%3A c%25.py,line=2,col=15,title=HS006 error::" in line for line in lines)


def test_an_annotation_cannot_begin_a_command_of_its_own() -> None:
    hostile = Finding(
        code="HS006",
        severity=Severity.ERROR,
        file="a\n::warning::b",
        line=1,
        column=1,
        message="x\r\n::error::y",
        fix="z",
    )
    assert len(github.render([hostile]).splitlines()) == 1


@pytest.mark.parametrize("how", ["text", "json", "sarif", "github"])
def test_no_format_shows_a_value_its_length_or_its_end(dirty: Path, how: str) -> None:
    out = lint(dirty, "--format", how).out
    for value in (password(), token(), known_value()):
        for part in (value, value[:6], value[-6:]):
            assert part not in out


@pytest.mark.parametrize("how", ["text", "json", "sarif", "github"])
def test_nothing_found_is_a_document_too(tmp_path: Path, how: str) -> None:
    clean_project(tmp_path)
    ran = lint(tmp_path, "--format", how)
    assert ran.status == 0
    if how in {"json", "sarif"}:
        json.loads(ran.out)
