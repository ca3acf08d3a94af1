"""The merge driver under the real git: keys merge, one that both sides changed is a conflict and named, never shown."""

from __future__ import annotations

import json
import random
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import require_program
from tests.sealed.programs import age_key, decrypted, sops

from pixie_secrets.sealed import identities, key_places
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.sealed_file import Setting, new_sealed, open_sealed

NAME = "secrets.enc.json"


class Repository:
    """Two branches, `main` and `other`, that begin at one sealed file. It has the driver set up, as the docs say."""

    def __init__(self, root: Path, values: dict[str, str], *recipients: str) -> None:
        require_program("git")
        self.root = root
        root.mkdir()
        self.git("init", "-q", "-b", "main")
        driver = f"{shlex.quote(sys.executable)} -m pixie_secrets git-merge %O %A %B"
        self.git("config", "merge.pixie-secrets.driver", driver)
        (root / ".gitattributes").write_text("*.enc.json merge=pixie-secrets\n")
        settings = {key: Setting(value, About("2026-01-01T00:00:00Z")) for key, value in values.items()}
        self.path.write_bytes(new_sealed(settings, [identities.own_recipient(), *recipients]))
        self.commit("begin")
        self.git("branch", "other")

    @property
    def path(self) -> Path:
        return self.root / NAME

    def git(self, *words: str, status: int = 0) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@invented.example", *words]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        assert done.returncode == status, (words, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message, "--allow-empty")

    def change(self, branch: str, values: dict[str, str], *unset: str) -> None:
        self.git("checkout", "-q", branch)
        opened = open_sealed(self.path.read_bytes(), NAME)
        settings = {key: Setting(value, opened.abouts.get(key, About()).set_again("2026-02-02T00:00:00Z", "page"))
                    for key, value in values.items()}  # fmt: skip
        self.path.write_bytes(opened.changed(settings, unset))
        self.commit(branch)

    @property
    def values(self) -> dict[str, str]:
        return open_sealed(self.path.read_bytes(), NAME).values


