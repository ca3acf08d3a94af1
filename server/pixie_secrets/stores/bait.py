"""The files that canaries lie in: laid, taken away, looked after; and where each was seen since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets import env_file
from pixie_secrets.audit import record
from pixie_secrets.audit.entry import Change, now
from pixie_secrets.errors import FileRefused
from pixie_secrets.files import edit_private, read_private
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.canaries import KEPT_MAX, Canary, canaries_path, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable


class ListedCanary(NamedTuple):
    """One of a project. path: the file it lies in, from the project's folder. made: when, in UTC.

    is_there: whether the file still has it. seen: where it was seen since, and on which day, the latest last.
    """

    tool_id: str
    key: KeyName
    path: str
    made: str
    is_there: bool
    seen: tuple[str, ...] = ()


def listed(root: Path) -> tuple[ListedCanary, ...]:
    """The canaries of the project at `root`.

    Raises:
        FileRefused: the record or the list of canaries cannot be read.
    """
    mine = [each for each in _kept() if each.root == str(root.resolve())]
    entries = [each for each in record.read(root).entries if each.change == Change.CANARY] if mine else []
    return tuple(
        ListedCanary(
            each.tool_id,
            each.key,
            Path(each.path).relative_to(each.root).as_posix(),
            each.made,
            _is_there(each),
            tuple(
                f"{entry.detail} on {entry.at:%Y-%m-%d}"
                for entry in entries
                if (entry.tool_id, entry.key) == (each.tool_id, each.key) and _time(entry.at) >= each.made
            ),
        )
        for each in mine
    )


def lay(root: Path, tool_id: str, key: str, path: Path, value: str) -> None:
    """Put a canary into the file `path`, in place of an earlier one of the same key.

    Raises:
        FileRefused: it has values of the person's own, or cannot be written.
    """
    made = Canary(str(root.resolve()), tool_id, key, str(path), _time(now()), value)
    ours = {each.key: each.value for each in _kept() if each.path == str(path)}
    if any(ours.get(name) != there for name, there in _values(path).items()):
        raise FileRefused(
            f"{path.name} of {tool_id} has values of your own, so no canary can lie there",
            "move it away: a copy of values is read by whoever looks for them, too",
        )
    # first what makes it known, so that it is masked and noticed before anybody can come by it
    _edit(lambda kept: [*(each for each in kept if not _is_same(each, made)), made])
    edit_private(path, lambda before: env_file.set_value((before or b"").decode(), key, value, ()).encode())


def take(root: Path, tool_id: str, key: str) -> bool:
    """Take a canary away; whether there was one. The file goes with the last of them.

    Raises:
        FileRefused: a file cannot be read or written.
    """
    wanted = (str(root.resolve()), tool_id, key)
    mine = next((each for each in _kept() if (each.root, each.tool_id, each.key) == wanted), None)
    if mine is None:
        return False
    path = Path(mine.path)

    def without(before: bytes | None) -> bytes | None:
        if before is None or env_file.read_values(before.decode()).get(key) != mine.value:
            return before  # somebody made the line theirs
        rest = env_file.unset_value(before.decode(), key).encode()
        return rest if rest.strip() else None

    if path.parent.is_dir():
        edit_private(path, without)
    _edit(lambda kept: [each for each in kept if not _is_same(each, mine)])
    return True


def _is_there(one: Canary) -> bool:
    try:
        return _values(Path(one.path)).get(one.key) == one.value
    except FileRefused:
        return False


def _values(path: Path) -> dict[str, str]:
    try:
        return dict(env_file.read_values((read_private(path) or b"").decode()))
    except UnicodeDecodeError:
        return {"": ""}  # none of ours


def _kept() -> tuple[Canary, ...]:
    return read_rows(read_private(_file()) or b"")


def _edit(change: Callable[[tuple[Canary, ...]], list[Canary]]) -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def edit(before: bytes | None) -> bytes:
        rows = [each._asdict() for each in change(read_rows(before or b""))[-KEPT_MAX:]]
        return (json.dumps(rows, indent=1) + "\n").encode()

    edit_private(path, edit)


def _file() -> Path:
    path = Path(canaries_path())
    return path.parent.resolve() / path.name


def _is_same(one: Canary, other: Canary) -> bool:
    return (one.root, one.tool_id, one.key) == (other.root, other.tool_id, other.key)


def _time(at: object) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
