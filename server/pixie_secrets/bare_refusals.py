"""Refusals for other people's code: without the frames and exceptions that led to them.

A traceback may be shown with the local variables of each frame (rich, typer, `pytest --showlocals`, error trackers),
and ours hold a value where they check it or send it.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    _Arguments = ParamSpec("_Arguments")
    _Result = TypeVar("_Result")


def refusing_bare(call: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """`call`, whose every `PixieError` begins at its caller. Any other exception is as it was: it is a fault."""

    @wraps(call)
    def bare(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        try:
            return call(*arguments, **named)
        except PixieError as error:
            refusal = error.with_traceback(None)
        refusal.__cause__ = refusal.__context__ = None
        raise refusal

    return bare
