"""Directories of archives, judged by a dry run of import-tool: zip headers that lie, tar headers, damaged bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

from tests.archives.building import Member, archive, extra, members, tool_files
from tests.fuzz.kind import NUMBERS, VALUE, Broken, Kind, damaged, project, text
from tests.known_index import forget_known_values

from pixie_secrets.errors import PixieError
from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.json_documents import masked_result
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.stores.learn import learn

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

NAMES = (
    f"guest/{VALUE}.md", f"guest/{VALUE}/../x",
    "guest/x.py", "guest/../x", "/x", "guest//x", "guest/.env", "guest/CON", "guest/a\\b", "guest/main.py",
    "GUEST/main.py",
    "guest/", "guest/x/", "other/x", "guest/é", "guest/e\u0301", "guest/x ", "guest/\0", "guest/.git/config", "", ".",
    "guest/a.zip", "guest/x.so", "__MACOSX/x", "guest/pyproject.toml", "guest/uv.toml", "guest/" + "d/" * 40 + "x",
)  # fmt: skip
BITS = {
    "flags": 16,
    "method": 16,
    "crc": 32,
    "packed": 32,
    "size": 32,
    "disk": 16,
    "attributes": 32,
    "offset": 32,
    "system": 8,
}
ENDS = {"disk": 16, "directory_disk": 16, "here": 16, "entries": 16, "size": 32, "offset": 32, "comment": 16}


class ArchiveDirectories(Kind):
    def __init__(self, folder: Path) -> None:
        self._root = project(folder / "proj")
        self._path = folder / "guest.zip"
        self._before = self._tree()

    def attempt(self, random: Random) -> str:
        forget_known_values()  # what one input made known must not make the next slow
        KNOWN.add(VALUE, key="K", tool="a")
        data = _tar(random) if random.random() < 0.1 else _zip(random)
        self._path.write_bytes(damaged(random, data) if random.random() < 0.4 else data)
        project = Project(self._root)
        learn(project)
        try:
            result = import_tool(Context(project), ImportToolRequest(path=str(self._path), dry_run=True))
            said = json.dumps(masked_result(result))
        except PixieError as refused:
            said = KNOWN.mask(refused.message + refused.hint)
        if self._tree() != self._before:
            raise Broken("a dry run has changed something")
        return said

    def _tree(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in self._root.rglob("*") if path.is_file()}


def _zip(random: Random) -> bytes:
    more = {"description": f"such as {VALUE}"} if random.random() < 0.1 else {}
    files: dict[str, bytes] = tool_files(**more)
    if random.random() < 0.2:
        files["notes.md"] = random.choice([VALUE, "x" * 5000, text(random)]).encode("utf-8", "replace")
    made = members(files)
    if random.random() < 0.5:
        made.append(Member(random.choice(NAMES), text(random).encode("utf-8", "replace"), random.choice([0, 8])))
    for member in random.sample(made, k=random.randrange(3)):
        for fields in random.choice([(member.local,), (member.central,), (member.local, member.central)]):
            name = random.choice(list(BITS))
            fields[name] = _number(random, BITS[name])
        if random.random() < 0.2:
            member.extra = extra(random.choice([1, 0x7075, 0x5455, 0x9999]), text(random).encode("utf-8", "replace"))
        if random.random() < 0.1:
            member.before = text(random).encode("utf-8", "replace")
    how: dict[str, Any] = {}
    if random.random() < 0.2:
        name = random.choice(list(ENDS))
        how["end"] = {name: _number(random, ENDS[name])}
    return archive(made, **how)


def _number(random: Random, bits: int) -> int:
    return int(random.choice(NUMBERS)) % 2**bits if random.random() < 0.6 else random.getrandbits(bits)


def _tar(random: Random) -> bytes:
    made = io.BytesIO()
    kind = random.choice([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    with tarfile.open(mode="w", fileobj=made, format=kind) as tar:
        for name, content in tool_files().items():
            header = tarfile.TarInfo(f"guest/{name}")
            header.size = len(content)
            header.type = random.choice([tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
            header.linkname = random.choice(NAMES).replace("\0", "0")
            tar.addfile(header, io.BytesIO(content))
    data = made.getvalue()
    return random.choice([data, gzip.compress(data), bz2.compress(data)])
