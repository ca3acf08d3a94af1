"""Every operation on every shape of project: without a manifest, the same promise holds."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.at_terminal import PIXIE, Shell
from tests.channels.pages import serving
from tests.conftest import require_program
from tests.known_index import forget_known_values
from tests.layouts.own_readers import own_reader
from tests.layouts.shapes import SHAPES, STANDING, VALUE, Shape, git
from tests.lint.bench import hook_fields
from tests.person import Person
from tests.probes.stand_in import standing_in

from pixie_secrets.cli import program
from pixie_secrets.guard import known
from pixie_secrets.guard.decide import decide
from pixie_secrets.guard.places import Places
from pixie_secrets.hook_formats import claude_code
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.project import find_project
from pixie_secrets.stores import learn
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
TYPED = {"DB": "postgres://u:pw-shape-Zr81mQx5@db/x"}


@pytest.fixture(scope="module", params=list(SHAPES))
def shape(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shape:
    made: Shape = SHAPES[request.param](tmp_path_factory.mktemp(request.param) / "shop")
    return made


def documented() -> dict[str, dict[str, str]]:
    """The table of docs/projects.md: by shape, what it says of each operation."""
    text = (ROOT / "docs/projects.md").read_text(encoding="utf-8").partition("## Seen\n")[2]
    head, _, *rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    columns = [cell.strip() for cell in head[1:]]
    return {row[0].strip(): dict(zip(columns, map(str.strip, row[1:]), strict=True)) for row in rows}


@pytest.fixture
def seen(request: pytest.FixtureRequest, shape: Shape) -> Callable[..., None]:
    """Called with an operation that was seen, and what became of it: the documentation's table has to say just that."""
    row = documented()[request.node.callspec.params["shape"]]

    def held(operation: str, what: str = "yes") -> None:
        assert row[operation] == what

    return held


def test_the_table_has_each_shape_and_each_operation_that_is_tried_here_and_no_other() -> None:
    table = documented()
    assert list(table) == list(SHAPES)
    tried = re.findall(r'^    seen\("([^"]+)"(?:, .+)?\)$', Path(__file__).read_text(encoding="utf-8"), re.MULTILINE)
    assert all(sorted(row) == sorted(tried) for row in table.values())


