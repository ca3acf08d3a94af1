"""Reads the one value a person pipes in: bounded, strict, and without the newline that `echo` adds."""

from __future__ import annotations

import os
import sys

from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import ChannelClosed, ValueRefused
from pixie_secrets.secret.size import BYTES_MAX, LIMIT
from pixie_secrets.secret.text import SecretStr


def read_value() -> SecretStr:
    """All of stdin as UTF-8, less exactly one LF or CRLF at its end. Never reads much more than can be stored.

    Raises:
        UsageRefused: stdin is a terminal, where `--stdin` would show what is typed.
        ValueRefused: too long, or not UTF-8.
        ChannelClosed: stdin is closed or cannot be read.
    """
    if sys.stdin is None:
        raise ChannelClosed("the standard input is closed", "pipe the value in")
    if sys.stdin.isatty():
        raise UsageRefused(
            "--stdin reads a pipe, and this is a terminal, which would show what is typed",
            "leave --stdin away to be asked here without echo",
        )
    data = _bounded()
    for newline in (b"\r\n", b"\n"):
        if data.endswith(newline):
            data = data[: -len(newline)]
            break
    if len(data) >= BYTES_MAX:
        raise ValueRefused(f"the value is {LIMIT} or longer", "a variable of that length cannot be passed to a program")
    try:
        return SecretStr(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass  # its message and its `object` hold the bytes: it must not be the cause of what is raised
    raise ValueRefused("the value is not UTF-8", "convert it first; a binary one needs an encoding such as base64")


def _bounded() -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        while size <= BYTES_MAX + 2 and (chunk := os.read(sys.stdin.fileno(), 1 << 16)):
            chunks.append(chunk)
            size += len(chunk)
    except OSError as error:
        raise ChannelClosed("the standard input cannot be read", "pipe the value in") from error
    return b"".join(chunks)
