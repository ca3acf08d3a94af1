"""A shell's command line as words and operators; what is special in a word becomes a private character.

`shlex` gives up on what matters here: it removes quotes without saying what they protected, knows no substitutions and
no here-documents. This reads what bash and zsh agree on, never fails, and takes any text. What a word would become in
the end is for `shell_patterns` to say.
"""

from __future__ import annotations

# In a word: what stood there unquoted and means more than itself.
STAR, ONE, ANY = "\ue000", "\ue001", "\ue002"  # any characters; one character; whatever, with `/` and leading dots
OPEN, COMMA, CLOSE = "\ue003", "\ue004", "\ue005"  # of a brace expansion
VARIABLE, SUBSTITUTION, END = "\ue006", "\ue007", "\ue008"  # a name, or the number of a script, and END
PROCESS = "p"  # before the number of a script that stands for a file with what it prints: `<(…)`
PRIVATE = (STAR, ONE, ANY, OPEN, COMMA, CLOSE, VARIABLE, SUBSTITUTION, END)

WORD, OPERATOR, REDIRECT, DOCUMENT = "word", "operator", "redirect", "document"

_SPECIAL = {"*": STAR, "?": ONE, "{": OPEN, ",": COMMA, "}": CLOSE}
_OPERATORS = frozenset(["&&", "||", ";;&", ";;", ";&", "|&", ";", "&", "|", "(", ")", "\n"])
_OPERATOR_MAX = 3  # characters
_BLANK = frozenset(" \t\r\n")
_REDIRECTS = ("&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", ">>", ">&", ">|", "<", ">")
_ANSI_C = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_ALONE = frozenset("?$!@*#-0123456789")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:+=%^@")


BRACKET_MAX = 64  # characters of a `[…]` that is read as one


