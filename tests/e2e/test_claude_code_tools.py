"""Sharing, importing, checking and migrating in the real Claude Code, as the four skills lead a model through it.

The plugin form, on a person's own project. Each turn begins with what the person says; what the model then calls is
scripted, as the skill has it. What the model was told, what the person was asked and what is on the disk is not.
"""

from __future__ import annotations

import json
import re
import secrets
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dotenv import dotenv_values
from tests.archives.trees import tree
from tests.conftest import add_tool
from tests.e2e.claude_lab.checkout import clone
from tests.e2e.claude_lab.lab import Lab
from tests.evidence import Evidence
from tests.person import Person
from tests.waiting import until

from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    Call = tuple[str, dict[str, Any]]

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]

TOOL, KEY = "whisper-transcription", "OPENAI_API_KEY"
GUEST, GUEST_KEYS = "route-planner", ("MAPS_API_KEY", "TILES_TOKEN")
SERVER = "mcp__plugin_pixie_secrets__"
POINTER = r"\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} "
IDLE, ASKED, NOT_GRANTED = r"\? for shortcuts", "Do you want to proceed", "haven't granted it yet"
MAIN = 'import os\n\nKEY = os.environ["{key}"]\nHOST = "https://api.openai.com/v1"\n'
PYPROJECT = '[project]\nname = "a-tool"\nversion = "1"\nrequires-python = ">=3.11"\n'


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory, repository: Path, value: str) -> Iterator[Lab]:
    """A person's own project with the plugin; one tool is complete and has its secret."""
    with Lab(tmp_path_factory.mktemp("lab"), {"PIXIE_SECRETS_PYTHON": sys.executable}) as lab:
        (complete(lab.project, TOOL, KEY) / ".env").write_text(f"{KEY}={value}\n")
        lab.trusted()
        assert lab.run("plugin", "marketplace", "add", str(repository)).returncode == 0
        assert lab.run("plugin", "install", "pixie@pixie-secrets").returncode == 0
        yield lab


def test_a_share_is_looked_at_then_written_and_holds_no_value(lab: Lab, repository: Path, value: str) -> None:
    before = tree(lab.project)
    lab.start()
    say(lab, "Pack it for Ana.", skill("share-tool"), ("preview-share", {"tool_id": TOOL}))
    allow(lab, "Preview a share", TOOL)
    dry = told(lab, 2)
    assert_led_by(lab, repository, "share-tool")
    assert [one["path"] for one in dry["left_out"]] == [".env"]
    assert (dry["secrets"], dry["hosts"]) == ([KEY], ["api.openai.com"])
    assert tree(lab.project) == before
    say(lab, "Yes, that is what she needs.", ("share-tool", {"tool_id": TOOL}))
    allow(lab, "Share a tool", f'tool_id: "{TOOL}"')
    archive = Path(told(lab, 3)["path"])
    assert archive == lab.project / f"{TOOL}.zip"
    seen = left_behind(lab)
    with zipfile.ZipFile(archive) as packed:
        names = {name.removeprefix(f"{TOOL}/") for name in packed.namelist()}
        for name in packed.namelist():
            seen.add(f"{name} of the archive", packed.read(name))
    assert names == {".env.example", "main.py", "pixie-share.json", "pyproject.toml", "tool.json"}
    seen.assert_nowhere(value)


def test_a_share_with_a_value_in_a_file_is_refused_by_file_and_line(lab: Lab, repository: Path, value: str) -> None:
    notes = lab.project / "tools" / TOOL / "notes.md"
    notes.write_text(f"How to use it\n\nkey {value}\n")
    before = tree(lab.project)
    real: Call = ("share-tool", {"tool_id": TOOL})
    _, dry, refused = run(lab, skill("share-tool"), ("preview-share", {"tool_id": TOOL}), real)
    assert_led_by(lab, repository, "share-tool")
    assert dry == refused
    assert refused.startswith("values of secrets stand in what would be shared: notes.md:3. take them out")
    assert tree(lab.project) == before
    left_behind(lab, notes).assert_nowhere(value)


