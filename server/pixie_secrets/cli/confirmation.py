"""One yes or no from the person at this terminal, before something that cannot be undone.

For questions of a command about its own work. What concerns a value is asked by `channels.agreement`, which takes only
a key pressed at the terminal itself.
"""

from __future__ import annotations

import sys

from pixie_secrets.cli import surface


def is_possible() -> bool:
    """Whether a person reads what is asked, and can answer it: stdin and stderr are a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and surface.before_a_person()


def confirmed(question: str) -> bool:
    """Whether the answer to `question` is `y` or `yes`, in any case; anything else, and the end of input, is a no."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
