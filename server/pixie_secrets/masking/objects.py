"""Stand-ins for objects that would show a known value: same type where that is possible, same text but for the masks.

A handler that reads `record.args` or `record.exc_info` itself gets the objects of the program, not text. What shows no
value is passed on as it is. An exception is always replaced, for its frames hold the values of local variables and
there are handlers that print those: the stand-in's traceback formats identically, and its frames are empty.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Any, cast

from pixie_secrets.known_values import KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN = (type(None), bool, int, float, complex)
_DEPTH = 32
_READ_BY_TRACEBACKS = (
    "filename", "filename2", "lineno", "offset", "text", "end_lineno", "end_offset", "msg", "print_file_and_line",
    "name", "path", "obj", "errno", "strerror",
)  # fmt: skip
_READ_BY_LINECACHE = ("__name__", "__file__", "__loader__", "__spec__")


class MaskedText:
    """Stands for an object whose text shows a value; formats as that text, masked."""

    __slots__ = ("_repr", "_text")

    def __init__(self, text: str, representation: str) -> None:
        self._text = text
        self._repr = representation

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return self._repr

    def __format__(self, spec: str) -> str:
        return format(self._text, spec)


HIDDEN = MaskedText("***", "***")


def masked(thing: Any, depth: int = 0) -> Any:
    """`thing` itself when no view of it shows a known value, else a stand-in."""
    kind = type(thing)
    if kind is str:
        return KNOWN.mask(thing)
    if kind in _PLAIN:
        return thing
    if isinstance(thing, (bytes, bytearray)):
        safe = KNOWN.mask_bytes(bytes(thing))
        return thing if safe == thing else safe
    text, representation = KNOWN.mask(before := _view(str, thing)), KNOWN.mask(before_repr := _view(repr, thing))
    if text == before and representation == before_repr:
        return thing
    return _stand_in(thing, text, representation, depth)


def _stand_in(thing: Any, text: str, representation: str, depth: int) -> Any:
    if isinstance(thing, BaseException):
        return masked_error(thing)
    if isinstance(thing, str):
        return text
    if isinstance(thing, (dict, list, tuple, set, frozenset)) and depth < _DEPTH:
        return _masked_container(thing, depth + 1)
    return MaskedText(text, representation)


def masked_error(error: BaseException) -> BaseException:
    """An exception that formats as `error` does, causes, notes and groups included, but for the masks."""
    return _masked_error(error, {})


def masked_exc_info(exc_info: Any) -> Any:
    """`sys.exc_info()` of the stand-in; anything that is not such a triple as it is."""
    if isinstance(exc_info, BaseException):
        return masked_error(exc_info)
    if not isinstance(exc_info, tuple) or len(exc_info) != 3 or not isinstance(exc_info[1], BaseException):
        return exc_info
    error = masked_error(exc_info[1])
    return type(error), error, _masked_traceback(exc_info[2])


def _view(how: Callable[[object], str], thing: object) -> str:
    try:
        return how(thing)
    except Exception:  # whatever a program's own __str__ raises, it shows no value
        return ""


def _masked_container(thing: Any, depth: int) -> Any:
    if isinstance(thing, dict):
        return {masked(key, depth): masked(value, depth) for key, value in thing.items()}
    items = [masked(item, depth) for item in thing]
    if isinstance(thing, tuple):
        make = getattr(type(thing), "_make", tuple)
        return make(items)
    return items if isinstance(thing, list) else set(items)


def _masked_error(error: BaseException, seen: dict[int, BaseException]) -> BaseException:
    if id(error) in seen:
        return seen[id(error)]
    arguments = tuple(masked(argument) for argument in error.args)
    if isinstance(error, BaseExceptionGroup):
        arguments = (KNOWN.mask(error.message), [_masked_error(each, seen) for each in error.exceptions])
    shown = KNOWN.mask(_view(str, error)), KNOWN.mask(_view(repr, error))
    twin = _twin(error, arguments, *shown)
    seen[id(error)] = twin
    for name in _READ_BY_TRACEBACKS:
        if hasattr(error, name):
            _set(twin, name, masked(getattr(error, name)))
    for name, value in vars(error).items():
        _set(twin, name, masked(value))
    twin.__cause__ = error.__cause__ and _masked_error(error.__cause__, seen)
    twin.__context__ = error.__context__ and _masked_error(error.__context__, seen)
    twin.__suppress_context__ = error.__suppress_context__
    return twin.with_traceback(_masked_traceback(error.__traceback__))


def _twin(error: BaseException, arguments: tuple[Any, ...], text: str, representation: str) -> BaseException:
    """A new exception of the same name, of a subclass of the same class where that can be made."""
    names: dict[str, Any] = {
        "__module__": type(error).__module__,
        "__qualname__": type(error).__qualname__,
        "__str__": lambda _: text,
        "__repr__": lambda _: representation,
    }
    built_in = next(base for base in type(error).__mro__ if base.__module__ == "builtins")
    name = type(error).__name__
    try:
        # past the constructors of the program, which may do anything
        twin = built_in.__new__(type(name, (type(error),), names), *arguments)
        built_in.__init__(twin, *arguments)  # type: ignore[misc]  # `twin` is one of these
    except Exception:  # a class that refuses subclasses, or an exception of a foreign layout
        twin = type(name, (Exception,), names)(*arguments)
    return cast("BaseException", twin)


def _set(thing: object, name: str, value: object) -> None:
    with suppress(Exception):  # a read-only attribute was set by the constructor
        setattr(thing, name, value)


def _masked_traceback(traceback: TracebackType | None) -> TracebackType | None:
    """The same files, lines and names, in frames whose variables are all `***`."""
    entries = []
    while traceback:
        entries.append(traceback)
        traceback = traceback.tb_next
    twin: TracebackType | None = None
    for entry in reversed(entries):
        frame = entry.tb_frame
        variables = dict.fromkeys(frame.f_globals, HIDDEN)  # the names serve "did you mean"
        variables |= {name: frame.f_globals[name] for name in _READ_BY_LINECACHE if name in frame.f_globals}
        failing = _failing(frame.f_code, entry.tb_lasti, entry.tb_lineno)
        try:
            exec(failing, variables, dict.fromkeys(frame.f_locals, HIDDEN))  # noqa: S102  it only divides by zero
        except ZeroDivisionError as failure:
            place = cast("TracebackType", cast("TracebackType", failure.__traceback__).tb_next)
            twin = TracebackType(twin, place.tb_frame, place.tb_lasti, place.tb_lineno)
    return twin


@lru_cache(maxsize=512)
def _failing(code: CodeType, instruction: int, line: int) -> CodeType:
    """Code that fails at the very place in the very file where `code` did."""
    import ast  # noqa: PLC0415  only an exception on its way to a handler of the program's own needs it

    places = list(code.co_positions())
    first, last, left, right = places[instruction // 2] if 0 <= instruction // 2 < len(places) else (line,) * 4
    tree = ast.parse("1 / 0")
    for node in ast.walk(tree):
        if isinstance(node, (ast.expr, ast.stmt)):
            node.lineno, node.end_lineno = first or line, last or first or line
            node.col_offset, node.end_col_offset = left or 0, right or 0
    return compile(tree, code.co_filename, "exec").replace(co_name=code.co_name, co_qualname=code.co_qualname)
