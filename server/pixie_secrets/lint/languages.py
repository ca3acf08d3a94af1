"""How a file writes down a name and its value, told by its name."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from pixie_secrets.filenames import PERHAPS_HOLDING_VALUES, TEMPLATE, file_kind


class Language(Enum):
    """PYTHON and NOTEBOOK are parsed. The others differ in what may stand without quotes."""

    PYTHON = "python"
    NOTEBOOK = "notebook"
    CODE = "code"  # a value is in quotes, or it is not a value
    DATA = "data"  # JSON: quotes too
    CONFIG = "config"  # name=value or name: value to the end of the line
    SHELL = "shell"  # name=value to the next white space
    PROSE = "prose"  # anything may stand here, so what has no quotes has to look like nothing else
    GENERATED = "generated"  # lock files, minified code, style sheets, drawings: only what has a look of its own


_SUFFIXES = {
    Language.PYTHON: "py pyi pyw",
    Language.NOTEBOOK: "ipynb",
    Language.CODE: "js jsx ts tsx mjs cjs go java kt kts scala groovy rb php rs c h cc cpp hpp cs swift m mm lua pl pm"
    " r jl prisma dart ex exs erl clj hs vue svelte gradle sql graphql proto sol vb fs ps1 psm1 tcl nim zig",
    Language.DATA: "json json5 jsonc jsonl ndjson webmanifest har",
    Language.CONFIG: "env ini cfg conf config properties toml yaml yml tf tfvars hcl cnf service credentials netrc"
    " npmrc pypirc plist reg editorconfig dist template example sample tpl j2 boto s3cfg pgpass",
    Language.SHELL: "sh bash zsh fish ksh bat cmd dockerfile mk envrc profile command",
    Language.GENERATED: "lock css scss less sass svg map po pot mo min sum csv tsv parquet geojson",
}  # fmt: skip
_BY_SUFFIX = {f".{suffix}": language for language, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_BY_NAME = {
    "dockerfile": Language.SHELL,
    "containerfile": Language.SHELL,
    "makefile": Language.SHELL,
    "justfile": Language.SHELL,
    "procfile": Language.SHELL,
    "vagrantfile": Language.CODE,
    "jenkinsfile": Language.CODE,
    "rakefile": Language.CODE,
    "package-lock.json": Language.GENERATED,
    "yarn.lock": Language.GENERATED,
    "pnpm-lock.yaml": Language.GENERATED,
    "composer.lock": Language.GENERATED,
    "npm-shrinkwrap.json": Language.GENERATED,
    "credentials": Language.CONFIG,
    "config": Language.CONFIG,
    "go.sum": Language.GENERATED,
    ".netrc": Language.CONFIG,
    ".npmrc": Language.CONFIG,
    ".pypirc": Language.CONFIG,
    ".pgpass": Language.CONFIG,
    "pipfile": Language.CONFIG,
    ".bashrc": Language.SHELL,
    ".zshrc": Language.SHELL,
    ".profile": Language.SHELL,
    ".bash_profile": Language.SHELL,
    ".envrc": Language.SHELL,
    ".git-credentials": Language.CONFIG,
    ".htpasswd": Language.GENERATED,
    "_netrc": Language.CONFIG,
}
_ENV_KINDS = PERHAPS_HOLDING_VALUES | {TEMPLATE}
_TRANSLATIONS = frozenset(
    {"locale", "locales", "i18n", "l10n", "lang", "langs", "translations", "translation", "messages"}
)


def language_of(path: str) -> Language:
    """The language of a file; PROSE when nothing says otherwise."""
    folder, _, name = path.lower().rpartition("/")
    language = _by_name(name)
    if language in {Language.DATA, Language.CONFIG} and not _TRANSLATIONS.isdisjoint(folder.split("/")):
        return Language.GENERATED
    return language


@lru_cache(maxsize=4096)
def _by_name(name: str) -> Language:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if file_kind(name) in _ENV_KINDS:
        return Language.CONFIG
    if name.startswith(("dockerfile", "containerfile", "makefile")):
        return Language.SHELL
    pinned = name.startswith("requirements") and name.endswith(".txt")
    if pinned or any(part in name for part in (".min.", ".bundle.", ".chunk.")):
        return Language.GENERATED
    otherwise = Language.CONFIG if name.startswith("env.") else Language.PROSE
    return _BY_SUFFIX.get(name[name.rfind(".") :] if "." in name else "", otherwise)
