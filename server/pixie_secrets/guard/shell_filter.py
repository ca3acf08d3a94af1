"""SessionStart: what commands print is masked inside the client's shell itself.

No hook can change the output of a command that fails: PostToolUse does not run for it, and PostToolUseFailure may only
add a remark (measured with Claude Code 2.1.330). A traceback with a key in it is the likeliest leak of all. But what a
SessionStart hook writes to CLAUDE_ENV_FILE is run at the beginning of every command's shell. There, while any tool of
the project has a `.env`, output goes through this filter.

The shell may not end before the filter has written everything, and must not wait for background programs that keep the
pipe open. So at its end it sends a mark down the pipe and waits until the filter has seen it, two seconds at most.
Its pipes go into the first folder of several that takes them. Where none does, a line in the guard's log says so; then,
and where python3 or mkfifo is missing, the output goes out as it is, for PostToolUse to mask.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys

from pixie_secrets.filenames import SEALED_NAME, TEMPLATE_WORDS
from pixie_secrets.guard import known, record
from pixie_secrets.guard.places import Places
from pixie_secrets.layouts.work_trees import other_work_trees

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pixie_secrets.hook_formats.request import Request

TITLE = "# pixie-secrets: masks what commands print"
READ_SIZE = 1 << 16
WITHHELD = b"\n[withheld by pixie-secrets: it could not be masked; see pixie-secrets doctor]\n"

FOLDERS = ("${TMPDIR:-/tmp}", "/tmp", "/var/tmp", "/dev/shm", "$HOME")  # noqa: S108  mktemp makes a folder there

# For bash and zsh alike: no arrays, no globs of its own, names that nobody else has.
# Leaves the folder with the pipes in _pixie_dir (empty: none takes them), and what it is in in _pixie_try.
PIPES = """_pixie_dir=
for _pixie_try in {folders}; do
_pixie_dir=$(umask 077; mktemp -d "$_pixie_try/.pixie-XXXXXX" 2>/dev/null) || continue
mkfifo "$_pixie_dir/out" "$_pixie_dir/seen" 2>/dev/null && break
rm -rf "$_pixie_dir"; _pixie_dir=
done
"""
SNIPPET = """{title}
if {any_values}; then
{pipes}\
if [ -n "$_pixie_dir" ] && exec 8<>"$_pixie_dir/seen"; then
_pixie_mark="pixie-secrets-end-$$-$RANDOM$RANDOM"
{{ {command} "$_pixie_mark" "$PWD" || cat; }} <"$_pixie_dir/out" 3>&8 8>&- &
exec >"$_pixie_dir/out" 2>&1
trap '_pixie_status=$?; printf "\\000%s\\000" "$_pixie_mark"; read -r -t 2 _pixie_seen <&8; exit $_pixie_status' EXIT
else
{command} --no-place </dev/null >/dev/null 2>&1
fi
[ -n "$_pixie_dir" ] && rm -rf "$_pixie_dir"
fi
"""


def install(request: Request, environment: Mapping[str, str]) -> None:
    """Put the filter into the file that every shell of this session begins with."""
    path = environment.get("CLAUDE_ENV_FILE")
    if not path or os.name != "posix":
        return
    places = Places(request.working or os.getcwd(), environment)
    roots = [root for root in places.roots() if root != "/"]
    apps = places.app_roots()
    if not roots and not apps:
        return
    roots += dict.fromkeys(tree for root in roots for tree in other_work_trees(root))
    folders = [f"{_quoted(root)}/tools/*" for root in roots]
    folders += [f"{_quoted(root)}{below}" for root in apps for below in ("", "/*", "/*/*")]  # where apps mostly are
    folders += dict.fromkeys(_quoted(os.path.dirname(path)) for path in places.app_files())  # and those further down
    templates = "|".join(f"*[._-]{word}" for word in TEMPLATE_WORDS)
    look = f'case $f in {templates}) ;; *) [ -f "$f" ] && exit 0 ;; esac'
    globs = [f"{folder}/{names}" for folder in folders for names in (".env*", ".#.env*", "#.env*", SEALED_NAME)]
    looks = f"for f in {' '.join(globs)}; do {look}; done"
    snippet = SNIPPET.format(
        title=TITLE,
        any_values=f"sh -c {_quoted(looks + '; exit 1')}",
        pipes=pipes(),
        command=_command(),
    )
    try:
        with open(path, encoding="utf-8") as before:
            if TITLE in before.read():
                return
    except OSError:
        pass
    with open(path, "a", encoding="utf-8") as file:
        file.write(snippet)


def pipes() -> str:
    """Shell text that makes the pipes in the first folder that takes them; what it leaves: see PIPES."""
    return PIPES.format(folders=" ".join(f'"{folder}"' for folder in FOLDERS))


def _command() -> str:
    """What starts `run` again, from a checkout or from an installed package."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    hook = os.path.join(os.path.dirname(package), "hook.py")
    if os.path.exists(hook):
        return f"{_quoted(sys.executable)} -IS {_quoted(hook)} mask-shell"
    return f"{_quoted(sys.executable)} -I -m pixie_secrets hook mask-shell"


def filter_output(arguments: list[str], packages: Callable[[], str] | None) -> int:
    """Copy standard input to standard output, masked. arguments: the mark, and the folder of the command."""
    if arguments == ["--no-place"]:
        record.note("shell filter: no folder takes its pipes (TMPDIR, /tmp, /var/tmp, /dev/shm); output was not masked")
        return 0
    gc.enable()  # this process stays as long as the command
    mark, working = (*arguments, "", "")[:2]
    try:
        values = known.load(Places(working or os.getcwd(), os.environ), packages, "the output of a command")
        masker = None
        if values is not None:
            from pixie_secrets.known_values.stream import BytesMasker

            masker = BytesMasker(values)
    except Exception as fault:
        record.fault("shell filter", fault)
        values = masker = None
    filtering = Filter(masker, b"\0" + mark.encode() + b"\0")
    try:
        filtering.run()
    except BrokenPipeError:
        return 0
    return 0


class Filter:
    """The copying. masker: None passes everything on."""

    def __init__(self, masker: Any, mark: bytes) -> None:
        self._masker = masker
        self._mark = mark
        self._failed = False

    def run(self) -> None:
        """Until the end of input; a failure withholds the rest and keeps reading, so that nobody blocks."""
        held = b""
        while data := os.read(0, READ_SIZE):
            *before, data = (held + data).split(self._mark)
            for piece in before:
                self._write(self._feed(piece) + self._finish())
                self._acknowledge()
            cut = _tail(data, self._mark)
            held = data[cut:]
            self._write(self._feed(data[:cut]))
        self._write(self._feed(held) + self._finish())

    def _feed(self, data: bytes) -> bytes:
        return self._guarded("feed", data)

    def _finish(self) -> bytes:
        return self._guarded("finish")

    def _guarded(self, what: str, *data: bytes) -> bytes:
        if self._masker is None:
            return b"".join(data)
        if self._failed:
            return b""
        try:
            masked: bytes = getattr(self._masker, what)(*data)
        except Exception as fault:
            record.fault("shell filter", fault)
            self._failed = True
            return WITHHELD
        return masked

    @staticmethod
    def _acknowledge() -> None:
        with contextlib.suppress(OSError):  # nobody waits any more
            os.write(3, b"\n")

    @staticmethod
    def _write(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(1, view) :]


def _tail(data: bytes, mark: bytes) -> int:
    """Where the longest end of `data` begins that the mark may begin with."""
    for size in range(min(len(mark) - 1, len(data)), 0, -1):
        if data.endswith(mark[:size]):
            return len(data) - size
    return len(data)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
