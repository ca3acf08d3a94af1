"""Puts the index of known values on every way out of this process: `install()`, once, early.

Covered are logging in all its parts, uncaught exceptions of the main program, of threads and of finalizers, warnings,
and, where a program asks for it, its own standard output and error. What asyncio reports goes through logging. Not
covered is what leaves without passing Python: `faulthandler` (which prints no values), a child process's own output
(run it through `known_values.stream`), and writes to a file descriptor.
"""

from __future__ import annotations

import sys
import threading
import traceback
import warnings
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

from pixie_secrets.known_values import KNOWN
from pixie_secrets.masking import records
from pixie_secrets.masking.objects import masked, masked_exc_info

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import TracebackType
    from typing import TextIO

_installed = False


def install(*, streams: Collection[Literal["stdout", "stderr"]] = ()) -> None:
    """Mask whatever leaves this process from now on. Calling it again changes nothing, but may add streams.

    A handler of the program's own cannot just be given a masked string in place of its record. It may read `args`,
    `exc_info`, `stack_info` or fields of its own (JSON formatters, error trackers, queues, sockets), format the message
    once more, or cut it, and half a value is recognized by nobody. And it may need what a string has not: `%d` wants a
    number, an exception's type decides what is done. So it gets a record like the one that was made, in which every
    object that would show a value is replaced by a stand-in, and an exception's frames hold no variables.

    streams: which of this program's own streams to mask as well. Not stdout where it carries a protocol.
    """
    global _installed  # noqa: PLW0603  once a process
    if not _installed:
        _installed = True
        records.install()
        _install_hooks()
    if streams:
        from pixie_secrets.masking.own_streams import install_stream  # noqa: PLC0415  only programs with output of their own

        for name in streams:
            install_stream(name)


def _install_hooks() -> None:
    """Replace the hooks that print what nobody caught. A hook of the program's own still runs, on stand-ins."""
    sys.excepthook = _excepthook(sys.excepthook)
    threading.excepthook = _thread_excepthook(threading.excepthook)
    sys.unraisablehook = _unraisablehook(sys.unraisablehook)
    warnings.showwarning = _showwarning(warnings.showwarning)


def _excepthook(before: Callable[..., Any]) -> Callable[..., Any]:
    def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not KNOWN:
            before(kind, error, trace)
        elif before is sys.__excepthook__:
            _report("", error, trace)
        else:
            before(*masked_exc_info((kind, error, trace)))

    return excepthook


def _thread_excepthook(before: Callable[..., Any]) -> Callable[..., Any]:
    def excepthook(what: threading.ExceptHookArgs) -> None:
        if not KNOWN or what.exc_value is None or what.exc_type is SystemExit:
            before(what)
        elif before is threading.__excepthook__:
            name = what.thread.name if what.thread else threading.get_ident()
            _report(f"Exception in thread {name}:\n", what.exc_value, what.exc_traceback)
        else:
            triple = masked_exc_info((what.exc_type, what.exc_value, what.exc_traceback))
            before(threading.ExceptHookArgs((*triple, what.thread)))

    return excepthook


def _unraisablehook(before: Callable[..., Any]) -> Callable[..., Any]:
    def unraisablehook(what: sys.UnraisableHookArgs) -> None:
        if not KNOWN or what.exc_value is None:
            before(what)
        elif before is sys.__unraisablehook__:
            message = what.err_msg or "Exception ignored in"
            _report(f"{message}: {_view(what.object)}\n", what.exc_value, what.exc_traceback)
        else:
            kind, error, trace = masked_exc_info((what.exc_type, what.exc_value, what.exc_traceback))
            fields = {"err_msg": masked(what.err_msg), "object": masked(what.object)}
            before(SimpleNamespace(exc_type=kind, exc_value=error, exc_traceback=trace, **fields))

    return unraisablehook


def _showwarning(before: Callable[..., Any]) -> Callable[..., Any]:
    def showwarning(  # noqa: PLR0917  the signature is Python's
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if KNOWN and before is _python_showwarning:
            _write(file or sys.stderr, warnings.formatwarning(masked(message), category, filename, lineno, line))
        else:
            before(masked(message) if KNOWN else message, category, filename, lineno, file, line)

    return showwarning


_python_showwarning = warnings._showwarning_orig  # type: ignore[attr-defined]  # the only way to tell a program's own


def _view(thing: object) -> str:
    try:
        return repr(thing)
    except Exception:  # as the interpreter's own report says it
        return "<object repr() failed>"


def _report(title: str, error: BaseException, trace: TracebackType | None) -> None:
    _write(sys.stderr, title + "".join(traceback.format_exception(type(error), error, trace)))


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    with suppress(OSError, ValueError):  # a closed stream: there is nobody left to tell
        stream.write(KNOWN.mask(text))
        stream.flush()
