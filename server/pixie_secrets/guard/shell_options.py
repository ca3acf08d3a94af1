"""How commands are given options: `-r`, also among others (`-rn`); with a word: `-d WORD`, `-dWORD`, `--name=WORD`."""

from __future__ import annotations


def has_option(words: list[str], options: tuple[str, ...]) -> bool:
    """Whether one of `options` is given, also as one letter among others (`-rn`); an empty tuple: always.

    `-d=recurse` is an option with its word, which may follow it, stand behind `=`, or right behind the letter.
    """
    if not options:
        return True
    for place, word in enumerate(words):
        if word == "--":
            return False
        following = words[place + 1] if place + 1 < len(words) else ""
        if any(_is_option(word, following, option, first=not place) for option in options):
            return True
    return False


def _is_option(word: str, following: str, option: str, *, first: bool) -> bool:
    option, with_word, wanted = option.partition("=")
    if with_word:
        value = value_of(word, following, option)
        return value is not None and value == wanted
    if word == option:
        return True
    if len(option) == 2 and option[0] == "-" and word[:1] == "-" and word[1:2] != "-":  # `-r`
        return option[1] in word[1:] and word[1:].isalpha()
    return option.isalpha() and first and word.isalpha() and option in word  # tar czf


def value_of(word: str, following: str, option: str) -> str | None:
    """What `option` is given, if `word` is it: the word that follows, or what stands behind `=` or the letter."""
    if word == option:
        return following
    if option.startswith("--"):
        return word[len(option) + 1 :] if word.startswith(option + "=") else None
    if word[1:].isalpha() and word[:1] == "-" and word.endswith(option[1:]):  # `-qc`
        return following
    return word[len(option) :] if word.startswith(option) and not word.startswith("--") else None


def values_of(words: list[str], options: tuple[str, ...] | list[str]) -> list[str]:
    """Every word that one of `options` is given."""
    found = []
    for place, word in enumerate(words):
        if not word.startswith("-"):
            continue
        following = words[place + 1] if place + 1 < len(words) else ""
        found += [value for option in options if (value := value_of(word, following, option)) is not None]
    return found


def operands(words: list[str]) -> list[str]:
    """What is no option; all of it behind `--`."""
    found: list[str] = []
    for place, word in enumerate(words):
        if word == "--":
            return found + words[place + 1 :]
        if not word.startswith("-") or word == "-":
            found.append(word)
    return found
