"""Values move between a `.env` and a sealed file: all of them, once, whoever is killed when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest
from dotenv import dotenv_values
from tests.conftest import add_tool
from tests.sealed.programs import age_key, decrypted, sops, ssh_key
from tests.sealed.values import HARD

from pixie_secrets.audit import record
from pixie_secrets.errors import PixieError
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.recipients import RecipientsRequest, RotateKeyRequest, recipients, rotate_key
from pixie_secrets.operations.seal_tool import SealToolRequest, seal_tool
from pixie_secrets.operations.set_secret import SetSecretRequest, set_secret
from pixie_secrets.operations.unseal_tool import UnsealToolRequest, unseal_tool
from pixie_secrets.sealed import identities, key_places, read_back
from pixie_secrets.sealed.refusals import SealedDamaged, SealedTampered, WrongKey
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores import learn, opened
from pixie_secrets.stores.sealed import SealedStore
from pixie_secrets.stores.store import store_of

MODULE = [sys.executable, "-m", "pixie_secrets"]
ROOT = Path(__file__).parents[2]
TOOL = "whisper-transcription"
VALUES = {"OPENAI_API_KEY": "sk-test-7Qm4xW9tB2nL0aZ", "WEBHOOK_URL": "https://invented.example/hook?key=31337abcdef"}


def fresh(project: Project) -> Project:
    return Project(project.root)


def folder(project: Project) -> Path:
    return project.root / "tools" / TOOL


def with_values(project: Project, values: dict[str, str] = VALUES) -> None:
    request = SetSecretRequest(TOOL, allow_undeclared=True)
    set_secret(Context(project, channel="page"), request, {key: SecretStr(value) for key, value in values.items()})


def stored(project: Project) -> dict[str, str]:
    owner = fresh(project).owner(TOOL)
    return {key: value.get_secret_value() for key, value in store_of(owner).values().items()}


def seal(project: Project, *to: str, dry_run: bool = False) -> None:
    seal_tool(Context(fresh(project)), SealToolRequest(TOOL, dry_run), to)


@pytest.fixture
def sealed(project: Project) -> Project:
    with_values(project)
    seal(project)
    return fresh(project)


def test_values_move_into_the_sealed_file_and_every_other_line_stays(project: Project) -> None:
    env = folder(project) / ".env"
    env.write_text("# who may use it: payments\nOPENAI_API_KEY=old\n\nWEBHOOK_URL=x  # remark\n")
    env.chmod(0o600)
    with_values(project)
    seal(project)
    assert "# who may use it: payments\n" in env.read_text()
    assert dotenv_values(env) == {}
    assert not any(value in text for value in VALUES.values() for text in _texts(project.root))
    assert decrypted(folder(project) / "secrets.enc.json", key_places.key_file()).items() >= VALUES.items()
    assert stored(project) == VALUES


def _texts(root: Path) -> list[str]:
    return [path.read_text(errors="replace") for path in root.rglob("*") if path.is_file()]


def test_a_dry_run_says_it_and_changes_nothing_and_makes_no_key(project: Project) -> None:
    with_values(project)
    before = (folder(project) / ".env").read_bytes()
    planned = seal_tool(Context(fresh(project)), SealToolRequest(TOOL, dry_run=True))
    assert planned.keys == ("OPENAI_API_KEY", "WEBHOOK_URL")
    assert (folder(project) / ".env").read_bytes() == before
    assert not (folder(project) / "secrets.enc.json").exists()
    assert not Path(key_places.key_file()).exists()
    assert set(planned._asdict()) == {
        "tool_id", "path", "keys", "recipients", "left", "notes", "passed_over", "dry_run",
    }  # fmt: skip


def test_unsealing_brings_back_what_was_there(project: Project) -> None:
    values = {key: value for key, value in HARD.items() if "\r" not in value}
    with_values(project, values)
    seal(project)
    unseal_tool(Context(fresh(project)), UnsealToolRequest(TOOL))
    assert not (folder(project) / "secrets.enc.json").exists()
    assert dotenv_values(folder(project) / ".env") == values


def test_a_value_that_no_env_can_hold_keeps_it_sealed(sealed: Project) -> None:
    store = store_of(sealed.owner(TOOL))
    store.set_values({"ODD": SecretStr("a\r\n'\"`${X}\r'")})
    before = (folder(sealed) / "secrets.enc.json").read_bytes()
    try:
        unseal_tool(Context(fresh(sealed)), UnsealToolRequest(TOOL))
    except PixieError:
        assert (folder(sealed) / "secrets.enc.json").read_bytes() == before
        assert dotenv_values(folder(sealed) / ".env") == {}
    else:
        assert dotenv_values(folder(sealed) / ".env")["ODD"] == "a\r\n'\"`${X}\r'"


def test_what_a_env_has_no_place_for_is_not_unsealed(sealed: Project) -> None:
    path = folder(sealed) / "secrets.enc.json"
    assert sops("set", path, '["db"]', '{"password": "x"}', keys=key_places.key_file()).returncode == 0
    with pytest.raises(PixieError, match="more than names and values: db"):
        unseal_tool(Context(fresh(sealed)), UnsealToolRequest(TOOL))
    assert path.exists()


def test_a_value_written_into_the_env_by_hand_never_wins_and_goes_with_the_next_change(sealed: Project) -> None:
    env = folder(sealed) / ".env"
    env.write_text("OPENAI_API_KEY=by-hand-invented\nOTHER=kept-invented\n")
    assert stored(sealed) == {**VALUES, "OTHER": "kept-invented"}
    with_values(fresh(sealed), {"OPENAI_API_KEY": "a-newer-one-invented"})
    assert dotenv_values(env) == {"OTHER": "kept-invented"}
    assert stored(sealed)["OPENAI_API_KEY"] == "a-newer-one-invented"
    seal(sealed)
    assert dotenv_values(env) == {}
    assert stored(sealed) == {"OPENAI_API_KEY": "a-newer-one-invented", "WEBHOOK_URL": VALUES["WEBHOOK_URL"],
                              "OTHER": "kept-invented"}  # fmt: skip


def test_unset_takes_it_out_of_both(sealed: Project) -> None:
    (folder(sealed) / ".env").write_text("OPENAI_API_KEY=by-hand-invented\n")
    assert store_of(sealed.owner(TOOL)).unset("OPENAI_API_KEY")
    assert stored(sealed) == {"WEBHOOK_URL": VALUES["WEBHOOK_URL"]}
    assert not store_of(sealed.owner(TOOL)).unset("OPENAI_API_KEY")


def test_when_it_was_made_and_set_stands_beside_it_and_is_kept_by_sops(sealed: Project) -> None:
    store = store_of(sealed.owner(TOOL))
    first = store.abouts()["OPENAI_API_KEY"]
    assert first.created
    assert first.channel == "page"
    path = folder(sealed) / "secrets.enc.json"
    assert sops("set", path, '["OTHER"]', '"x"', keys=key_places.key_file()).returncode == 0
    with_values(fresh(sealed), {"OPENAI_API_KEY": "another-invented"})
    after = store_of(fresh(sealed).owner(TOOL)).abouts()["OPENAI_API_KEY"]
    assert after.created == first.created
    assert after.updated >= first.updated


def test_who_has_no_record_of_it_sees_when_it_was_set(sealed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/nowhere")
    [tool] = list_secrets(Context(fresh(sealed)), ListSecretsRequest()).tools
    assert [(secret.status, secret.channel, bool(secret.updated_at)) for secret in tool.secrets] == [
        ("sealed", "page", True)
    ] * 2


def test_a_key_that_sops_would_leave_in_clear_is_not_stored(sealed: Project) -> None:
    before = (folder(sealed) / "secrets.enc.json").read_bytes()
    with pytest.raises(PixieError, match="would stand in clear"):
        store_of(sealed.owner(TOOL)).set_values({"API_unencrypted": SecretStr("sk-test-inventedinvented")})
    assert (folder(sealed) / "secrets.enc.json").read_bytes() == before


KILLED = """
import fcntl, os, sys
from pathlib import Path
from pixie_secrets import files
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.recipients import RecipientsRequest, RotateKeyRequest, recipients, rotate_key
from pixie_secrets.operations.seal_tool import SealToolRequest, seal_tool
from pixie_secrets.operations.unseal_tool import UnsealToolRequest, unseal_tool
from pixie_secrets.sealed import read_back
from tests.syscalls import Observed, die_before_call
root, what, number, who, tool = sys.argv[1:]
context = Context(Project(Path(root)))
if "fresh process" not in what:
    read_back.check = lambda file, values: None
