"""Which names an app's code looks up in its environment, whatever it is written in, and where.

Python is read as a syntax tree (`environment`); of other languages the few ways there are to say it are looked for.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.lint.environment import is_wrapped, key_read, settings_read
from pixie_secrets.lint.own_files import own_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


_NAME = r"([A-Z][A-Z0-9_]*)"
_SCRIPT = re.compile(
    rf"\b(?:process|Bun|import\.meta)\.env(?:\??\.{_NAME}\b|\[[\"'`]{_NAME}[\"'`]\])|\bDeno\.env\.get\([\"'`]{_NAME}[\"'`]"
)
_TAKEN_APART = re.compile(r"\{([^{}]{1,2000})\}\s*=\s*(?:process|import\.meta)\.env\b(?!\.)")
_FIRST_NAME = re.compile(rf"(?:^|,)\s*{_NAME}\b")
_FROM_SVELTE = re.compile(r"import\s*\{([^{}]{1,2000})\}\s*from\s*[\"']\$env/(?:static|dynamic)/p\w+[\"']")
_RUBY = re.compile(rf"\bENV(?:\.fetch\(\s*|\[)[\"']{_NAME}[\"']")
_GO = re.compile(rf"\bos\.(?:Getenv|LookupEnv)\(\"{_NAME}\"\)")
_RUST = re.compile(rf"\benv(?:::var(?:_os)?|!|::var_opt)\(\"{_NAME}\"")
_PHP = re.compile(rf"\b(?:env|getenv)\(\s*[\"']{_NAME}[\"']|\$_(?:ENV|SERVER)\[[\"']{_NAME}[\"']\]")
_COMPOSE = re.compile(rf"(?<!\$)\$(?:\{{{_NAME}(?::?[-?+][^}}]*)?\}}|{_NAME}\b)")
_SCRIPTS = (_SCRIPT,)
_BY_ENDING: dict[str, tuple[re.Pattern[str], ...]] = {
    **dict.fromkeys(("js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "vue", "svelte", "astro"), _SCRIPTS),
    **dict.fromkeys(("rb", "erb", "rake", "ru"), (_RUBY,)),
    "go": (_GO,),
    "rs": (_RUST,),
    "php": (_PHP,),
}
_COMPOSE_NAME = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_RUBY_SETTINGS = re.compile(r"(?:database|cable|storage|secrets)\.yml")
_PYTHON_READS = re.compile(r"environ|getenv|BaseSettings|config\(|env\(|env\.")


class EnvRead(NamedTuple):
    """A name, and where it is looked up: the file from the app's folder, and the line."""

    key: str
    file: str
    line: int


def env_reads(folder: Path, others: Collection[Path] = ()) -> dict[str, EnvRead]:
    """What the code in `folder` looks up, each name with its first place. others: apps further in, which are their own.

    No link is followed, and packages of others are passed over.
    """
    found: dict[str, EnvRead] = {}
    for path, text in own_texts(folder, others, _is_code):
        for key, line in _reads(path, text):
            found.setdefault(key, EnvRead(key, path, line))
    return found


def _is_code(name: str) -> bool:
    ending = name.rpartition(".")[2]
    return (
        ending == "py" or ending in _BY_ENDING or bool(_COMPOSE_NAME.fullmatch(name) or _RUBY_SETTINGS.fullmatch(name))
    )


def _reads(path: str, text: str) -> Iterator[tuple[str, int]]:
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2]
    if ending == "py":
        yield from _python(text)
        return
    if _COMPOSE_NAME.fullmatch(name):
        patterns: tuple[re.Pattern[str], ...] = (_COMPOSE,)
    else:
        patterns = _BY_ENDING.get(ending, (_RUBY,))
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield next(filter(None, found.groups())), text.count("\n", 0, found.start()) + 1
    if patterns is _SCRIPTS:
        for apart in (*_TAKEN_APART.finditer(text), *_FROM_SVELTE.finditer(text)):
            for key in _FIRST_NAME.findall(apart[1]):
                yield key, text.count("\n", 0, apart.start()) + 1


def _python(text: str) -> Iterator[tuple[str, int]]:
    if not _PYTHON_READS.search(text):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    nodes = list(ast.walk(tree))
    wrapped = is_wrapped({name for node in nodes for name in _imported(node)})
    for node in nodes:
        key = key_read(node, wrapped=wrapped)
        if key is not None and isinstance(node, ast.expr):
            yield key, node.lineno
    for field in settings_read([node for node in nodes if isinstance(node, ast.ClassDef)]):
        yield field.key, field.node.lineno


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name.partition(".")[0] for name in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.partition(".")[0]
