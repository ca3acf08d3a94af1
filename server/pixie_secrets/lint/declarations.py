"""Does the code read what tool.json declares, and does it keep what it reads to itself?

Reads are what a syntax tree shows: os.environ, os.getenv, our own library, settings classes. A library that reads its
own key (openai, anthropic, …) counts as a reader too.
"""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.generated import metadata
from pixie_secrets.lint.environment import is_wrapped, key_read, prefix_of, put_together, settings_read
from pixie_secrets.lint.exposure import TELLING, HeldSecrets, leaks
from pixie_secrets.lint.files import is_template
from pixie_secrets.lint.python_lines import Lines
from pixie_secrets.patterns import pattern
from pixie_secrets.secret.names import kind_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pixie_secrets.lint.hits import Hit, SourceFile

WORTH_PARSING = pattern(
    rb"environ|getenv|load_dotenv|BaseSettings|dotenv_values|config\(|env\(|Dynaconf|get_secret_value"
)
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
# Libraries that ask one of many vendors, each under a key with the vendor's name.
_ANY_VENDOR = frozenset({"litellm", "langchain", "llama_index", "instructor", "pydantic_ai", "aisuite", "any_llm"})
_NOBODYS = frozenset({"SSH_AUTH_SOCK", "GPG_AGENT_INFO", "XAUTHORITY"})  # the system's, not a tool's
_DESCRIBING = (".md", ".rst", ".txt", ".adoc", ".pyi", metadata.NAME)
_NEAR = 0.82
_PARSED_MAX = 1 << 20  # bytes of Python; nobody writes more by hand, and a tree takes a hundred times as much memory


class EnvironmentRead(NamedTuple):
    """A name looked up in the environment, and where."""

    key: str
    file: str
    start: int


class Declared(NamedTuple):
    """What tool.json declares. apps_own: secrets that tokens are renewed with, which no code of a tool has to read."""

    keys: tuple[str, ...]
    required: tuple[str, ...]
    apps_own: tuple[str, ...] = ()


class EnvironmentUse:
    """What the Python files of one tool do with its environment."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self.reads: list[EnvironmentRead] = []
        self._imports: set[str] = set()
        self._mentioned: set[str] = set()
        self._prefixes: set[str] = set()
        self._beginnings: set[str] = set()

    def add(self, source: SourceFile, *, is_python: bool) -> Iterator[Hit]:
        """Learn one file; yields what is wrong inside it."""
        name = source.path.rsplit("/", 1)[-1]
        if not (name.lower().endswith(_DESCRIBING) or is_template(name)):  # what is told there is not done there
            self._mentioned.update(key for key in self._declared.keys if key.encode() in source.data)
        if not is_python:
            return
        imports = {
            found.decode().split(".")[0]
            for found in re.findall(rb"^[ \t]*(?:import|from)[ \t]+([\w.]+)", source.data, re.MULTILINE)
        }
        self._imports |= imports
        if len(source.data) > _PARSED_MAX or not WORTH_PARSING.search(source.data):
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # somebody else's invalid escapes
                tree = ast.parse(source.data)
            yield from list(self._learn(tree, Lines(source.data), source.path, wrapped=is_wrapped(imports)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return

    def _learn(self, tree: ast.Module, lines: Lines, file: str, *, wrapped: bool) -> Iterator[Hit]:
        nodes: list[ast.AST] = [node for node in ast.walk(tree) if isinstance(node, TELLING)]
        for node in nodes:
            key = key_read(node, wrapped=wrapped)
            if key is not None and isinstance(node, ast.expr):
                self.reads.append(EnvironmentRead(key, file, lines.of(node)))
            self._prefixes |= {prefix_of(node)} - {""}
            self._beginnings |= {put_together(node)} - {""}
        fields: dict[str, str] = {}
        for field in settings_read([node for node in nodes if isinstance(node, ast.ClassDef)]):
            names = (field.key, *field.others)
            key = next((name for name in names if name in self._declared.keys), field.key)
            self.reads.append(EnvironmentRead(key, file, lines.of(field.node)))
            if field.is_shown and (key in self._declared.keys or kind_of(key)):
                fields[field.field] = key
        yield from leaks(nodes, lines, HeldSecrets(nodes, self._declared.keys, fields, wrapped=wrapped))

    def disagreements(self, values_set: Collection[str]) -> Iterator[tuple[str, str, EnvironmentRead | None]]:
        """Code, what to say, and the read it is about; none: it is about tool.json, where the key is declared."""
        read = {one.key: one for one in map(self._with_prefix, reversed(self.reads))}
        unread = [key for key in self._declared.keys if key not in read and not self._is_read_elsewhere(key)]
        for key, one in read.items():
            if key in self._declared.keys or key in _NOBODYS or kind_of(key) is None:
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
        return (
            key in self._mentioned
            or key in self._declared.apps_own
            or any(name in self._imports for name in readers)
            or (key.endswith(("_API_KEY", "_TOKEN")) and not _ANY_VENDOR.isdisjoint(self._imports))
            or key.startswith((*self._beginnings, *self._prefixes))
        )

    def _with_prefix(self, read: EnvironmentRead) -> EnvironmentRead:
        """As a library calls it that puts something before every name."""
        longer = (prefix + read.key for prefix in self._prefixes if read.key not in self._declared.keys)
        return next((read._replace(key=key) for key in longer if key in self._declared.keys), read)


def _nearest(key: str, names: list[str]) -> str | None:
    near = difflib.get_close_matches(key, names, n=1, cutoff=_NEAR)
    return near[0] if near else None
