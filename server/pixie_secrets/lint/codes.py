"""Every code lint can say: how bad, in which words, and what to do. The page for each is `explain/CODE.md`."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

from pixie_secrets.errors import PixieError
from pixie_secrets.lint.findings import Severity
from pixie_secrets.wording import one_of

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE


class Code(NamedTuple):
    """message: `{}` is where what was found out is put: a rule's name, a key, a file; never a value."""

    severity: Severity
    title: str
    message: str
    fix: str


_FROM_ENVIRONMENT = (
    "declare it in tool.json, set it with `pixie-secrets set-secret`, read it with os.environ, and replace it where it was "
    "issued if this file was ever shared"
)
CODES: dict[str, Code] = {
    "KV001": Code(ERROR, "known value", "the value of {} stands in this file", "take it out of the file, read it with os.environ, "
                  "and replace it where it was issued if this file was ever shared"),
    "HS001": Code(ERROR, "hard-coded token", "{}, hard-coded", _FROM_ENVIRONMENT),
    "HS002": Code(ERROR, "private key", "{} in a file of the tool", "move it out of the tool's folder or into a secret, and make a new one "
                  "if this file was ever shared"),
    "HS003": Code(ERROR, "JSON web token", "{}, hard-coded", _FROM_ENVIRONMENT),
    "HS004": Code(ERROR, "secret in a URL", "{}", "read the whole URL from a secret, or the password alone and put the URL together"),
    "HS005": Code(ERROR, "authorization header", "{}, hard-coded", _FROM_ENVIRONMENT),
    "HS006": Code(ERROR, "hard-coded secret", "{} has its value beside it", _FROM_ENVIRONMENT),
    "HS007": Code(ERROR, "real-looking default", "the default for {} looks like a real value", "leave the default out: without the secret the tool "
                  "should say so and stop"),
    "GT001": Code(ERROR, "values not ignored", "{} is not ignored by git: the next `git add` takes its values along",
                  "add the line `tools/*/.env` to .gitignore, without a slash or a comment after it"),
    "GT002": Code(ERROR, "values tracked", "{} is tracked by git: every commit carries its values",
                  "run `git rm --cached` on it, ignore it, commit, and replace every value that was ever in it"),
    "GT003": Code(ERROR, "values in history", "{} was committed once: its values are in the history",
                  "replace every value that was in it; rewriting the history does not reach the copies"),
    "GT004": Code(ERROR, "key file not ignored", "{} looks like a key file and is not ignored by git", "ignore it, or move it out of the project"),
    "GT005": Code(ERROR, "values readable by others", "{} can be read by others on this machine", "run `chmod 600` on it"),
    "GT006": Code(ERROR, "values of another owner", "{} belongs to somebody else", "take it over with `chown`, then `chmod 600`, or set the secrets anew"),
    "GT007": Code(ERROR, "template with a value", "{} has a value in a template that is meant to be shared", "leave it empty there, and replace it "
                  "where it was issued if the template was ever shared"),
    "DC001": Code(WARNING, "declared, never read", "{} is declared in tool.json and never read", "read it with os.environ, or take it out of tool.json"),
    "DC002": Code(WARNING, "read, never declared", "{} is read and not declared in tool.json", "declare it in tool.json, so that people are asked for it"),
    "DC003": Code(WARNING, "misspelt", "{}", "spell it the same in both places"),
    "DC004": Code(ADVICE, "required, not set", "{} is required and not set", "set it with `pixie-secrets set-secret`"),
    "DC005": Code(WARNING, "load_dotenv overrides", "load_dotenv(override=True) wins over what the tool was started with", "call load_dotenv() without override"),
    "DC006": Code(WARNING, "secret in a URL's query", "{} goes into the query of a URL, which servers and proxies log", "send it in a header, if the service lets you"),
    "DC007": Code(ERROR, "secret printed", "{} is printed or logged", "print whether it is set, not what it is"),
    "DC008": Code(ERROR, "secret returned", "{} is returned in the tool's outputs", "leave it out: outputs are shown and kept"),
    "CV001": Code(ERROR, "broken tool.json", "{}", "the hint says how; until then the tool is not listed"),
    "CV002": Code(ADVICE, "no description", "tool.json has no description", "say in one sentence what the tool does"),
    "CV003": Code(ADVICE, "no version", "tool.json has no version", 'add "version": "0.1.0"'),
    "CV004": Code(ADVICE, "no category", "tool.json has no category", "add one, so that the tool can be found"),
    "CV005": Code(ADVICE, "no icon", "tool.json has no icon", "add one"),
    "CV006": Code(ADVICE, "no limits", "tool.json leaves {} to the default", "say what the tool needs, so that a runaway is stopped"),
    "CV007": Code(ADVICE, "label", "the label of {} is {}", "write labels in sentence case: a capital first letter, then as in a sentence"),
    "CV008": Code(WARNING, "heavy import", "{} is imported when the tool starts", "import it inside the function that needs it: the tool has to answer its first request soon"),
    "CV009": Code(ADVICE, "print", "print in a tool", "use logging: its level and its place can be chosen, and known values are masked"),
    "CV010": Code(ADVICE, "requests", "requests is used without need", "use httpx: it has timeouts by default and speaks async"),
    "CV011": Code(WARNING, "pyproject.toml", "{}", "a tool's environment is made from pyproject.toml: name, version, requires-python, dependencies"),
    "CV012": Code(WARNING, "missing dependency", "{} is imported and not among the dependencies", "add it to dependencies in pyproject.toml"),
    "CV013": Code(ADVICE, "README", "no README.md, or an empty one", "say what the tool is for and which secrets it needs"),
    "CV014": Code(ADVICE, "secret without description", "{} has no description", "say where to get it: people are shown this when they are asked"),
    "SP001": Code(WARNING, "unused suppression", "allow[{}] suppresses nothing", "take the comment away"),
    "SP002": Code(WARNING, "suppression without a reason", "allow[{}] gives no reason, so it counts for nothing", "say why, after the bracket"),
    "SP003": Code(WARNING, "unknown code", "{} is not a code of lint", "see `pixie-secrets lint-tool --explain`"),
}  # fmt: skip
SECRET_CODES = frozenset(code for code in CODES if code[:2] in {"KV", "HS"}) | {"GT007"}
# A value that is known cannot be a false alarm of the whole tool; only a reason on its own line lets it pass.
NOT_IGNORABLE = frozenset({"KV001", "GT002", "GT003", "CV001"})


def explain(code: str) -> str:
    """The page about a code.

    Raises:
        PixieError: there is no such code; names the nearest.
    """
    wanted = code.strip().upper()
    if wanted not in CODES:
        raise PixieError("lint has no such code", one_of(wanted, CODES, "codes"))
    return files("pixie_secrets.lint").joinpath("explain", f"{wanted}.md").read_text(encoding="utf-8")


def chosen(selectors: tuple[str, ...]) -> frozenset[str]:
    """The codes that `selectors` mean: whole codes, or how they begin (HS, CV0)."""
    return frozenset(code for code in CODES if code.startswith(tuple(one.upper() for one in selectors if one)))
