"""Which names a secret may have: what every shell and every `.env` reader agrees on, and nothing that steers a process.

A tool's secrets become its environment. A "secret" called `LD_PRELOAD` or `PYTHONPATH` would be a way to run
somebody's code with somebody's keys, so such names are refused wherever a key comes in: in the manifest, from the
agent, on the command line.
"""

from __future__ import annotations

import re

from pixie_secrets.errors import KeyRefused

PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LENGTH_MAX = 128

_STEERING_PREFIXES = (
    "BASH_FUNC_", "DYLD_", "GIT_CONFIG", "GIT_SSH", "GLIBC_", "LC_", "LD_", "MALLOC_", "NPM_CONFIG_", "PERL5", "PIP_",
    "PIXIE_", "PYTHON", "UV_", "VIRTUAL_ENV", "XDG_",
)  # fmt: skip
_STEERING_NAMES = frozenset({
    "ALL_PROXY", "BASHOPTS", "BASH_ENV", "BROWSER", "CARGO_HOME", "CDPATH", "CLASSPATH", "COMSPEC", "CURL_CA_BUNDLE",
    "CURL_HOME", "EDITOR", "ENV", "FTP_PROXY", "GCONV_PATH", "GIT_ASKPASS", "GIT_DIR", "GIT_EDITOR", "GIT_EXEC_PATH",
    "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_PROXY_COMMAND", "GIT_TEMPLATE_DIR", "GIT_WORK_TREE", "GLOBIGNORE", "HOME",
    "HOSTALIASES", "HTTPS_PROXY", "HTTP_PROXY", "IFS", "INPUTRC", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "LANG",
    "LANGUAGE", "LOCALDOMAIN", "LOCPATH", "LOGNAME", "NLSPATH", "NODE_EXTRA_CA_CERTS", "NODE_OPTIONS", "NODE_PATH",
    "NODE_REPL_EXTERNAL_MODULE", "NODE_TLS_REJECT_UNAUTHORIZED", "NO_PROXY", "OPENSSL_CONF", "OPENSSL_MODULES", "PAGER",
    "PATH", "PATHEXT", "PERLLIB", "PROMPT_COMMAND", "PS1", "PS4", "PWD", "REQUESTS_CA_BUNDLE", "RES_OPTIONS", "RUBYLIB",
    "RUBYOPT", "RUBYSHELL", "RUSTC", "RUSTC_WRAPPER", "RUSTFLAGS", "SHELL", "SHELLOPTS", "SSH_ASKPASS", "SSLKEYLOGFILE",
    "SSL_CERT_DIR", "SSL_CERT_FILE", "SYSTEMROOT", "TEMP", "TERM", "TERMINFO", "TMP", "TMPDIR", "TZDIR", "USER", "VISUAL",
    "WINDIR", "ZDOTDIR", "_JAVA_OPTIONS",
})  # fmt: skip


def check_key(key: str) -> str:
    """Return `key` unchanged if a secret may be called so.

    Raises:
        KeyRefused: not `[A-Za-z][A-Za-z0-9_]*`, longer than 128 characters, or a name that steers a process
            (compared without case: Windows has only one case of environment variables).
    """
    if not PATTERN.fullmatch(key) or len(key) > LENGTH_MAX:
        raise KeyRefused(
            "not a well-formed secret key",
            "use a letter, then letters, digits and underscores, such as OPENAI_API_KEY; at most 128 characters",
        )
    upper = key.upper()
    if upper in _STEERING_NAMES or upper.startswith(_STEERING_PREFIXES):
        raise KeyRefused(
            f"{key} is not a secret's name: it changes how programs run",
            "give the secret a name of its own, such as the service it belongs to followed by _API_KEY",
        )
    return key


def case_twins(keys: tuple[str, ...]) -> tuple[str, str] | None:
    """The first two keys that are equal when case is ignored, or None."""
    seen: dict[str, str] = {}
    for key in keys:
        if key.upper() in seen:
            return seen[key.upper()], key
        seen[key.upper()] = key
    return None
