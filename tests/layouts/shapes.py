"""Projects as people have them, each made small: no `tools/`, and nothing that knows of this program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.conftest import add_tool, require_program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VALUE = "sk-shape-Zr81mQx5Lw02"  # of nobody
STANDING = "pw-shape-4f7Qm2Zx9Lw1"  # in a `.env` before this program came


@dataclass(frozen=True)
class Shape:
    """root: the project's. working: where its people stand. app: the id of the one with `key`, which nothing sets yet.

    saved_in: the file, from the root, that a value goes to. declared: where the key was said to be needed. standing:
    values that it, or another app or work tree, had before. generated: what codegen writes in its language, or "".
    """

    root: Path
    working: Path
    app: str
    key: str
    saved_in: str
    declared: str
    settings: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    generated: str = ""

    @property
    def folder(self) -> Path:
        """The app's own."""
        return (self.root / self.saved_in).parent


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if path.name == ".env":
            path.chmod(0o600)


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.hooksPath=/dev/null")
    subprocess.run([require_program("git"), "-C", str(root), *who, *arguments], check=True, capture_output=True)


def repository(root: Path, files: dict[str, str]) -> None:
    write(root, {".gitignore": ".env\n.env.local\n.env.*.local\nnode_modules/\n", **files})
    git(root, "init", "--quiet", "-b", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "x")


def django(root: Path) -> Shape:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/settings.py": (
            "import os\nSECRET_KEY = os.environ['SECRET_KEY']\nSTRIPE_KEY = os.environ['STRIPE_KEY']\n"
            "DEBUG = os.getenv('DEBUG') == 'true'\n"
        ),
        ".env.example": "# Signs sessions (required)\nSECRET_KEY=\n\nDEBUG=true\nLANGUAGE_CODE=en-us\n",
        ".env": f"SECRET_KEY={STANDING}\nDEBUG=true\n",
    }
    repository(root, files)
    return Shape(
        root,
        root / "shop",
        root.name,
        "STRIPE_KEY",
        ".env",
        "shop/settings.py:3",
        ("DEBUG", "LANGUAGE_CODE"),
        (STANDING,),
        "app_secrets.py",
    )


def fastapi(root: Path) -> Shape:
    settings = (
        "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n\n\n"
        "class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='APP_', env_file='.env')\n\n"
        "    openai_api_key: SecretStr\n    title: str = 'x'\n"
    )
    repository(root, {"app/config.py": settings, "pyproject.toml": "[project]\nname = 'x'\n"})
    key, settings_of_it = "APP_OPENAI_API_KEY", ("APP_TITLE",)
    return Shape(
        root, root / "app", root.name, key, ".env", "app/config.py:8", settings_of_it, generated="app_secrets.py"
    )


def next_js(root: Path) -> Shape:
    files = {
        "package.json": json.dumps({"dependencies": {"next": "15.0.0"}}),
        "app/page.tsx": "const key = process.env.STRIPE_SECRET_KEY\nconst u = process.env.NEXT_PUBLIC_APP_URL\n",
        ".env": f"NEXT_PUBLIC_APP_URL=http://localhost:3000\nAUTH_SECRET={STANDING}\n",
    }
    repository(root, files)
    return Shape(
        root,
        root / "app",
        root.name,
        "STRIPE_SECRET_KEY",
        ".env.local",
        "app/page.tsx:1",
        ("NEXT_PUBLIC_APP_URL",),
        (STANDING,),
        "process-env.d.ts",
    )


def vite(root: Path) -> Shape:
    files = {
        "package.json": json.dumps({"devDependencies": {"vite": "7.0.0"}}),
        "vite.config.ts": "export default {}\n",
        "src/main.ts": "const title = import.meta.env.VITE_TITLE\nconst { SENTRY_AUTH_TOKEN } = process.env\n",
        ".env": "VITE_TITLE=shop\n",
    }
    repository(root, files)
    key, types = "SENTRY_AUTH_TOKEN", "process-env.d.ts"
    return Shape(root, root, root.name, key, ".env.local", "src/main.ts:2", ("VITE_TITLE",), generated=types)


def pnpm(root: Path) -> Shape:
    files = {
        "pnpm-workspace.yaml": "packages: [apps/*, packages/*]\n",
        "apps/web/package.json": json.dumps({"dependencies": {"next": "15.0.0"}}),
        "apps/web/.env.example": "# From https://dashboard.stripe.com/apikeys\nSTRIPE_KEY= # required\nPORT=3000\n",
        "apps/api/.env.sample": "# Postgres\nDATABASE_URL=\n",
        "apps/api/.env": f"DATABASE_URL=postgres://app:{STANDING}@db.internal/app\n",
        "packages/db/.env": "PGPORT=5432\n",
        "node_modules/left-pad/.env": f"NOT_OURS={VALUE}\n",
    }
    repository(root, files)
    return Shape(
        root,
        root,
        "apps/web",
        "STRIPE_KEY",
        "apps/web/.env.local",
        ".env.example:2",
        ("PORT",),
        (f"postgres://app:{STANDING}@db.internal/app",),
        "process-env.d.ts",
    )


