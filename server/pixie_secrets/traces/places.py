"""Where programs keep what was said and typed: the files of every known coding agent, shell histories, and the like."""

from __future__ import annotations

import os
import stat
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.clients import CLIENTS
from pixie_secrets.filenames import UNFINISHED_ENDING
from pixie_secrets.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Form(Enum):
    """How the bytes of a place are to be read."""

    TEXT = "text"
    ZSH = "text as zsh writes it"
    DATABASE = "an SQLite database"
    COMPRESSED = "one zlib stream"
    PACK = "a pack of a git repository"
    GZIP = "a gzip file"
    ZIP = "a zip archive"


class Place(NamedTuple):
    """One file. program: whose, for people. what: transcript, prompts, output, index, snapshot, history, patch,
    leftover, swap, credentials, repository or file. size: in bytes; written: when, in seconds since 1970; both as they
    were when it was listed. programs: the names on PATH of the coding agent that keeps it. same_size: it keeps
    elsewhere at which byte each line begins.
    """

    program: str
    what: str
    path: Path
    form: Form
    size: int = 0
    written: float = 0.0
    programs: tuple[str, ...] = ()
    same_size: bool = False


# In the home folder, by the programs' own documentation; the variable names another file.
_HISTORIES = (
    ("bash", ".bash_history", "", Form.TEXT),
    ("zsh", ".zsh_history", "", Form.ZSH),
    ("zsh", ".zhistory", "", Form.ZSH),
    ("fish", ".local/share/fish/fish_history", "", Form.TEXT),
    ("Python", ".python_history", "PYTHON_HISTORY", Form.TEXT),
    ("IPython", ".ipython/profile_default/history.sqlite", "", Form.DATABASE),
    ("Node.js", ".node_repl_history", "NODE_REPL_HISTORY", Form.TEXT),
    ("psql", ".psql_history", "PSQL_HISTORY", Form.TEXT),
    ("mysql", ".mysql_history", "MYSQL_HISTFILE", Form.TEXT),
    ("sqlite3", ".sqlite_history", "SQLITE_HISTORY", Form.TEXT),
    ("redis-cli", ".rediscli_history", "REDISCLI_HISTFILE", Form.TEXT),
    ("less", ".lesshst", "LESSHISTFILE", Form.TEXT),
    ("vim", ".viminfo", "", Form.TEXT),
)
# Where a program reads a key of its own: the value may stand there on purpose, and has to be replaced there as well.
_CREDENTIALS = (
    ("curl, ftp", ".netrc", "NETRC"),
    ("git", ".git-credentials", ""),
    ("GitHub CLI", ".config/gh/hosts.yml", ""),
    ("GitLab CLI", ".config/glab-cli/config.yml", ""),
    ("npm", ".npmrc", "NPM_CONFIG_USERCONFIG"),
    ("twine", ".pypirc", ""),
    ("pip", ".config/pip/pip.conf", "PIP_CONFIG_FILE"),
    ("AWS CLI", ".aws/credentials", "AWS_SHARED_CREDENTIALS_FILE"),
    ("Docker", ".docker/config.json", ""),
    ("Hugging Face", ".cache/huggingface/token", "HF_TOKEN_PATH"),
    ("Cargo", ".cargo/credentials.toml", ""),
    ("psql", ".pgpass", "PGPASSFILE"),
    ("MySQL", ".my.cnf", ""),
    ("Stripe CLI", ".config/stripe/config.toml", ""),
    ("OpenAI CLI", ".config/openai/config.json", ""),
)
_IN_HOME = (
    ("pre-commit", "patch", ".cache/pre-commit", "patch*"),
    ("prek", "patch", ".cache/prek/patches", "*.patch"),
    ("VS Code", "leftover", ".config/Code/User/History", "*/*"),
    ("VSCodium", "leftover", ".config/VSCodium/User/History", "*/*"),
    ("Cursor", "leftover", ".config/Cursor/User/History", "*/*"),
    ("Neovim", "swap", ".local/state/nvim/swap", "*"),
    ("Neovim", "swap", ".local/state/nvim/undo", "*"),
    ("vim", "swap", ".vim/swap", "*"),
    ("vim", "swap", ".vim/undo", "*"),
    ("Emacs", "leftover", ".emacs.d/auto-save-list", "*"),
)
_OF_GIT = ("config", "COMMIT_EDITMSG", "MERGE_MSG", "SQUASH_MSG", "TAG_EDITMSG", "logs/**/*")
_LEFTOVER = pattern(r".+~|#.+#|.+\.(?:bak|orig|rej|old|save|tmp)")
_SWAP = pattern(r"\..+\.(?:sw[a-p]|un~|kate-swp)")
_NOT_ENTERED = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".tox"})
_FORMS = {".db": Form.DATABASE, ".sqlite": Form.DATABASE, ".sqlite3": Form.DATABASE}
_MORE_FORMS = {**_FORMS, ".gz": Form.GZIP, ".zip": Form.ZIP}


