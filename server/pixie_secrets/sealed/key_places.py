"""Where keys that open sealed files lie. Builtins only: the guard asks before every call of an agent."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "AGE-SECRET-KEY-"
KEY_FILE = "age-identity.key"
FILE_VARIABLE, TEXT_VARIABLE = "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY"


def config_folder(environment: Mapping[str, str] = os.environ) -> str:
    """Where this platform keeps a person's settings; as sops has it, so that both look in one place."""
    home = environment.get("HOME") or os.path.expanduser("~")
    named = environment.get("XDG_CONFIG_HOME", "")
    if os.path.isabs(named):  # another one is to be passed over, says the XDG Base Directory Specification
        return named
    return os.path.join(home, "Library", "Application Support") if sys.platform == "darwin" else f"{home}/.config"


def key_file(environment: Mapping[str, str] = os.environ) -> str:
    """Where our own key is, once there is one."""
    return os.path.join(config_folder(environment), "pixie-secrets", KEY_FILE)


def sops_key_file(environment: Mapping[str, str] = os.environ) -> str:
    """Where sops itself looks."""
    return os.path.join(config_folder(environment), "sops", "age", "keys.txt")


def key_files(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Every file that may have a key of age: what reads it can open what is sealed. They need not exist."""
    named = environment.get(FILE_VARIABLE)
    return (key_file(environment), sops_key_file(environment), *([os.path.abspath(named)] if named else []))
