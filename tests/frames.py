"""What a traceback with local variables shows of our own code: rich, typer, pytest and error trackers make such."""

from __future__ import annotations


def shown_frames(error: BaseException | None) -> str:
    """Every local variable of ours on the way to `error`, and to what it came of, as each shows itself."""
    seen = ""
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            if "/pixie_secrets/" in trace.tb_frame.f_code.co_filename:
                seen += "".join(f"{name} = {_view(value)}\n" for name, value in trace.tb_frame.f_locals.items())
            trace = trace.tb_next
        error = error.__cause__ or error.__context__
    return seen


def _view(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # an object in the making
        return ""
