"""What stands where a value should, and is none: an example, a reference, stars, the address of our own page.

A person pastes such a thing because it was in the clipboard. It is stored when they mean it, so they are asked first
(`operations.set_secret.check_answer`), or told afterwards where there is nobody to ask.
"""

from __future__ import annotations

import re

_NAMES = r"(?:(?:api|access|auth|secret|private|client|app|service|account|bearer|openai|github|stripe|aws|db)[-_ ]?)"
_THINGS = r"(?:key|token|secret|password|passphrase|value|credentials?|id|url|dsn)"
_WORD = rf"""
    (?:your|my|the|insert|enter|put|paste|add|replace|set)[-_ ]?(?:own[-_ ])?{_NAMES}{{0,3}}{_THINGS}
    (?:[-_ ]?(?:goes[-_ ])?here)?
    |{_NAMES}{{1,3}}{_THINGS}[-_ ]here|change[-_ ]?(?:me|this|it)|replace[-_ ]?(?:me|this)|fix[-_ ]?me|to[-_ ]?do
    |placeholder|redacted|xxx+
"""
_STORES = "op|bws?|vault|pass|keepass|doppler|infisical|aws-?sm|gcp-?sm|ssm|secretsmanager|keychain"
_LOOPBACK = r"127\.0\.0\.1|localhost|\[::1\]"
_KINDS = (
    (r"<[^<>\n]{1,80}>|\[[a-z][a-z\ _-]{2,60}\]|\{[a-z][a-z\ _-]{2,60}\}", "an example in brackets"),
    (_WORD.replace("[-_ ]", r"[-_\ ]"), "a word that stands for a value"),
    (r"\$\{[^}\n]*\}|\$[a-z_]\w*|\{\{[^\n]*\}\}|%[a-z_]\w*%|\$\([^\n]*\)", "a reference to a variable"),
    (rf"(?:{_STORES})://\S+", "a reference into a password store"),
    (r"[^\s*•●]{0,12}(?:\*{4,}|•{4,}|●{4,})[^\s*•●]{0,12}", "a value with stars over it"),
    (rf"https?://(?:{_LOOPBACK}):\d+/(?:open|tool)\b\S*", "the address of a page that asks for values"),
    (r"(?:authorization:\s*)?(?:bearer|basic|token)\s+\S+", "a header, whose first word is no part of the value"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.VERBOSE), what) for pattern, what in _KINDS)
LENGTH_MAX = 4096


def placeholder_kind(text: str) -> str:
    """What kind of stand-in `text` is, in words for its owner; "" where it may be a value."""
    stripped = text.strip()
    if not stripped or len(stripped) > LENGTH_MAX:
        return ""
    return next((what for pattern, what in _PATTERNS if pattern.fullmatch(stripped)), "")


def entry_of_a_store(text: str) -> bool:
    """Whether `text` is what `pass show` prints: a value, then lines such as `login: me` and `otpauth://…`.

    A key file and a document have lines like that too; their first line tells.
    """
    first, *rest = text.strip().splitlines() or [""]
    if not rest or first.startswith(("-----BEGIN ", "{", "[", "<", "#", "---")) or _FIELD.match(first):
        return False
    return any(_FIELD.match(line) or line.startswith("otpauth://") for line in rest)


_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9 _.-]{0,40}:\s+\S")
