"""What code does with a secret that it has read: prints, logs, returns it, puts it into a URL's query."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from pixie_secrets.lint.environment import ends, key_read
from pixie_secrets.lint.hits import Hit
from pixie_secrets.patterns import pattern
from pixie_secrets.secret.names import kind_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from pixie_secrets.lint.python_lines import Lines

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BINDING = (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign, ast.For, ast.AsyncFor, ast.comprehension, ast.arg)
TELLING = (ast.Call, ast.Subscript, ast.ClassDef, ast.JoinedStr, ast.BinOp, ast.withitem, *_BINDING, *_FUNCTIONS)

_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "warn", "write"})
_LOGGERS = frozenset({"log", "logs", "logger", "logging", "loguru"})
_STREAMS = frozenset({"stdout", "stderr", "st", "console"})
_ROUTES = frozenset({"post", "get", "route", "api_route", "put"})
_ENTRIES = frozenset({"run", "main", "predict", "process", "handle", "stream"})
_ANSWERS = frozenset({
    "JSONResponse", "ORJSONResponse", "PlainTextResponse", "HTMLResponse", "Response", "jsonify", "dict", "dumps",
    "Output", "Outputs", "Result",
})  # fmt: skip
_REQUESTS = frozenset({"get", "post", "put", "patch", "delete", "head", "request", "stream", "build_request"})
_SAME_TEXT = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "encode", "decode", "replace", "get_secret_value"}
)
_QUERY = r"[?&][\w-]*(?:key|token|secret|auth|password|appid|sig)[\w-]*="
_IN_QUERY = pattern(rf"{_QUERY}$", re.IGNORECASE)
_INTO_QUERY = pattern(rf"{_QUERY}(?:\{{|%s|%\()", re.IGNORECASE)
EVERYTHING = "os.environ"


class HeldSecrets:
    """Variables and attributes that hold a secret from the environment, and nothing else anywhere in the file."""

    def __init__(
        self,
        nodes: Collection[ast.AST],
        declared: Collection[str],
        attributes: Mapping[str, str],
        *,
        wrapped: bool,
    ) -> None:
        self._declared = declared
        self._wrapped = wrapped
        self._keys: dict[str, str] = {f".{name}": key for name, key in attributes.items()}
        other: set[str] = set()
        for node in nodes:
            for name, value in _bound(node):
                key = self.shown(value) if value is not None else None
                if key:
                    self._keys.setdefault(name, key)
                elif not (isinstance(value, ast.Constant) and not value.value):  # `TOKEN = None` comes before a try
                    other.add(name)
        for name in other:
            self._keys.pop(name, None)

    def shown(self, node: ast.expr) -> str | None:
        """The key whose value `node` would show; None when it is only measured, compared or handed to something."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._keys.get(_target(node))
        key = key_read(node, wrapped=self._wrapped)
        if key and (key in self._declared or kind_of(key)):
            return key
        return next((key for part in _parts(node) if (key := self.shown(part))), None)


def leaks(nodes: list[ast.AST], lines: Lines, held: HeldSecrets) -> Iterator[Hit]:
    """Every place where one of them gets out."""
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from _call_leaks(node, lines, held)
            yield from _sent(node, lines, held)
        elif isinstance(node, ast.JoinedStr):
            yield from _query_leaks(node, lines, held)
        elif isinstance(node, ast.BinOp):
            yield from _sum_leaks(node, lines, held)
        elif isinstance(node, _FUNCTIONS) and _is_entry(node):
            for value in _answers(node):
                if key := held.shown(value):
                    yield Hit(lines.of(value), "DC008", key)


