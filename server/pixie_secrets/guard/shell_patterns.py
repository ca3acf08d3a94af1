"""What a word of a shell may become: patterns over paths, and whether one of them names a tool's `.env`."""

from __future__ import annotations

import os

from pixie_secrets.guard.places import resolved
from pixie_secrets.guard.shell_words import ANY, CLOSE, COMMA, END, ONE, OPEN, STAR, SUBSTITUTION, VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pixie_secrets.guard.budget import Budget
    from pixie_secrets.guard.places import Places

MOST = 64  # alternatives of one word that are looked at
MOST_ALONE = 300  # where nothing multiplies them: `for file in …; do cat "$file"`
LONGEST = 4096  # of a path, on every system
LONGEST_TEXT = 1 << 18  # of a script or a text that is handed over as one word


def expanded(
    word: str, look_up: Callable[[str], list[str]], run: Callable[[str], list[str]], budget: Budget
) -> list[str]:
    """The patterns that `word` may become, braces, variables and substitutions resolved as far as they are known.

    look_up: what a variable may hold. run: what the script of that number may print. A word that is too long for a path
    becomes one text: nothing in it is multiplied.
    """
    if OPEN not in word and COMMA not in word and CLOSE not in word and END not in word:
        return [word]
    alone = len(word) > LONGEST
    words = [plain_braces(word)] if alone else _braces(word, budget)
    done: list[str] = []
    for each in words:
        texts: list[list[str]] = [[]]
        for kind, text in _pieces(each):
            budget.spend()
            values = [text] if not kind else look_up(text) if kind == VARIABLE else run(text)
            values = values or [ANY]
            if len(values) > (1 if alone else MOST_ALONE if len(texts) == 1 else MOST // len(texts)):
                values = [ANY]
            if len(values) == 1:
                for built in texts:
                    built.append(values[0])
            else:
                budget.spend(len(texts) * len(values) // MOST)
                texts = [[*built, value] for built in texts for value in values]
        done += [_joined(built, LONGEST_TEXT if alone else LONGEST) for built in texts]
    return done


def _joined(pieces: list[str], longest: int) -> str:
    return "".join(pieces) if sum(map(len, pieces)) <= longest else ANY


def _pieces(word: str) -> Iterator[tuple[str, str]]:
    """What stands for itself, as ("", text), and what is looked up: its mark, with the name or number."""
    for piece in word.split(END):
        mark = VARIABLE if VARIABLE in piece else SUBSTITUTION if SUBSTITUTION in piece else ""
        if not mark:
            yield "", piece
            continue
        before, _, name = piece.partition(mark)
        yield "", before
        yield mark, name


def plain(text: str) -> str:
    """A pattern as the text that a program gets when nothing matches it."""
    if text.isascii():
        return text
    for private, written in ((STAR, "*"), (ONE, "?"), (ANY, "*"), (OPEN, "{"), (COMMA, ","), (CLOSE, "}")):
        text = text.replace(private, written)
    return text


def is_literal(text: str) -> bool:
    return not any(special in text for special in (STAR, ONE, ANY))


def named(pattern: str, working: str | None, places: Places, *, dots_match: bool = False) -> bool:
    """Whether `pattern`, from `working` (None: anywhere), may name a file with a tool's values.

    dots_match: `*` stands for hidden names too (`shopt -s dotglob`).
    """
    if not pattern or len(pattern) > LONGEST or "\n" in pattern or "\0" in pattern:
        return False
    if working is None and not pattern.startswith("/"):
        pattern = f"{ANY}/{pattern}"
    if is_literal(pattern):
        for own in ("/proc/self/cwd/", "/proc/thread-self/cwd/"):  # the shell's, which is not this process's
            pattern = pattern.removeprefix(own)
        return places.is_env(os.path.join(working or "/", pattern))
    if _matches_key(pattern, working, places):
        return True
    last = pattern.rstrip("/").rpartition("/")[2]
    if dots_match and last.startswith(STAR):
        pattern = pattern.rstrip("/")[: -len(last)] + ANY + last[1:]
    elif not _may_end_like_env(last):
        return False
    whole = _absolute(pattern, working)
    candidates = _candidates(places)
    places.budget.spend((3 + len(whole) // 8) * (1 + len(candidates) // 8))
    return any(_matches(whole, each.split("/")) for each in candidates)


def walked(pattern: str, working: str | None, places: Places) -> list[str]:
    """The files with values below the folder, or folders, that `pattern` names."""
    if not pattern or len(pattern) > LONGEST:
        return []
    if working is None:
        return []  # nobody knows where: not a reason to stop somebody's work
    places.budget.spend(2)
    if is_literal(pattern):
        return places.below(os.path.join(working, pattern))
    whole = _absolute(pattern, working)
    places.budget.spend((1 + len(whole) // 8) * (1 + len(places.files())))
    found = []
    for each in places.files():
        parts = each.split("/")
        if any(_matches(whole, parts[:size]) for size in range(2, len(parts))):
            found.append(each)
    if ANY not in pattern:
        keys = (each.split("/") for each in places.keys_there())
        found += ["/".join(key) for key in keys if any(_matches(whole, key[:size]) for size in range(2, len(key)))]
    return found


def globbed(pattern: str, places: Places) -> list[str]:
    """The files with values that a client's own pattern matches; `*` stands for hidden names too, a folder for all."""
    if not pattern or len(pattern) > LONGEST or "\0" in pattern:
        return []
    files = [*places.files(), *places.keys_there()]
    if not any(sign in pattern for sign in "*?[{"):
        real = resolved(os.path.join(places.working, pattern))
        return [real] if real in files else places.below(real)
    for written, private in (("*", STAR), ("?", ONE), ("{", OPEN), (",", COMMA), ("}", CLOSE)):
        pattern = pattern.replace(written, private)
    first, *classes = pattern.split("[")  # one of several letters: as if it were any
    pattern = first + "".join(ONE + each.partition("]")[2] for each in classes)
    found = []
    for each in _braces(pattern, places.budget):
        *folders, last = _absolute(each, places.working)
        places.budget.spend((3 + len(folders) // 8) * (1 + len(files) // 8))
        names = [last, last.lstrip(STAR), "." + last, "." + last[1:]] if last[:1] in {STAR, ONE} else [last]
        wanted = [[*folders, name] for name in names]
        found += [path for path in files if any(_matches(one, path.split("/")) for one in wanted)]
    return found


def _candidates(places: Places) -> list[str]:
    """The files there are, and those that may come to be."""
    return list(dict.fromkeys(places.files() + [os.path.join(folder, ".env") for folder in places.folders()]))


def _matches_key(pattern: str, working: str | None, places: Places) -> bool:
    """Whether it matches a file of keys that is there. Its name is an ordinary one, so the folder has to be known."""
    folder, slash, last = pattern.rpartition("/")
    if ANY in folder:
        return False
    keys = places.keys_there()
    places.budget.spend(1 + len(keys) * (1 + len(pattern) // 64))
    if not keys:
        return False
    whole = _absolute(folder + slash + last.replace(ANY, STAR), working)
    return any(_matches(whole, key.split("/")) for key in keys)


def _may_end_like_env(name: str) -> bool:
    """A last part of wildcards alone matches no hidden file, and is no reason to stop anything."""
    if name.startswith(("*", STAR, ONE)):
        return False
    return bool(name.replace(ANY, "").replace(STAR, "").strip(".")) or (name.startswith(".") and len(name) > 1)


def _absolute(pattern: str, working: str | None) -> list[str]:
    parts: list[str] = []
    whole = pattern if pattern.startswith(("/", ANY)) else f"{resolved(working or '/')}/{pattern}"
    for part in whole.split("/"):
        if part == ".." and parts and is_literal(parts[-1]) and parts[-1]:
            parts.pop()
        elif part not in {"", "."} or not parts:
            parts.append(part)
    literal = 0
    while literal < len(parts) and is_literal(parts[literal]):
        literal += 1
    if literal > 1:  # links on the way
        parts = resolved("/".join(parts[:literal])).split("/") + parts[literal:]
    return parts


def _matches(pattern: list[str], parts: list[str]) -> bool:
    """Part by part; `**` and what nobody knows stand for any number of parts."""
    reached = {0}  # how many of `parts` the pattern so far may stand for
    for piece in pattern:
        if piece in {STAR + STAR, ANY}:
            reached = set(range(min(reached), len(parts) + 1))
            continue
        sizes = range(1, len(parts) + 1) if ANY in piece else (1,)  # it may hold slashes
        reached = {
            start + size
            for start in reached
            for size in sizes
            if start + size <= len(parts) and _matches_name(piece, "/".join(parts[start : start + size]))
        }
        if not reached:
            return False
    return len(parts) in reached


def _matches_name(pattern: str, name: str) -> bool:
    if name.startswith(".") and pattern[:1] in {STAR, ONE}:
        return False
    return _glob(pattern, name)


def _glob(pattern: str, name: str) -> bool:
    """Without recursion into every split: the usual two pointers."""
    at = place = 0
    star, resume = -1, 0
    while place < len(name):
        if at < len(pattern) and pattern[at] in {STAR, ANY}:
            star, resume = at, place
            at += 1
        elif at < len(pattern) and (pattern[at] in {ONE, name[place]}):
            at += 1
            place += 1
        elif star >= 0:
            at, resume = star + 1, resume + 1
            place = resume
        else:
            return False
    return not pattern[at:].strip(STAR + ANY)


def plain_braces(word: str) -> str:
    return word.replace(OPEN, "{").replace(COMMA, ",").replace(CLOSE, "}")


def _braces(word: str, budget: Budget) -> list[str]:
    """Brace expansion. Braces that are none stay themselves; a range such as `{1..3}` is anything."""
    done: list[str] = []
    todo = [word]
    while todo:
        budget.spend()
        word = todo.pop()
        close = word.find(CLOSE)
        start = word.rfind(OPEN, 0, close) if close >= 0 else -1
        inside = word[start + 1 : close]
        if close < 0:
            done.append(word.replace(OPEN, "{").replace(COMMA, ","))
        elif start < 0:
            todo.append(word[:close] + "}" + word[close + 1 :])
        elif COMMA in inside and len(todo) + len(done) < MOST:
            todo += [word[:start] + each + word[close + 1 :] for each in inside.split(COMMA)[:MOST]]
        else:
            unknown = ".." in inside or COMMA in inside
            todo.append(word[:start] + (ANY if unknown else "{" + inside + "}") + word[close + 1 :])
    return done
