"""Does the code read what tool.json declares, and does it keep what it reads to itself?

Reads are what a syntax tree shows: os.environ, os.getenv, settings classes. A library that reads its own key (openai,
anthropic, …) counts as a reader too.
"""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.lint.hits import Hit
from pixie_secrets.lint.names import kind_of
from pixie_secrets.lint.patterns import pattern
from pixie_secrets.lint.python_lines import Lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pixie_secrets.lint.hits import Source

WORTH_PARSING = pattern(rb"environ|getenv|load_dotenv|BaseSettings|dotenv_values|config\(|env\(")
# Libraries that look for a key by themselves, beyond those whose own name the key begins with.
_READ_BY = {
    "HF": ("huggingface_hub", "transformers", "datasets", "diffusers", "sentence_transformers"),
    "HUGGINGFACE": ("huggingface_hub", "transformers", "datasets", "diffusers"),
    "AWS": ("boto3", "botocore", "aiobotocore", "s3fs"),
    "GOOGLE": ("google", "googleapiclient", "vertexai", "langchain_google_genai"),
    "GEMINI": ("google",),
    "AZURE": ("azure", "openai"),
    "OPENAI": ("openai", "langchain_openai", "litellm", "llama_index", "instructor"),
    "ANTHROPIC": ("anthropic", "langchain_anthropic", "litellm", "claude_agent_sdk"),
    "GITHUB": ("github", "ghapi"),
    "WANDB": ("wandb",),
    "PG": ("psycopg", "psycopg2", "asyncpg"),
    "SENTRY": ("sentry_sdk",),
}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_TELLING = (ast.Call, ast.Subscript, ast.Assign, ast.ClassDef, ast.JoinedStr, *_FUNCTIONS)  # all that is looked at
_READERS = frozenset({"getenv", "get", "pop", "setdefault", "config", "env", "str", "environ"})
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "warn", "write"})
_ROUTES = frozenset({"post", "get", "route", "api_route", "put"})
_ENTRIES = frozenset({"run", "main", "predict", "process", "handle", "stream"})
_IN_QUERY = pattern(r"[?&][\w-]*(?:key|token|secret|auth|password|appid|sig)[\w-]*=$", re.IGNORECASE)
_NEAR = 0.82
_PARSED_MAX = 1 << 20  # bytes of Python; nobody writes more by hand, and a tree takes a hundred times as much memory


class Read(NamedTuple):
    """A name looked up in the environment, and where."""

    key: str
    file: str
    start: int


class Declared(NamedTuple):
    """What tool.json declares."""

    keys: tuple[str, ...]
    required: tuple[str, ...]


