"""Hook documents of one size and many shapes: each is answered soon, whatever it is made of."""

from __future__ import annotations

import gc
import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.fuzz.kind import VALUE, project

from pixie_secrets.guard import door
from pixie_secrets.hook_formats import claude_code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHAPES = (
    "cat <<A\n", "cat <<A\nx\nA\n", "a <<A <<B\nA\nB\n", "{a,b}", "{", "}", "{a", "$(", '"$(', "`", "[", "[a]", "(",
    ")", "$((", "${X", "${X:-", "'", '"', "\\", "A=$A$A\n", "cat $X/", "cat */", "**/", "$X/", "a/", "../",
    ".env ", ".e ",
    "sudo ", "eval ", "env -S ", "echo a | ", "cat .env.{a,b} ", "ln -s a b; ", "for f in a b c; do cat $f; done; ",
    "find . -exec cat {} + ; ", "find . ( ", "find . ! ", "x=$(echo a) ", "cat <(", "tools/a/.env", "x tools/z/.env~ ",
    "***", "cd a; ", "git -c alias.x=!ls x; ", "docker run -v a:b c ", "a=b ", "read x; ", "sed s/a/b/ ", "--a=b:c@d ",
    "\x00", "é", "\U0001f600", "sh -c 'a' ", "xargs -I{} echo {} ", "<", ">", "&", ";", "|", "\n", "\t", "~", "#",
)  # fmt: skip
# Shapes of two parts: so many of the first, and as many of the second to close them.
NESTED = (
    ("$(echo ", ")"), ("(", ")"), ("{ ", "; }"), ('"$(', ')"'), ("`echo ", "`"), ("<(cat ", ")"), ("if x; then ",
    "; fi; "),
    ("sh -c '", "'"), ("${X:-", "}"), ("{a,", "}"), ("[[", "]]"), ("$((", "))"), ("x() { ", "; }; "), ("a=(", ") "),
    ("find . -exec ", "; "), ("case x in x) ", ";; esac; "),
)  # fmt: skip
MIXTURES = (
    "cat 'a b' \"c d\" e\\ f > g 2>&1 < h | i && j || k; # l\n", "export A=b B='c' C=$(d); echo $A ${B} `e`\n",
    "for f in *.py **/*.md {a,b}/[cd]?; do grep -rn 'x' \"$f\" | xargs -I{} cp {} /tmp; done\n",
    "cat <<'A' > x\nsome $text\nA\ncat <<-B\n\tmore `text` $(here)\n\tB\n", "# a comment with 'quotes\n\n\n   \n",
    "git log -p -- a | sed 's/a/b/' > c\ndocker run -v $PWD:/x y cat /x/z\n", "a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 true\n",
    "python3 -c 'open(\"tools/x/.e\")' ; node -e '.e' ; sqlite3 x '.env .e'\n", "uv run -a -b -c ",
    "xargs -a -b -c -d ",
    "tools/a/.e* ", "*/*/.e* ", "{.e,.f}{n,m}{v,w} ", "~/x/.e~ ", "ls -a | ", "echo .env | ", "${A:-${B:-${C}}} ",
    "<<<a ",
    "\\\n", "'a'\"b\"", "$'\\x2e'", "a=b;", "ln -s tools/a l$X; cat l/x; ", "cd $X; cat .envx; ",
    "read a b c; echo $a; ",
    "alias a=b; a; ", "a() { b; }; a\n", "dotenv run -- a ", "tar -cf - -T - ", "awk '{print}' .e ", "docker run a ",
)  # fmt: skip


class Row(NamedTuple):
    """seconds: of processor time. answer: deny, large (denied for its size), other, or none."""

    seconds: float
    answer: str
    name: str