def places(project: Path, environment: Mapping[str, str] = os.environ, also: tuple[Path, ...] = ()) -> Iterator[Place]:
    """Every file there is to look into, each once; one that is a link is passed over.

    also: further files, and folders with all that is below them.
    """
    seen: set[Path] = set()
    for place in _all(project, environment, also):
        if place.path in seen:
            continue
        seen.add(place.path)
        try:
            status = place.path.lstat()
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            yield place._replace(size=status.st_size, written=status.st_mtime)


def _all(project: Path, environment: Mapping[str, str], also: tuple[Path, ...]) -> Iterator[Place]:
    yield from _of_clients(project, environment)
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "/")
    for program, name, variable, form in _HISTORIES:
        yield Place(program, "history", Path(environment.get(variable) or home / name), form)
    if named := environment.get("HISTFILE"):
        yield Place("the shell", "history", Path(named), Form.ZSH if "zsh" in named else Form.TEXT)
    for program, name, variable in _CREDENTIALS:
        yield Place(program, "credentials", Path(environment.get(variable) or home / name), Form.TEXT)
    for program, what, folder, matching in _IN_HOME:
        for path in _matching(home / folder, matching):
            yield Place(program, what, path, Form.TEXT)
    yield from _of_project(project)
    for path in also:
        for each in [path] if not path.is_dir() else _below(path, frozenset()):
            yield Place("a file that was named", "file", each, _MORE_FORMS.get(each.suffix.lower(), Form.TEXT))


def _of_clients(project: Path, environment: Mapping[str, str]) -> Iterator[Place]:
    for client in CLIENTS:
        for kept in client.keeps:
            for path in _matching(kept.folder.path(project, environment), kept.pattern):
                form = _compressed(path) if kept.compressed else _FORMS.get(path.suffix, Form.TEXT)
                if form:
                    yield Place(client.title, kept.what, path, form, 0, 0.0, client.programs, kept.same_size)


def _compressed(path: Path) -> Form | None:
    """Of a file among a repository's objects, which may be packed."""
    if path.parent.name == "pack":
        return Form.PACK if path.suffix == ".pack" else None
    return None if path.parent.name == "info" else Form.COMPRESSED


def _of_project(project: Path) -> Iterator[Place]:
    for name in _OF_GIT:
        for path in _matching(project / ".git", name):
            yield Place("git", "credentials" if name == "config" else "repository", path, Form.TEXT)
    for path in _below(project, _NOT_ENTERED):
        if _SWAP.fullmatch(path.name):
            yield Place("an editor", "swap", path, Form.TEXT)
        elif _LEFTOVER.fullmatch(path.name) and not path.name.endswith(UNFINISHED_ENDING):
            yield Place("an editor", "leftover", path, Form.TEXT)


def _below(folder: Path, not_entered: frozenset[str]) -> Iterator[Path]:
    for inside, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in not_entered)
        for name in sorted(names):
            yield Path(inside, name)


def _matching(folder: Path, matching: str) -> list[Path]:
    try:
        return sorted(folder.glob(matching))
    except OSError:  # a folder on the way that may not be entered
        return []
