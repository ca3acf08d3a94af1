"""Archives that must be refused, each with a piece of the message that says why."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import random
import struct
import tarfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

from tests.archives.building import (
    FILE,
    FOLDER,
    MAIN,
    STORED,
    Member,
    archive,
    changed,
    deflated,
    extra,
    local_header,
    manifest,
    members,
    tool_archive,
    tool_files,
    with_member,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ELF = b"\x7fELF\x02\x01\x01" + bytes(57)
PE = b"MZ" + bytes(58) + struct.pack("<L", 64) + b"PE\0\0" + bytes(20)
MACHO = b"\xcf\xfa\xed\xfe\x07\0\0\x01" + bytes(24)
FAT = b"\xca\xfe\xba\xbe\0\0\0\x02" + bytes(40)
CLASS = b"\xca\xfe\xba\xbe\0\0\0\x3d" + bytes(40)
PYC = struct.pack("<H", 3495) + b"\r\n" + bytes(12) + b"\xe3" + bytes(30)
VALUE = "hostile-known-value-0123456789"


class Hostile(NamedTuple):
    """name: what is wrong with it. reason: must be in the refusal."""

    name: str
    data: bytes
    reason: str


def hostile() -> Iterator[Hostile]:
    for group in (
        _whole, _structure, _headers, _sizes, _kinds_of_files, _names, _twins, _env, _belongings, _native, _nested,
        _tool, _share_manifest,
    ):  # fmt: skip
        yield from group()


def _one(name: str, data: bytes, reason: str) -> Hostile:
    return Hostile(name, data, reason)


def _whole() -> Iterator[Hostile]:
    good = tool_archive()
    yield _one("empty file", b"", "the archive is empty")
    yield _one("text", b"hello there, I am no zip\n" * 5, "not a zip archive")
    yield _one("only a zip's beginning", good[: len(good) // 2], "not a zip archive")
    yield _one("a tar.gz", _tar_gz({"guest/main.py": MAIN}), "not a zip archive")
    yield _one("no files", archive([]), "holds no files")
    yield _one("cut off in its end record", good[:-4], "something follows the end")
    yield _one("first byte lost", good[1:], "not where it says")
    yield _one("bytes behind", good + b"x", "something follows the end")
    yield _one("many zeros behind", good + bytes(20_000), "something follows the end")
    yield _one("zeros and a byte behind", good + bytes(200) + b"x", "something follows the end")
    yield _one("two ends", tool_archive(comment=b"PK\x05\x06" + bytes(18)), "comment holds another archive")
    yield _one("a second archive behind", good + tool_archive({"x.py": b"1"}), "in front of it")
    yield _one("bytes in front", b"#!/bin/sh\nexit\n" + good, "in front of it")
    yield _one("bytes in front, offsets right", tool_archive(prefix=b"#!/bin/sh\nexit\n"), "hidden in front")
    yield _one("a program in front", tool_archive(prefix=ELF), "hidden in front")
    yield _one("an archive in front, offsets right", tool_archive(prefix=good), "hidden in front")
    yield _one("an archive in the comment", tool_archive(comment=good), "comment holds another archive")
    yield _one("an end record in the comment", tool_archive(comment=b"see PK\x05\x06 here"), "comment holds another")
    yield _one(
        "a local header in the comment", tool_archive(comment=b"PK\x03\x04" + bytes(40)), "comment holds another"
    )
    yield _one(
        "a list of files in the comment", tool_archive(comment=b"PK\x01\x02" + bytes(40)), "comment holds another"
    )
    yield _one("a comment longer than the file", tool_archive(end={"comment": 9}), "something follows the end")
    yield _one("a comment shorter than it is", tool_archive(comment=b"hello", end={"comment": 2}), "something follows")


def _structure() -> Iterator[Hostile]:
    three = members(tool_files())
    yield _one("counts more than it lists", tool_archive(end={"entries": 9, "here": 9}), "lists fewer files")
    yield _one("lists more than it counts", tool_archive(end={"entries": 2, "here": 2}), "lists more files")
    yield _one("counts differ", tool_archive(end={"here": 2}), "one part of an archive in several")
    yield _one("second part of several", tool_archive(end={"disk": 1}), "one part of an archive in several")
    yield _one("list on another part", tool_archive(end={"directory_disk": 2}), "one part of an archive in several")
    yield _one("a member on another part", changed(central={"disk": 3}), "in another part of the archive")
    yield _one("list too long", tool_archive(end={"size": 4000}), "not where it says")
    yield _one("list too short", tool_archive(end={"size": 100}), "in front of it")
    yield _one("list elsewhere", tool_archive(end={"offset": 10}), "in front of it")
    yield _one("list starts late", tool_archive(end={"offset": 10_000_000}), "not where it says")
    yield _one("something between files and list", tool_archive(between=b"hidden"), "between the files and their list")
    yield _one("an archive between files and list", tool_archive(between=tool_archive()), "between the files and their")
    yield _one("something behind the list", tool_archive(before_end=b"hidden"), "between its list of files and its end")
    three[1].before = b"hidden"
    yield _one("something between two files", archive(three), "hidden between two files")
    three[1].before = local_copy()
    yield _one("an unlisted file between two", archive(three), "hidden between two files")
    yield _one("two names for one file", _overlap(0), "overlaps another file")
    yield _one("an entry that points into another file", _overlap(4), "overlaps another file")
    yield _one("overlapping data", _shared_data(), "overlaps another file")
    yield _one("data that reaches into the list", _into_the_list(), "overlaps the archive's list")
    yield _one("a header that points nowhere", changed(central={"offset": 0xFFFFFF}), "hidden between two files")
    yield _one("a damaged list", _patch(tool_archive(), b"PK\x01\x02", b"PK\x01\x03"), "list of files is damaged")
    yield _one("a damaged local header", _patch(tool_archive(), b"PK\x03\x04", b"PK\x03\x05"), "no header of its own")
    yield _one("a name longer than the list", _long_name(), "list of files is damaged")
    yield _one("zip64 elsewhere", _zip64(where=5), "not where it says")
    yield _one("zip64 contradicts", _zip64(entries=9), "contradict each other")
    yield _one("zip64 with something in it", _zip64(length=60), "hidden in it")
    yield _one("zip64 field too short", _zip64_field(b"\0\0\0"), "zip64 field that is too short")
    yield _one("malformed extra field", changed(extra=b"\x01\x00\xff\x00abc"), "malformed extra field")
    yield _one("extra field twice", changed(extra=extra(0x7777, b"a") + extra(0x7777, b"b")), "malformed extra field")


def local_copy() -> bytes:
    member = Member("guest/unlisted.py", b"print(1)\n")
    return local_header(member.fields()) + member.body


def _headers() -> Iterator[Hostile]:
    yield _one("another name inside", changed(local={"name": b"guest/evil.py"}), "another name in its own header")
    yield _one("another name of equal length inside", changed(local={"name": b"guest/m_in.py"}), "another name")
    yield _one("another size inside", changed(local={"size": 5}), "another size in its own header")
    yield _one("another packed size inside", changed(local={"packed": 5}), "another packed size in its own header")
    yield _one("another checksum inside", changed(local={"crc": 5}), "another checksum in its own header")
    yield _one("another method inside", changed(local={"method": STORED}), "packed another way")
    yield _one("other flags inside", changed(local={"flags": 8}), "other flags in its own header")
    yield _one("encrypted inside", changed(local={"flags": 1}), "other flags in its own header")
    yield _one("encrypted", changed(flags=1), "is encrypted")
    yield _one("strongly encrypted", changed(flags=0x41), "is encrypted")
    yield _one("hidden headers", changed(flags=0x2000), "is encrypted")
    yield _one("AES by its extra field", changed(extra=extra(0x9901, b"\2\0AE\3\x08\0")), "is encrypted")
    yield _one("strong encryption by its extra field", changed(extra=extra(0x0017, bytes(8))), "is encrypted")
    yield _one("a patch", changed(flags=0x20), "is a patch")
    yield _one("flags nobody sets", changed(flags=0x8000), "no common packer sets")
    for method, said in (
        (9, "deflate64"),
        (12, "bzip2"),
        (14, "LZMA"),
        (93, "zstd"),
        (95, "xz"),
        (98, "PPMd"),
        (77, "method 77"),
    ):
        yield _one(f"packed by {said}", changed(method=method, packed=b"x" * 9), f"is packed by {said}")
    yield _one("descriptor contradicts", _described(crc=1), "another size or checksum behind its data")
    yield _one("descriptor with another size", _described(size=1), "another size or checksum behind its data")
    yield _one("descriptor missing", changed(flags=8), "the record is missing")
    yield _one("descriptor damaged", _described(raw=b"PK\x09\x09" + bytes(12)), "something is hidden behind")
    yield _one("more behind a descriptor", _described(more=b"hello"), "something is hidden behind")
    latin = Member("guest/é.py".encode("latin-1"), b"1", flags=0)
    yield _one("a name in Latin-1", with_member(latin), "a name that is not UTF-8")
    claims = Member("guest/é.py".encode("latin-1"), b"1", flags=0x800)
    yield _one("a name that claims to be UTF-8", with_member(claims), "a name that is not UTF-8")
    other = b"\1" + struct.pack("<L", zlib.crc32(b"guest/a.py")) + b"guest/../../b.py"
    yield _one(
        "a second name in an extra field",
        with_member(Member("guest/a.py", b"1", extra=extra(0x7075, other))),
        "a second name",
    )
    inside = b"\1" + struct.pack("<L", zlib.crc32(b"guest/a.py")) + b"guest/b.py"
    only_local = Member("guest/a.py", b"1", local={"extra": extra(0x7075, inside)})
    yield _one("a second name in its own header", with_member(only_local), "a second name")


def _sizes() -> Iterator[Hostile]:
    zeros = bytes(4 * 2**20)
    yield _one("a bomb", with_member(Member("guest/zeros", bytes(17 * 2**20))), "200 times its size")
    letters = {f"{number}.txt": b"e" * 900_000 for number in range(24)}
    yield _one("a bomb of small files", tool_archive(letters), "the archive unpacks to more than 200 times its size")
    nested = deflated(deflated(bytes(2**20)))
    yield _one("unpacks to more than it says", _lies(zeros, 1000), "unpacks to more than it says")
    yield _one("unpacks to less than it says", _lies(b"abc", 1000), "unpacks to less than it says")
    yield _one(
        "a large file that unpacks to more", _lies(_noise(18 * 2**20), 17 * 2**20), "unpacks to more than it says"
    )
    yield _one("a wrong checksum", changed(local={"crc": 1}, central={"crc": 1}), "does not match its checksum")
    yield _one("damaged data", changed(packed=b"\xff" * 40), "is damaged")
    yield _one("data cut short", changed(packed=deflated(MAIN * 50)[:-8], data=MAIN * 50), "is damaged")
    yield _one(
        "something behind the deflated data",
        changed(packed=deflated(MAIN) + b"hidden"),
        "hidden behind its packed data",
    )
    yield _one(
        "a second stream behind the first", changed(packed=deflated(MAIN) + nested), "hidden behind its packed data"
    )
    yield _one("stored with two sizes", changed(method=STORED, packed=MAIN + b"x"), "yet has two sizes")
    yield _one("too large a file", _claims(2**31), "unpacks to more than 1024 MiB")
    many = [Member(f"guest/{number}", b"", central={"size": 2**29, "packed": 2**29}) for number in range(5)]
    yield _one("too much in all", archive([*members(tool_files()), *many]), "the archive unpacks to more than 2048 MiB")
    yield _one("too many files", tool_archive(end={"entries": 65000, "here": 65000}), "more than 20000 files")
    yield _one(
        "a folder with contents", with_member(Member("guest/sub/", b"hello", attributes=FOLDER)), "contents of its own"
    )


def _kinds_of_files() -> Iterator[Hostile]:
    for mode, said in (
        (0o120777, "a symbolic link"), (0o010644, "a named pipe"), (0o140644, "a socket"), (0o020644, "a device"),
        (0o060644, "a device"), (0o150000, "neither a file nor a folder"),
    ):  # fmt: skip
        yield _one(
            f"mode {mode:o}", with_member(Member("guest/x", b"/etc/passwd", attributes=mode << 16)), f"is {said}"
        )
    link = Member("guest/x", b"/etc/passwd", attributes=0o120777 << 16, system=0)
    yield _one("a link made on Windows", with_member(link), "is a symbolic link")
    mac = Member("guest/x", b"/etc/passwd", attributes=0o120777 << 16, system=19)
    yield _one("a link made on macOS", with_member(mac), "is a symbolic link")
    yield _one(
        "a link to a folder", with_member(Member("guest/x", b"..", attributes=0o120777 << 16)), "a symbolic link"
    )
    yield _one(
        "a reparse point", with_member(Member("guest/x", b"1", attributes=0x400, system=0)), "a link by its Windows"
    )
    yield _one(
        "a volume label", with_member(Member("guest/x", b"", attributes=0x08, system=0)), "by its Windows attributes"
    )
    asi = struct.pack("<LHLHH", 0, 0o120777, 11, 0, 0) + b"/etc/passwd"
    yield _one(
        "a link by its ASi field",
        with_member(Member("guest/x", b"", extra=extra(0x756E, asi))),
        "a link by its Unix field",
    )
    pkware = bytes(12) + b"/etc/passwd"
    yield _one(
        "a link by its PKWARE field",
        with_member(Member("guest/x", b"", extra=extra(0x000D, pkware))),
        "a link by its Unix field",
    )
    yield _one(
        "a folder called a file", with_member(Member("guest/x", b"", attributes=FOLDER)), "a folder by its attributes"
    )
    yield _one(
        "a file called a folder", with_member(Member("guest/x/", b"", attributes=FILE)), "a folder by its attributes"
    )
    yield _one(
        "a folder by its Windows attributes",
        with_member(Member("guest/x", b"", attributes=0x10, system=0)),
        "a folder by its attributes",
    )


def _names() -> Iterator[Hostile]:
    for name, reason in (
        ("/etc/cron.d/x", "an absolute path"),
        ("//server/share/x", "a network path"),
        ("\\\\server\\share\\x", "a network path"),
        ("C:/Windows/x", "a drive letter"),
        ("c:x", "a drive letter"),
        ("../x", "climbs out"),
        ("guest/../../x", "climbs out"),
        ("guest/sub/../../../x", "climbs out"),
        ("guest/..", "climbs out"),
        ("..", "climbs out"),
        ("guest/./x", "a single dot"),
        ("./guest/x", "a single dot"),
        ("guest//x", "an empty part"),
        ("guest\\..\\x", "a backslash"),
        ("guest/a\\b", "a backslash"),
        ("guest/a\0.py", "a NUL"),
        ("guest/a\n.py", "a control character"),
        ("guest/a\x1b[31m.py", "a control character"),
        ("guest/a\x7f.py", "a control character"),
        ("guest/a\u0085.py", "a control character"),
        ("guest/a\u202egpj.py", "turns the direction"),
        ("guest/a\u2066b.py", "turns the direction"),
        ("guest/a\u200b.py", "an invisible character"),
        ("guest/\ufeffa.py", "an invisible character"),
        ("guest/a\u00adb.py", "an invisible character"),
        ("guest/a\u3164.py", "an invisible character"),
        ("guest/a\u2028.py", "an invisible character"),
        ("guest/\U000e0041.py", "an invisible character"),
        ("guest/a.", "ends in a dot or a space"),
        ("guest/a ", "ends in a dot or a space"),
        ("guest/sub./x", "ends in a dot or a space"),
        ("guest/a\u3000", "something like a dot or a space"),
        ("guest/a\uff0e", "something like a dot or a space"),
        ("guest/main.py:hidden", "a colon"),
        ("guest/main.py::$DATA", "a colon"),
        ("guest/what?.py", "Windows does not allow"),
        ("guest/a|b", "Windows does not allow"),
        ("guest/con", "keeps for a device"),
        ("guest/AUX.py", "keeps for a device"),
        ("guest/lpt1.txt", "keeps for a device"),
        ("guest/com¹", "keeps for a device"),
        ("guest/nul /x", "ends in a dot or a space"),
        ("guest/CONIN$", "keeps for a device"),
        ("guest/GIT~1/config", "the short name"),
        ("guest/ENV~1", "the short name"),
        ("guest/" + "a" * 256, "more than 255 bytes"),
        ("guest/" + "ü" * 130, "more than 255 bytes"),
        ("guest/" + "a/" * 40 + "x", "folders deep"),
        ("guest/" + ("a" * 200 + "/") * 6 + "x", "more than 1000 bytes"),
        ("", "an empty name"),
    ):
        yield _one(f"the name {name[:40]!r}", with_member(Member(name, b"1")), reason)


def _twins() -> Iterator[Hostile]:
    for one, other, reason in (
        ("guest/a.py", "guest/a.py", "is there twice"),
        ("guest/a.py", "guest/A.py", "only in case or spelling"),
        ("guest/straße.py", "guest/STRASSE.py", "only in case or spelling"),
        ("guest/é.py", "guest/e\u0301.py", "only in case or spelling"),
        ("guest/a.py", "guest/\uff41.py", "only in case or spelling"),
        ("guest/\ufb01.py", "guest/fi.py", "only in case or spelling"),
        ("guest/lib/a.py", "guest/Lib/b.py", "differs from another's only in case"),
        ("guest/a", "guest/a/b", "also a file"),
        ("guest/a/b", "guest/a", "both a file and a folder"),
        ("guest/x.py", "GUEST/y.py", "differs from another's only in case"),
    ):
        yield _one(f"{one} and {other}", with_member(Member(one, b"1"), Member(other, b"2")), reason)
    yield _one("tool.json twice", with_member(Member("guest/tool.json", manifest("other"))), "is there twice")
    yield _one("tool.json in capitals", with_member(Member("guest/TOOL.JSON", manifest())), "only in case or spelling")


def _env() -> Iterator[Hostile]:
    for name in (
        ".env", ".ENV", ".Env", ".env.local", ".env.production", ".env.bak", ".env~", ".env.swp", ".env_old",
        ".env-prod",         "prod.env", "config.env", "Prod.ENV", "my.env.bak", ".envrc", ".env2", "sub/.env",
        "sub/deep/.Env.Local",         "\uff0eenv", ".\uff45nv", ".\u212fnv", " .env", ".env.d/values", ".env/values",
    ):  # fmt: skip
        yield _one(f"env as {name!r}", tool_archive({name: b"A=1\n"}), "is a .env")
    yield _one("a trailing dot", tool_archive({".env.": b"A=1\n"}), "ends in a dot")
    yield _one("a zero width space", tool_archive({".e\u200bnv": b"A=1\n"}), "invisible")
    yield _one(
        "a template with a value",
        tool_archive({".env.example": b"GUEST_API_KEY=kJ8s-29fjwLq0vX\n"}),
        "has a value for GUEST_API_KEY",
    )
    yield _one(
        "a template with a value below",
        tool_archive({"sub/.env.sample": b"SMTP_PASSWORD=kJ8s29fjwLq0vX\n"}),
        "has a value for",
    )
    yield _one("a .gitignore that shows it", tool_archive({".gitignore": b"*.pyc\n!.env\n"}), "makes git see the .env")
    yield _one(
        "a .gitignore below that shows it", tool_archive({"sub/.gitignore": b"!.env*\n"}), "makes git see the .env"
    )
    yield _one("in a wheel", tool_archive({"w.whl": _zip({"pkg/.env": b"A=1"})}), "a .env in an archive within")
    yield _one(
        "in a tar.gz", tool_archive({"data.tar.gz": _tar_gz({"x/.env.local": b"A=1"})}), "a .env in an archive within"
    )
    yield _one(
        "in a zip in a zip",
        tool_archive({"a.zip": _zip({"b.zip": _zip({".env": b"A=1"})})}),
        "a .env in an archive within",
    )
    yield _one(
        "in a zip called .txt", tool_archive({"notes.txt": _zip({".env": b"A=1"})}), "a .env in an archive within"
    )


def _belongings() -> Iterator[Hostile]:
    for name, reason in (
        (".venv/pyvenv.cfg", "virtual environment"),
        ("venv/bin/activate", "virtual environment"),
        (".VENV/x", "virtual environment"),
        ("sub/env/pyvenv.cfg", "virtual environment"),
        (".git/config", "git repository"),
        (".GIT/hooks/post-checkout", "git repository"),
        (".git", "git repository"),
        ("sub/.git/HEAD", "git repository"),
        (".hg/hgrc", "git repository"),
        ("x.pth", "runs by itself"),
        ("sub/evil.PTH", "runs by itself"),
        ("sitecustomize.py", "runs by itself"),
        ("usercustomize.py", "runs by itself"),
        ("sitecustomize/__init__.py", "runs by itself"),
        ("conftest.py", "runs by itself"),
        ("tests/conftest.py", "runs by itself"),
        (".claude/settings.json", "can start programs"),
        (".mcp.json", "can start programs"),
        (".devcontainer/devcontainer.json", "can start programs"),
        (".pixie-import-1/x", "state of pixie-secrets"),
    ):
        yield _one(name, tool_archive({name: b"x"}), reason)


def _native() -> Iterator[Hostile]:
    for name, data, said in (
        ("lib.so", ELF, "Linux (ELF)"),
        ("helper.py", ELF, "Linux (ELF)"),
        ("README.md", PE, "Windows (PE)"),
        ("app.exe", PE, "Windows (PE)"),
        ("x.dylib", MACHO, "macOS (Mach-O)"),
        ("fat", FAT, "macOS (Mach-O)"),
        ("A.class", CLASS, "compiled Java"),
        ("lib.a", b"!<arch>\nfoo", "library of compiled code"),
        ("code.bc", b"BC\xc0\xde" + bytes(20), "LLVM"),
        ("helper.py", PYC, "compiled Python"),
    ):
        yield _one(f"{said} as {name}", tool_archive({name: data}), said)
    yield _one("main.py is bytecode", archive(members({**tool_files(), "main.py": PYC})), "compiled Python")
    yield _one("large native code", tool_archive({"big.bin": ELF + _noise(17 * 2**20)}), "Linux (ELF)")
    yield _one("in a wheel", tool_archive({"w.whl": _zip({"pkg/_x.so": ELF})}), "Linux (ELF)")
    yield _one(
        "in a wheel in a tar.gz", tool_archive({"w.tar.gz": _tar_gz({"w.whl": _zip({"_x.pyd": PE})})}), "Windows (PE)"
    )
    yield _one("gzipped", tool_archive({"blob.gz": gzip.compress(ELF)}), "Linux (ELF)")
    yield _one(
        "gzipped in the second part", tool_archive({"b.gz": gzip.compress(b"") + gzip.compress(ELF)}), "Linux (ELF)"
    )
    yield _one("bzipped", tool_archive({"blob.bz2": bz2.compress(ELF)}), "Linux (ELF)")
    yield _one("as xz", tool_archive({"blob.xz": lzma.compress(ELF)}), "Linux (ELF)")


def _nested() -> Iterator[Hostile]:
    deep = b"hi"
    for _ in range(5):
        deep = _zip({"x.zip": deep})
    yield _one("archives too deep", tool_archive({"a.zip": deep}), "too deep to look into")
    yield _one("7z", tool_archive({"a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(30)}), "packed as 7z")
    yield _one("RAR", tool_archive({"a.rar": b"Rar!\x1a\x07\x00" + bytes(30)}), "packed as RAR")
    yield _one("zstd", tool_archive({"a.zst": b"\x28\xb5\x2f\xfd" + bytes(30)}), "packed as zstd")
    yield _one("a damaged zip", tool_archive({"a.zip": _zip({"x": b"1" * 99})[:-3]}), "in a.zip: something follows")
    yield _one(
        "an encrypted zip", tool_archive({"a.zip": archive([Member("x", b"1", flags=1)])}), "in a.zip: x is encrypted"
    )
    yield _one(
        "a picture that is a zip",
        tool_archive({"a.png": b"\x89PNG\r\n\x1a\n" + bytes(30) + _zip({"x": b"1"})}),
        "in front of it",
    )
    yield _one("a damaged gzip", tool_archive({"a.gz": gzip.compress(b"x" * 99)[:-3]}), "cannot be opened")
    yield _one(
        "a gzip with something behind",
        tool_archive({"a.gz": gzip.compress(b"x") + b"hello"}),
        "hidden behind its packed",
    )
    bomb = gzip.compress(bytes(130 * 2**20), 9)
    yield _one("a gzip bomb", tool_archive({"a.gz": bomb}), "too much to look into")
    bombs = _zip({f"{number}.zip": _zip({"zeros": bytes(2**20)}) for number in range(100)})
    bombs = _zip({f"{number}.zip": bombs for number in range(30)})
    yield _one(
        "archives of archives of small bombs", tool_archive({"a.zip": bombs}), "unpacks to more than 2048 MiB in"
    )
    yield _one("a tar with a link", tool_archive({"a.tar": _tar_link()}), "holds a link")
    yield _one("a tar behind a tar", tool_archive({"a.tar": _tar({"x": b"1"}) + _tar({"y": ELF})}), "behind its end")
    links = b"".join(_tar_header("@LongLink", tarfile.GNUTYPE_LONGNAME) for _ in range(3000))
    yield _one(
        "a tar of endless long names", with_member(Member("guest/a.tar", links, method=STORED)), "cannot be opened"
    )
    yield _one(
        "a tar of old with a .env", tool_archive({"a.tar": _of_old(_tar({"x/.env": b"A=1"}))}), "is a .env in an"
    )
    yield _one(
        "a tar of old with a program", tool_archive({"a.tgz": gzip.compress(_of_old(_tar({"x": ELF})))}), "Linux (ELF)"
    )
    yield _one("a .pth in a wheel", tool_archive({"w.whl": _zip({"evil.pth": b"import os"})}), "runs by itself once")
    yield _one(
        "sitecustomize in a wheel", tool_archive({"w.whl": _zip({"sitecustomize.py": b""})}), "runs by itself once"
    )


def _tool() -> Iterator[Hostile]:
    files = tool_files()
    yield _one(
        "two tools", archive([*members(files), *members(tool_files("other"), "other")]), "2 folders side by side"
    )
    yield _one("a file beside the folder", with_member(Member("README.md", b"hi")), "not in the tool's folder")
    for name in ("notes/a.txt", ".idea/workspace.xml", "__pycache__/x.pyc", "__MACOSX/payload.py", "META-INF/x.py"):
        yield _one(f"{name} beside the folder", with_member(Member(name, b"1")), "2 folders side by side")
    yield _one(
        "a tool in a tool without a folder",
        archive([*members(files, ""), *members(tool_files("other"), "other")]),
        "a tool.json at its top and another in other",
    )
    yield _one("another tool's folder", archive(members(files, "guestbook-main")), "but its tool.json says id guest")
    yield _one("a folder above", archive(members(files, "a/guest")), "has no tool.json in its top folder")
    for missing in ("tool.json", "main.py", "pyproject.toml"):
        rest = {name: data for name, data in files.items() if name != missing}
        yield _one(f"no {missing}", archive(members(rest)), f"has no {missing}")
    renamed = {("Tool.json" if name == "tool.json" else name): data for name, data in files.items()}
    yield _one("tool.json in another case", archive(members(renamed)), "must be spelled tool.json")
    yield _one("another id", archive(members(tool_files("other"))), "but its tool.json says id other")
    yield _one("an id in another case", archive(members(tool_files("Guest"))), "but its tool.json says id Guest")
    yield _one("not JSON", archive(members({**files, "tool.json": b"{"})), "tool.json")
    yield _one("an id that climbs", archive(members({**files, "tool.json": manifest("../x")})), "tool.json:")
    yield _one("a field the format does not have", archive(members(tool_files(evil=True))), "unknown field")
    yield _one(
        "a secret that steers", archive(members(tool_files(secrets=[{"key": "LD_PRELOAD"}]))), "not a secret's name"
    )
    yield _one(
        "an old format", archive(members(tool_files(secrets=[{"key": "A_KEY", "label": "x"}]))), "of an old format"
    )
    yield _one("an entrypoint that is not there", archive(members(tool_files(entrypoint="run.py"))), "has no run.py")
    yield _one(
        "a tool.json that is not UTF-8", archive(members({**files, "tool.json": b'{"id": "\xff"}'})), "not UTF-8 text"
    )
    yield _one("a huge tool.json", archive(members({**files, "tool.json": _noise(2**20 + 9)})), "larger than 1 MiB")
    yield _one(
        "a known value", tool_archive({"notes.txt": f"key: {VALUE}\n".encode()}), "values of secrets of this project"
    )
    yield _one(
        "a known value in base64",
        tool_archive({"n.txt": base64.b64encode(VALUE.encode())}),
        "values of secrets",
    )
    yield _one("a known value in a name", tool_archive({f"{VALUE}.txt": b"hi"}), "values of secrets of this project")
    yield _one(
        "a known value in a nested zip", tool_archive({"a.zip": _zip({"x": VALUE.encode()})}), "values of secrets"
    )


def _share_manifest() -> Iterator[Hostile]:
    files = tool_files()

    def said(**more: object) -> bytes:
        document = {
            "format": 1,
            "tool": {"id": "guest", "name": "Guest", "version": None},
            "files": {
                name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in files.items()
            },
            "secrets": [{"key": "GUEST_API_KEY", "description": "The guest's key", "required": True}],
            "hosts": [],
            "left_out": [],
            **more,
        }
        return json.dumps(document).encode()

    hashes = json.loads(said())["files"]
    for name, data, reason in (
        ("not JSON", b"{", "not what this program writes"),
        ("another format", said(format=2), "made by another version"),
        ("unknown field", said(evil=1), "not what this program writes"),
        ("another tool", said(tool={"id": "other", "name": "Guest", "version": None}), "about another tool"),
        ("another version", said(tool={"id": "guest", "name": "Guest", "version": "9"}), "about another tool"),
        ("other secrets", said(secrets=[]), "lists other secrets"),
        ("a file too many", said(files={**hashes, "x.py": hashes["main.py"]}), "listed in pixie-share.json and not in"),
        (
            "a file too few",
            said(files={name: hashes[name] for name in ("main.py", "tool.json")}),
            "not listed in pixie-share",
        ),
        (
            "another hash",
            said(files={**hashes, "main.py": hashes["tool.json"]}),
            "not the file that pixie-share.json lists",
        ),
    ):
        yield _one(f"pixie-share.json: {name}", tool_archive({"pixie-share.json": data}), reason)
    files["net.py"] = b'URL = "https://evil.example/x"\n'
    yield _one(
        "pixie-share.json: a host too few",
        tool_archive({"net.py": files["net.py"], "pixie-share.json": said(hosts=["good.example"])}),
        "the code names evil.example, which pixie-share.json does not list",
    )


def _patch(data: bytes, mark: bytes, other: bytes) -> bytes:
    at = data.index(mark)
    return data[:at] + other + data[at + len(mark) :]


def _overlap(offset: int) -> bytes:
    """Two entries of the list for one file."""
    made = members(tool_files())
    made.append(Member("guest/twin.py", MAIN))
    made[3].central = {"offset": offset}
    made[3].before = b""
    return archive(made)


def _shared_data() -> bytes:
    """A file whose data holds the next one's header: the way of the overlapping bomb."""
    inner = Member("guest/inner", b"1" * 60, method=STORED)
    header = local_header(inner.fields())
    outer = Member("guest/outer", header + inner.body, method=STORED)
    base = archive(members(tool_files()))
    start = len(base[: base.index(b"PK\x01\x02")]) + len(local_header(outer.fields()))
    ghost = Member("guest/inner", b"1" * 60, method=STORED, central={"offset": start})
    made = [*members(tool_files()), outer]
    data = bytearray(archive([*made, ghost]))
    # the ghost has no bytes of its own: cut them out and correct the end record
    own = local_header(ghost.fields()) + ghost.body
    at = data.rindex(own)
    del data[at : at + len(own)]
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<L", data, end + 16, struct.unpack_from("<L", data, end + 16)[0] - len(own))
    return bytes(data)


