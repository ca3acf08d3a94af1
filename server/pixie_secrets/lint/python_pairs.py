"""Which strings in a syntax tree stand beside which names.

Knows Python's shapes and nothing of secrets: a pair is a name (or the kind that a place implies, such as the second
argument of `login`), a string with the node it begins at, and the code to report it under.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.secret.names import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_READS = frozenset({"getenv", "get", "setdefault", "config", "env", "str", "pop", "get_secret_value", "getattr"})
_WRAPPERS = frozenset({
    "SecretStr", "SecretBytes", "Secret", "Field", "field", "str", "bytes", "bytearray", "encode", "decode",
    "strip", "b64decode", "fromhex", "unhexlify", "quote", "quote_plus", "Header", "Security", "Column",
    "StringField", "Fernet", "lower", "upper", "urlsafe_b64decode", "standard_b64decode", "dedent", "replace",
    "Option", "Argument", "TextInput", "Path", "from_string", "cast",
})  # fmt: skip
_LOGINS = frozenset({
    "login", "authenticate", "HTTPBasicAuth", "HTTPDigestAuth", "BasicAuth", "DigestAuth",
    "BasicAuthentication", "auth", "PlainTextAuthProvider", "basic_auth", "set_password", "check_password",
    "setpassword", "sign_in", "simple_bind_s", "logon", "username_pw_set", "HTTPProxyAuth",
    "UsernamePasswordCredential", "ServicePrincipalCredentials", "PlainCredentials",
})  # fmt: skip
_OF_ITS_RECEIVER = frozenset({"encode", "decode", "strip", "lower", "upper", "replace"})  # what they take is no value
_DEFAULTS = frozenset({"default", "default_factory", "value", "server_default"})
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]*")
_LOGIN_MAX = 3  # strings that a login takes: where, who, the password
_PARTS_MAX = 64  # of one string, more than anybody divides a secret into
_TEXT_MAX = 16_384
_SETTERS = ("set", "add", "with", "put", "insert", "append")


class Text(NamedTuple):
    """A string of the program and the node where it begins."""

    text: str
    node: ast.expr


class Pair(NamedTuple):
    """loose: the value only may be the name's, so it has to prove more."""

    name: str | Kind
    value: Text
    code: str
    loose: bool = False


def pairs(node: ast.AST, constants: Mapping[str, str]) -> Iterator[Pair]:
    """The pairs of one node, its children's left out."""
    reader = _READERS.get(type(node))
    return reader(node, constants) if reader else iter(())


def string_of(node: ast.AST, constants: Mapping[str, str]) -> Text | None:
    """The string an expression amounts to, as far as it can be read off; None when it cannot."""
    if isinstance(node, ast.Constant):
        text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
        return Text(text, node) if isinstance(text, str) else None
    if isinstance(node, ast.Name):
        return Text(constants[node.id], node) if node.id in constants else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _added(node, constants)
    if isinstance(node, ast.JoinedStr):
        return _interpolated(node, constants)
    return _joined(node, constants) if isinstance(node, ast.Call) else None


