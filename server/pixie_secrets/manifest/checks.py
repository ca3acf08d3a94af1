"""What a single value of `tool.json` must be like beyond its JSON type: texts that can be shown, keys, paths.

Each check returns the value or raises an error that pydantic collects; no error repeats the value.
"""

from __future__ import annotations

import re

from pydantic_core import PydanticCustomError

from pixie_secrets.errors import KeyRefused
from pixie_secrets.secret.duration import HINT, is_duration
from pixie_secrets.secret.key import check_key
from pixie_secrets.services.table import services
from pixie_secrets.wording import one_of

# Terminals and pages show these texts: no control characters, nor the two that turn the direction of what follows.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")
# A link that a person is asked to follow: nothing but http and https, and no user name that hides the host.
_WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?#][!-~]*)?")
# Where a secret may be sent: TLS, no user name that hides the host, no fragment (RFC 6749, section 3.1).
_ENDPOINT = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?(/[!-\"$-~]*)?")
_SCOPE = re.compile(r"[!#-\[\]-~]{1,256}")  # RFC 6749, section 3.3
_CLIENT_ID = re.compile(r"[!-~]{1,256}")  # RFC 6749, appendix A.1, without the space
_PLACE = re.compile(r"header:[A-Za-z0-9-]{1,64}|(/([^~/\x00-\x1f\x7f-\x9f\u202d\u202e]|~[01])*){1,20}")
_PARAMETER = re.compile(r"[A-Za-z0-9_.~-]{1,64}")
STEERING_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "expect"})
CURRENT_VERSION = "1.0"
VERSION_HINT = (
    "newer: upgrade pixie-secrets (`pip install --upgrade pixie-secrets`, or update the plugin); older: run "
    "`pixie-secrets migrate-tool-format`"
)
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def wrong(text: str, hint: str = "", *, path: tuple[str | int, ...] = (), kind: str = "wrong") -> PydanticCustomError:
    """What a check of ours refuses: what to say, and the path from where it is raised to what is at fault."""
    return PydanticCustomError("pixie", "{text}", {"text": text, "hint": hint, "path": path, "kind": kind})


def showable(text: str) -> str:
    if _UNSHOWABLE.search(text):
        raise wrong("holds a control character", "write plain text: it is shown in terminals and pages")
    return text


def one_line(text: str) -> str:
    if not text.strip() or "\n" in text or "\t" in text:
        raise wrong("must be one line of text")
    return showable(text)


def tool_id(text: str) -> str:
    if _DEVICE.fullmatch(text):
        raise wrong("a name that Windows keeps for a device", "give the tool another id")
    return text


def secret_key(key: str) -> str:
    try:
        return check_key(key)
    except KeyRefused as refused:
        raise wrong(refused.message, refused.hint) from None


def usable_pattern(text: str) -> str:
    from pixie_secrets.secret.pattern import PatternError, compiled

    try:
        compiled(text)
    except PatternError:
        message = "not a pattern that RE2 takes"  # raised below: RE2's own words may repeat it
    else:
        return showable(text)
    raise wrong(message, "write a regular expression of at most 1000 characters, without lookaround or backreferences")


def web_address(url: str) -> str:
    if not _WEB_ADDRESS.fullmatch(url):
        raise wrong("must be a web address", "such as https://platform.openai.com/api-keys")
    return one_line(url)


def endpoint(url: str) -> str:
    if not _ENDPOINT.fullmatch(url):
        raise wrong("must be an https address", "such as https://auth.example/token: a secret is sent to it")
    return url


def scope(text: str) -> str:
    if not _SCOPE.fullmatch(text):
        raise wrong("must be one scope, without spaces", 'write several as a list: ["calendar.read", "profile"]')
    return text


def client_id(text: str) -> str:
    if not _CLIENT_ID.fullmatch(text):
        raise wrong("must be the app's client ID, as the provider shows it")
    return text


def service_name(name: str) -> str:
    if name not in services():
        raise wrong("not a service that is known here", one_of(name, services(), "services"))
    return name


def probe_parameter(name: str) -> str:
    if not _PARAMETER.fullmatch(name) or name.casefold() in STEERING_HEADERS:
        raise wrong("must be the name of a header, a query parameter or a user", "such as X-Api-Key")
    return name


def probe_place(place: str) -> str:
    if not _PLACE.fullmatch(place):
        raise wrong("must be a JSON pointer, or header: and a header's name", "such as /user/login")
    return place


def usable_duration(text: str) -> str:
    if not is_duration(text):
        raise wrong("not a duration", HINT)
    return text


def current_version(version: str) -> str:
    if version != CURRENT_VERSION:
        raise wrong(f"not the format that is read here, which is {CURRENT_VERSION}", VERSION_HINT)
    return version


def inside(path: str) -> str:
    if not path or "\\" in path or ":" in path or not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise wrong("must be a path inside the tool's folder", "such as main.py")
    return one_line(path)


def whole(number: object) -> object:
    """JSON has one kind of number: 300.0 is the integer 300."""
    return int(number) if isinstance(number, float) and number.is_integer() else number