def _bound(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Names that a node binds, and to what; None: to something else."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _each_bound(target, node.value)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        if node.value is not None:
            yield from _each_bound(node.target, node.value)
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield from _each_bound(node.target, None)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield from _each_bound(node.optional_vars, None)
    elif isinstance(node, ast.arg):
        yield node.arg, None


def _each_bound(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, (ast.Tuple, ast.List)):
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        for number, one in enumerate(target.elts):
            yield from _each_bound(one, values[number] if len(values) == len(target.elts) else None)
    elif name := _target(target):
        yield name, value


def _target(node: ast.expr) -> str:
    """`name`, or `.name` of what belongs to something; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return f".{node.attr}" if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else ""


def _parts_of_call(node: ast.Call) -> list[ast.expr]:
    function = node.func
    if isinstance(function, ast.Attribute):
        if function.attr in _SAME_TEXT:
            return [function.value]
        return [*node.args, *(word.value for word in node.keywords)] if function.attr in {"format", "join"} else []
    return node.args if isinstance(function, ast.Name) and function.id in {"str", "repr"} else []


_PARTS: dict[type[ast.AST], Callable[[Any], list[ast.expr]]] = {
    ast.JoinedStr: lambda node: [part.value for part in node.values if isinstance(part, ast.FormattedValue)],
    ast.BinOp: lambda node: [node.left, node.right],
    ast.Tuple: lambda node: node.elts,
    ast.List: lambda node: node.elts,
    ast.Set: lambda node: node.elts,
    ast.Dict: lambda node: node.values,
    ast.BoolOp: lambda node: node.values if isinstance(node.op, ast.Or) else node.values[-1:],
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.Starred: lambda node: [node.value],
    ast.Subscript: lambda node: [] if ends(node.value, "environ") else [node.value],
    ast.Call: _parts_of_call,
}


def _parts(node: ast.expr) -> list[ast.expr]:
    """What becomes part of the text of `node`."""
    reader = _PARTS.get(type(node))
    return reader(node) if reader else []


def _call_leaks(node: ast.Call, lines: Lines, held: HeldSecrets) -> Iterator[Hit]:
    if ends(node.func, "load_dotenv"):
        given = [word.value for word in node.keywords if word.arg == "override"] or node.args[3:4]
        if any(isinstance(value, ast.Constant) and value.value is True for value in given):
            yield Hit(lines.of(node), "DC005", "")
        return
    if not _is_print(node.func):
        return
    for argument in [*node.args, *(word.value for word in node.keywords if word.arg == "extra")]:
        if key := held.shown(argument) or (EVERYTHING if _is_everything(argument) else None):
            yield Hit(lines.of(node), "DC007", key)
            return


def _is_print(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in {"print", "pprint", "pp"}
    if not isinstance(function, ast.Attribute) or isinstance(function.value, ast.Constant):
        return False
    name = _last_name(function.value)
    if function.attr in {"print", "pprint", "pp"}:
        return name in {"rich", "console", "pprint"}
    return function.attr in _LOGGING and (name in {*_STREAMS, "getLogger"} or not _LOGGERS.isdisjoint(words_of(name)))


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_everything(node: ast.expr) -> bool:
    """`os.environ`, `dict(os.environ)`, `os.environ.copy()`."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"copy", "items", "values"}:
            node = node.func.value
        elif isinstance(node.func, ast.Name) and node.func.id in {"dict", "str", "repr"} and node.args:
            node = node.args[0]
    return ends(node, "environ")


def _sent(node: ast.Call, lines: Lines, held: HeldSecrets) -> Iterator[Hit]:
    """`httpx.get(url, params={"key": SECRET})` and `"…?key={}".format(SECRET)`."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return
    if function.attr == "format" and isinstance(function.value, ast.Constant):
        if _INTO_QUERY.search(str(function.value.value)) and (key := held.shown(node)):
            yield Hit(lines.of(node), "DC006", key)
    elif function.attr in _REQUESTS:
        for word in node.keywords:
            if word.arg == "params" and isinstance(word.value, ast.Dict) and (key := held.shown(word.value)):
                yield Hit(lines.of(node), "DC006", key)


def _query_leaks(node: ast.JoinedStr, lines: Lines, held: HeldSecrets) -> Iterator[Hit]:
    before = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            before = str(part.value)
        elif isinstance(part, ast.FormattedValue):
            key = held.shown(part.value)
            if key and _IN_QUERY.search(before):
                yield Hit(lines.of(node), "DC006", key)
                return
            before = ""


def _sum_leaks(node: ast.BinOp, lines: Lines, held: HeldSecrets) -> Iterator[Hit]:
    """`URL + "?key=" + SECRET` and `"…?key=%s" % SECRET`."""
    before = node.left.right if isinstance(node.left, ast.BinOp) else node.left
    if not isinstance(before, ast.Constant) or not isinstance(before.value, str):
        return
    wanted = _IN_QUERY if isinstance(node.op, ast.Add) else _INTO_QUERY if isinstance(node.op, ast.Mod) else None
    if wanted and wanted.search(before.value) and (key := held.shown(node.right)):
        yield Hit(lines.of(node), "DC006", key)


def _is_entry(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    routed = any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in _ROUTES
        for one in node.decorator_list
    )
    return routed or node.name in _ENTRIES


def _answers(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """What a function returns or yields, each value of a dictionary by itself; not what functions inside it do."""
    todo: list[ast.AST] = list(node.body)
    while todo:
        inner = todo.pop()
        if isinstance(inner, (*_FUNCTIONS, ast.Lambda, ast.ClassDef)):
            continue
        if isinstance(inner, (ast.Return, ast.Yield)) and inner.value is not None:
            yield from _each_answer(inner.value)
        todo += ast.iter_child_nodes(inner)


def _each_answer(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _each_answer(value)
    elif isinstance(node, ast.Call) and _last_name(node) in _ANSWERS:
        for value in [*node.args, *(word.value for word in node.keywords)]:
            yield from _each_answer(value)
    else:
        yield node