def _added(node: ast.expr, constants: Mapping[str, str]) -> Text | None:
    """`"…" + X + "…"`, from the right: a sum is as deep as it is long."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        if len(parts) == _PARTS_MAX:
            return None
        parts.append(node.right)
        node = node.left
    return _together([node, *reversed(parts)], constants)


def _together(parts: Sequence[ast.expr], constants: Mapping[str, str], between: str = "") -> Text | None:
    """Strings one after the other, when every part is one and they are not endless."""
    found: list[Text] = []
    for part in parts[: _PARTS_MAX + 1]:
        text = string_of(part, constants)
        if text is None:
            return None
        found.append(text)
    whole = between.join(one.text for one in found)
    return Text(whole, found[0].node) if found and len(parts) <= len(found) and len(whole) < _TEXT_MAX else None


def _joined(node: ast.Call, constants: Mapping[str, str]) -> Text | None:
    """`"".join([…])`"""
    if not (isinstance(node.func, ast.Attribute) and node.func.attr == "join" and node.args):
        return None
    between, parts = string_of(node.func.value, constants), node.args[0]
    if not between or not isinstance(parts, (ast.List, ast.Tuple)):
        return None
    found = _together(parts.elts, constants, between.text)
    return Text(found.text, node) if found else None


def _interpolated(node: ast.JoinedStr, constants: Mapping[str, str]) -> Text | None:
    parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
    found = _together(parts, constants)
    return Text(found.text, node) if found else None


def _assignment(node: ast.Assign, constants: Mapping[str, str]) -> Iterator[Pair]:
    for target in node.targets:
        yield from _assigned(target, node.value, constants)


def _annotated(node: ast.AnnAssign | ast.NamedExpr | ast.AugAssign, constants: Mapping[str, str]) -> Iterator[Pair]:
    if node.value is not None:
        yield from _assigned(node.target, node.value, constants)


def _keyword(node: ast.keyword, constants: Mapping[str, str]) -> Iterator[Pair]:
    if node.arg:
        yield from _named(node.arg, node.value, constants)


def _entries(node: ast.Dict, constants: Mapping[str, str]) -> Iterator[Pair]:
    for key, value in zip(node.keys, node.values, strict=True):
        name = _text(key) or (_name(key) if key is not None else "")
        if name:
            yield from _named(name, value, constants)


def _couple(node: ast.Tuple | ast.List, constants: Mapping[str, str]) -> Iterator[Pair]:
    """`("api_key", "…")`; two words of a list look the same."""
    if len(node.elts) == 2 and _IDENTIFIER.fullmatch(name := _text(node.elts[0])):  # a name and its value
        yield from (pair._replace(loose=True) for pair in _named(name, node.elts[1], constants))


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _assigned(target: ast.expr, value: ast.expr, constants: Mapping[str, str]) -> Iterator[Pair]:
    if isinstance(target, (ast.Tuple, ast.List)):
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            for one, its in zip(target.elts, value.elts, strict=True):
                yield from _assigned(one, its, constants)
    elif name := _name(target):
        yield from _named(name, value, constants)


def _named(name: str, value: ast.expr, constants: Mapping[str, str]) -> Iterator[Pair]:
    if name.lower() in {"auth", "credentials", "basic_auth", "proxy_auth", "http_auth", "login"} and isinstance(
        value, ast.Tuple
    ):
        if len(value.elts) == 2 and (text := string_of(value.elts[1], {})):  # user and password
            yield Pair(Kind.PASSWORD, text, "HS006")
        return
    for text in _strings(value, constants):
        yield Pair(name, text, "HS006")
    for text in _inside(value):
        yield Pair(name, text, "HS006", loose=True)


def _inside(node: ast.expr) -> Iterator[Text]:
    """What a telling name may be made of: `Client("host", "…")`, `f"{scheme} …"`."""
    if isinstance(node, ast.Call) and _called_name(node)[:1].isupper() and _called_name(node) not in _WRAPPERS:
        yield from (text for argument in node.args if (text := string_of(argument, {})))
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if text := string_of(part, {}):
                yield Text(text.text.strip(), node)


def _strings(node: ast.expr, constants: Mapping[str, str]) -> Iterator[Text]:
    """The strings that `node` may evaluate to; a name's own are reported where it was assigned."""
    if isinstance(node, ast.Name):
        return
    if text := string_of(node, constants):
        yield text
        return
    for part in _parts(node):
        yield from _strings(part, constants)


_PLAIN_PARTS: dict[type[ast.AST], Callable[[Any], list[ast.expr]]] = {
    ast.BoolOp: lambda node: node.values,
    ast.Tuple: lambda node: node.elts,
    ast.List: lambda node: node.elts,
    ast.Set: lambda node: node.elts,
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.BinOp: lambda node: [node.left, node.right],
    ast.Lambda: lambda node: [node.body],
}


def _parts(node: ast.expr) -> list[ast.expr]:
    """The expressions of which one, or all, become the value."""
    plain = _PLAIN_PARTS.get(type(node))
    if plain:
        return plain(node)
    if isinstance(node, ast.Call) and _called_name(node) in _WRAPPERS:
        receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        if receiver and _called_name(node) in _OF_ITS_RECEIVER and _name(receiver[0]) != "codecs":
            return receiver
        named = [word.value for word in node.keywords if word.arg in _DEFAULTS]
        return [*receiver, *node.args[:1], *named]
    return []