def _into_the_list() -> bytes:
    made = members(tool_files())
    made[2] = Member("guest/pyproject.toml", made[2].data, method=STORED)
    made[2].local = made[2].central = {"packed": len(made[2].data) + 50, "size": len(made[2].data) + 50}
    return archive(made)


def _long_name() -> bytes:
    data = bytearray(tool_archive())
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 28, 60000)
    return bytes(data)


def _zip64(where: int = 0, entries: int = 0, length: int = 44) -> bytes:
    data = tool_archive()
    end = data.rindex(b"PK\x05\x06")
    _, _, _, here, count, size, offset, _ = struct.unpack("<4sHHHHLLH", data[end:])
    big = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", length, 45, 45, 0, 0, here, entries or count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end + where, 1)
    return data[:end] + big + locator + data[end:]


def _zip64_field(content: bytes) -> bytes:
    return changed(central={"size": 0xFFFFFFFF, "extra": extra(1, content)})


def _described(crc: int | None = None, size: int | None = None, raw: bytes | None = None, more: bytes = b"") -> bytes:
    made = members(tool_files())
    fields = made[1].fields()
    record = raw or struct.pack(
        "<4sLLL",
        b"PK\x07\x08",
        fields["crc"] if crc is None else crc,
        fields["packed"],
        fields["size"] if size is None else size,
    )
    made[1].flags = 8
    made[1].local = {"crc": 0, "packed": 0, "size": 0}
    made[1].descriptor = record + more
    return archive(made)


