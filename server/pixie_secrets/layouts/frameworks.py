"""Which files a framework reads an app's values from, which one wins, and where a developer's own secrets go.

Most libraries (python-dotenv, npm dotenv, django-environ, pydantic-settings, docker compose) read `.env` alone.
Next.js, Vite and dotenv-rails read one file for each mode, and one that is never committed over it. With all of them
a variable that is set already, by the shell, wins. Sources: nextjs.org "Environment Variables", vite.dev "Env
Variables and Modes", the README of bkeepers/dotenv.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.files import read_plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BYTES_MAX = 1 << 20  # of a file that says what is used
MODES = ("NODE_ENV", "RAILS_ENV")


class Framework(NamedTuple):
    """order: the files it reads, the one that wins first; `{}` is the mode. new_values: where they go."""

    name: str
    order: tuple[str, ...] = (".env",)
    new_values: str = ".env"
    mode: str = ""  # the variable that says it

    def files(self, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
        """The names of the files that are read, the one that wins first."""
        mode = environment.get(self.mode, "") if self.mode else ""
        mode = mode if mode.isalnum() else "development"
        local = () if self.name == NEXT.name and mode == "test" else (".env.local",)
        wanted = [name.format(mode) for name in self.order]
        return tuple(name for name in wanted if name != ".env.local" or local)


PLAIN = Framework("dotenv")
NEXT = Framework("Next.js", (".env.{}.local", ".env.local", ".env.{}", ".env"), ".env.local", "NODE_ENV")
VITE = Framework("Vite", (".env.{}.local", ".env.{}", ".env.local", ".env"), ".env.local", "NODE_ENV")
SVELTE_KIT = VITE._replace(name="SvelteKit")
RAILS = Framework("dotenv-rails", (".env.{}.local", ".env.local", ".env.{}", ".env"), ".env", "RAILS_ENV")
_BY_PACKAGE = {"next": NEXT, "@sveltejs/kit": SVELTE_KIT, "vite": VITE, "astro": VITE._replace(name="Astro")}
_BY_FILE = {"next.config": NEXT, "svelte.config": SVELTE_KIT, "vite.config": VITE, "astro.config": VITE}


def framework_of(folder: Path) -> Framework:
    """What the app in `folder` is made with, as far as its values are concerned."""
    try:
        names = set(os.listdir(folder))
    except OSError:
        return PLAIN
    if "package.json" in names:
        packages = _packages(folder / "package.json")
        for package, framework in _BY_PACKAGE.items():
            if package in packages:
                return framework
    stems = {name.rpartition(".")[0] for name in names}
    for stem, framework in _BY_FILE.items():
        if stem in stems:
            return framework
    if "Gemfile" in names and b"dotenv-rails" in _bytes(folder / "Gemfile"):
        return RAILS
    return PLAIN


def _packages(path: Path) -> set[str]:
    try:
        document = json.loads(_bytes(path))
    except (ValueError, RecursionError):
        return set()
    if not isinstance(document, dict):
        return set()
    lists = (document.get(name) for name in ("dependencies", "devDependencies"))
    return {package for each in lists if isinstance(each, dict) for package in each}


def _bytes(path: Path) -> bytes:
    try:
        return read_plain(path, BYTES_MAX)
    except OSError:
        return b""