def _defaults(node: ast.arguments, constants: Mapping[str, str]) -> Iterator[Pair]:
    positional = [*node.posonlyargs, *node.args]
    for argument, default in zip(reversed(positional), reversed(node.defaults), strict=False):
        yield from _named(argument.arg, default, constants)
    for argument, keyword_default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        if keyword_default is not None:
            yield from _named(argument.arg, keyword_default, constants)


def _returned(node: ast.FunctionDef | ast.AsyncFunctionDef, constants: Mapping[str, str]) -> Iterator[Pair]:
    """`def api_token(): return "…"`"""
    last = node.body[-1]
    if isinstance(last, ast.Return) and last.value and (text := string_of(last.value, constants)):
        yield Pair(node.name, text, "HS006")


def _compared(node: ast.Compare, constants: Mapping[str, str]) -> Iterator[Pair]:
    if len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        left, right = node.left, node.comparators[0]
        for named, value in ((left, right), (right, left)):
            if name := _name(named):
                yield from _named(name, value, constants)


def _called(node: ast.Call, constants: Mapping[str, str]) -> Iterator[Pair]:
    called = _called_name(node)
    arguments = node.args
    texts = [string_of(argument, {}) for argument in arguments]
    first = texts[0].text if texts and texts[0] else ""
    if (
        len(arguments) > 1
        and _IDENTIFIER.fullmatch(first)
        and (called in _READS or called.startswith(_SETTERS) or called[:1].isupper())
    ):
        code = "HS007" if called in _READS and called != "setdefault" else "HS006"
        for text in _strings(arguments[1], constants):
            yield Pair(first, text, code)
    default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
    if default is not None and (option := _option(texts)):
        code = "HS007" if called in _READS else "HS006"
        for text in _strings(default, constants):
            yield Pair(option, text, code)
    if called == "setattr" and len(texts) > 2 and texts[1] and texts[2]:  # of what, its name, the value
        yield Pair(texts[1].text, texts[2], "HS006")
    yield from _masked_field(node, constants)
    if called in _LOGINS and 0 < len(texts) <= _LOGIN_MAX and texts[-1] and (len(texts) > 1 or "password" in called):
        yield Pair(Kind.PASSWORD, texts[-1], "HS006")
    elif len(arguments) == 1 and called.startswith(("set_", "set", "with_", "use_")) and texts[0]:
        yield Pair(called, texts[0], "HS006")


def _masked_field(node: ast.Call, constants: Mapping[str, str]) -> Iterator[Pair]:
    """`text_input("Key", value="…", type="password")`"""
    if any(keyword.arg == "type" and _text(keyword.value) == "password" for keyword in node.keywords):
        for keyword in node.keywords:
            for text in _strings(keyword.value, constants) if keyword.arg in _DEFAULTS else ():
                yield Pair(Kind.PASSWORD, text, "HS006")


def _option(texts: list[Text | None]) -> str:
    names = [text.text.lstrip("-") for text in texts if text]
    return max(names, key=len) if names else ""


def _called_name(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _name(node: ast.expr) -> str:
    """What a target is called; empty when it has no name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    if isinstance(node, ast.Call) and node.args and _called_name(node) in _READS:
        first = node.args[0]
        return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return ""


_READERS: dict[type[ast.AST], Callable[[Any, Mapping[str, str]], Iterator[Pair]]] = {
    ast.Assign: _assignment,
    ast.AnnAssign: _annotated,
    ast.NamedExpr: _annotated,
    ast.AugAssign: _annotated,
    ast.keyword: _keyword,
    ast.Dict: _entries,
    ast.arguments: _defaults,
    ast.Compare: _compared,
    ast.FunctionDef: _returned,
    ast.AsyncFunctionDef: _returned,
    ast.Call: _called,
    ast.Tuple: _couple,
    ast.List: _couple,
}