def _lies(data: bytes, size: int) -> bytes:
    """A member that says it is `size` large."""
    packed = deflated(data)
    if size > len(packed) * 200:
        raise AssertionError
    said = {"size": size, "crc": zlib.crc32(data)}
    return with_member(Member("guest/x", data, local=dict(said), central=dict(said)))


def _claims(size: int) -> bytes:
    return with_member(Member("guest/x", b"x", local={"size": size}, central={"size": size}))


def _noise(size: int) -> bytes:
    return random.Random(5).randbytes(size)


def _zip(files: dict[str, bytes]) -> bytes:
    return archive([Member(name, data) for name, data in files.items()])


def _tar_gz(files: dict[str, bytes]) -> bytes:
    return gzip.compress(_tar(files))


def _tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _tar_header(name: str, kind: bytes) -> bytes:
    info = tarfile.TarInfo(name)
    info.type = kind
    return info.tobuf(tarfile.GNU_FORMAT)


def _of_old(tar: bytes) -> bytes:
    """The same without the mark and what came with it, as programs wrote it before 1988."""
    header = tar[:148] + b" " * 8 + tar[156:257] + bytes(255)
    return header[:148] + b"%06o\0 " % sum(header) + header[156:] + tar[512:]


def _tar_link() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo("x")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    return out.getvalue()
