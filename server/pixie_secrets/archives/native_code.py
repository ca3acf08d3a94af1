"""Is this a program for a machine and not for a reader? Told by its first bytes, whatever its name says."""

from __future__ import annotations

import struct

HEAD = 4096  # bytes that `native` wants to see

_MACH_O = (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
_FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf", b"\xbe\xba\xfe\xca", b"\xbf\xba\xfe\xca")
_JAVA_FROM = 45  # a Java class has its version where a Mach-O has its number of machines
_PYTHON_MAGIC = range(2900, 4500)  # the numbers CPython 3 gives its bytecode, those to come included
_PYTHON_FLAGS = 3


def native(head: bytes) -> str | None:  # one return for each kind
    """What kind of compiled code begins with `head`; None for anything else.

    A file for Python that begins like bytecode counts: `python main.py` runs bytecode whatever the file is called.
    """
    if head.startswith(b"\x7fELF"):
        return "a program for Linux (ELF)"
    if head.startswith((b"MZ", b"ZM")) and b"\0" in head:
        return "a program for Windows (PE)"
    if head.startswith(_MACH_O):
        return "a program for macOS (Mach-O)"
    if head.startswith(_FAT):
        number = int.from_bytes(head[4:8], "big" if head.startswith(b"\xca") else "little")
        return "compiled Java" if number >= _JAVA_FROM else "a program for macOS (Mach-O)"
    if head.startswith((b"!<arch>\n", b"!<thin>\n")):
        return "a library of compiled code"
    if head.startswith((b"BC\xc0\xde", b"\xde\xc0\x17\x0b")):
        return "compiled code (LLVM)"
    return "compiled Python" if _is_bytecode(head) else None


def _is_bytecode(head: bytes) -> bool:
    if head[2:4] != b"\r\n" or len(head) < 16:  # the header of a .pyc
        return False
    magic, flags = struct.unpack_from("<H2xI", head)
    return magic in _PYTHON_MAGIC and flags <= _PYTHON_FLAGS
