"""What a program that we start is given: as little of our own environment as it needs, and the tool's exact values.

Our own environment is the agent's: its API keys, its sessions. A tool that is run gets a short list of names, all of
them about the machine and none about accounts. A command under `exec` is the person's own and keeps what they had.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pixie_secrets.errors import KeyRefused, ValueRefused
from pixie_secrets.secret.key import check_key
from pixie_secrets.secret.size import check_size
from pixie_secrets.stores.learn import learn_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.secret.text import SecretStr

PASSED_ON = frozenset(
    """
    PATH HOME USER LOGNAME SHELL TMPDIR LANG LANGUAGE TZ TZDIR
    XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
    SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE
    LD_LIBRARY_PATH CUDA_HOME CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES OMP_NUM_THREADS
    HF_HOME TORCH_HOME UV_CACHE_DIR UV_PYTHON_INSTALL_DIR UV_PROJECT_ENVIRONMENT
    """.split()
)
PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


def for_tool(values: Mapping[str, SecretStr], inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a tool that is run: the machine's names, then the tool's own values.

    A proxy is the machine's, and its password may stand in it: it is passed on, and known from here on.

    Raises:
        ValueRefused: a value that no program can be given.
    """
    kept = {name: value for name, value in inherited.items() if name in PASSED_ON or name.startswith("LC_")}
    for name, value in inherited.items():
        if name.lower() in PROXIES:
            _learn_proxy(name, value)
            kept[name] = value
    return {**kept, "PYTHONUNBUFFERED": "1", **exact(values)}


def for_command(
    values: Mapping[str, SecretStr], inherited: Mapping[str, str] = os.environ, *, shell_wins: bool = False
) -> dict[str, str]:
    """The environment of a command: what it would have had, and the tool's values over it.

    shell_wins: what is set already stays, as an app's framework has it.

    Raises:
        ValueRefused: a value that no program can be given.
    """
    return {**exact(values), **inherited} if shell_wins else {**inherited, **exact(values)}


def set_already(values: Mapping[str, SecretStr], inherited: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The keys that are in the environment with another value."""
    return tuple(
        key for key, value in values.items() if inherited.get(key, value.get_secret_value()) != value.get_secret_value()
    )


def left_out(values: Mapping[str, SecretStr]) -> tuple[str, ...]:
    """The keys of a `.env` that are no secrets' names: a program is not given them, because they would steer it."""
    return tuple(key for key in values if not _may_be_passed(key))


def exact(values: Mapping[str, SecretStr]) -> dict[str, str]:
    """What a plain `load_dotenv()` would read, character for character, empty values too."""
    passed = {key: value.get_secret_value() for key, value in values.items() if _may_be_passed(key)}
    for key, value in passed.items():
        if "\0" in value:
            raise ValueRefused(f"the value of {key} holds a NUL character, which no program can be given")
        check_size(key, value.encode("utf-8", "surrogateescape"))
    return passed


def _may_be_passed(key: str) -> bool:
    try:
        check_key(key)
    except KeyRefused:
        return False
    return True


def _learn_proxy(name: str, value: str) -> None:
    try:
        password = urlsplit(value).password
    except ValueError:
        return
    if password:
        learn_value(unquote(password), key=name, tool="")
        learn_value(password, key=name, tool="")
