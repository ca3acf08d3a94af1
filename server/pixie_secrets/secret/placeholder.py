"""What stands where a value should, and is none: an example, a reference, stars, a word, the address of our own page.

Asked in two ways. Of what a person gives as a value: they pasted such a thing because it was in the clipboard; it is
stored when they mean it, so all of the text must look like one, and they are asked first
(`operations.set_secret.check_answer`), or told afterwards where there is nobody to ask. And of what is found in a file
beside a name that says secret: there a false alarm is what does harm, so a part that looks like one is enough.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from pixie_secrets.patterns import pattern

LENGTH_MAX = 4096

# Words of ordinary text, and what people write where no secret is needed: masked, they would be missed everywhere.
WORDS = frozenset(
    """
    0000 1234 12345 123456 12345678 account admin administrator anything api api-key api_key apikey app auth
    authorization basic bearer blank bot changeme client config console credential credentials current-password
    database debug default demo dev development digest disabled docker dummy elastic email empty enabled error
    example false file foobar guest hello hidden home host hunter hunter2 info inherit key letmein letmein-not
    lm-studio local localhost login main master minioadmin model mongo mysql n/a na name new-password nil no-key
    nokey none not-a-secret not-needed not_needed notasecret notneeded null oauth oauth2 off ollama on openai
    optional pass passphrase passwd password pixie placeholder port postgres postgresql private prod production
    prompt public python qwerty rabbitmq redis required root secret server service sk-no-key-required staging string
    success system test testing text todo token tool true type undefined unknown unused url user username vagrant
    value welcome whatever word x-api-key xxxx yes your-api-key
    """.split()
)

_STORES = "op|bws?|vault|pass|keepass|doppler|infisical|aws-?sm|gcp-?sm|ssm|azurekv|secretsmanager|keychain"

_NAMES = r"(?:(?:api|access|auth|secret|private|client|app|service|account|bearer|openai|github|stripe|aws|db)[-_ ]?)"
_THINGS = r"(?:key|token|secret|password|passphrase|value|credentials?|id|url|dsn)"
_WORD = rf"""
    (?:your|my|the|insert|enter|put|paste|add|replace|set)[-_ ]?(?:own[-_ ])?{_NAMES}{{0,3}}{_THINGS}
    (?:[-_ ]?(?:goes[-_ ])?here)?
    |{_NAMES}{{1,3}}{_THINGS}[-_ ]here|change[-_ ]?(?:me|this|it)|replace[-_ ]?(?:me|this)|fix[-_ ]?me|to[-_ ]?do
    |placeholder|redacted|(?:[a-z]{{2,8}}[-_]){{0,4}}xxx+|null|none|nil|undefined|n/a|tbd|tba
