"""What a file's name says of it: one table, asked by whoever decides what to deny, report, ship or take in.

Each user maps its own decision on these kinds; none of them reads a name itself. The guard asks at every tool call of a
client, before the packages are there: builtins only, not even `re` (32 ms) or `enum` (12 ms).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    FileKind = Literal[
        "values", "copy", "like values", "template", "sealed", "key", "credentials", "key folder", "environment",
        "repository", "own", "hook", "agent", "compiled", "cache", "litter",
    ]  # fmt: skip

VALUES: Literal["values"] = "values"  # `.env`, `.env.local`, `.env-prod`: where values belong
COPY: Literal["copy"] = "copy"  # `.env~`, `.env.bak`, `.#.env`: what an editor or a person left of such a file
LIKE_VALUES: Literal["like values"] = "like values"  # `prod.env`, `.envrc`, `.env2`, `test.env.js`: may hold values
TEMPLATE: Literal["template"] = "template"  # `.env.example`: made to be shared, without values
SEALED: Literal["sealed"] = "sealed"  # `secrets.enc.json`: values, encrypted; made to be committed
KEY: Literal["key"] = "key"  # `id_rsa`, `AuthKey_9A.p8`, `.netrc`: nothing but a key, or a public one
CREDENTIALS: Literal["credentials"] = "credentials"  # `.npmrc`, `token.json`: settings that often hold credentials
KEY_FOLDER: Literal["key folder"] = "key folder"  # `.ssh`, `.aws`
ENVIRONMENT: Literal["environment"] = "environment"  # `.venv`
REPOSITORY: Literal["repository"] = "repository"  # `.git`
OWN: Literal["own"] = "own"  # state of this program
HOOK: Literal["hook"] = "hook"  # `conftest.py`, `x.pth`: runs by itself
AGENT: Literal["agent"] = "agent"  # `.claude`, `.mcp.json`: settings that can start programs
COMPILED: Literal["compiled"] = "compiled"  # `x.pyc`
CACHE: Literal["cache"] = "cache"  # `__pycache__`, `node_modules`: made by programs, remade at will
LITTER: Literal["litter"] = "litter"  # `.DS_Store`, `.idea`, `x.swp`: left behind by a program, an editor or a system

KINDS: tuple[FileKind, ...] = (
    VALUES, COPY, LIKE_VALUES, TEMPLATE, SEALED, KEY, CREDENTIALS, KEY_FOLDER, ENVIRONMENT, REPOSITORY, OWN, HOOK,
    AGENT, COMPILED, CACHE, LITTER,
)  # fmt: skip

HOLDING_VALUES = frozenset({VALUES, COPY})
PERHAPS_HOLDING_VALUES = HOLDING_VALUES | {LIKE_VALUES}

STAGED_PREFIX = ".pixie-import-"  # of a folder in `tools/` in which an import is at work, or was killed
UNFINISHED_ENDING = ".pixie-new"  # of a file that is being written beside the one it replaces
TEMPLATE_WORDS = (
    "example", "examples", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults", "schema",
)  # fmt: skip
SEALED_NAME = "secrets.enc.json"  # beside a `.env`: what is sealed of a tool or an app
USUAL_VALUES = (".env", ".env.local")  # what most projects have, for who asks whether a rule covers them

_COPY_WORDS = frozenset(
    {"bak", "backup", "back", "bkp", "old", "orig", "save", "saved", "copy", "tmp", "prev", "previous", "rej"}
    | {"swp", "swo", "swn", "new"}
)
_TEMPLATES_OF = frozenset({"example", "sample", "template"})  # in front: `example.env`
_BY_NAME: dict[str, FileKind] = {}
for _kind, _names in (
    (ENVIRONMENT, ".venv venv .virtualenv pyvenv.cfg .direnv"),
    (REPOSITORY, ".git .hg .svn .bzr .jj _darcs"),
    (KEY_FOLDER, ".ssh .gnupg .aws .azure .gcloud .kube .docker"),
    (KEY, ".netrc _netrc .pgpass .git-credentials .htpasswd"),
    (KEY, "id_rsa id_dsa id_ecdsa id_ed25519 id_ecdsa_sk id_ed25519_sk"),
    (CREDENTIALS, ".npmrc .pypirc .my.cnf credentials.json token.json application_default_credentials.json"),
    (HOOK, "sitecustomize.py usercustomize.py conftest.py sitecustomize usercustomize"),
    (AGENT, ".claude .mcp.json .cursor .devcontainer .tool-versions .codex .gemini .zed"),
    (AGENT, ".opencode opencode.json opencode.jsonc .kilo .kilocode kilo.json kilo.jsonc"),
    (AGENT, ".qwen .kimi .kimi-code .continue .cline"),
    (AGENT, ".mise .mise.toml mise.toml .mise.local.toml mise.local.toml"),
    (AGENT, ".cargo"),
    (CACHE, "__pycache__ .mypy_cache .ruff_cache .pytest_cache .hypothesis .tox .nox node_modules .uv-cache .eggs"),
    (CACHE, ".import_linter_cache .pytype .pyre"),
    (LITTER, ".ipynb_checkpoints .cache .coverage htmlcov __macosx .idea .vscode .vs .fleet"),
    (LITTER, "thumbs.db desktop.ini ehthumbs.db $recycle.bin icon\r .ds_store .localized .directory .apdisk"),
    (LITTER, ".spotlight-v100 .trashes .fseventsd .documentrevisions-v100"),
):
    _BY_NAME |= dict.fromkeys(_names.split(" "), _kind)
_BY_ENDING: dict[str, FileKind] = {  # by what begins with the last dot
    ".pth": HOOK, UNFINISHED_ENDING: OWN, ".pyc": COMPILED, ".pyo": COMPILED, ".egg-info": CACHE, ".dist-info": CACHE,
    **dict.fromkeys(".pem .key .agekey .p8 .pk8 .p12 .pfx .pkcs12 .jks .keystore .ppk .kdbx".split(), KEY),
    **dict.fromkeys(".swp .swo .swn .orig .rej".split(), LITTER),
}  # fmt: skip
_CACHED_MAX = 8192
_cached: dict[str, FileKind | None] = {}


def file_kind(name: str, *, exact: bool = False) -> FileKind | None:
    """What `name`, the last part of a path, says; None: an ordinary file or folder.

    exact: `.ENV` is another file than `.env`. Otherwise the name is read as the most forgiving file system would.
    """
    if exact:
        return _judged(name)
    if name not in _cached:
        if len(_cached) >= _CACHED_MAX:
            _cached.clear()
        _cached[name] = _judged(folded_name(name))
    return _cached[name]


def folded_name(name: str) -> str:
    """`name` without case, width, invisible characters and dots or spaces at either end."""
    if name.isascii():
        return name.lower().strip(" ").rstrip(". ")
    import unicodedata

    name = unicodedata.normalize("NFKC", name).casefold()
    if not name.isascii():
        unseen = {"Cf", "Cc", "Mn", "Zl", "Zp"}
        name = "".join(char for char in name if unicodedata.category(char) not in unseen)
    return name.strip(" ").rstrip(". ")


def _judged(name: str) -> FileKind | None:
    if "env" in name and (kind := _about_env(name)):
        return kind
    if kind := _BY_NAME.get(name):
        return kind
    if name.startswith(".pixie"):
        return OWN
    if kind := _BY_ENDING.get(name[name.rfind(".") :]):
        return kind
    if name.endswith("~") or name.startswith(("._", ".#")) or (name.startswith("#") and name.endswith("#")):
        return LITTER
    return _json_kind(name) if name.endswith(".json") else None


def _json_kind(name: str) -> FileKind | None:
    return SEALED if name.endswith(".enc.json") else KEY if _is_account(name) else None


def _is_account(name: str) -> bool:
    """The keys that clouds hand out are called so: `client_secret_1.json`, `acme-service-account.json`."""
    joined = name.replace("-", "").replace("_", "")
    return joined.startswith("clientsecret") or "serviceaccount" in joined


def _about_env(name: str) -> FileKind | None:
    """What a name with `env` in it says, where that is what it is about."""
    core = name.removeprefix("._").removeprefix(".#").removeprefix("#").removesuffix("#").rstrip("~")
    before, found, rest = core.partition(".env")
    last = _last_word(rest)
    if not found:  # `env.example`
        rest = core.removeprefix("env")
        return TEMPLATE if rest != core and rest[:1] in {".", "-", "_"} and _last_word(rest) in TEMPLATE_WORDS else None
    if rest[:1].isalnum():
        return None if before else LIKE_VALUES  # `os.environ.md`; `.envrc`
    if core == name and (last in TEMPLATE_WORDS or (not rest and _last_word(before) in _TEMPLATES_OF)):
        return TEMPLATE
    if before:
        return LIKE_VALUES
    return COPY if core != name or last in _COPY_WORDS or last.isdigit() else VALUES


def _last_word(text: str) -> str:
    """`production` of `.local-production`."""
    for separator in "-_ ()":
        text = text.replace(separator, ".")
    return text.rstrip(".").rpartition(".")[2]