def test_an_import_is_looked_at_then_taken_in_and_its_secrets_are_asked_for(
    lab: Lab, repository: Path, value: str, tmp_path: Path
) -> None:
    archive = sent_by_somebody(tmp_path)
    before = tree(lab.project)
    lab.start()
    look = ("preview-import", {"path": str(archive)})
    say(lab, "Bo sent me a tool, add it.", skill("import-tool"), look)
    allow(lab, "Preview an import", str(archive)[-20:])
    dry = told(lab, 2)
    assert_led_by(lab, repository, "import-tool")
    assert (dry["tool_id"], dry["sender"]["hosts"]) == (GUEST, ["api.openai.com"])
    assert tree(lab.project) == before

    say(lab, "Fine, take it in.", ("import-tool", {"path": str(archive)}), ("set-secret", {"tool_id": GUEST}))
    allow(lab, "Import a tool", str(archive)[-20:], then="Set a secret")
    taken = told(lab, 3)
    assert taken["folder"] == f"tools/{GUEST}"
    assert f"set its secrets with `set-secret {GUEST}`: {', '.join(GUEST_KEYS)}" in taken["next_steps"]
    assert (lab.project / taken["folder"] / "main.py").read_text() == MAIN.format(key=GUEST_KEYS[0])
    allow(lab, "Set a secret", GUEST, then="wants to open a URL")
    lab.press("Enter", until=f"{POINTER}I'm done")
    typed = {key: f"pk-e2e-{secrets.token_hex(16)}" for key in GUEST_KEYS}
    Person().save(lab.link(), typed)
    lab.press("Enter", until=IDLE)
    assert told(lab, 4)["outcome"] == "saved"
    guest_env = lab.project / "tools" / GUEST / ".env"
    assert dotenv_values(guest_env) == typed

    say(lab, "What does it still need?", ("list-secrets", {"tool_id": GUEST}))
    allow(lab, "List secrets", GUEST)
    [listed] = told(lab, 5)["tools"]
    assert {one["key"]: one["status"] for one in listed["secrets"]} == dict.fromkeys(GUEST_KEYS, "set")
    seen = left_behind(lab, guest_env)
    for secret in (value, *typed.values()):
        seen.assert_nowhere(secret)


def test_an_archive_with_a_value_of_this_project_is_refused_by_file_and_line(
    lab: Lab, repository: Path, value: str, tmp_path: Path
) -> None:
    archive = sent_by_somebody(tmp_path, settings=f'"""What Bo uses."""\n\nMINE = """{value}"""\n')
    before = tree(lab.project)
    _, dry, refused = run(
        lab,
        skill("import-tool"),
        ("preview-import", {"path": str(archive)}),
        ("import-tool", {"path": str(archive)}),
    )
    assert_led_by(lab, repository, "import-tool")
    assert dry == refused
    assert refused.startswith("values of secrets of this project stand in the archive: settings.py:3. replace them")
    assert tree(lab.project) == before
    left_behind(lab).assert_nowhere(value)


def test_lint_names_the_lines_and_the_model_mends_them_unseen(lab: Lab, repository: Path, value: str) -> None:
    main = lab.project / "tools" / TOOL / "main.py"
    token = "ghp_" + secrets.token_hex(18)
    main.write_text(f'import os\n\nKEY = "{value}"\nTOKEN = "{token}"  # of the bot\n')
    lint: Call = ("lint-tool", {"tool_id": TOOL, "select": ["KV", "HS"]})
    mends = [
        ("Bash", {"command": f"perl -pi -e 's/=.*/= os.environ[\"{key}\"]/ if $. == {line}' tools/{TOOL}/main.py"})
        for line, key in ((3, KEY), (4, "GITHUB_TOKEN"))
    ]
    _, found, *_, clean = run(lab, skill("lint-tool"), lint, *mends, lint, also="Bash")
    assert_led_by(lab, repository, "lint-tool")
    findings = [(one["code"][:2], one["file"], one["line"]) for one in json.loads(found)["findings"]]
    assert findings == [("KV", f"tools/{TOOL}/main.py", 3), ("HS", f"tools/{TOOL}/main.py", 4)]
    assert json.loads(clean)["findings"] == []
    assert main.read_text() == f'import os\n\nKEY = os.environ["{KEY}"]\nTOKEN = os.environ["GITHUB_TOKEN"]\n'
    seen = left_behind(lab)
    seen.assert_nowhere(value)
    seen.assert_nowhere(token)


def test_a_migration_is_shown_as_a_diff_then_written_and_nothing_else_changes(
    lab: Lab, repository: Path, value: str
) -> None:
    tools = lab.project / "tools"
    path = tools / TOOL / "tool.json"
    old = re.sub(r'"description": "the openai[^"]*"', f'"label":   "was {value}"', path.read_text())
    new = old.replace('"label"', '"description"').replace("{\n", '{\n  "schema_version": "1.0",\n', 1)
    path.write_text(old)
    before = tree(tools)
    lab.start()
    look = ("preview-migration", {"tool_id": TOOL})
    say(lab, "It says label is the old name?", skill("migrate-tool-format"), look)
    allow(lab, "Preview a migration", TOOL, answer="2")  # and do not ask again
    [dry] = told(lab, 2)["tools"]
    assert_led_by(lab, repository, "migrate-tool-format")
    assert dry["outcome"] == "migrated"
    assert '-      "label":   "was ***"' in dry["diff"]
    assert '+      "description":   "was ***"' in dry["diff"]
    assert tree(tools) == before
    say(lab, "Go on.", ("preview-migration", {"tool_id": TOOL}), ("migrate-tool-format", {"tool_id": TOOL}))
    allow(lab, "Migrate tool.json", TOOL)  # that was about looking alone
    [done] = told(lab, 4)["tools"]
    assert done["diff"] == dry["diff"]
    assert path.read_text() == new
    path.write_text(old)
    assert tree(tools) == before
    left_behind(lab, path).assert_nowhere(value)


