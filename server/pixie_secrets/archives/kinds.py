"""What a name says a file is, where that decides whether it may travel.

Names are compared as the most forgiving file system would: without case, width, invisible characters and dots or
spaces at either end. A share leaves all of these out; an import refuses, drops or takes them; a replacement keeps what
is the person's own.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """The words are the reasons a person is given."""

    ENV = "may hold values"
    TEMPLATE = "a template of a .env"
    ENVIRONMENT = "a virtual environment, made anew on each machine"
    REPOSITORY = "a repository's history"
    KEY = "a key file"
    OWN = "state of pixie-secrets"
    HOOK = "runs by itself"
    AGENT = "settings that can start programs"
    COMPILED = "compiled Python, made anew on each machine"
    CACHE = "a cache"
    LITTER = "left behind by an editor or a system"


_TEMPLATE = re.compile(
    r"\.env\.(example|sample|template|tmpl|tpl|dist|defaults?|schema)|(example|sample|template)\.env"
)
_ENV = re.compile(r"\.env($|[^a-z0-9])")
_COMPILED = re.compile(r".*\.py[co]")
_KEYS = re.compile(
    r".*\.(pem|key|p12|pfx|pkcs12|jks|keystore|ppk|kdbx|pk8)|id_(rsa|dsa|ecdsa|ed25519)(_sk)?"
    r"|(client_secret|service[-_]?account).*\.json|credentials\.json|token\.json"
    r"|[._]netrc|\.(pypirc|npmrc|pgpass|git-credentials|htpasswd|my\.cnf)"
)
_LITTER = re.compile(
    r"\._.*|.*~|\.#.*|#.*#|.*\.(swp|swo|swn|orig|rej)|thumbs\.db|desktop\.ini|ehthumbs\.db|\$recycle\.bin|icon\r"
    r"|\.(ds_store|localized|directory|apdisk|spotlight-v100|trashes|fseventsd|documentrevisions-v100)"
)
_NAMES = {
    Kind.ENVIRONMENT: ".venv venv .virtualenv pyvenv.cfg .direnv",
    Kind.REPOSITORY: ".git .hg .svn .bzr .jj _darcs",
    Kind.KEY: ".ssh .gnupg .aws .azure .gcloud .kube .docker",
    Kind.HOOK: "sitecustomize.py usercustomize.py conftest.py sitecustomize usercustomize",
    Kind.AGENT: ".claude .mcp.json .cursor .devcontainer .mise.toml .tool-versions .codex .gemini .zed",
    Kind.CACHE: "__pycache__ .mypy_cache .ruff_cache .pytest_cache .hypothesis .tox .nox .cache node_modules "
    ".ipynb_checkpoints .coverage htmlcov .uv-cache .eggs .import_linter_cache .pytype .pyre",
    Kind.LITTER: "__macosx .idea .vscode .vs .fleet",
}
_BY_NAME = {name: kind for kind, names in _NAMES.items() for name in names.split()}


def plain(part: str) -> str:
    """`part` as the most forgiving file system reads it."""
    part = unicodedata.normalize("NFKC", part).casefold()
    if not part.isascii():
        part = "".join(char for char in part if unicodedata.category(char) not in {"Cf", "Cc", "Mn", "Zl", "Zp"})
    return part.strip(" ").rstrip(". ")


@lru_cache(maxsize=8192)
def kind_of(part: str) -> Kind | None:  # noqa: PLR0911  one return for each kind of rule
    """What the last part of a path says; None: an ordinary file or folder."""
    name = plain(part)
    if _TEMPLATE.fullmatch(name):
        return Kind.TEMPLATE
    if name.startswith(".env") or _ENV.search(name):
        return Kind.ENV
    if kind := _BY_NAME.get(name):
        return kind
    if name.endswith(".pth"):
        return Kind.HOOK
    if name.startswith(".pixie") or name.endswith(".pixie-new"):
        return Kind.OWN
    if _COMPILED.fullmatch(name):
        return Kind.COMPILED
    if name.endswith((".egg-info", ".dist-info")):
        return Kind.CACHE
    if _KEYS.fullmatch(name):
        return Kind.KEY
    return Kind.LITTER if _LITTER.fullmatch(name) else None
