"""Masks what logging lets out, whatever loggers, handlers and formatters a program has or will have.

The seam is where a handler takes a record, behind all filters. A filter on a logger never sees the records of its
children, and no filter sees a traceback. A handler that only writes what it has formatted gets the record as it is and
its text is masked last; every other handler, and every formatter of the program's own, gets a record that is masked
already: message, arguments, extra attributes, exception and stack. Arguments keep their types where they show no
value; where a value lies across an argument and the text around it, the message is formatted first.
"""

from __future__ import annotations

import copy
import io
import logging
import re
import sys
import traceback
from contextlib import suppress
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any

from pixie_secrets.known_values import KNOWN
from pixie_secrets.masking.objects import masked, masked_exc_info

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN = frozenset({int, float, bool, type(None)})
_CUTS = re.compile(r"%(?:\(\w+\))?[-#0 +]*(?:\d+|\*)?\.[^df]*s")  # `%.8s` would show the beginning of a value

_plain_handle = logging.Handler.handle
_plain_format = logging.Handler.format
_plain_handle_error = logging.Handler.handleError
_text_only: dict[type[logging.Handler], bool] = {}


def install() -> None:
    """Put the masked methods in place of logging's own; classes of the program that override them are wrapped."""
    logging.Handler.handle = _handle
    logging.Handler.format = _format
    logging.Handler.handleError = _handle_error
    logging.Handler.__init_subclass__ = classmethod(_on_subclass)  # type: ignore[assignment]  # classes to come
    todo = logging.Handler.__subclasses__()
    while todo:
        each = todo.pop()
        _guard(each)
        todo += each.__subclasses__()


def _on_subclass(handler: type[logging.Handler], /, **options: Any) -> None:
    super(logging.Handler, handler).__init_subclass__(**options)
    _guard(handler)


def _guard(handler: type[logging.Handler]) -> None:
    """Wrap `handle` and `format` of a class that has its own."""
    if handler is logging.NullHandler:
        return
    handle, format_ = handler.handle, handler.format
    if handle is not _handle and not hasattr(handle, "_masks_known_values"):
        handler.handle = _with_masked_record(handle)
    if format_ is not _format and not hasattr(format_, "_masks_known_values"):
        handler.format = _with_masked_text(format_)


def _handle(self: logging.Handler, record: logging.LogRecord) -> Any:
    passed: Any = self.filter(record)
    if isinstance(passed, logging.LogRecord):  # as filters may answer from 3.12 on
        record = passed
    if passed:
        if not _leaves_as_text(self, record) and KNOWN:
            record = masked_record(record)
        self.acquire()
        try:
            self.emit(record)
        finally:
            self.release()
    return passed


def _format(self: logging.Handler, record: logging.LogRecord) -> Any:
    formatter = self.formatter
    if formatter and not _keeps_whole(formatter) and KNOWN:
        record = masked_record(record)
    text: Any = formatter.format(record) if formatter else _plain_format(self, record)
    return KNOWN.mask(text) if type(text) is str else masked(text)


def _with_masked_record(handle: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handle)
    def masking(self: logging.Handler, record: logging.LogRecord) -> Any:
        return handle(self, masked_record(record) if KNOWN else record)

    masking._masks_known_values = True  # type: ignore[attr-defined]  # ours: not to be wrapped twice
    return masking


def _with_masked_text(format_: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(format_)
    def masking(self: logging.Handler, record: logging.LogRecord) -> Any:
        return masked(format_(self, masked_record(record))) if KNOWN else format_(self, record)

    masking._masks_known_values = True  # type: ignore[attr-defined]  # so that it is told from a program's own
    return masking


def _leaves_as_text(handler: logging.Handler, record: logging.LogRecord) -> bool:
    """Whether all that will leave is what `format` returns, and nothing in it was cut short."""
    kind = type(handler)
    if kind not in _text_only:
        _text_only[kind] = _only_writes_text(kind)
    if not _text_only[kind] or "emit" in handler.__dict__:
        return False
    text = record.msg
    return not (record.args and type(text) is str and "." in text and _CUTS.search(text))


def _only_writes_text(kind: type[logging.Handler]) -> bool:
    """Whether a class writes nothing but what its `format` returned, as the stream and file handlers do."""
    writers = [logging.StreamHandler.emit, logging.FileHandler.emit]
    if files := sys.modules.get("logging.handlers"):
        writers += [files.BaseRotatingHandler.emit, files.WatchedFileHandler.emit]
    return kind.emit in writers and kind.format is _format


def _keeps_whole(formatter: logging.Formatter) -> bool:
    """Whether `formatter` puts whole fields into its text: it is logging's own, and cuts none."""
    if type(formatter) is not logging.Formatter:
        return False
    style = formatter._style  # there is no public way to it
    return type(style) is logging.PercentStyle and _is_whole(style._fmt)


@lru_cache(maxsize=64)
def _is_whole(layout: str) -> bool:
    return not _CUTS.search(layout)


def masked_record(record: logging.LogRecord) -> logging.LogRecord:
    """`record` itself when nothing in it shows a known value, else a masked copy."""
    changes: dict[str, Any] = {}
    fields = record.__dict__
    texts = [value for value in fields.values() if type(value) is str]
    dirty = KNOWN.mask("\0".join(texts)) != "\0".join(texts)
    for name, value in fields.items():
        kind = type(value)
        if kind in _PLAIN or (kind is str and not dirty):
            continue
        if name == "exc_info":
            safe = masked_exc_info(value)
        elif name == "args" and kind is tuple:
            safe = value if all(type(each) in _PLAIN for each in value) else _masked_arguments(value)
        else:
            safe = masked(value)
        if safe is not value and (kind is not str or safe != value):
            changes[name] = safe
    twin = record
    if changes:
        twin = copy.copy(record)
        twin.__dict__.update(changes)
    return _with_masked_message(twin, record)


def _masked_arguments(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    safe = tuple(masked(each) for each in arguments)
    return arguments if all(new is old for new, old in zip(safe, arguments, strict=True)) else safe


def _with_masked_message(twin: logging.LogRecord, record: logging.LogRecord) -> logging.LogRecord:
    """`twin`, its message formatted and masked where its masked parts do not give a masked message."""
    try:
        message = twin.getMessage()
        safe = KNOWN.mask(message)
        if safe == message:
            return twin
    except Exception:  # such as a mask given to %d
        try:
            safe = KNOWN.mask(record.getMessage())
        except Exception:  # then the handler fails on it as it always did, without the values
            return twin
    if twin is record:
        twin = copy.copy(record)
    twin.__class__ = logging.LogRecord  # a class of the program may format in a way of its own
    twin.msg, twin.args = safe, ()
    return twin


def _handle_error(self: logging.Handler, record: logging.LogRecord) -> None:
    """Logging's own report of a failed handler, masked: it shows the message and the arguments as they are."""
    if not KNOWN:
        _plain_handle_error(self, record)
    elif logging.raiseExceptions and sys.stderr:
        report = io.StringIO()
        report.write("--- Logging error ---\n")
        traceback.print_exc(file=report)
        report.write("Call stack:\n")
        traceback.print_stack(sys._getframe(1), file=report)  # the frame that logging starts from, too
        arguments = masked(record.args)
        report.write(f"Message: {masked(record.msg)!r}\nArguments: {arguments}\n")
        with suppress(OSError):
            sys.stderr.write(KNOWN.mask(report.getvalue()))