@pytest.mark.parametrize("form", ["plugin", "clone"])
def test_nothing_is_called_unasked_but_what_the_clone_allows(
    lab: Lab, repository: Path, tmp_path_factory: pytest.TempPathFactory, form: str
) -> None:
    calls: list[Call] = [
        ("preview-share", {"tool_id": TOOL}),
        ("preview-import", {"path": "nowhere.zip"}),
        ("preview-migration", {}),
        ("lint-tool", {}),
        ("run-tool", {"tool_id": TOOL}),
        ("unset-secret", {"tool_id": TOOL, "key": KEY}),
        ("list-secrets", {}),
        ("set-secret", {"tool_id": TOOL, "key": KEY}),
    ]
    if form == "clone":
        # nobody is there to be shown a page, so that the last call is answered at once
        settings = {"PIXIE_SECRETS_PYTHON": sys.executable, "PIXIE_CHANNEL": "none"}
        with Lab(tmp_path_factory.mktemp("clone"), settings) as other:
            clone(repository, other.project)
            other.trusted()
            results = run(other, *calls, allowed=())
    else:
        results = run(lab, *calls, allowed=())
    unasked = {name for (name, _), result in zip(calls, results, strict=True) if NOT_GRANTED not in result}
    assert unasked == ({"list-secrets", "set-secret"} if form == "clone" else set())


def complete(root: Path, tool_id: str, *keys: str) -> Path:
    """A tool that can be shared."""
    declared = [{"key": key, "description": f"the {key.lower()} of it", "required": True} for key in keys]
    folder = add_tool(root, tool_id, secrets=declared)
    (folder / "main.py").write_text(MAIN.format(key=keys[0]))
    (folder / "pyproject.toml").write_text(PYPROJECT)
    return folder


def sent_by_somebody(root: Path, **modules: str) -> Path:
    """The archive of a tool from another project, whose values are not known here."""
    folder = complete(root / "sender", GUEST, *GUEST_KEYS)
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)
    allow = {"HS001": "what looks like a key to lint was none to the sender"}
    return Path(share_tool(Context(Project(root / "sender")), ShareToolRequest(tool_id=GUEST), allow).path)


def skill(name: str) -> Call:
    return "Skill", {"skill": f"pixie:{name}"}


def script(*calls: Call) -> str:
    return "".join(f"@@{name} {json.dumps(arguments)}@@" for name, arguments in calls)


def say(lab: Lab, words: str, *calls: Call) -> None:
    """A turn: what the person says, and what the model will call then."""
    lab.say(f"{words} {script(*calls)}")


def allow(lab: Lab, title: str, *shown: str, then: str = IDLE, answer: str = "Enter") -> None:
    """The client asks the person before a call, by the tool's title and with its arguments."""
    dialog = lab.wait_for(rf"{title} Tool[\s\S]*{ASKED}")
    assert all(text in dialog for text in shown), dialog
    lab.press(answer, until=then)


def run(lab: Lab, *calls: Call, allowed: tuple[str, ...] | None = None, also: str = "") -> list[str]:
    """The same without a person: what the model was told by each call."""
    names = [f"{SERVER}{name}" for name, _ in calls] if allowed is None else list(allowed)
    lab.run("-p", script(*calls), *(["--allowedTools", ",".join([*names, also])] if names else []))
    results = lab.tool_results()
    assert len(results) == len(calls), results
    return results


def told(lab: Lab, number: int) -> dict[str, Any]:
    """What the model was told by the call of this number, once it was."""
    until(lambda: len(lab.tool_results()) >= number, timeout=40, every=0.1)
    content: dict[str, Any] = json.loads(lab.tool_results()[number - 1])
    return content


def assert_led_by(lab: Lab, repository: Path, name: str) -> None:
    """The client offered the skill by its whole description, and gave the model the whole page when it was called."""
    head, _, page = (repository / "skills" / name / "SKILL.md").read_text().removeprefix("---\n").partition("\n---\n")
    description = head.partition("description: ")[2]
    first, last = (json.dumps(lab.main_calls()[which], ensure_ascii=False) for which in (0, -1))
    assert f"pixie:{name}: " + json.dumps(description, ensure_ascii=False)[1:-1] in first
    page = page.strip().replace("${CLAUDE_PLUGIN_ROOT}", str(repository))
    assert json.dumps(page, ensure_ascii=False)[1:-1] in last


def left_behind(lab: Lab, *without: Path) -> Evidence:
    """What the model was sent, and every file of the machine but those that hold a value on purpose."""
    seen = Evidence()
    for body in lab.bodies():
        seen.add("request body", body)
    seen.add_tree(lab.home)
    seen.add_tree(lab.temporary)
    seen.add_tree(lab.project, without=[lab.project / "tools" / TOOL / ".env", *without])
    return seen
