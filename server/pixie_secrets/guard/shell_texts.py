"""Commands that take words which are text and no files: patterns, titles, programs."""

from __future__ import annotations

from pixie_secrets.guard.shell_commands import PROGRAMS

# How many words before the files are text; options whose word is text; options whose word is a file or what a program
# may open. `INSTEAD` are those that take the place of the words before the files.
INSTEAD = frozenset("-e -f --regexp --file --expression --source --from-file --files".split())
TEXTS: dict[str, tuple[int, str, str]] = {
    **dict.fromkeys(
        "grep egrep fgrep zgrep rgrep ugrep ack".split(),
        (
            1,
            "-e --regexp -m -A -B -C --color --colour --include --exclude --exclude-dir --label -d --directories",
            "-f --file",
        ),
    ),
    "rg": (
        1,
        "-e --regexp -m -A -B -C -g --glob --iglob -t -T --type --type-not --sort --color --colors -r --replace -j",
        "-f --file --files",
    ),
    "ag": (1, "-m -A -B -C -G --ignore --ignore-dir", ""),
    **dict.fromkeys("sed gsed".split(), (1, "-e --expression -l", "-f --file")),
    **dict.fromkeys(PROGRAMS, (1, "-F -e --source", "-v --assign -f --file")),
    **dict.fromkeys("jq jaq gojq yq".split(), (1, "--arg --argjson --indent", "-f --from-file")),
    "gh": (
        0,
        (
            "-t --title -b --body -l --label --add-label -m --milestone -a --assignee --search -q --jq -n --notes -d"
            " --description -s --subject -c --comment -H --head -B --base -R --repo"
        ),
        "",
    ),
    "glab": (0, "-t --title -d --description -l --label -m --message", ""),
    "tr": (2, "", ""),
    **dict.fromkeys("notify-send say wall".split(), (99, "", "")),
    "logger": (99, "-t -p", ""),
    "touch": (0, "-d -t", ""),
}


def files_named(name: str, words: list[str]) -> list[str]:
    """`words` without those that are text for command `name`."""
    if name not in TEXTS:
        return words
    texts, with_text, with_file = TEXTS[name]
    options, files = tuple(with_text.split()), tuple(with_file.split())
    replacing = INSTEAD.intersection([*options, *files])
    first = 0 if any(word.split("=")[0] in replacing or word[:2] in replacing for word in words) else texts
    found: list[str] = []
    ended = False
    rest = iter(words)
    for word in rest:
        if ended or not word.startswith("-") or word == "-":
            found += [] if first else [word]
            first = max(0, first - 1)
        elif word == "--":
            ended = True
        elif word in options:
            next(rest, "")
        elif word in files:
            found += [] if word == "--files" else [next(rest, "")]
        elif word.partition("=")[0] not in options and word[:2] not in options:
            found.append(word)
    return found