die = die_before_call(int(number))
files.os, files.fcntl = Observed(os, die, lambda _: None), Observed(fcntl, die, lambda _: None)
if what.startswith("seal"):
    seal_tool(context, SealToolRequest(tool), [who])
elif what == "unseal":
    unseal_tool(context, UnsealToolRequest(tool))
elif what == "rotate":
    rotate_key(context, RotateKeyRequest(tool))
else:
    recipients(context, RecipientsRequest(what, tool, (who,)))
"""


@pytest.mark.parametrize("what", ["seal", "unseal", "add", "remove", "rotate"])
def test_killed_before_any_system_call_each_value_is_somewhere_and_in_clear_once_at_most(
    what: str, project: Project, tmp_path: Path
) -> None:
    who = age_key(tmp_path / "other.txt")
    with_values(project)
    if what != "seal":
        seal(project, *([who] if what in {"remove", "rotate"} else []))
    env, path = folder(project) / ".env", folder(project) / "secrets.enc.json"
    before = env.read_bytes(), path.read_bytes() if path.exists() else None
    identities.own_recipient()
    moments = set()
    for number in range(400):
        child = subprocess.run(
            [sys.executable, "-c", KILLED, str(project.root), what, str(number), who, TOOL],
            cwd=ROOT, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert stored(project) == VALUES
        clear = [file.name for file in project.root.rglob("*") if VALUES["OPENAI_API_KEY"] in _text(file)]
        assert len([name for name in clear if not name.endswith(".pixie-new")]) <= 1, clear
        assert {*clear} <= {".env", ".env.pixie-new"}
        moments.add((bool(clear), path.exists()))
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL, child.stderr
        env.write_bytes(before[0])
        env.with_name(".env.pixie-new").unlink(missing_ok=True)
        path.unlink(missing_ok=True) if before[1] is None else path.write_bytes(before[1])
    else:
        pytest.fail("it never came to its end")
    assert number > 10
    wanted = {
        "seal": {(True, False), (True, True), (False, True)},
        "unseal": {(False, True), (True, True), (True, False)},
    }
    assert moments == wanted.get(what, {(False, True)})


def _text(file: Path) -> str:
    return file.read_text(errors="replace") if file.is_file() else ""


def test_killed_while_it_seals_the_next_seal_does_the_rest(project: Project, tmp_path: Path) -> None:
    who = age_key(tmp_path / "other.txt")
    with_values(project)
    identities.own_recipient()
    env = (folder(project) / ".env").read_bytes()
    seal(project)
    (folder(project) / ".env").write_bytes(env)  # as it is between the two steps
    seal(project, who)
    assert dotenv_values(folder(project) / ".env") == {}
    assert decrypted(folder(project) / "secrets.enc.json", tmp_path / "other.txt").items() >= VALUES.items()


def test_values_stay_in_clear_where_a_fresh_process_cannot_open_what_was_written(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As where the key was only in this process: here somebody takes it away before the fresh one asks."""
    with_values(project)
    before = (folder(project) / ".env").read_bytes()
    check = read_back.check

    def without_key(file: Path, values: dict[str, str]) -> None:
        Path(key_places.key_file()).rename(tmp_path / "away")
        check(file, values)

    monkeypatch.setattr(read_back, "check", without_key)
    with pytest.raises(PixieError, match="a fresh process cannot open it"):
        seal(project)
    assert (folder(project) / ".env").read_bytes() == before