def compose(root: Path) -> Shape:
    text = (
        "services:\n  db:\n    image: postgres:${PG_VERSION:-17}\n    environment:\n"
        "      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it}\n      PRICE: $${NOT_OURS_KEY}\n    env_file: .env\n"
    )
    repository(root, {"compose.yaml": text, ".env.dist": "PG_VERSION=17\n"})
    return Shape(root, root, root.name, "POSTGRES_PASSWORD", ".env", "compose.yaml:5", ("PG_VERSION",))


def rails(root: Path) -> Shape:
    files = {
        "Gemfile": "gem 'dotenv-rails'\n",
        "config/initializers/stripe.rb": "Stripe.api_key = ENV.fetch('STRIPE_KEY')\nhost = ENV['APP_HOST']\n",
        ".env": "APP_HOST=shop.test\n",
        ".env.development": "RAILS_LOG_LEVEL=debug\n",
    }
    repository(root, files)
    return Shape(
        root,
        root / "config",
        root.name,
        "STRIPE_KEY",
        ".env",
        "config/initializers/stripe.rb:1",
        ("APP_HOST", "RAILS_LOG_LEVEL"),
    )


def both(root: Path) -> Shape:
    add_tool(root, "whisper", secrets=[{"key": "OPENAI_API_KEY", "required": True}])
    files = {"web/.env.example": "MAILGUN_API_KEY=\n", "tools/whisper/.env": f"OPENAI_API_KEY={STANDING}\n"}
    repository(root, files)
    return Shape(root, root, "web", "MAILGUN_API_KEY", "web/.env", ".env.example:1", (), (STANDING,))


def large(root: Path) -> Shape:
    """3,000 folders; the app is deep in one of them, and beside it one that git has nothing of yet."""
    long = "a-module-with-a-rather-long-name-as-they-are-in-large-repositories"
    for number in range(3000):
        folder = root / f"packages/group-{number // 50:02}/package-{number:04}"
        folder.mkdir(parents=True)
        (folder / f"{long}.ts").touch()
    files = {
        "packages/group-07/package-0360/.env.template": "STRIPE_KEY=\n",
        "packages/group-08/package-0410/.env": f"AUTH_SECRET={STANDING}\n",
    }
    repository(root, files)
    write(root, {"packages/group-07/package-new/.env": "PORT=3000\n"})
    app = "packages/group-07/package-0360"
    return Shape(root, root, app, "STRIPE_KEY", f"{app}/.env", ".env.template:1", (), (STANDING,))


def without_git(root: Path) -> Shape:
    write(root, {"bot/env.example": "# BotFather gives one out\nTELEGRAM_TOKEN=\n", "bot/bot.py": "pass\n"})
    return Shape(root, root, "bot", "TELEGRAM_TOKEN", "bot/.env", "env.example:2", generated="app_secrets.py")


def work_tree(root: Path) -> Shape:
    main = root.parent / f"{root.name}-main"
    repository(main, {"apps/api/.env.example": "API_TOKEN=\nAUTH_SECRET=\n"})
    write(main, {"apps/api/.env": f"AUTH_SECRET={STANDING}\n"})
    git(main, "worktree", "add", "--quiet", "-b", "other", str(root))
    return Shape(root, root, "apps/api", "API_TOKEN", "apps/api/.env", ".env.example:1", (), (STANDING,))


def schema_only(root: Path) -> Shape:
    text = (
        "# @defaultRequired=false @defaultSensitive=false\n# ---\n\n# Where it listens\n# @type=port\nPORT=\n\n"
        "# The database of orders\n# @required @sensitive @type=url @docs(https://docs.example.com/db)\nDB=\n"
    )
    repository(root, {"service/.env.schema": text})
    return Shape(root, root / "service", "service", "DB", "service/.env", ".env.schema:10", ("PORT",))


SHAPES: dict[str, Callable[[Path], Shape]] = {
    made.__name__: made
    for made in (
        django, fastapi, next_js, vite, pnpm, compose, rails, both, large, without_git, work_tree, schema_only,
    )
}  # fmt: skip


def cloned(shape: Shape, into: Path) -> Path:
    """The shape as somebody else gets it: without what git ignores. Where there is no git, a copy."""
    if (shape.root / ".git").exists():
        git(into.parent, "clone", "--quiet", str(shape.root), str(into))
    else:
        shutil.copytree(shape.root, into)
    return into


def names_below(root: Path) -> set[str]:
    return {os.path.relpath(path, root) for path in root.rglob("*")}
