"""Zip files made byte by byte, so that each field can lie on its own."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

STORED, DEFLATED = 0, 8
FILE, FOLDER = 0o100644 << 16, 0o40755 << 16 | 0x10

MAIN = b'import os\n\nprint(os.environ["GUEST_API_KEY"])\n'
PYPROJECT = b'[project]\nname = "guest"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = ["httpx"]\n'


def manifest(tool_id: str = "guest", **more: Any) -> bytes:
    secrets = [{"key": "GUEST_API_KEY", "description": "The guest's key", "required": True}]
    return json.dumps(
        {"id": tool_id, "name": "Guest", "inputs": [], "outputs": [], "secrets": secrets, **more}, indent=1
    ).encode()


def tool_files(tool_id: str = "guest", **more: Any) -> dict[str, bytes]:
    """The smallest tool that imports."""
    return {"tool.json": manifest(tool_id, **more), "main.py": MAIN, "pyproject.toml": PYPROJECT}


@dataclass
class Member:
    """One file of an archive. `local` and `central` override single fields of the header of that name."""

    name: str | bytes
    data: bytes = b""
    method: int = DEFLATED
    flags: int | None = None
    attributes: int = FILE
    system: int = 3
    extra: bytes = b""
    packed: bytes | None = None
    local: dict[str, Any] = field(default_factory=dict)
    central: dict[str, Any] = field(default_factory=dict)
    descriptor: bytes | None = None
    before: bytes = b""
    after: bytes = b""

    @property
    def raw(self) -> bytes:
        return self.name if isinstance(self.name, bytes) else self.name.encode("utf-8", "surrogatepass")

    @property
    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.data) if self.method == DEFLATED else self.data

    def fields(self) -> dict[str, Any]:
        flags = self.flags if self.flags is not None else (0 if self.raw.isascii() else 0x800)
        return {
            "name": self.raw,
            "flags": flags,
            "method": self.method,
            "crc": zlib.crc32(self.data),
            "packed": len(self.body),
            "size": len(self.data),
            "extra": self.extra,
        }


def deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


def extra(number: int, data: bytes) -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def local_header(f: dict[str, Any]) -> bytes:
    header: bytes = (
        struct.pack(
            "<4sHHHHHLLLHH",
            *(b"PK\x03\x04", 20, f["flags"], f["method"], 0, 0x21, f["crc"], f["packed"], f["size"]),
            *(len(f["name"]), len(f["extra"])),
        )
        + f["name"]
        + f["extra"]
    )
    return header


def central_header(f: dict[str, Any], member: Member, offset: int) -> bytes:
    comment = f.get("comment", b"")
    header: bytes = (
        struct.pack(
            "<4sBBHHHHHLLLHHHHHLL",
            *(b"PK\x01\x02", 20, f.get("system", member.system), 20, f["flags"], f["method"], 0, 0x21),
            *(f["crc"], f["packed"], f["size"], len(f["name"]), len(f["extra"]), len(comment), f.get("disk", 0), 0),
            *(f.get("attributes", member.attributes), f.get("offset", offset)),
        )
        + f["name"]
        + f["extra"]
        + comment
    )
    return header


def archive(
    members: list[Member],
    *,
    prefix: bytes = b"",
    shift: int | None = None,
    between: bytes = b"",
    comment: bytes = b"",
    suffix: bytes = b"",
    end: dict[str, int] | None = None,
    before_end: bytes = b"",
) -> bytes:
    """The bytes. prefix: in front; offsets count from the file's start unless `shift` says otherwise."""
    out = bytearray(prefix)
    offsets = []
    for member in members:
        out += member.before
        offsets.append(len(out) - (len(prefix) if shift is not None else 0) + (shift or 0))
        out += local_header({**member.fields(), **member.local}) + member.body
        if member.descriptor is not None:
            out += member.descriptor
        out += member.after
    out += between
    start = len(out) - (len(prefix) if shift is not None else 0) + (shift or 0)
    directory = b"".join(
        central_header({**member.fields(), **member.central}, member, offset)
        for member, offset in zip(members, offsets, strict=True)
    )
    out += directory + before_end
    f = {
        "disk": 0, "directory_disk": 0, "here": len(members), "entries": len(members), "size": len(directory),
        "offset": start, "comment": len(comment), **(end or {}),
    }  # fmt: skip
    out += struct.pack(
        "<4sHHHHLLH",
        *(b"PK\x05\x06", f["disk"], f["directory_disk"], f["here"], f["entries"], f["size"], f["offset"], f["comment"]),
    )
    return bytes(out + comment + suffix)


def members(files: dict[str, bytes], top: str = "guest") -> list[Member]:
    return [Member(f"{top}/{name}" if top else name, data) for name, data in files.items()]


def tool_archive(extra_files: dict[str, bytes] | None = None, top: str = "guest", **how: Any) -> bytes:
    """A good tool, and more files in its folder."""
    return archive(members({**tool_files(), **(extra_files or {})}, top), **how)


def with_member(*added: Member, **how: Any) -> bytes:
    """A good tool, and members that may not be in it."""
    return archive([*members(tool_files()), *added], **how)


def changed(name: str = "main.py", **fields: Any) -> bytes:
    """A good tool, one member of which lies in some fields."""
    made = members(tool_files())
    for member in made:
        if member.raw == f"guest/{name}".encode():
            for key, value in fields.items():
                setattr(member, key, value)
    return archive(made)