def test_fifty_writers_lose_nothing(sealed: Project) -> None:
    with get_context("fork").Pool(50) as pool:
        pool.map(_write, [(str(sealed.root), number) for number in range(50)])
    assert stored(sealed) == {**VALUES, **{f"KEY_{number}": f"value-{number}-invented" for number in range(50)}}


def _write(given: tuple[str, int]) -> None:
    root, number = given
    store = store_of(Project(Path(root)).owner(TOOL))
    store.set_values({f"KEY_{number}": SecretStr(f"value-{number}-invented")})


class Person:
    """Somebody with a home, and so a key, of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir()
        self.recipient = self.run("keys").splitlines()[0]

    def run(self, *words: str, project: Project | None = None, status: int = 0) -> str:
        command = [
            sys.executable,
            "-m",
            "pixie_secrets",
            *(["--project", str(project.root)] if project else []),
            *words,
        ]
        environment = {**os.environ, "HOME": str(self.home)}
        done = subprocess.run(command, cwd=self.home, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr


def test_three_people_with_three_keys(project: Project, tmp_path: Path) -> None:
    with_values(project)
    ada, ben, cem = (Person(tmp_path / name) for name in ("ada", "ben", "cem"))
    ada.run("seal-tool", TOOL, "--to", ben.recipient, project=project)
    show = ("exec", TOOL, "--", sys.executable, "-c", "import os; print(os.environ['OPENAI_API_KEY'][::-1])")
    backwards = VALUES["OPENAI_API_KEY"][::-1]
    assert ada.run(*show, project=project).strip() == backwards
    assert ben.run(*show, project=project).strip() == backwards
    assert "sealed for others" in cem.run(*show, project=project, status=1)
    ben.run("recipients", "add", TOOL, cem.recipient, project=project)
    assert cem.run(*show, project=project).strip() == backwards
    old = (folder(project) / "secrets.enc.json").read_bytes()
    done = subprocess.run(
        [*MODULE, "--project", str(project.root), "recipients", "remove", TOOL, ben.recipient],
        env={**os.environ, "HOME": str(cem.home)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "replace each at its service" in done.stderr
    assert "OPENAI_API_KEY, WEBHOOK_URL" in done.stderr
    assert "sealed for others" in ben.run(*show, project=project, status=1)
    assert ada.run(*show, project=project).strip() == backwards
    new = (folder(project) / "secrets.enc.json").read_bytes()
    assert not {*_lines(old, "ENC[")} & {*_lines(new, "ENC[")}, "something is sealed with the old data key"


def _lines(data: bytes, part: str) -> list[str]:
    return [line for line in data.decode().splitlines() if part in line]


def test_the_last_recipient_and_oneself_cannot_be_removed(sealed: Project, tmp_path: Path) -> None:
    me = identities.own_recipient()
    other = age_key(tmp_path / "other.txt")
    before = (folder(sealed) / "secrets.enc.json").read_bytes()
    with pytest.raises(PixieError, match="nobody would be left"):
        recipients(Context(sealed), RecipientsRequest("remove", TOOL, (me,)))
    with pytest.raises(PixieError, match="not sealed for them"):
        recipients(Context(sealed), RecipientsRequest("remove", TOOL, (other,)))
    assert (folder(sealed) / "secrets.enc.json").read_bytes() == before
    recipients(Context(sealed), RecipientsRequest("add", TOOL, (other,)))
    with pytest.raises(PixieError, match="could not open it any more"):
        recipients(Context(sealed), RecipientsRequest("remove", TOOL, (me,)))


def test_adding_somebody_changes_no_value_and_asks_for_none_to_be_replaced(sealed: Project, tmp_path: Path) -> None:
    before = _lines((folder(sealed) / "secrets.enc.json").read_bytes(), "ENC[")
    added = recipients(Context(sealed), RecipientsRequest("add", TOOL, (ssh_key(tmp_path / "key"),)))
    assert _lines((folder(sealed) / "secrets.enc.json").read_bytes(), "ENC[") == before
    assert added.to_rotate == ()
    assert len(added.recipients) == 2


def test_turning_the_data_key_changes_every_encrypted_text_and_no_value(sealed: Project) -> None:
    before = _lines((folder(sealed) / "secrets.enc.json").read_bytes(), "ENC[")
    rotate_key(Context(sealed), RotateKeyRequest(TOOL))
    after = _lines((folder(sealed) / "secrets.enc.json").read_bytes(), "ENC[")
    assert len(before) == len(after) == 3
    assert not {*before} & {*after}
    assert stored(sealed) == VALUES


def test_who_was_added_and_removed_and_a_new_data_key_are_in_the_audit_record(sealed: Project, tmp_path: Path) -> None:
    context = Context(sealed, channel="command")
    ada, ben = age_key(tmp_path / "ada.txt"), age_key(tmp_path / "ben.txt")
    at_first = len(record.read(sealed.root).entries)
    recipients(context, RecipientsRequest("add", TOOL, (ada, ben)))
    recipients(context, RecipientsRequest("add", TOOL, (ada,)))
    recipients(context, RecipientsRequest("list", TOOL))
    recipients(context, RecipientsRequest("remove", TOOL, (ben,)))
    with pytest.raises(PixieError, match="not sealed for them"):
        recipients(context, RecipientsRequest("remove", TOOL, (ben,)))
    rotate_key(context, RotateKeyRequest(TOOL))
    assert [
        (entry.change, entry.tool_id, entry.key, entry.channel, entry.detail)
        for entry in record.read(sealed.root).entries[at_first:]
    ] == [
        ("recipient-added", TOOL, "", "command", ada),
        ("recipient-added", TOOL, "", "command", ben),
        ("recipient-removed", TOOL, "", "command", ben),
        ("key-rotated", TOOL, "", "command", ""),
    ]


def test_a_change_of_recipients_that_is_not_recorded_is_done_all_the_same_and_says_so(
    sealed: Project, tmp_path: Path
) -> None:
    folder = Path(record.record_folder())
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.touch()
    added = recipients(Context(sealed), RecipientsRequest("add", TOOL, (age_key(tmp_path / "ada.txt"),)))
    assert len(added.recipients) == 2
    [note] = added.notes
    assert "not in the audit record" in note
    assert rotate_key(Context(sealed), RotateKeyRequest(TOOL)).notes == (note,)


@pytest.mark.parametrize("kind", ["wrong key", "tampered", "damaged"])
def test_what_does_not_open_is_not_written_to(kind: str, sealed: Project) -> None:
    path = folder(sealed) / "secrets.enc.json"
    text = path.read_text()
    error: type[PixieError] = WrongKey
    if kind == "wrong key":
        Path(key_places.key_file()).unlink()
        identities.own_recipient()
    elif kind == "tampered":
        error = SealedTampered
        path.write_text("\n".join(line for line in text.splitlines() if '"WEBHOOK_URL"' not in line))
    else:
        error = SealedDamaged
        path.write_text(text.replace("data:", "data:AAAA", 1))
    before = path.read_bytes()
    store = store_of(sealed.owner(TOOL))
    assert isinstance(store, SealedStore)
    for attempt in (
        store.values,
        lambda: store.set_values({"OPENAI_API_KEY": SecretStr("new-invented-value")}),
        lambda: store.unset("OPENAI_API_KEY"),
        lambda: rotate_key(Context(sealed), RotateKeyRequest(TOOL)),
        lambda: unseal_tool(Context(sealed), UnsealToolRequest(TOOL)),
    ):
        with pytest.raises(error):
            attempt()
        assert path.read_bytes() == before


def test_an_app_keeps_its_plain_settings_in_clear(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    env = root / ".env"
    env.write_text("NODE_ENV=production\nPORT=8080\nSTRIPE_SECRET_KEY=sk-invented-7Qm4xW9t\n")
    env.chmod(0o600)
    sealed = seal_tool(Context(Project(root)), SealToolRequest("."))
    assert sealed.keys == ("STRIPE_SECRET_KEY",)
    assert dotenv_values(env) == {"NODE_ENV": "production", "PORT": "8080"}
    env.unlink()  # as after a clone
    [app] = Project(root).apps
    assert {key: value.get_secret_value() for key, value in store_of(app).values().items()} == {
        "STRIPE_SECRET_KEY": "sk-invented-7Qm4xW9t"
    }


def test_an_app_with_different_values_for_a_key_is_not_sealed(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    (root / "node_modules").mkdir(parents=True)
    (root / "package.json").write_text('{"dependencies": {"next": "16.0.0"}}')
    for name in (".env", ".env.local"):
        (root / name).write_text(f"STRIPE_SECRET_KEY=sk-invented-of{name}\n")
        (root / name).chmod(0o600)
    with pytest.raises(PixieError, match="different values for STRIPE_SECRET_KEY"):
        seal_tool(Context(Project(root)), SealToolRequest("."))
    assert not (root / "secrets.enc.json").exists()


def forget() -> None:
    """As in a new process."""
    KNOWN.__init__()  # type: ignore[misc]  # there is one index
    opened._opened.clear()
    learn._learned.clear()


def test_the_same_values_are_known_and_so_is_the_key(sealed: Project) -> None:
    forget()
    assert learn.learn(sealed) == ()
    key = Path(key_places.key_file()).read_text().splitlines()[-1]
    assert KNOWN.mask(f"{VALUES['OPENAI_API_KEY']} and {key}") == "*** and ***"


def test_a_key_that_is_there_later_makes_the_values_known(sealed: Project, tmp_path: Path) -> None:
    key = Path(key_places.key_file())
    key.rename(tmp_path / "away")
    forget()
    [unread] = learn.learn(fresh(sealed))
    assert "no key on this machine" in unread.error.message
    assert KNOWN.mask(VALUES["OPENAI_API_KEY"]) == VALUES["OPENAI_API_KEY"]
    (tmp_path / "away").rename(key)
    assert learn.learn(fresh(sealed)) == ()
    assert KNOWN.mask(VALUES["OPENAI_API_KEY"]) == "***"


def test_a_work_tree_of_the_same_repository_has_its_values_known_too(tmp_path: Path) -> None:
    root = tmp_path / "main"
    folder = add_tool(root, TOOL)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    subprocess.run([*git, "worktree", "add", "-q", str(tmp_path / "other")], check=True)
    project = Project(root)
    with_values(project)
    seal(project)
    assert folder.is_dir()
    add_tool(tmp_path / "other", TOOL)
    forget()
    learn.learn(Project(tmp_path / "other"))
    assert KNOWN.mask(VALUES["OPENAI_API_KEY"]) == "***"
