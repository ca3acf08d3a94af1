"""Which strings in a syntax tree stand beside which names.

Knows Python's shapes and nothing of secrets: a pair is a name (or the kind that a place implies, such as the second
argument of `login`), a string with the node it begins at, and the code to report it under.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.lint.names import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_READS = frozenset({"getenv", "get", "setdefault", "config", "env", "str", "pop", "get_secret_value", "getattr"})
_WRAPPERS = frozenset({
    "SecretStr", "SecretBytes", "Secret", "Field", "field", "str", "bytes", "bytearray", "encode", "decode", "strip", "b64decode",
    "fromhex", "unhexlify", "quote", "quote_plus", "Header", "Security", "Column", "StringField", "Fernet", "lower", "upper",
    "urlsafe_b64decode", "standard_b64decode", "dedent", "replace", "Option", "Argument", "TextInput", "Path", "from_string", "cast",
})  # fmt: skip
_LOGINS = frozenset({
    "login", "authenticate", "HTTPBasicAuth", "HTTPDigestAuth", "BasicAuth", "DigestAuth", "BasicAuthentication", "auth",
    "PlainTextAuthProvider", "basic_auth", "set_password", "check_password", "setpassword", "sign_in", "simple_bind_s", "logon",
    "username_pw_set", "HTTPProxyAuth", "UsernamePasswordCredential", "ServicePrincipalCredentials", "PlainCredentials",
})  # fmt: skip
_SETTERS = ("set", "add", "with", "put", "insert", "append")


class Text(NamedTuple):
    """A string of the program and the node where it begins."""

    text: str
    node: ast.expr


class Pair(NamedTuple):
    name: str | Kind
    value: Text
    code: str


def pairs(node: ast.AST, constants: Mapping[str, str]) -> Iterator[Pair]:
    """The pairs of one node, its children's left out."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _assigned(target, node.value, constants)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr, ast.AugAssign)):
        if node.value is not None:
            yield from _assigned(node.target, node.value, constants)
    elif isinstance(node, ast.keyword):
        if node.arg:
            yield from _named(node.arg, node.value, constants)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield from _named(key.value, value, constants)
            elif key is not None and (name := _name(key)):
                yield from _named(name, value, constants)
    elif isinstance(node, ast.arguments):
        yield from _defaults(node, constants)
    elif isinstance(node, ast.Compare):
        yield from _compared(node, constants)
    elif isinstance(node, ast.Call):
        yield from _called(node, constants)
    elif isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == 2:  # noqa: PLR2004  a name and its value
        first, second = node.elts
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield from _named(first.value, second, constants)


def string_of(node: ast.AST, constants: Mapping[str, str]) -> Text | None:
    """The string an expression amounts to, as far as it can be read off; None when it cannot."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return Text(node.value, node)
        return Text(node.value.decode("latin-1"), node) if isinstance(node.value, bytes) else None
    if isinstance(node, ast.Name) and node.id in constants:
        return Text(constants[node.id], node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = string_of(node.left, constants), string_of(node.right, constants)
        return Text(left.text + right.text, left.node) if left and right else None
    if isinstance(node, ast.JoinedStr):
        return _interpolated(node, constants)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join" and node.args:
        between, parts = string_of(node.func.value, constants), node.args[0]
        if between and isinstance(parts, (ast.List, ast.Tuple)):
            found = [string_of(part, constants) for part in parts.elts]
            if found and all(found):
                return Text(between.text.join(part.text for part in found if part), node)
    return None


def _interpolated(node: ast.JoinedStr, constants: Mapping[str, str]) -> Text | None:
    parts = [string_of(part.value if isinstance(part, ast.FormattedValue) else part, constants) for part in node.values]
    return Text("".join(part.text for part in parts if part), node) if parts and all(parts) else None


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
        if len(value.elts) == 2 and (text := string_of(value.elts[1], {})):  # noqa: PLR2004  user and password
            yield Pair(Kind.PASSWORD, text, "HS006")
        return
    for text in _strings(value, constants):
        yield Pair(name, text, "HS006")


def _strings(node: ast.expr, constants: Mapping[str, str]) -> Iterator[Text]:
    """The strings that `node` may evaluate to."""
    if isinstance(node, ast.Name):
        return  # reported where it was assigned
    if text := string_of(node, constants):
        yield text
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _strings(value, constants)
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body, constants)
        yield from _strings(node.orelse, constants)
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for value in node.elts:
            yield from _strings(value, constants)
    elif isinstance(node, ast.BinOp):
        yield from _strings(node.left, constants)
        yield from _strings(node.right, constants)
    elif isinstance(node, ast.Lambda):
        yield from _strings(node.body, constants)
    elif isinstance(node, ast.Call) and _called_name(node) in _WRAPPERS:
        if isinstance(node.func, ast.Attribute):
            yield from _strings(node.func.value, constants)
        for argument in node.args[:1]:
            yield from _strings(argument, constants)
        for keyword in node.keywords:
            if keyword.arg in {"default", "default_factory", "value", "server_default"}:
                yield from _strings(keyword.value, constants)


def _defaults(node: ast.arguments, constants: Mapping[str, str]) -> Iterator[Pair]:
    positional = [*node.posonlyargs, *node.args]
    for argument, default in zip(reversed(positional), reversed(node.defaults), strict=False):
        yield from _named(argument.arg, default, constants)
    for argument, keyword_default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        if keyword_default is not None:
            yield from _named(argument.arg, keyword_default, constants)


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
    if len(arguments) > 1 and first and (called in _READS or called.startswith(_SETTERS) or called[:1].isupper()):
        code = "HS007" if called in _READS and called != "setdefault" else "HS006"
        for text in _strings(arguments[1], constants):
            yield Pair(first, text, code)
    default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
    if default is not None and (option := _option(texts)):
        code = "HS007" if called in _READS else "HS006"
        for text in _strings(default, constants):
            yield Pair(option, text, code)
    if called in _LOGINS and texts and texts[-1] and (len(texts) > 1 or "password" in called):
        yield Pair(Kind.PASSWORD, texts[-1], "HS006")
    elif len(arguments) == 1 and called.startswith(("set_", "set", "with_", "use_")) and texts[0]:
        yield Pair(called, texts[0], "HS006")


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
