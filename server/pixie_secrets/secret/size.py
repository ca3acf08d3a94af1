"""How long a secret may be, as long as a variable that a program can be given; and how short one that is masked.

Everything that takes a value has this one limit: the page, the prompt, a pipe, and what starts a program with it.
"""

from __future__ import annotations

from pixie_secrets.errors import ValueRefused

BYTES_MAX = 128 * 1024  # Linux: MAX_ARG_STRLEN, for `KEY=value` and the NUL after it
LIMIT = f"{BYTES_MAX >> 10} KiB"
MASKABLE_MIN = 4  # characters: a mask is shorter than what it hides


def check_size(key: str, value: bytes) -> None:
    """Refuse a `value` that no program can be given under `key`.

    Raises:
        ValueRefused: `KEY=value` and its NUL are longer than the system takes.
    """
    if len(key.encode()) + len(value) + len("=\0") > BYTES_MAX:
        raise ValueRefused(
            f"the value of {key} is too large: a program cannot be given {LIMIT} or more in one variable",
            "keep it in a file of its own outside the project, and make the secret that file's path",
        )
