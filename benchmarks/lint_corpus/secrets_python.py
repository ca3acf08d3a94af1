"""Small Python tools with a value left in them: one file a shape."""

SHEET = r'''
=== main.py | github-assignment
import httpx
from fastapi import FastAPI

app = FastAPI()
GITHUB_TOKEN = "«github»"


@app.get("/stars/{repo}")
def stars(repo: str) -> int:
    return httpx.get(f"https://api.github.com/repos/{repo}", headers={"Authorization": f"token {GITHUB_TOKEN}"}).json()
=== main.py | typed-openai
from openai import OpenAI

MODEL: str = "gpt-4o-mini"
OPENAI_API_KEY: str = "«openai»"
client = OpenAI(api_key=OPENAI_API_KEY)
=== settings.py | dataclass-password
from dataclasses import dataclass


@dataclass
class MailSettings:
    host: str = "smtp.ionos.de"
    port: int = 587
    user: str = "rechnung@gartenbau-lehner.de"
    password: str = "«password»"
=== config.py | pydantic-settings
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    app_name: str = "invoice-fetch"
    database_password: SecretStr = SecretStr("«strong»")
    jwt_secret: str = "«hex64»"
    page_size: int = 50


settings = Settings()
=== config.py | pydantic-field-default
from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    base_url: str = Field(default="https://api.stripe.com", description="where to ask")
    stripe_key: str = Field(default="«stripe»", description="live key")
    webhook_secret: str = Field(
        "«stripe-hook»",
        alias="STRIPE_WEBHOOK_SECRET",
    )
=== fetch.py | dict-literal
CONFIG = {
    "user": "ops",
    "password": "«strong»",
    "timeout": 30,
    "verify": True,
}
=== db.py | nested-dict
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "shop",
        "PASSWORD": "«alnum24»",
        "HOST": "10.0.4.12",
        "OPTIONS": {"sslmode": "require"},
    }
}
=== orders.py | keyword-argument
import psycopg


def connect() -> psycopg.Connection:
    return psycopg.connect(host="db.intern", dbname="orders", user="orders_ro", password="«password»")
=== send.py | positional-after-name
import smtplib

with smtplib.SMTP_SSL("smtp.fastmail.com", 465) as server:
    server.login("reports@kettle-works.co.uk", "«alnum24»")
    server.sendmail("reports@kettle-works.co.uk", "me@kettle-works.co.uk", "hello")
=== report.py | default-argument
import requests


def upload(path: str, *, token: str = "«gitlab»", project: int = 4411) -> None:
    with open(path, "rb") as file:
        requests.put(f"https://gitlab.com/api/v4/projects/{project}/x", data=file, headers={"PRIVATE-TOKEN": token})
=== main.py | getenv-default
import os

API_URL = os.getenv("API_URL", "https://api.weather.example.net")
API_KEY = os.getenv("WEATHER_API_KEY", "«weather»")
DEBUG = os.getenv("DEBUG", "0") == "1"
=== main.py | environ-get-default
import os

import anthropic

client = anthropic.Anthropic(
    api_key=os.environ.get("ANTHROPIC_API_KEY", "«anthropic»"),
)
=== run.py | environ-assignment
import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["OPENAI_API_KEY"] = "«openai-old»"
os.environ["HF_HOME"] = "/data/hf"

from langchain_openai import ChatOpenAI  # noqa: E402

llm = ChatOpenAI(model="gpt-4o")
=== run.py | environ-setdefault
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
os.environ.setdefault("SENDGRID_API_KEY", "«sendgrid»")
=== run.py | environ-update
import os

os.environ.update(
    {
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "«aws-id»",
        "AWS_SECRET_ACCESS_KEY": "«aws-secret»",
    }
)
=== client.py | bearer-header
import httpx

HEADERS = {
    "Accept": "application/json",
    "Authorization": "Bearer «alnum40»",
    "User-Agent": "bookkeeper/1.2",
}
print(httpx.get("https://api.lexoffice.io/v1/invoices", headers=HEADERS).text)
=== client.py | api-key-header
import requests

session = requests.Session()
session.headers.update({"X-API-Key": "«hex32»", "Accept-Language": "de"})
session.headers["X-Auth-Token"] = "«url43»"
=== jira.py | auth-tuple
import requests

ISSUES = "https://kettleworks.atlassian.net/rest/api/3/search"
answer = requests.get(ISSUES, params={"jql": "project = OPS"}, auth=("anna@kettle-works.co.uk", "«atlassian»"))
=== jira.py | http-basic-auth
from requests.auth import HTTPBasicAuth

auth = HTTPBasicAuth("svc-reports", "«strong»")
=== load.py | f-string-url
HOST = "warehouse.intern"
DB = "sales"
URL = f"postgresql+psycopg://loader:«alnum24»@{HOST}:5432/{DB}"
=== load.py | query-parameter
import httpx

CITY = "Graz"
answer = httpx.get(f"https://api.openweathermap.org/data/2.5/weather?q={CITY}&units=metric&appid=«weather»")
=== tokens.py | implicit-concatenation
ACCESS_TOKEN = (
    "«github-fine.head»"
    "«github-fine.tail»"
)
=== tokens.py | plus-concatenation
API_KEY = "«anthropic.head»" + \
    "«anthropic.tail»"
=== sign.py | bytes-literal
import hashlib
import hmac

SIGNING_KEY = b"«alnum32»"


def signed(body: bytes) -> str:
    return hmac.new(SIGNING_KEY, body, hashlib.sha256).hexdigest()
=== sign.py | private-key-multiline
import jwt

PRIVATE_KEY = """
«pem-rsa»
"""
ISSUER = "svc@tools"


def token() -> str:
    return jwt.encode({"iss": ISSUER}, PRIVATE_KEY, algorithm="RS256")
=== sign.py | private-key-escaped
KEY_ID = "7F3K"
APPLE_KEY = "«pem-pkcs8|line»"
=== main.py | comment-left
import os

# token = "«slack-bot»"  # TODO take out
token = os.environ["SLACK_BOT_TOKEN"]
=== main.py | comment-note
import os

# prod password for the moment is «password», ask Jonas before changing it
PASSWORD = os.environ["DB_PASSWORD"]
=== sync.py | docstring-example
"""Sync notes.

Run it like this:

    NOTION_TOKEN=«notion» python sync.py --all
"""

import os

TOKEN = os.environ["NOTION_TOKEN"]
=== debug.py | print-debug
import os

key = os.environ.get("STRIPE_KEY")
print("using key", "«stripe-old»")
=== cli.py | argparse-default
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="https://gitea.intern")
parser.add_argument("--token", default="«gitea»", help="access token")
args = parser.parse_args()
=== cli.py | click-default
import click


@click.command()
@click.option("--user", default="admin")
@click.option("--password", default="«password»", show_default=False)
def main(user: str, password: str) -> None:
    click.echo(user)
=== cli.py | typer-default
import typer


def main(name: str, api_key: str = typer.Option("«google»", envvar="MAPS_KEY"), limit: int = 5) -> None:
    print(name, limit)


typer.run(main)
=== keys.py | list-of-keys
import itertools

API_KEYS = [
    "«openrouter»",
    "«openrouter#2»",
    "«openrouter#3»",
]
ring = itertools.cycle(API_KEYS)
=== keys.py | enum-member
from enum import Enum


class Key(str, Enum):
    REGION = "eu"
    MAILGUN_KEY = "«mailgun»"
=== bot.py | class-constant
from telegram.ext import Application


class Bot:
    NAME = "waschkeller_bot"
    TOKEN = "«telegram»"

    def run(self) -> None:
        Application.builder().token(self.TOKEN).build().run_polling()
=== bot.py | discord-run
import discord

client = discord.Client(intents=discord.Intents.default())
client.run("«discord-bot»")
=== main.py | lambda-default
from collections.abc import Callable

get_token: Callable[[], str] = lambda token="«digitalocean»": token
=== main.py | or-default
import os

secret_key = os.environ.get("SECRET_KEY") or "«hex48»"
'''