class Code:
    """What the Python files of one tool do with its environment."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self.reads: list[Read] = []
        self._imports: set[str] = set()
        self._mentioned: set[str] = set()

    def add(self, source: Source, *, is_python: bool) -> Iterator[Hit]:
        """Learn one file; yields what is wrong inside it."""
        self._mentioned.update(key for key in self._declared.keys if key.encode() in source.data)
        if not is_python:
            return
        self._imports.update(
            found.decode().split(".")[0]
            for found in re.findall(rb"^[ \t]*(?:import|from)[ \t]+([\w.]+)", source.data, re.MULTILINE)
        )
        if len(source.data) > _PARSED_MAX or not WORTH_PARSING.search(source.data):
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # somebody else's invalid escapes
                tree = ast.parse(source.data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        lines = Lines(source.data)
        nodes: list[ast.AST] = [node for node in ast.walk(tree) if isinstance(node, _TELLING)]
        names = self._read_names(nodes, lines, source.path)
        yield from _leaks(nodes, lines, names)

    def disagreements(self, values_set: Collection[str]) -> Iterator[tuple[str, str, Read | None]]:
        """Code, what to say, and the read it is about; none: it is about tool.json, where the key is declared."""
        read = {one.key: one for one in reversed(self.reads)}
        unread = [key for key in self._declared.keys if key not in read and not self._is_read_elsewhere(key)]
        for key, one in read.items():
            if key in self._declared.keys or kind_of(key) is None:
                continue
            meant = _nearest(key, [known for known in self._declared.keys if known not in read])
            if meant:
                unread = [known for known in unread if known != meant]
                yield "DC003", f"{key} is read, {meant} is declared", one
            else:
                yield "DC002", key, one
        for key in unread:
            yield "DC001", key, None
        for key in self._declared.required:
            if key not in values_set:
                yield "DC004", key, None

    def _is_read_elsewhere(self, key: str) -> bool:
        first = key.split("_", maxsplit=1)[0]
        readers = (*_READ_BY.get(first, ()), first.lower())
        return key in self._mentioned or any(name in self._imports for name in readers)

    def _read_names(self, nodes: list[ast.AST], lines: Lines, file: str) -> dict[str, str]:
        """Variables that hold a secret from the environment, by the key they were read from."""
        names: dict[str, str] = {}
        for node in nodes:
            key = _key_read(node)
            if key is not None and isinstance(node, ast.expr):
                self.reads.append(Read(key, file, lines.of(node)))
            if isinstance(node, ast.ClassDef):
                self.reads += [Read(name, file, start) for name, start in _settings(node, lines)]
            if isinstance(node, ast.Assign):
                for inner in ast.walk(node.value):
                    key = _key_read(inner)
                    if key and (key in self._declared.keys or kind_of(key)):
                        names |= {target.id: key for target in node.targets if isinstance(target, ast.Name)}
        return names


def _key_read(node: ast.AST) -> str | None:
    """The name that an expression looks up in the environment."""
    if isinstance(node, ast.Subscript) and _ends(node.value, "environ") and isinstance(node.slice, ast.Constant):
        return node.slice.value if isinstance(node.slice.value, str) and isinstance(node.ctx, ast.Load) else None
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return None
    first = node.args[0].value
    function = node.func
    if not isinstance(first, str):
        return None
    if _ends(function, "getenv") or (isinstance(function, ast.Name) and function.id in {"config", "env"}):
        return first if first.isidentifier() and first.isupper() else None
    if (
        isinstance(function, ast.Attribute)
        and function.attr in _READERS
        and (_ends(function.value, "environ") or _ends(function.value, "env"))
    ):
        return first
    return None


def _ends(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)


def _settings(node: ast.ClassDef, lines: Lines) -> Iterator[tuple[str, int]]:
    if any(_ends(base, "BaseSettings") for base in node.bases):
        for field in node.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                yield field.target.id.upper(), lines.of(field.target)


def _leaks(nodes: list[ast.AST], lines: Lines, names: dict[str, str]) -> Iterator[Hit]:
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from _call_leaks(node, lines, names)
        elif isinstance(node, ast.JoinedStr):
            yield from _query_leaks(node, lines, names)
        elif isinstance(node, _FUNCTIONS) and _is_entry(node):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from _returned(inner.value, lines, names)


def _call_leaks(node: ast.Call, lines: Lines, names: dict[str, str]) -> Iterator[Hit]:
    function = node.func
    if _ends(function, "load_dotenv"):
        if any(
            word.arg == "override" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in node.keywords
        ):
            yield Hit(lines.of(node), "DC005", "")
        return
    is_print = isinstance(function, ast.Name) and function.id in {"print", "pprint"}
    is_log = (
        isinstance(function, ast.Attribute)
        and function.attr in _LOGGING
        and not isinstance(function.value, ast.Constant)
    )
    if is_print or (is_log and _is_logger(function)):
        for argument in node.args:
            key = _shown_key(argument, names)
            if key:
                yield Hit(lines.of(node), "DC007", key)
                return


def _is_logger(function: ast.expr) -> bool:
    value = function.value if isinstance(function, ast.Attribute) else None
    name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    return "log" in name.lower() or name in {"stdout", "stderr", "st", "console"}


def _shown_key(node: ast.expr, names: dict[str, str]) -> str | None:
    """The key whose value `node` would show; None when it is only measured or compared."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    key = _key_read(node)
    if key and kind_of(key):
        return key
    return next((key for part in _shown_parts(node) if (key := _shown_key(part, names))), None)


def _shown_parts(node: ast.expr) -> list[ast.expr]:
    """What becomes part of the text of `node`."""
    if isinstance(node, ast.JoinedStr):
        return [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, (ast.Tuple, ast.List)):
        return node.elts
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        formats = isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        return node.args if formats or called in {"str", "repr"} else []
    return []


def _query_leaks(node: ast.JoinedStr, lines: Lines, names: dict[str, str]) -> Iterator[Hit]:
    before = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            before = str(part.value)
        elif isinstance(part, ast.FormattedValue):
            key = _shown_key(part.value, names)
            if key and _IN_QUERY.search(before):
                yield Hit(lines.of(node), "DC006", key)
                return
            before = ""


def _is_entry(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    routed = any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in _ROUTES
        for one in node.decorator_list
    )
    return routed or node.name in _ENTRIES


def _returned(node: ast.expr, lines: Lines, names: dict[str, str]) -> Iterator[Hit]:
    for value in node.values if isinstance(node, ast.Dict) else [node]:
        if isinstance(value, ast.Dict):
            yield from _returned(value, lines, names)
        elif key := _shown_key(value, names):
            yield Hit(lines.of(value), "DC008", key)


def _nearest(key: str, names: list[str]) -> str | None:
    near = difflib.get_close_matches(key, names, n=1, cutoff=_NEAR)
    return near[0] if near else None
