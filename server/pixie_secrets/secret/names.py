"""What a name says of its value: a password, a token, perhaps a key, or nothing of the kind.

Three questions: `kind_of` for an alarm, which must not be false; `says_secret` for a value that is moved to a `.env`;
`may_say_secret` for a value that is masked. A name that is surely a password or a token is a yes to all three.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from itertools import pairwise


class Kind(Enum):
    """How much a name promises, and so how much its value still has to prove."""

    PASSWORD = "password"  # noqa: S105  a kind; chosen by people: short and pronounceable values count too
    TOKEN = "token"  # noqa: S105  a kind; made by machines: long, without words
    WEAK = "weak"  # may be anything: only what can be nothing else counts


# Whatever pattern looks for names starts with one of these; everything below is a subset.
STEMS = (
    r"pass|pwd|pw\b|secret|token|key|cred|auth|dsn|psk|salt|bearer|signature|webhook|conn|cookie|jwt|pat\b|mot_?de"
    r"|clave|contrase|kennwort|senha|wachtwoord|haslo|schluessel|chave|\bcle_|\btok\b|pepper"
)

_CERTAIN = (Kind.PASSWORD, Kind.TOKEN)
_ENDS = re.compile(
    r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|AUTH|DSN|PAT|PASS|PWD|PIN)S?$", re.IGNORECASE
)
_HOLDS = re.compile(r"pass|secret|token|key|credential|pwd|auth|private|signature", re.IGNORECASE)
_SPLIT = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PASSWORD_WORDS = frozenset({
    "password", "passwd", "passphrase", "pwd", "pass", "passwort", "kennwort", "contrasena", "clave", "pw",
    "contrase", "wachtwoord", "haslo",
    "psk", "passcode", "pgpassword", "pswd", "userpass", "dbpass", "adminpass", "requirepass", "masterauth",
    "userpassword", "rootpassword", "dbpassword", "motdepasse", "secret", "secrets", "sshpass", "keypass",
    "storepass", "senha",
})  # fmt: skip
_TOKEN_WORDS = frozenset({
    "token", "apikey", "authtoken", "accesstoken", "secretkey", "accesskey", "privatekey", "authkey", "bearer",
    "jwt", "apitoken", "credential", "credentials", "creds", "pat", "clientsecret", "secretaccesskey",
    "apisecret", "consumersecret", "appsecret", "encryptionkey", "signingkey", "licensekey", "masterkey",
    "cleapi", "chaveapi", "claveapi", "schluessel", "zugangsschluessel", "pepper", "tok",
    "refreshtoken", "sharedaccesskey", "accountkey", "storagekey", "subscriptionkey", "servicekey",
    "authorization", "sessiontoken", "bottoken", "deploytoken", "primarykey", "webhooksecret",
})  # fmt: skip
# A word before `key` that makes it a secret's name: api_key, X-Access-Key, ENCRYPTION_KEY.
_KEY_OF = frozenset({
    "api", "access", "secret", "auth", "private", "encryption", "encrypt", "signing", "sign", "master",
    "account", "storage", "service", "subscription", "license", "licence", "app", "application", "client",
    "admin", "deploy", "session", "cookie", "crypto", "cipher", "aes", "hmac", "jwt", "root", "write", "read",
    "server", "integration", "developer", "dev", "live", "prod", "production", "shared", "user", "ingestion",
    "ingest", "webhook", "stripe", "openai", "anthropic", "sendgrid", "mailgun", "datadog", "twilio", "maps",
    "google", "azure", "aws", "gcp", "heroku", "cohere", "mistral", "groq", "huggingface", "hf", "fernet",
    "flask", "django", "sas", "rpc", "personal", "management", "host", "s3", "r2", "b2", "minio", "algolia",
    "elastic", "kibana", "newrelic", "relic", "cloudflare", "cf", "dd", "pinecone",
})  # fmt: skip
_PASSWORD_ENDINGS = ("password", "passwd", "secret", "passphrase")
_TOKEN_ENDINGS = ("token", "apikey", "secretkey", "accesskey", "authkey")
_WEAK_WORDS = frozenset({
    "key", "auth", "salt", "dsn", "webhook", "cookie", "conn", "connection", "cred",
    "nonce", "pin", "hmac", "session", "sessionid", "connstr", "keys",
})  # fmt: skip
# The last word says it is about a secret, not one: token_url, password_field, API_KEY_HEADER.
_ABOUT = frozenset({
    "name", "names", "id", "ids", "url", "urls", "uri", "endpoint", "file", "filename", "path", "dir", "folder",
    "type", "types", "length", "len", "size", "count", "field", "fields", "header", "headers", "hash", "hashed",
    "hashes", "prefix", "suffix", "env", "var", "variable", "label", "hint", "placeholder", "expiry", "expires",
    "expiration", "ttl", "regex", "pattern", "format", "policy", "limit", "max", "min", "index", "class",
    "column", "param", "parameter", "parameters", "algorithm", "alg", "algo", "scheme", "mode", "method",
    "message", "msg", "error", "errors", "text", "title", "description", "desc", "help", "prompt", "input",
    "form", "page", "view", "route", "version", "scope", "scopes", "realm", "issuer", "audience", "fingerprint",
    "thumbprint", "digest", "checksum", "sha", "sha1", "sha256", "md5", "status", "state", "enabled",
    "required", "valid", "validator", "provider", "store", "manager", "service", "servicename", "location",
    "ref", "reference", "arn", "alias", "mask", "masked", "example", "template", "test", "rotation", "interval",
    "timeout", "date", "time", "at", "by", "for", "usage", "budget", "strength", "reset", "link", "button",
    "icon", "selector", "xpath", "css", "element", "char", "chars", "charset", "alphabet", "separator",
    "delimiter", "source", "kind", "value", "values", "space", "namespace", "group", "role", "user", "username",
    "email", "host", "port", "domain", "region", "bucket", "table", "model", "tokenizer", "event", "action",
    "address", "addresses", "parquet", "key_id", "keyid", "encoding", "bits", "code", "hints", "rate", "rates",
    "ratio", "details", "detail", "info", "list", "set", "sets", "order", "properties", "property", "attributes",
    "attribute", "options", "option", "rule", "rules", "requirement", "requirements", "generator", "fp", "mgr",
    "hasher", "uuid", "uuids",
    "handler", "factory", "backend", "agreement", "protocol", "protocols", "accessor", "identifier", "identifiers",
    "increment", "counter", "split", "marker", "tag", "tags", "binding", "bindings",
})  # fmt: skip
_SETTERS_OF_MANY = frozenset({("set", "secrets"), ("set", "keys"), ("with", "secrets"), ("use", "secrets")})
_OF_A_KEYBOARD = frozenset({("bind", "key"), ("key", "bind")})
_AGAINST_REPEATING = frozenset({"ClientToken", "clientToken"})  # of a cloud's request, so that it counts once
_PUBLIC = frozenset(
    {"applicationserverkey", "vapidkey", "vaultkey", "secwebsocketkey", "salt", "xamzcredential", "passworddata"}
)  # whole names of what browsers are handed
_NOT_SECRET = frozenset({
    "md", "contract", "recv", "existing", "fetch", "receive", "publish",
    "public", "publishable", "pub", "pk", "site", "sitekey", "primary", "foreign", "sort", "partition", "cache",
    "cached",
    "i18n", "translation", "hash", "sha", "sha1", "sha256", "sha512", "md5", "digest", "checksum", "integrity",
    "etag", "commit", "revision", "rev", "pad", "eos", "bos", "unk", "cls", "sep", "mask", "special", "vocab",
    "idempotency", "anonymous", "csrf", "xsrf", "csrftoken", "csrfmiddlewaretoken", "tokenizer", "image", "img",
    "fingerprint", "bcrypt", "hashed", "column", "object", "dict", "shortcut", "hot", "row", "group", "order",
    "index", "unique", "natural", "composite", "fake", "dummy", "sample", "example", "mock", "placeholder",
    "query", "route", "react", "ssh_host", "known", "authorized", "build", "asset", "content", "nonce_size",
    "locale", "lang", "storybook", "figma_file", "component", "feature", "config", "map", "lookup", "registry",
    "event", "page", "next", "continuation", "cursor", "pagination", "measurement", "tracking", "analytics",
    "recaptcha_site", "encrypted", "sealed", "ciphertext", "wrapped", "stop", "start", "end", "begin",
    "image_token", "num", "max", "min", "pubkey", "publickey", "idem", "dedup", "dedupe", "trace", "span",
    "correlation", "request", "css", "websocket", "dkim", "creation", "tag",
    "color", "font", "theme", "anon", "anti", "antiforgery", "forgery",
    "verification", "your", "paste",
})  # fmt: skip

# `pass` is a verb and a noun of its own more often than half a word: LastPass, shouldPass, render_pass, pass_rate.
_BEFORE_PASS = frozenset({
    "last", "kee", "should", "must", "can", "could", "will", "would", "may", "does", "did", "do", "not", "to", "tests",
    "first", "second", "third", "final", "two", "one", "single", "multi", "render", "forward", "backward", "by",
    "compute", "compiler", "optimizer", "next", "low", "high", "band", "all", "checks", "season", "battle", "day",
})  # fmt: skip
_PAT_OF = frozenset(
    {"github", "gitlab", "azure", "ado", "devops", "airtable", "asana", "gh", "git", "access", "token", "personal"}
)
_BEHIND_PASS = frozenset(
    {"prod", "production", "dev", "test", "staging", "stage", "live", "local", "old", "new", "key"}
)
# What begins so does something with a secret, and is not one: parse_task_key(…), --set-secrets=…, isTokenValid.
_VERBS = frozenset({
    "parse", "validate", "check", "verify", "normalize", "format", "split", "hash", "mask", "redact", "find", "is",
    "has", "build", "extract", "compare", "generate", "create", "make", "delete", "remove", "list", "update", "reset",
    "forgot", "forget", "change", "rotate", "clone", "revoke",
    "show", "hide", "toggle", "should", "lookup", "count", "ensure",
    "require", "requires", "no", "without", "skip", "ignore", "allow", "disable", "enable", "invalid", "missing",
})  # fmt: skip


@lru_cache(maxsize=8192)
def kind_of(name: str) -> Kind | None:
    """What `name` (a variable, a dictionary's key, a header, an option) says; None: nothing secret."""
    words = words_of(name.removeprefix("config."))  # of whatever it is a setting
    if len(words) > 1 and words[-1].isdigit():
        words = words[:-1]
    if not words or "::" in name or _is_about(words) or _means_something_else(name, words):
        return None
    joined, last = "".join(words), words[-1]
    if last == "salt" and not _PASSWORD_WORDS.isdisjoint(words):
        return Kind.WEAK
    if joined in _PASSWORD_WORDS or not _PASSWORD_WORDS.isdisjoint(words) or last.endswith(_PASSWORD_ENDINGS):
        return Kind.PASSWORD
    if joined in _TOKEN_WORDS or not _TOKEN_WORDS.isdisjoint(words) or _names_a_key(words):
        return Kind.TOKEN
    if last.endswith(_TOKEN_ENDINGS) or (last == "tokens" and len(words) > 1) or _is_own_header(name, words):
        return Kind.TOKEN
    return None if _WEAK_WORDS.isdisjoint(words) else Kind.WEAK


def says_secret(name: str) -> bool:
    """Whether the value of a variable `name` belongs into a `.env`, even if it looks like a plain setting."""
    return kind_of(name) in _CERTAIN or _ENDS.search(name) is not None


def may_say_secret(name: str) -> bool:
    """Whether `name` has to do with secrets at all, however it is put together."""
    return says_secret(name) or _HOLDS.search(name) is not None


def _means_something_else(name: str, words: tuple[str, ...]) -> bool:
    """A public name, what does something with secrets, a verb, a pattern."""
    if name in _AGAINST_REPEATING:
        return True
    if name == "signingkey" or "".join(words) in _PUBLIC:  # git's: which public key
        return True
    if words in _SETTERS_OF_MANY or words in _OF_A_KEYBOARD:
        return True
    if len(words) > 1 and words[0] in _VERBS:
        return True
    if "pass" in words and not _is_password(words):
        return True
    return "pat" in words and _PAT_OF.isdisjoint(words) and not name.isupper()


def _is_own_header(name: str, words: tuple[str, ...]) -> bool:
    """`X-Acme-Key`"""
    return words[0] == "x" and words[-1] == "key" and "-" in name


def _is_password(words: tuple[str, ...]) -> bool:
    """Whether the `pass` in a name may be one."""
    at = words.index("pass")
    if at and words[at - 1] in _BEFORE_PASS:
        return False
    return at == len(words) - 1 or words[at + 1] in _BEHIND_PASS


def _is_about(words: tuple[str, ...]) -> bool:
    """About a secret, and not one: its name, its place, its kind, its public half."""
    if words[-1] in {"value", "code"} and len(words) > 1 and words[-2] in _PASSWORD_WORDS:
        return False
    if words[-2:] == ("secret", "key"):  # what signs a CSRF token is one, whatever the token is
        words = tuple(word for word in words if word not in {"csrf", "xsrf", "cookie", "session"})
    return words[-1] in _ABOUT or not _NOT_SECRET.isdisjoint(words)


def _names_a_key(words: tuple[str, ...]) -> bool:
    return any(word in {"key", "keys"} and before in _KEY_OF for before, word in pairwise(words))


@lru_cache(maxsize=8192)
def words_of(name: str) -> tuple[str, ...]:
    """`OPENAI_API_KEY`, `openaiApiKey` and `openai-api-key` are all (openai, api, key); digits at a word's end go."""
    spread = _CAMEL.sub("_", name).lower()
    return tuple(word.rstrip("0123456789") or word for word in _SPLIT.split(spread) if word)