class Words:
    """The tokens of `script`: words, operators, redirects, and the text of here-documents.

    scripts: what stands in `$(…)`, backticks, `<(…)` and `>(…)`, by the numbers that words refer to.
    """

    def __init__(self, script: str) -> None:
        for private in PRIVATE:
            script = script.replace(private, "?")
        self._text = script
        self._at = 0
        self._word: list[str] | None = None
        self._awaited: list[tuple[str, bool, bool, int]] = []  # delimiter, tabs go, it is quoted, place of its token
        self._has_quotes = False  # the word that is being read
        self._delimiter: str | None = None
        self.tokens: list[tuple[str, str]] = []
        self.scripts: list[str] = []
        while self._at < len(self._text):
            self._next()
        self._end_word()

    def _next(self) -> None:
        text, at = self._text, self._at
        char = text[at]
        if char in " \t\r":
            self._at += 1
            self._end_word()
        elif char == "#" and self._word is None:
            self._at = _find(text, "\n", at)
        elif char in "<>&" and self._redirect():
            pass
        elif char in ";&|()\n":
            self._operator()
        else:
            self._piece(char)

    def _operator(self) -> None:
        self._end_word()
        text = self._text
        operator = text[self._at : self._at + _OPERATOR_MAX]
        while operator not in _OPERATORS:
            operator = operator[:-1]
        self.tokens.append((OPERATOR, operator))
        self._at += len(operator)
        if operator == "\n":
            self._read_documents()
            while self._at < len(text) and text[self._at] in _BLANK:  # lines with nothing in them
                self._at += 1

    def _redirect(self) -> bool:
        text, at = self._text, self._at
        if text.startswith(("<(", ">("), at):
            inner, self._at = _enclosed(text, at + 2)
            self._substitute(inner, PROCESS)
            return True
        operator = next((each for each in _REDIRECTS if text.startswith(each, at)), None)
        if operator is None:
            return False
        if self._word and "".join(self._word).isdigit():  # the number of a file descriptor
            self._word = None
        self._end_word()
        self._at += len(operator)
        self.tokens.append((REDIRECT, operator))
        self._delimiter = operator if operator in {"<<", "<<-"} else None
        return True

    def _piece(self, char: str) -> None:
        """One character of a word, or one quoted piece of it."""
        text, at = self._text, self._at
        self._at += 1
        self._has_quotes |= char in "\\'\""
        if char == "\\":
            self._at += 1
            if not text.startswith("\n", at + 1):  # that continues the line
                self._add(text[at + 1 : at + 2])
        elif char == "'":
            end = _find(text, "'", at + 1)
            self._add(text[at + 1 : end])
            self._at = end + 1
        elif char == '"':
            self._double_quoted()
        elif char == "$":
            self._dollar(quoted=False)
        elif char == "`":
            self._backtick()
        elif char == "[":
            self._bracket()
        elif char == "~" and self._word is None:
            self._tilde()
        else:
            end = at + 1
            while end < len(text) and text[end] in _PLAIN:
                end += 1
            self._add(_SPECIAL.get(char, char) + text[at + 1 : end])
            self._at = end

    def _double_quoted(self, closing: str = '"') -> None:
        """closing: what ends it; "" for a here-document, which is read like this to its end."""
        self._add("")
        text = self._text
        while self._at < len(text):
            start = self._at
            while self._at < len(text) and text[self._at] not in '"\\$`':
                self._at += 1
            self._add(text[start : self._at])
            char = text[self._at : self._at + 1]
            self._at += 1
            if char and char == closing:
                return
            if char == "\\":
                following = text[self._at : self._at + 1]
                self._add("" if following == "\n" else following if following in '$`"\\' else "\\" + following)
                self._at += 1
            elif char == "$":
                self._dollar(quoted=True)
            elif char == "`":
                self._backtick()
            else:
                self._add(char)

    def _dollar(self, *, quoted: bool) -> None:
        """What follows a dollar sign, which is behind us."""
        text, at = self._text, self._at
        following = text[at : at + 1]
        if following == "'" and not quoted:
            self._ansi_c()
        elif following == '"' and not quoted:
            pass
        elif text.startswith("((", at):
            _, self._at = _enclosed(text, at + 1)
            self._add(ANY)
        elif following == "(":
            inner, self._at = _enclosed(text, at + 1)
            self._substitute(inner)
        elif following == "{":
            end = _find(text, "}", at)
            self._named(text[at + 1 : end])
            self._at = end + 1
        elif following in _ALONE:
            self._at += 1 if following else 0
            self._add(ANY if following else "$")
        else:
            end = at
            while end < len(text) and (text[end] == "_" or (text[end].isalnum() and text[end].isascii())):
                end += 1
            self._add(VARIABLE + text[at:end] + END if end > at else "$")
            self._at = end

    def _named(self, inside: str) -> None:
        """`${inside}`: a plain name, an array, a name with a default; another operation's result is anybody's guess."""
        array, _, which = inside.partition("[")
        name = array if which in {"@]", "*]"} or (which[-1:] == "]" and which[:-1].isdigit()) else inside
        name = name.replace(":=", ":-", 1)
        plain, _, default = name.partition(":-") if ":-" in name else name.partition("-")
        known = plain.replace("_", "a").isalnum() and not plain[:1].isdigit()
        simple = not any(char in default for char in "$`\"'\\")
        if known and simple:
            self._add(VARIABLE + (f"{plain}-{default}" if default else plain) + END)
        else:
            self._add(ANY + (self._with_substitutions(inside) if "$(" in inside or "`" in inside else ""))

    def _ansi_c(self) -> None:
        text, self._at = self._text, self._at + 1
        while self._at < len(text) and text[self._at] != "'":
            char = text[self._at]
            self._at += 1
            if char != "\\":
                self._add(char)
                continue
            kind = text[self._at : self._at + 1]
            self._at += 1
            digits, base, most = {"x": (1, 16, 2), "u": (1, 16, 4), "U": (1, 16, 8)}.get(kind, (0, 8, 3))
            start = self._at - 1 + digits
            end = start
            allowed = "01234567" if base == 8 else "0123456789abcdefABCDEF"
            while end < start + most and text[end : end + 1] in allowed:
                if end >= len(text):
                    break
                end += 1
            if end > start:
                code = int(text[start:end], base)
                self._add(chr(code) if code < 0xD800 else "?")  # from there on no file's name
                self._at = end
            else:
                self._add(_ANSI_C.get(kind, kind))
        self._at += 1

    def _backtick(self) -> None:
        end = self._at
        while end < len(self._text) and self._text[end] != "`":
            end += 2 if self._text[end] == "\\" else 1
        inner = self._text[self._at : end].replace("\\`", "`").replace("\\\\", "\\").replace("\\$", "$")
        self._at = end + 1
        self._substitute(inner)

    def _bracket(self) -> None:
        """`[…]` within one word stands for one character; `[` alone is a command, or itself."""
        rest = self._text[self._at : self._at + BRACKET_MAX]
        if "[:" in rest.partition("]")[0]:  # `[[:alpha:]]`
            rest = rest.replace(":]", ":.")
        inside, closed, _ = rest.partition("]")
        if closed and inside and not any(char in inside for char in " \t\n;|&"):
            self._add(ONE)
            self._at += len(inside) + 1
        else:
            self._add("[")

    def _tilde(self) -> None:
        following = self._text[self._at : self._at + 1]
        if following == "+":
            self._at += 1
            self._add(VARIABLE + "PWD" + END)
        elif following in " \t\n;|&/)" or not following:
            self._add(VARIABLE + "HOME" + END)
        elif following == "-" or following.isalnum():
            self._add(ANY)
        else:
            self._add("~")

    def _substitute(self, script: str, kind: str = "") -> None:
        self._add(SUBSTITUTION + kind + str(len(self.scripts)) + END)
        self.scripts.append(script)

    def _add(self, text: str) -> None:
        if self._word is None:
            self._word = []
        self._word.append(text)

    def _end_word(self) -> None:
        if self._word is None:
            return
        word, self._word = "".join(self._word), None
        if self._delimiter is not None:
            tabs, self._delimiter = self._delimiter == "<<-", None
            self.tokens += [(WORD, word), (DOCUMENT, "")]
            self._awaited.append((word, tabs, self._has_quotes, len(self.tokens) - 1))
        else:
            self.tokens.append((WORD, word))
        self._has_quotes = False

    def _read_documents(self) -> None:
        """The here-documents that the line before announced."""
        for delimiter, tabs, quoted, place in self._awaited:
            lines = []
            while self._at < len(self._text):
                end = _find(self._text, "\n", self._at)
                line = self._text[self._at : end]
                self._at = end + 1
                if (line.lstrip("\t") if tabs else line) == delimiter:
                    break
                lines.append(line)
            text = "\n".join(lines)
            self.tokens[place] = (DOCUMENT, text if quoted else self._with_substitutions(text))
        self._awaited = []

    def _with_substitutions(self, document: str) -> str:
        """The text of a here-document whose delimiter is not quoted: the shell looks for `$` and backticks in it."""
        if "$" not in document and "`" not in document:
            return document
        outer = self._text, self._at, self._word
        self._text, self._at, self._word = document, 0, []
        self._double_quoted(closing="")
        word = "".join(self._word)
        self._text, self._at, self._word = outer
        return word


def _find(text: str, what: str, start: int) -> int:
    found = text.find(what, start)
    return len(text) if found < 0 else found


def _enclosed(text: str, start: int) -> tuple[str, int]:
    """What stands between the parenthesis before `start` and the one that closes it, and where that ends."""
    open_ones = ["("]  # parentheses and double quotes, the innermost last
    at = start
    while at < len(text):
        char, quoted = text[at], open_ones[-1] == '"'
        if char == "\\":
            at += 1
        elif char == '"':
            if quoted:
                open_ones.pop()
            else:
                open_ones.append('"')
        elif text.startswith("$(", at):
            open_ones.append("(")
            at += 1
        elif not quoted and char == "'":
            at = _find(text, "'", at + 1)
        elif not quoted and char == "(":
            open_ones.append("(")
        elif not quoted and char == ")":
            open_ones.pop()
            if not open_ones:
                return text[start:at], at + 1
        at += 1
    return text[start:], len(text)