@pytest.mark.parametrize("seed", range(20))
def test_different_keys_merge_whatever_each_side_did(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    names = [f"KEY_{number}" for number in range(8)]
    before = {key: f"old-{key}-invented" for key in chance.sample(names, 5)}
    repository = Repository(tmp_path / "r", before)
    chance.shuffle(names)
    expected = dict(before)
    for branch, keys in (("main", names[:4]), ("other", names[4:])):
        gone = [key for key in keys if key in before and chance.random() < 0.3]
        new = {key: f"{branch}-{key}-invented" for key in keys if key not in gone and chance.random() < 0.7}
        repository.change(branch, new, *gone)
        expected = {key: value for key, value in {**expected, **new}.items() if key not in gone}
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-edit", "other")
    assert repository.values == expected
    theirs = decrypted(repository.path, key_places.key_file())
    assert {key: value for key, value in theirs.items() if not key.endswith("_unencrypted")} == expected
    assert list(repository.values) == sorted(expected)


def test_a_key_that_both_changed_is_a_conflict_that_names_it_and_merges_the_rest(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r", {"A": "old-invented-a", "B": "old-invented-b"})
    repository.change("other", {"A": "theirs-invented-a", "C": "theirs-invented-c"})
    repository.change("main", {"A": "ours-invented-a", "B": "ours-invented-b"})
    said = repository.git("merge", "--no-edit", "other", status=1)
    assert "both sides changed A" in said
    assert "invented" not in said
    text = repository.path.read_text()
    assert "<<<<" not in text
    assert "invented" not in text
    assert repository.values == {"A": "ours-invented-a", "B": "ours-invented-b", "C": "theirs-invented-c"}
    assert NAME in repository.git("diff", "--name-only", "--diff-filter=U")
    repository.git("checkout", "--theirs", NAME)
    assert repository.values["A"] == "theirs-invented-a"


@pytest.mark.parametrize("value", ["the same invented one", ""])
def test_both_doing_the_same_is_no_conflict(value: str, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r", {"A": "old-invented-a"})
    for branch in ("other", "main"):
        repository.change(branch, {"A": value} if value else {}, *([] if value else ["A"]))
    repository.git("merge", "--no-edit", "other")
    assert repository.values == ({"A": value} if value else {})


def test_one_removes_what_the_other_changes_is_a_conflict(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r", {"A": "old-invented-a", "B": "b"})
    repository.change("other", {}, "A")
    repository.change("main", {"A": "ours-invented-a"})
    assert "both sides changed A" in repository.git("merge", "--no-edit", "other", status=1)


def test_recipients_merge_with_what_their_side_sealed_for_them(tmp_path: Path) -> None:
    come = age_key(tmp_path / "come.txt")
    repository = Repository(tmp_path / "r", {"A": "old-invented-a"})
    me = identities.own_recipient()
    repository.git("checkout", "-q", "other")
    repository.path.write_bytes(open_sealed(repository.path.read_bytes(), NAME).sealed_for([me, come]))
    repository.commit("added")
    repository.change("main", {"B": "ours-invented-b"})
    repository.git("merge", "-q", "--no-edit", "other")
    assert open_sealed(repository.path.read_bytes(), NAME).recipients == (me, come)
    assert decrypted(repository.path, tmp_path / "come.txt")["B"] == "ours-invented-b"


def test_one_who_was_removed_stays_out(tmp_path: Path) -> None:
    gone = age_key(tmp_path / "gone.txt")
    repository = Repository(tmp_path / "r", {"A": "old-invented-a"}, gone)
    me = identities.own_recipient()
    repository.git("checkout", "-q", "other")
    repository.path.write_bytes(open_sealed(repository.path.read_bytes(), NAME).sealed_anew([me]))
    repository.commit("removed")
    repository.change("main", {"B": "ours-invented-b"})
    repository.git("merge", "-q", "--no-edit", "other")
    assert open_sealed(repository.path.read_bytes(), NAME).recipients == (me,)
    assert sops("decrypt", repository.path, keys=tmp_path / "gone.txt").returncode


@pytest.mark.parametrize("hostile", ["main", "other"])
@pytest.mark.parametrize("honest", ["set", "rotated", "removed"])
def test_whoever_writes_a_key_of_theirs_into_a_branch_is_given_nothing(
    hostile: str, honest: str, tmp_path: Path
) -> None:
    """The digest does not cover recipients: no key is needed to add oneself to the list."""
    gone, stranger = age_key(tmp_path / "gone.txt"), age_key(tmp_path / "stranger.txt")
    repository = Repository(tmp_path / "r", {"A": "old-invented-a"}, gone)
    me = identities.own_recipient()
    repository.git("checkout", "-q", hostile)
    document = json.loads(repository.path.read_text())
    ages = document["sops"]["age"]
    ages.append({"recipient": stranger, "enc": ages[0]["enc"]})
    repository.path.write_text(json.dumps(document, indent="\t"))
    repository.commit("hostile")
    repository.git("checkout", "-q", "other" if hostile == "main" else "main")
    opened = open_sealed(repository.path.read_bytes(), NAME)
    repository.path.write_bytes(
        opened.changed({"B": Setting("b-invented", About())})
        if honest == "set"
        else opened.sealed_anew([me, gone] if honest == "rotated" else [me])
    )
    repository.commit(honest)
    repository.git("checkout", "-q", "main")
    before = repository.path.read_bytes()
    if honest == "set" or (honest == "rotated" and hostile == "main"):
        repository.git("merge", "-q", "--no-edit", "other")
    else:
        said = repository.git("merge", "--no-edit", "other", status=1)
        assert stranger in said
        assert "invented" not in said
        assert repository.path.read_bytes() == before
    assert sops("decrypt", repository.path, keys=tmp_path / "stranger.txt").returncode


def test_who_cannot_open_it_gets_a_conflict_and_our_side_untouched(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r", {"A": "old-invented-a", "B": "b"})
    repository.change("other", {"A": "theirs-invented-a"})
    repository.change("main", {"B": "ours-invented-b"})
    before = repository.path.read_bytes()
    key = Path(key_places.key_file())
    key.rename(tmp_path / "away")
    said = repository.git("merge", "--no-edit", "other", status=1)
    assert "no key on this machine" in said
    assert repository.path.read_bytes() == before


def test_both_begin_the_file(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r", {})
    repository.git("rm", "-q", NAME)
    repository.commit("none")
    repository.git("branch", "-f", "other")
    me = identities.own_recipient()
    for branch in ("other", "main"):
        repository.git("checkout", "-q", branch)
        repository.path.write_bytes(new_sealed({f"OF_{branch.upper()}": Setting("v", About())}, [me]))
        repository.commit(branch)
    repository.git("merge", "-q", "--no-edit", "other")
    assert repository.values == {"OF_MAIN": "v", "OF_OTHER": "v"}
