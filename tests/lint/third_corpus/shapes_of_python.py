"""The ways a small Python tool hard-codes a value; every shape is a whole file with its neighbors."""

from __future__ import annotations

from tests.lint.third_corpus.shape import ANY, KEY, Shape

SHAPES = [
    Shape(
        "assignment",
        "«name»/main.py",
        '''
"""Sync things from «Vendor»."""

import httpx

«NAME» = "«=V»"
TIMEOUT = 30
PAGE_SIZE = 200


def run(context):
    with httpx.Client(timeout=TIMEOUT) as client:
        return client.get("https://«host»/v1/items", params={"limit": PAGE_SIZE}).json()
''',
        ANY,
    ),
    Shape(
        "keyword",
        "«name»/client.py",
        """
from «vendor» import Client


def make_client(region: str = "eu") -> Client:
    return Client(
        region=region,
        «arg»="«=V»",
        max_retries=3,
    )
""",
        ANY,
    ),
    Shape(
        "dict",
        "«name»/config.py",
        """
CONFIG = {
    "name": "«vendor»-sync",
    "interval_minutes": 15,
    "«name»": "«=V»",
    "verify": True,
}
""",
        ANY,
    ),
    Shape(
        "class-default",
        "«name»/settings.py",
        """
class «Vendor»Settings:
    host = "«host»"
    retries = 5
    «arg» = '«=V»'

    def as_dict(self):
        return {"host": self.host, "retries": self.retries}
""",
        ANY,
    ),
    Shape(
        "dataclass",
        "«name»/model.py",
        """
from dataclasses import dataclass, field


@dataclass
class Options:
    endpoint: str = "https://«host»"
    «name»: str = "«=V»"
    tags: list[str] = field(default_factory=list)
""",
        ANY,
    ),
    Shape(
        "pydantic-settings",
        "«name»/app_settings.py",
        """
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_")

    debug: bool = False
    «name»: str = Field(default="«=V»", description="where to find it: the dashboard")
""",
        ANY,
    ),
    Shape(
        "secret-str",
        "«name»/typed.py",
        """
from pydantic import BaseModel, SecretStr


class Account(BaseModel):
    label: str
    «arg»: SecretStr = SecretStr("«=V»")


default = Account(label="main")
""",
        ANY,
    ),
    Shape(
        "f-string",
        "«name»/fetch.py",
        """
import requests


def fetch(item: int) -> dict:
    prefix = "Bearer"
    reply = requests.get(f"https://«host»/{item}", headers={"Authorization": f"{prefix} «=V»"}, timeout=10)
    return reply.json()
""",
        KEY,
    ),
    Shape(
        "concatenation",
        "«name»/joined.py",
        """
# split, the linter complained about the line length
«NAME» = (
    "«=V/1»"
    "«~V/2»"
)
ENDPOINT = "https://«host»"
""",
        KEY,
    ),
    Shape(
        "plus",
        "«name»/plus.py",
        """
import sys

«name» = "«=V/1»" + "«~V/2»"

if __name__ == "__main__":
    sys.exit(0 if «name» else 1)
""",
        KEY,
    ),
    Shape(
        "getenv-default",
        "«name»/env.py",
        """
import os

HOST = os.getenv("«NAME»_HOST", "«host»")
«NAME» = os.getenv("«NAME»", "«=V»")
DEBUG = os.getenv("DEBUG", "0") == "1"
""",
        ANY,
    ),
    Shape(
        "environ-get",
        "«name»/env_get.py",
        """
from os import environ


def credentials():
    return environ.get("«NAME»", default="«=V»")
""",
        ANY,
    ),
    Shape(
        "environ-set",
        "«name»/run.py",
        """
import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["«NAME»"] = "«=V»"

import «vendor»  # noqa: E402

«vendor».main()
""",
        ANY,
    ),
    Shape(
        "or-fallback",
        "«name»/fallback.py",
        """
import os

# TODO remove before publishing
token = os.environ.get("«NAME»") or "«=V»"
region = os.environ.get("REGION") or "eu-central-1"
""",
        ANY,
    ),
    Shape(
        "bearer",
        "«name»/headers.py",
        """
import aiohttp

HEADERS = {
    "Accept": "application/json",
    "Authorization": "Bearer «=V»",
    "User-Agent": "small-tool/1.2",
}


async def load(path):
    async with aiohttp.ClientSession(headers=HEADERS) as session, session.get("https://«host»" + path) as reply:
        return await reply.json()
""",
        KEY,
    ),
    Shape(
        "header-key",
        "«name»/header_key.py",
        """
import requests

session = requests.Session()
session.headers["X-Api-Key"] = "«=V»"
session.headers["Accept-Language"] = "de"
print(session.get("https://«host»/me", timeout=5).status_code)
""",
        KEY,
    ),
]