@pytest.fixture
def run(shape: Shape, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """A command line in the folder where people of this shape stand: status, stdout, stderr."""
    monkeypatch.chdir(shape.working)

    def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
        capfd.readouterr()
        read, written = os.pipe()
        os.write(written, stdin.encode())
        os.close(written)
        with os.fdopen(read) as pipe:
            monkeypatch.setattr(sys, "stdin", pipe)
            status = program.run_command_line(list(words), lambda _: 1)
        return status, *capfd.readouterr()

    return run


def value_of(shape: Shape) -> str:
    return TYPED.get(shape.key, VALUE)


def set_it(shape: Shape, run: Callable[..., Any]) -> None:
    status, out, err = run("set-secret", shape.key, "--stdin", stdin=value_of(shape) + "\n")
    assert status == 0, err
    assert shape.saved_in in out


def test_a_value_is_set_without_saying_whose_it_is_and_git_leaves_it_alone(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    status, _, err = run("set-secret", shape.key, "--stdin", stdin=value_of(shape) + "\n")
    assert status == 0, err
    path = shape.root / shape.saved_in
    assert value_of(shape) in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "not ignored" not in err
    assert store_of(find_project(working=shape.working).owner(shape.app)).values()[
        shape.key
    ].get_secret_value() == value_of(shape)
    seen("set")


def test_the_list_says_what_is_declared_where_and_which_file_has_it(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    status, out, _ = run("list-secrets", shape.app, "--json")
    assert status == 0
    [app] = json.loads(out)["apps"]
    secrets = {secret["key"]: secret for secret in app["secrets"]}
    mine = secrets[shape.key]
    assert (mine["status"], mine["where"], mine["setting"]) == ("set", shape.declared, False)
    assert mine["files"] == [shape.saved_in.rpartition("/")[2]]
    assert {key for key in shape.settings if secrets[key]["setting"]} == {*shape.settings}
    assert value_of(shape) not in out
    assert STANDING not in out
    status, out, err = run("list-secrets")
    assert status == 0, err
    assert shape.key in out
    assert "NOT_OURS" not in out
    seen("list")


def test_a_command_has_the_value_and_its_output_does_not(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    code = f"import os; print(os.environ['{shape.key}'], len(os.environ['{shape.key}']))"
    words = [sys.executable, "-m", "pixie_secrets", "exec", shape.app, "--", sys.executable, "-c", code]
    done = subprocess.run(words, cwd=shape.working, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"*** {len(value_of(shape))}\n"), done.stderr
    seen("exec, masked")


def test_a_command_needs_no_id_in_the_folder_of_its_app(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    words = [sys.executable, "-m", "pixie_secrets", "exec", "--", "printenv", shape.key]
    folder = (shape.root / shape.saved_in).parent
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "***\n"), done.stderr
    seen("exec without id")


def test_the_frameworks_own_reader_has_the_value_from_the_file_and_under_exec(
    request: pytest.FixtureRequest, shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    reader = own_reader(request.node.callspec.params["shape"], shape.key)

    def output(*before: str) -> str:
        words = [*before, *reader.words]
        done = subprocess.run(
            words, cwd=shape.folder, env=reader.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert output() == f"{value_of(shape)}\n"
    assert output(sys.executable, "-m", "pixie_secrets", "exec", shape.app, "--") == "***\n"
    seen("own reader", reader.name)


def test_a_hidden_prompt_asks_and_saves(shape: Shape, run: Callable[..., Any], seen: Callable[..., None]) -> None:
    run("unset-secret", shape.key)
    with Shell(shape.working) as shell:
        shell.ask(f"set-secret {shape.key}")
        shell.type(f"{value_of(shape)}\r")
        answer = shell.prompt_back()
        assert shape.saved_in in answer
        assert value_of(shape) not in shell.shown
    assert value_of(shape) in (shape.root / shape.saved_in).read_text()
    seen("prompt")


def test_the_page_asks_and_saves(shape: Shape, run: Callable[..., Any], seen: Callable[..., None]) -> None:
    project = find_project(working=shape.working)
    with serving(project) as served:
        person = Person()
        saved = person.save(served.settings(shape.app), {shape.key: value_of(shape)})
        assert saved.status == 200
        assert value_of(shape) not in saved.html
    assert value_of(shape) in (shape.root / shape.saved_in).read_text()
    seen("page")


def test_a_value_goes_again(shape: Shape, run: Callable[..., Any], seen: Callable[..., None]) -> None:
    set_it(shape, run)
    status, out, _ = run("unset-secret", shape.key)
    assert (status, out) == (0, f"removed {shape.key} from {shape.app}\n")
    assert value_of(shape) not in (shape.root / shape.saved_in).read_text()
    seen("unset")


def test_every_value_that_was_there_is_known(shape: Shape, run: Callable[..., Any], seen: Callable[..., None]) -> None:
    set_it(shape, run)
    forget_known_values()  # what was typed must not be what makes it known
    learn._learned.clear()
    run("list-secrets")
    assert value_of(shape) not in KNOWN.mask(f"<{value_of(shape)}>")
    for value in shape.standing:
        assert KNOWN.mask(f"<{value}>") == "<***>"
    for setting in ("true", "3000", "http://localhost:3000", "shop.test", "debug"):
        assert KNOWN.mask(setting) == setting
    seen("known values")


def test_mask_takes_the_value_out_of_what_goes_through_it(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    words = [sys.executable, "-m", "pixie_secrets", "mask"]
    given = f"<{value_of(shape)}> true"
    done = subprocess.run(words, cwd=shape.working, input=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "<***> true"), done.stderr
    seen("mask")


def test_doctor_sees_the_file_and_that_others_could_read_it(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    path = shape.root / shape.saved_in

    def state() -> dict[str, str]:
        _, out, err = run("doctor", "--no-attack", "--json")
        assert out, err
        return {check["name"]: check["state"] for check in json.loads(out)["checks"]}

    good = state()
    assert (good[f"{shape.saved_in} mode"], good[f"{shape.saved_in} git"]) == ("ok", "ok")
    path.chmod(0o644)
    try:
        assert state()[f"{shape.saved_in} mode"] == "broken"
        run("doctor", "--no-attack", "--fix")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        path.chmod(0o600)
    seen("doctor")


def test_a_leak_of_its_value_is_found(shape: Shape, run: Callable[..., Any], seen: Callable[..., None]) -> None:
    set_it(shape, run)
    assert run("find-leaks", shape.app)[0] == 0
    Path(os.environ["HOME"], ".bash_history").write_text(f"ls\nexport {shape.key}={value_of(shape)}\n")
    status, out, _ = run("find-leaks", shape.app, "--json")
    assert status == 1
    [leak] = json.loads(out)["leaks"]
    assert (leak["tool_id"], leak["key"], leak["line"]) == (shape.app, shape.key, 2)
    assert value_of(shape) not in out
    seen("find-leaks")


def test_declarations_are_generated_for_its_language(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    status, out, err = run("codegen", shape.app)
    if not shape.generated:
        assert status == 1
        assert "only process-env.d.ts is generated" in err
        seen("codegen", "not its language")
        return
    assert status == 0, err
    generated = shape.folder / shape.generated
    assert generated.relative_to(shape.root).as_posix() in out
    assert value_of(shape) not in generated.read_text()
    assert run("codegen", shape.app, "--check")[0] == 0
    generated.unlink()
    seen("codegen", shape.generated)


def test_the_values_of_a_mcp_json_move_to_it(shape: Shape, run: Callable[..., Any], seen: Callable[..., None]) -> None:
    config = shape.root / ".mcp.json"
    server = {"command": "npx", "args": ["-y", "maps-server"], "env": {"MAPS_TOKEN": value_of(shape)}}
    config.write_text(json.dumps({"mcpServers": {"maps": server}}))
    path = os.path.relpath(shape.folder, shape.root)
    named = path if path == "." or "/" in path else f"./{path}"
    status, out, err = run("migrate-tool-format", named, "--from", str(config))
    moved = config.read_text()
    config.unlink()
    assert status == 0, err
    assert value_of(shape) not in out + err + moved
    arguments = json.loads(moved)["mcpServers"]["maps"]["args"]
    assert arguments[arguments.index("exec") + 1 :] == [path, "--", "npx", "-y", "maps-server"]
    assert run("list-secrets", shape.app, "--json")[1].count('"MAPS_TOKEN"') == 1
    assert run("unset-secret", shape.app, "MAPS_TOKEN")[0] == 0
    seen("migrate --from")


def test_the_guard_denies_its_files_and_knows_its_values_and_lets_the_template_be_read(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    path = shape.root / shape.saved_in

    def denied(tool: str, **given: str) -> str:
        document = {"tool_name": tool, "tool_input": given, "cwd": str(shape.working)}
        return decide(claude_code.request("PreToolUse", document), {}).deny

    assert denied("Read", file_path=str(path))
    assert denied("Write", file_path=str(path), content="x")
    assert denied("Bash", command=f"cat {os.path.relpath(path, shape.working)}")
    assert denied("Bash", command=f"grep -r KEY {shape.root}")
    assert not denied("Read", file_path=str(path.parent / ".env.example"))
    assert not denied("Bash", command="git status && ls")
    values = known.load(Places(str(shape.working), {}), None)
    assert values
    for value in (value_of(shape), *shape.standing):
        assert values.mask(f"<{value}>") == "<***>"
    assert values.mask("true 3000 debug") == "true 3000 debug"
    seen("guard")


def test_lint_finds_a_value_that_slipped_into_a_file_of_the_app_and_nothing_else(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    slip = (shape.root / shape.saved_in).parent / "notes.txt"
    assert run("lint-tool", shape.app, "--select", "KV,GT002,GT003")[0] == 0
    slip.write_text(f"the key is {value_of(shape)}\n")
    try:
        status, out, _ = run("lint-tool", shape.app, "--json", "--select", "KV")
    finally:
        slip.unlink()
    assert status == 1
    [finding] = json.loads(out)["findings"]
    assert (finding["code"], finding["line"]) == ("KV001", 1)
    assert finding["file"] == slip.relative_to(shape.root).as_posix()
    seen("lint")


def test_its_values_are_sealed_and_used_and_in_clear_again(
    shape: Shape, run: Callable[..., Any], seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    path = shape.root / shape.saved_in
    status, _, err = run("seal-tool", shape.app)
    assert status == 0, err
    sealed = shape.folder / "secrets.enc.json"
    assert value_of(shape) not in sealed.read_text() + path.read_text()
    words = [sys.executable, "-m", "pixie_secrets", "exec", shape.app, "--", "printenv", shape.key]
    done = subprocess.run(words, cwd=shape.working, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "***\n"), done.stderr
    status, _, err = run("unseal-tool", shape.app)
    assert status == 0, err
    assert value_of(shape) in path.read_text()
    assert not sealed.exists()
    seen("seal")


def test_a_service_is_asked_whether_its_key_works_once_a_person_agreed(
    shape: Shape, run: Callable[..., Any], tmp_path: Path, seen: Callable[..., None]
) -> None:
    set_it(shape, run)
    with standing_in(tmp_path, "api.github.com") as service:
        service.says(200, b'{"login": "ann"}')
        with Shell(shape.working, **service.environment) as shell:
            shell.type(f"{PIXIE} probe-secret {shape.app} {shape.key} --service github\r")
            shell.expect("[y/N] ")
            shell.type("y")
            answer = shell.prompt_back()
            assert value_of(shape) not in shell.shown
        assert f"{shape.key} works: GitHub takes it" in answer
        [asked] = service.seen
        assert asked.headers["authorization"] == f"Bearer {value_of(shape)}"
    seen("probe")


@pytest.mark.parametrize("from_subfolder", [False, True])
def test_a_real_commit_is_stopped_by_a_known_value_and_by_nothing_else(
    shape: Shape, run: Callable[..., Any], tmp_path: Path, from_subfolder: bool, seen: Callable[..., None]
) -> None:
    if not (shape.root / ".git").exists():
        seen("commit", "no git")
        return  # there is nothing to commit: the table says so, and nothing else may
    set_it(shape, run)
    text = "repos:\n  - repo: local\n    hooks:\n      - " + "\n        ".join([*hook_fields(), "language: system"])
    config = tmp_path / "hooks.yaml"
    config.write_text(text + "\n")
    staged = shape.folder / f"staged-{from_subfolder}.txt"
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    working = shape.folder if from_subfolder else shape.root

    def run_in(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=working, env=environment, capture_output=True, text=True, check=False)

    def committed(content: str) -> subprocess.CompletedProcess[str]:
        staged.write_text(content)
        git(shape.root, "add", str(staged))
        return run_in(
            require_program("git"), "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-mx"
        )

    program = Path(sys.executable).parent / "pre-commit"
    assert (done := run_in(str(program), "install", "--config", str(config))).returncode == 0, done.stdout + done.stderr
    try:
        assert (done := committed("nothing\n")).returncode == 0, done.stdout + done.stderr
        stopped = committed(f"{value_of(shape)}\n")
    finally:
        run_in(str(program), "uninstall")
        git(shape.root, "rm", "--quiet", "--force", str(staged))
    assert stopped.returncode == 1
    assert "KV001" in stopped.stdout + stopped.stderr
    assert value_of(shape) not in stopped.stdout + stopped.stderr
    seen("commit")