def scripts(size: int) -> Iterator[str]:
    """Scripts of about `size` characters, each of one shape; some end in what is looked for."""
    for shape in SHAPES:
        for begin, end in (("cat ", ""), ("", " tools/a/.env"), ('python -c "', '"'), ("cat <<A | sh\n", "\nA\n")):
            yield begin + shape * (size // len(shape)) + end
    for begin, end in NESTED:
        number = size // len(begin + end)
        yield begin * number + "cat .e" + end * number
        yield begin * (size // len(begin))
    for mixture in MIXTURES:
        yield mixture * (size // len(mixture))
        yield mixture * (size // len(mixture)) + "\ncat tools/a/.env"
    yield "cat " + " ".join(f"f{number}" for number in range(size // 7))
    yield "cat " + " ".join(f"tools/t{number}/.env.x" for number in range(size // 20))
    yield "python - <<A\n" + " ".join(f"'tools/t{number}/.e{number}'" for number in range(size // 24)) + "\nA\n"
    yield "".join(f"V{number}=$V{number - 1}x\n" for number in range(size // 16)) + "cat $V9"
    yield "for f in " + " ".join(map(str, range(size // 10))) + "; do cat $f; done;" + "cat $f;" * (size // 20)


def documents(size: int, root: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every shape at this size: its name, the event, and the document."""
    for script in scripts(size):
        name = repr(script[:24] + "…" + script[-12:])
        yield name, "PreToolUse", {"tool_name": "Bash", "tool_input": {"command": script}}
    for name, node in _nodes(size, root).items():
        yield f"arguments: {name}", "PreToolUse", {"tool_name": "mcp__x__y", "tool_input": {"path": node, "a": node}}
        yield (
            f"commands: {name}",
            "PreToolUse",
            {"tool_name": "mcp__x__y", "tool_input": {"command": node, "code": node}},
        )
        yield (
            f"written: {name}",
            "PreToolUse",
            {"tool_name": "Write", "tool_input": {"file_path": "x", "content": node}},
        )
        yield f"result: {name}", "PostToolUse", {"tool_name": "Bash", "tool_response": {"stdout": node}}
        if isinstance(node, str):
            yield f"prompt: {name}", "UserPromptSubmit", {"prompt": node}


def _nodes(size: int, root: Path) -> dict[str, Any]:
    def times(text: str) -> str:
        return text * (size // len(text))

    texts = ("a", "a ", "@a/.env ", "@", "***", f"{VALUE} ", VALUE[:-1], "key: ", "A1b2C3d4E5f6G7h8 ",
    "API_KEY=x1Y2z3W4v5U6t7S8 ",
             "\n", "\\", "%41", "\x1b[31m", "é", "\U0001f600", ".", "/", "../", "tools/a/.e", "x" * 63 + "\n", "0",
             "a.b.c ",
             "sk-proj-", "https://a:b@c.d/ ", "eyJhbGciOi.", "-----BEGIN ", "'\"`", "=", "&#65;",
             "c2stZnV6eg==")  # fmt: skip
    found: dict[str, Any] = {repr(text): times(text) for text in texts}
    found |= {
        "many texts": ["x"] * (size // 5),
        "many paths": [f"tools/t{number}/.env.x" for number in range(size // 24)],
        "many files of values": [str(root / "tools/a/.env~")] * (size // 60),
        "many keys": {f"k{number}": "x" for number in range(size // 14)},
        "nested": _nested(150),
        "many commands": [{"command": "cat x", "args": ["y"]}] * (size // 40),
        "numbers": [123456789] * (size // 11),
    }
    return found


def _nested(levels: int) -> Any:
    node: Any = "x"
    for _ in range(levels):
        node = [{"a": node}]
    return node


def timed(folder: Path, size: int) -> Iterator[Row]:
    """Each document, asked once."""
    root = project(folder / "proj")
    environment = {"HOME": str(folder), "CLAUDE_PROJECT_DIR": str(root)}
    gc.freeze()  # what there is is not looked through with what comes: the hook does not collect at all
    for name, event, document in documents(size, root):
        data = json.dumps({**document, "cwd": str(root)}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        gc.collect()
        begin = time.process_time()
        said = json.dumps(door.bounded(claude_code, event, data, environment))
        seconds = time.process_time() - begin
        answer = (
            "large" if "too large" in said else "deny" if '"deny"' in said else "none" if said == "null" else "other"
        )
        assert VALUE not in said, name
        yield Row(seconds, answer, f"{event} {name}")
    gc.unfreeze()