"""
_LOOPBACK = r"127\.0\.0\.1|localhost|\[::1\]"
_KINDS = (
    (r"<[^<>\n]{1,80}>|\[[a-z][a-z\ _-]{2,60}\]|\{[a-z][a-z\ _-]{2,60}\}", "an example in brackets"),
    (_WORD.replace("[-_ ]", r"[-_\ ]"), "a word that stands for a value"),
    (r"\$\{[^}\n]*\}|\$[a-z_]\w*|\{\{[^\n]*\}\}|%[a-z_]\w*%|\$\([^\n]*\)", "a reference to a variable"),
    (rf"(?:{_STORES})://\S+", "a reference into a password store"),
    (r"\*{3}|[^\s*•●]{0,12}(?:\*{4,}|•{4,}|●{4,})[^\s*•●]{0,12}", "a value with stars over it"),
    (r"[^\s.…]{0,24}(?:\.{3}|…)[^\s.…]{0,12}", "a value of which the middle or the end was left out"),
    (rf"https?://(?:{_LOOPBACK}):\d+/(?:open|tool)\b\S*", "the address of a page that asks for values"),
    (r"(?:authorization:\s*)?(?:bearer|basic|token)\s+\S+", "a header, whose first word is no part of the value"),
)
_PATTERNS = tuple((pattern(shape, re.IGNORECASE | re.VERBOSE), what) for shape, what in _KINDS)
_FIELD = pattern(r"[A-Za-z][A-Za-z0-9 _.-]{0,40}:\s+\S")

# Read from somewhere else, or filled in later: ${X}, {{ x }}, <x>, %(x)s, $X, {x}, #{x}, [x], __X__, op://, vault:…
_REFERENCE = pattern(
    r"""\$\{|\{\{|\{%|<%|\#\{|\$\(|%\(|^<.*>$|<[a-z _-]+>|^\[.*\]$|^\$+[A-Za-z_({]|^%[A-Za-z_]+%$|^__\w+__$|^@\w+@$
    |^@[\w.]+\(|^@[A-Z0-9_]+$|^(?:PART)?UUID=|^LABEL=|aws4_request|^aws:arn:|^rounds=\d
    |^[\w\[\]]+=[\w./-]*(?:&[\w\[\]]+=[\w./-]*)+$
    |^\\[a-z]+[{\[\\]|^\\[a-z]+$|^[A-Z][A-Z0-9_]*=[\w./-]+:(?:latest|\d+)
    |^\{|[«»]|\{[a-z_][\w.*\[\]]*\}|^\*+$|^%[sd]$|^!\w+|^\#
    |\b(?:os\.environ|os\.getenv|getenv|process\.env|import\.meta|ENV\[|System\.getenv|env\(|environ\[|configuration\[|secrets\.|vars\.|
         keyring\.|get_secret|getpass|config\.|settings\.|self\.|this\.|request\.|lookup\(|data\.|local\.|module\.)
    |^(?:"""
    + _STORES
    + r"""|env|file|ref\+\w+)://?
    |^(?:vault|env|ssm|file|secret|var|arn|projects|ref|sops|ENC)[:/\[]|^ENC\[|^\$ANSIBLE_VAULT|^AQICAH|^enc:
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A word that a person puts where the real value goes.
_PLACEHOLDER = pattern(
    r"""(?:^|[^a-z0-9])(?:your?|my|the|some|an?|insert|enter|put|add|paste|replace|fill|change|changeit|set|use|get|goes|here)
            [\s_.-]?(?:own|real|actual|secure|strong|super|very|long|random|new)?[\s_.-]?
            (?:api|key|secret|token|pass|password|passwd|pwd|access|auth|client|app|db|database|user|value|me|this|it|here|bot|
               openai|stripe|github|google|aws|azure|slack|personal|private|jwt|bearer|account|webhook|service|credential|
               organi|project|subdomain|domain|username|anthropic|in|with|from)
    |^your|[-_ ]here$|example|sample|changeme|change[-_ ]?(?:me|this|it)|placeholder|dummy|redacted
    |replace[-_ ]?(?:me|this|with)|fixme|\btodo\b|to[-_]be[-_]|not[-_]?(?:a[-_])?real|not[-_]?set|unset|fake|mock
    |\bfoo(?![a-z])|foobar|openssl[-_ ]rand|\bbar\b|lorem|ipsum
    |masked|hidden|omitted|base(?:32|64)[-_ ]?encoded|[-_]abc123$|^key[-_]1234$
    |x{4,}|\*{3,}|\.{3,}|…|•{3,}|-{5,}|_{4,}|0{8,}|1{6,}|\?{3,}|\#{3,}|deadbeef|cafebabe|f{8,}
    |a{8,}(?![a-z0-9%]{30})
    |^(?:new|old|my|user|admin|test|the)?[-_.]?(?:password|passwd|pwd|pass|secret|token|key|apikey|api[-_]key)[-_]?\d{0,2}\*?$
    |^(?:test|testing|tests|tester)[-_]?\d{0,3}$|^test[-_](?:key|token|secret|password|pass|value|api|user|pwd)
    |^(?:key|token|secret|password|pass|value)[-_]test\b
    |^(?:some|any|no|invalid|wrong|bad|valid|expired|old|new|correct|incorrect|another|other|unknown|missing|empty)[-_ ]
    |^(?:super|top|very|my|a)?[-_ ]*+(?:duper[-_ ]*+)?(?:secret|secure|strong|private)
        [-_ ]*(?:key|token|password|pass|value|string|phrase|stuff|sauce|jwt|code)?$
    |^(?:abc|abcd|abcde|abcdef|qwerty|asdf|asdfgh)\d{0,3}$|correct[-_ ]?horse
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LETTERS = pattern(r"[A-Za-z]+")
_MIXED = pattern(r"[A-Z][a-z]?[A-Z]|[a-z][A-Z][a-z]?[A-Z]")  # no camelCase either

# What a person writes for "a token goes here"; less than for passwords: a random token may hold short words.
_IN_A_TOKEN = pattern(
    rb"example|placeholder|your[-_ ]|your(?:api|token|key|secret)|changeme|redacted|dummy|insert[-_]|replace|x{5,}"
    rb"|\*{3,}|\.{3,}|0{10,}|1{8,}|abcdefgh|12345678|deadbeefdeadbeef|[-_](?:fake|test|mock|sample|dummy)[-_]|not[-_]?(?:a[-_])?real|1234-1234|(?:fake|mock|sample)(?:key|token)",
    re.IGNORECASE,
)


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


def is_placeholder(value: str) -> bool:
    """A reference, a word that stands for a value, or a pattern nobody's generator makes."""
    lowered = value.lower()
    if lowered in WORDS or _REFERENCE.search(value) or is_sequence(lowered):
        return True
    number, _, word = lowered.partition(":")
    if number.isdigit() and word in WORDS:  # of a bot: `12345:secret`
        return True
    return any(_as_written(match.group()) for match in _PLACEHOLDER.finditer(value))


def _as_written(text: str) -> bool:
    """In a case that a person would use: `mock`, `MOCK`, `Mock`; not `mOcK`, which chance put into a token."""
    words = [word for word in _LETTERS.findall(text) if len(word) > 1]
    return all(word.islower() or word.isupper() or word[1:].islower() or not _MIXED.search(word) for word in words)


def is_sequence(text: str) -> bool:
    """Mostly neighbors in the alphabet (abcdef, 123456) or few different characters (aaaabbbb)."""
    if len(text) < 6:  # too short to say
        return len(set(text)) <= 2
    steps = Counter(ord(after) - ord(before) for before, after in pairwise(text))
    regular = steps[1] + steps[0] + steps[-1]
    return regular * 2 > len(text) or len(set(text)) <= max(3, len(text) // 12)


def holds_stand_in(token: bytes, start: int = 0) -> bool:
    """Whether a token that was told by its looks is one that somebody made up; start: behind its fixed beginning."""
    return _IN_A_TOKEN.search(token, start) is not None
