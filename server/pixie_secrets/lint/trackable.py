"""Would git take values along? Files that hold values, and what git itself says of them.

Everything is asked in one go for each repository: what the index has, what the ignore rules cover (nested, global and
negated ones too), what any commit ever had. Where there is no git to ask, `pathspec` reads the .gitignore files.
"""

from __future__ import annotations

import os
import stat
import threading
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets import env_file
from pixie_secrets.errors import FileRefused
from pixie_secrets.filenames import KEY, file_kind
from pixie_secrets.files import read_plain
from pixie_secrets.git.ignore_files import BYTES_MAX, UnreadablePatternsError, spec_of
from pixie_secrets.lint.files import holds_values, is_template
from pixie_secrets.lint.repository import git_status
from pixie_secrets.patterns import pattern
from pixie_secrets.secret.setting import is_setting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pathspec import GitIgnoreSpec

_PUBLIC_KEY = pattern(rb"-----BEGIN (?:CERTIFICATE|PUBLIC KEY|RSA PUBLIC KEY)")
CODES = ("GT001", "GT002", "GT003", "GT004", "GT005", "GT006")  # what can be found here
SETTINGS_MAX = 1 << 16  # bytes of a file of settings
_MODE_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Trackable(NamedTuple):
    """file: relative to the project."""

    code: str
    file: str
    detail: str


def is_key_file(shown: str) -> bool:
    """By its name; certificates and public keys often have the same one and are told apart by `is_public`."""
    return file_kind(shown.rpartition("/")[2]) == KEY


class GitCheck:
    """`check` in a thread of its own: git answers while the files are read."""

    def __init__(self, root: Path, shown: Iterable[str]) -> None:
        self._root = root
        self._shown = list(shown)
        self._found: list[Trackable] = []
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="git", daemon=True)
        self._thread.start()

    def found(self) -> list[Trackable]:
        """What `check` found; waits for it, and raises what it raised."""
        self._thread.join()
        if self._failure:
            raise self._failure
        return self._found

    def _run(self) -> None:
        try:
            self._found = list(check(self._root, self._shown))
        except BaseException as failure:  # noqa: BLE001  handed on to whoever asks for what was found
            self._failure = failure


def check(root: Path, shown: Iterable[str]) -> Iterator[Trackable]:
    """What is wrong with the files that hold values. shown: all of a tool's files, and its `.env` even when missing."""
    wanted = [name for name in dict.fromkeys(shown) if holds_values(name.rsplit("/", 1)[-1]) or is_key_file(name)]
    names = [name for name in wanted if not is_template(name) and not (is_key_file(name) and _is_public(root / name))]
    names = [name for name in names if not holds_settings(name, _start_of(root / name))]
    for repositories, inside in _by_repositories(root, names).items():
        yield from _asked(root, repositories, inside)
    for name in names:
        yield from _opened(root / name, name)


def holds_settings(name: str, data: bytes) -> bool:
    """Whether an app's file of values has plain settings alone, as the `.env.development` that frameworks have tracked.

    data: the whole file. The `.env` itself, and whatever is in `tools/`, is for secrets, and one day has some.
    """
    last = name.rpartition("/")[2]
    if name.startswith("tools/") or last == ".env" or last.endswith(".local") or not data or not holds_values(last):
        return False
    try:
        values = env_file.read_every_value(data.decode())
    except (UnicodeDecodeError, FileRefused):
        return False
    return bool(values) and all(not value or is_setting(key, value) for key, value in values)


def _start_of(path: Path) -> bytes:
    """The file, where it is a small one; else nothing."""
    if not holds_values(path.name):
        return b""
    try:
        data = read_plain(path, SETTINGS_MAX + 1)
    except OSError:
        return b""
    return data if len(data) <= SETTINGS_MAX else b""


def _by_repositories(root: Path, names: list[str]) -> dict[tuple[Path, ...], list[str]]:
    """Names by the folders around them that look like repositories, the nearest first."""
    found: dict[tuple[Path, ...], list[str]] = {}
    known: dict[Path, tuple[Path, ...]] = {}
    for name in names:
        folder = (root / name).parent
        if folder not in known:
            known[folder] = tuple(up for up in (folder, *folder.parents) if os.path.lexists(up / ".git"))
        found.setdefault(known[folder], []).append(name)
    return found


def _asked(root: Path, repositories: tuple[Path, ...], names: list[str]) -> Iterator[Trackable]:
    """Every repository is asked: a `.git` that somebody put into a tool hides nothing from the one around it."""
    tracked: set[str] = set()
    once: set[str] = set()
    ignored: set[str] | None = None
    for repository in repositories:
        named = {os.path.relpath(root / name, repository).replace(os.sep, "/"): name for name in names}
        status = git_status(repository, list(named))
        if status is not None:
            tracked |= {named[path] for path in status.tracked if path in named}
            once |= {named[path] for path in status.once if path in named}
            if ignored is None and status.ignored is not None:
                ignored = {named[path] for path in status.ignored if path in named}
    if ignored is None:
        top = repositories[0] if repositories else root
        ignored = {name for name in names if _ignored_by_files(top, root / name)}
    for name in names:
        if name in tracked:
            yield Trackable("GT002", name, name)
        elif name not in ignored:
            yield Trackable("GT004" if is_key_file(name) else "GT001", name, name)
        if name in once and name not in tracked:
            yield Trackable("GT003", name, name)


def _ignored_by_files(top: Path, path: Path) -> bool:
    """What the .gitignore files from `top` down say, the deepest one last.

    As git does it: below a folder that is ignored nothing can be taken back.
    """
    steps = [*(folder for folder in reversed(path.parents) if top in folder.parents), path]
    return any(_matched(top, step, is_folder=step != path) for step in steps)


def _matched(top: Path, path: Path, *, is_folder: bool) -> bool:
    ignored = False
    sources = [(top, top / ".git/info/exclude")]
    sources += [(up, up / ".gitignore") for up in reversed(path.parents) if up == top or top in up.parents]
    for folder, file in sources:
        if spec := _patterns(file):
            relative = path.relative_to(folder).as_posix() + ("/" if is_folder else "")
            result = spec.check_file(relative.encode("utf-8", "replace").decode()).include
            ignored = ignored if result is None else result
    return ignored


def _patterns(path: Path) -> GitIgnoreSpec | None:
    """None: there are none, or they cannot be read."""
    try:
        return spec_of(read_plain(path, BYTES_MAX + 1))
    except (OSError, UnreadablePatternsError):
        return None


def _is_public(path: Path) -> bool:
    try:
        return is_public(read_plain(path, 4096))
    except OSError:
        return False


def is_public(text: bytes) -> bool:
    """A certificate or public key, which may go anywhere."""
    return _PUBLIC_KEY.search(text) is not None and b"PRIVATE KEY" not in text


def _opened(path: Path, name: str) -> Iterator[Trackable]:
    """Who else on this machine may read it."""
    if os.name != "posix" or not holds_values(path.name):
        return
    try:
        about = path.lstat()
    except OSError:
        return
    if not stat.S_ISREG(about.st_mode):
        return
    if about.st_uid != os.getuid():
        yield Trackable("GT006", name, name)
    if about.st_mode & _MODE_OTHERS:
        yield Trackable("GT005", name, name)
