"""What a tool of this format looks like; advice, and the real tools of the gallery."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.lint.bench import CLEAN_MAIN, HOME, PYPROJECT, clean_project, lint

from pixie_secrets.lint.codes import SECRET_CODES

GALLERY = sorted((Path(__file__).resolve().parents[1] / "gallery").glob("*.json"))


def changed(root: Path, **fields: Any) -> list[str]:
    """The codes when these fields of tool.json are changed; None takes one away."""
    folder = clean_project(root)
    path = folder / "tool.json"
    manifest = json.loads(path.read_text()) | fields
    path.write_text(json.dumps({key: value for key, value in manifest.items() if value is not None}, indent=1))
    return lint(root, "--json").codes


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("description", "CV002"),
        ("version", "CV003"),
        ("category", "CV004"),
        ("icon", "CV005"),
        ("max_memory_mb", "CV006"),
        ("max_runtime_seconds", "CV006"),
    ],
)
def test_what_tool_json_leaves_out(tmp_path: Path, field: str, code: str) -> None:
    assert changed(tmp_path, **{field: None}) == [code]


@pytest.mark.parametrize(
    ("label", "fine"),
    [
        ("Audio file language", True),
        ("PDF pages", True),
        ("Answer", True),
        ("X axis label", True),
        ("iPhone model", True),
        ("Use OpenAI", True),
        ("New York", True),
        ("Audio File Language", False),
        ("audio file", False),
        (" ", False),
    ],
)
def test_labels_are_written_as_sentences(tmp_path: Path, label: str, *, fine: bool) -> None:
    codes = changed(tmp_path, inputs=[{"key": "question", "label": label, "type": "text"}])
    assert codes == ([] if fine else ["CV007"])


def test_a_secret_without_description(tmp_path: Path) -> None:
    assert changed(tmp_path, secrets=[{"key": "SERVICE_TOKEN", "required": True}]) == ["CV014"]


def test_a_broken_tool_json_is_an_error(tmp_path: Path) -> None:
    assert changed(tmp_path, id=None) == ["CV001"]


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("import torch", ["CV008", "CV012"]),
        ("from transformers import pipeline", ["CV008", "CV012"]),
        ("def f():\n    import torch", ["CV012"]),
        ("print('x')", ["CV009"]),
        ("import requests", ["CV010", "CV012"]),
        ("import httpx", ["CV012"]),
        ("import json", []),
        ("from settings import TIMEOUT", []),
        ("import dotenv", []),
    ],
)
def test_what_main_imports_and_prints(tmp_path: Path, line: str, codes: list[str]) -> None:
    folder = clean_project(tmp_path)
    (folder / "settings.py").write_text("TIMEOUT = 3\n")
    (folder / "main.py").write_text(f"{CLEAN_MAIN}\n\n{line}\n")
    assert lint(tmp_path, "--json").codes == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (PYPROJECT, []),
        (None, ["CV011"]),
        ("[project\n", ["CV011"]),
        ('[project]\nname = "x"\n', ["CV011", "CV012"]),
        (PYPROJECT.replace('"python-dotenv"', "\"Python_DotEnv[cli]>=1.2 ; python_version > '3.8'\""), []),
    ],
)
def test_pyproject(tmp_path: Path, text: str | None, codes: list[str]) -> None:
    folder = clean_project(tmp_path)
    (folder / "pyproject.toml").unlink() if text is None else (folder / "pyproject.toml").write_text(text)
    assert lint(tmp_path, "--json").codes == codes


def test_a_readme_that_is_missing_or_empty(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "README.md").write_text("")
    assert lint(tmp_path, "--json").codes == ["CV013"]


def test_no_secret_is_seen_in_the_tools_of_the_gallery(tmp_path: Path) -> None:
    for path in GALLERY:
        folder = tmp_path / "tools" / path.stem
        folder.mkdir(parents=True)
        (folder / "tool.json").write_bytes(path.read_bytes())
        keys = [secret["key"] for secret in json.loads(path.read_bytes()).get("secrets", [])]
        reads = "".join(f'{key} = os.environ.get("{key}")\n' for key in keys)
        (folder / "main.py").write_text(f"import os\n\n{reads}\n\ndef run(inputs):\n    return inputs\n")
    ran = lint(tmp_path, "--json")
    assert len(GALLERY) == 31
    assert len(json.loads(ran.out)["tools"]) == 31
    assert [one for one in ran.findings if one["code"] in SECRET_CODES] == []
    assert {one["code"] for one in ran.findings if one["code"].startswith("DC")} <= {"DC004"}


def test_the_examples_have_nothing_but_secrets_to_set() -> None:
    root = Path(__file__).resolve().parents[2] / "examples"
    assert {one["code"] for one in lint(root, "--ignore", "GT,CV006", "--json").findings} <= {"DC004"}


def test_conventions_are_in_the_place_they_are_about(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "main.py").write_text(CLEAN_MAIN + "\nimport torch\n")
    found = {one["code"]: (one["file"], one["line"]) for one in lint(tmp_path, "--json").findings}
    lines = (folder / "main.py").read_text().split("\n")
    assert found["CV008"] == (f"{HOME}/main.py", lines.index("import torch") + 1)
    assert found["CV012"] == (f"{HOME}/pyproject.toml", 0)
