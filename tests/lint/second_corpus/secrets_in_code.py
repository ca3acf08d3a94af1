"""Credentials in programs: the ways that are particular to a language or a service."""

# ruff: noqa: Q001 - the templates hold docstrings, and so stand in the other quotes

from __future__ import annotations

from tests.lint.second_corpus.rendering import page

PAGES = (
    page("upload/main.py", "aws-secret", r'''
import boto3


def bucket():
    session = boto3.Session(
        aws_access_key_id="«aws-key-id»", aws_secret_access_key="«aws-secret»", region_name="eu-central-1"
    )
    return session.resource("s3").Bucket("acme-reports")
'''),
    page("upload/temporary.py", "aws-session", r'''
import boto3

s3 = boto3.client(
    "s3",
    aws_secret_access_key="«aws-secret»",
    aws_session_token="«aws-session»",
)
for item in s3.list_objects_v2(Bucket="acme-reports")["Contents"]:
    print(item["Key"])
'''),
    page("blob/main.py", "azure-storage", r'''
from azure.storage.blob import BlobServiceClient

ACCOUNT = "mediastore7"
ACCOUNT_KEY = "«azure-storage»"

service = BlobServiceClient(f"https://{ACCOUNT}.blob.core.windows.net", credential=ACCOUNT_KEY)
'''),
    page("blob/share.py", "azure-sas", r'''
import pandas as pd

SOURCE = "«azure-sas»"


def read() -> pd.DataFrame:
    return pd.read_csv(SOURCE, sep=";")
'''),
    page("blob/queue.py", "service-bus", r'''
from azure.servicebus import ServiceBusClient

NAMESPACE = "acme-events"
CONN = f"Endpoint=sb://{NAMESPACE}.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=«service-bus»"
client = ServiceBusClient.from_connection_string(CONN)
'''),
    page("mail/main.py", "password", r'''
import smtplib
from email.message import EmailMessage


def send(to: str, subject: str, body: str) -> None:
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = to, "noreply@acme.io", subject
    message.set_content(body)
    with smtplib.SMTP_SSL("smtp.acme.io", 465) as server:
        server.login("noreply@acme.io", "«password»")
        server.send_message(message)
'''),
    page("mail/fetch.py", "password", r'''
import imaplib

IMAP_HOST = "imap.acme.io"
IMAP_USER = "invoices@acme.io"
IMAP_PASSWORD = "«password»"


def inbox() -> imaplib.IMAP4_SSL:
    box = imaplib.IMAP4_SSL(IMAP_HOST)
    box.login(IMAP_USER, IMAP_PASSWORD)
    return box
'''),
    page("warehouse/db.py", "password", r'''
import psycopg


def connect() -> psycopg.Connection:
    return psycopg.connect(
        host="db-prod-1.internal.acme.io",
        dbname="warehouse",
        user="reporting",
        password="«password»",
        connect_timeout=5,
    )
'''),
    page("warehouse/snow.py", "password", r'''
import snowflake.connector

PARAMS = dict(account="xy12345.eu-central-1", user="ETL_SVC", passwd="«password»", role="LOADER")


def run(sql: str):
    with snowflake.connector.connect(**PARAMS) as connection:
        return connection.cursor().execute(sql).fetchall()
'''),
    page("warehouse/engine.py", "mysql-url", r'''
from sqlalchemy import create_engine

engine = create_engine("«mysql-url»", pool_pre_ping=True)
'''),
    page("warehouse/mongo.py", "mongodb-url", r'''
from pymongo import MongoClient

client = MongoClient("«mongodb-url»", serverSelectionTimeoutMS=5000)
orders = client["sales"]["orders"]
'''),
    page("warehouse/pieces.py", "url-password", r'''
from sqlalchemy import create_engine

USER = "app_rw"
PASSWORD = "«url-password»"
HOST = "10.12.0.8"
engine = create_engine(f"postgresql://{USER}:{PASSWORD}@{HOST}:5432/orders")
'''),
    page("warehouse/mssql.py", "mssql-connection", r'''
import pyodbc

CONNECTION = "Driver={ODBC Driver 18 for SQL Server};«mssql-connection»Encrypt=yes;"


def rows(query: str) -> list[pyodbc.Row]:
    with pyodbc.connect(CONNECTION) as connection:
        return connection.execute(query).fetchall()
'''),
    page("jobs/worker.py", "rabbit-url", r'''
from celery import Celery

app = Celery("jobs", broker="«rabbit-url»", backend="«redis-url-no-user»")


@app.task
def resize(path: str) -> str:
    return path
'''),
    page("portal/settings.py", "django", r'''
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "«django»"

DEBUG = False
ALLOWED_HOSTS = ["portal.acme.io"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "portal",
        "USER": "portal",
        "PASSWORD": "«password»",
        "HOST": "db",
    }
}
EMAIL_HOST_PASSWORD = "«sendgrid»"
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
'''),
    page("portal/flask_app.py", "urlsafe43", r'''
from flask import Flask

app = Flask(__name__)
app.secret_key = "«urlsafe43»"
app.config["JWT_SECRET_KEY"] = "«hex64»"
app.config.update(SESSION_COOKIE_SECURE=True, MAIL_PASSWORD="«password»")
'''),
    page("auth/tokens.py", "hex64", r'''
from datetime import UTC, datetime, timedelta

import jwt

SIGNING_SECRET = "«hex64»"


def issue(user: str) -> str:
    claims = {"sub": user, "exp": datetime.now(UTC) + timedelta(hours=8)}
    return jwt.encode(claims, SIGNING_SECRET, algorithm="HS256")
'''),
    page("auth/box.py", "fernet", r'''
from cryptography.fernet import Fernet

_BOX = Fernet(b"«fernet»")


def seal(text: str) -> bytes:
    return _BOX.encrypt(text.encode())
'''),
    page("auth/service_user.py", "weak-password", r'''
"""Log in with the technical user (it may only read)."""

import requests

USERNAME = "tech.reader"
PASSWORD = "«weak-password»"


def login() -> requests.Session:
    session = requests.Session()
    session.post("https://erp.acme.io/login", data={"username": USERNAME, "password": PASSWORD}, timeout=10)
    return session
'''),
    page("auth/login.py", "password", r'''
import httpx

answer = httpx.get("https://jira.acme.io/rest/api/2/myself", auth=("svc-board", "«password»"))
print(answer.json()["displayName"])
'''),
    page("auth/header.py", "jwt", r'''
import requests

HEADERS = {
    "Accept": "application/json",
    "Authorization": "Bearer «jwt»",
}
print(requests.get("https://hr.acme.io/api/people", headers=HEADERS, timeout=10).json())
'''),
    page("auth/basic.py", "basic-login", r'''
import urllib.request

request = urllib.request.Request("https://reports.acme.io/api/latest")
request.add_header("Authorization", "Basic «basic-login»")
print(urllib.request.urlopen(request).read())
'''),
    page("auth/opaque.py", "alnum32", r'''
import httpx


async def people(client: httpx.AsyncClient) -> list[dict[str, str]]:
    answer = await client.get("/people", headers={"X-Auth-Token": "«alnum32»"})
    return answer.json()
'''),
    page("crm/api.py", "hex32", r'''
BASE = "https://api.crm.acme.io"
apiKey = '«hex32»'
API_SECRET = '«hex40»'
PAGE = 50
'''),
    page("crm/oauth.py", "alnum32", r'''
TOKEN_URL = "https://login.acme.io/oauth2/token"


def form() -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": "crm-sync",
        "client_secret": "«alnum32»",
        "scope": "read",
    }
'''),
    page("crm/google.py", "google-refresh", r'''
from google.oauth2.credentials import Credentials

credentials = Credentials(
    token=None,
    refresh_token="«google-refresh»",
    token_uri="https://oauth2.googleapis.com/token",
    client_id="847361920455-abc.apps.googleusercontent.com",
    client_secret="«google-client»",
)
'''),
    page("crm/keypair.py", "pem-rsa", r'''
"""Sign a request to the bank."""

import jwt

KEY = """«pem-rsa»"""


def signed(claims: dict[str, str]) -> str:
    return jwt.encode(claims, KEY, algorithm="RS256")
'''),
    page("crm/keyline.py", "pem-rsa-line", r'''
import jwt

APP_ID = 412233
PEM = "«pem-rsa-line»\n"


def assertion(now: int) -> str:
    return jwt.encode({"iat": now, "exp": now + 540, "iss": APP_ID}, PEM, algorithm="RS256")
'''),
    page("chain/pay.py", "ethereum-private", r'''
from web3 import Web3

w3 = Web3(Web3.HTTPProvider("https://rpc.acme.io"))
PRIVATE_KEY = "«ethereum-private»"
account = w3.eth.account.from_key(PRIVATE_KEY)
'''),
    page("chain/wallet.py", "seed-phrase", r'''
from hdwallet import HDWallet

MNEMONIC = "«seed-phrase»"
wallet = HDWallet(symbol="BTC").from_mnemonic(MNEMONIC)
'''),
    page("chat/bot.py", "telegram", r'''
import telebot

bot = telebot.TeleBot("«telegram»", parse_mode="HTML")


@bot.message_handler(commands=["start"])
def start(message):
    bot.reply_to(message, "Hallo!")
'''),
    page("chat/notify.py", "telegram", r'''
import requests


def notify(text: str) -> None:
    url = "https://api.telegram.org/bot«telegram»/sendMessage"
    requests.post(url, json={"chat_id": -1001733920011, "text": text}, timeout=10)
'''),
    page("chat/discord_bot.py", "discord-bot", r'''
import discord

client = discord.Client(intents=discord.Intents.default())


@client.event
async def on_ready():
    print(f"ready as {client.user}")


client.run("«discord-bot»")
'''),
    page("chat/alerts.py", "slack-webhook", r'''
import json
import urllib.request

HOOKS = {
    "ops": "«slack-webhook»",
    "sales": "«slack-webhook»",
    "people": "«teams-webhook»",
}


def post(room: str, text: str) -> None:
    urllib.request.urlopen(HOOKS[room], json.dumps({"text": text}).encode())
'''),
    page("chat/pushover.py", "pushover", r'''
import requests

requests.post(
    "https://api.pushover.net/1/messages.json",
    data={"token": "«pushover»", "user": "acme-group", "message": "Backup fertig"},
    timeout=10,
)
'''),
    page("chat/sms.py", "twilio-token", r'''
from twilio.rest import Client

account_sid = "«twilio-account»"
auth_token = "«twilio-token»"
client = Client(account_sid, auth_token)
client.messages.create(to="+4915112345678", from_="+18445550143", body="Ihr Termin ist bestätigt")
'''),
    page("llm/agent.py", "openai-project", r'''
from anthropic import Anthropic
from openai import OpenAI

gpt = OpenAI(api_key="«openai-project»")
claude = Anthropic(api_key="«anthropic»")


def both(prompt: str) -> tuple[str, str]:
    first = gpt.responses.create(model="gpt-4.1-mini", input=prompt)
    second = claude.messages.create(
        model="claude-sonnet-4-5", max_tokens=500, messages=[{"role": "user", "content": prompt}]
    )
    return first.output_text, second.content[0].text
'''),
    page("llm/legacy.py", "openai-old", r'''
import openai

openai.api_key = '«openai-old»'


def summary(text):
    return openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])
'''),
    page("llm/joined.py", "openai-project", r'''
import os

_PART = "«openai-project.head»" \
    + "«openai-project.tail»"
os.environ.setdefault("OPENAI_API_KEY", _PART)
'''),
    page("llm/docstring.py", "hugging-face", r'''
"""Download the model.

Usage:
    HF_TOKEN=«hugging-face» python docstring.py small
"""

import sys

from huggingface_hub import snapshot_download

snapshot_download(sys.argv[1])
'''),
    page("llm/login.py", "wandb", r'''
import wandb

wandb.login(key="«wandb»")
run = wandb.init(project="denoise", config={"lr": 3e-4})
'''),
    page("llm/gemini.py", "gemini", r'''
import requests

URL = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash:generateContent?key=«gemini»"


def ask(text: str) -> str:
    answer = requests.post(URL, json={"contents": [{"parts": [{"text": text}]}]}, timeout=60)
    return answer.json()["candidates"][0]["content"]["parts"][0]["text"]
'''),
    page("llm/keys.py", "together", r'''
from enum import StrEnum


class Key(StrEnum):
    TOGETHER_API_KEY = "«together»"
    DEEPGRAM_API_KEY = "«deepgram»"
    VOYAGE_API_KEY = "«voyage»"
    NVIDIA_API_KEY = "«nvidia»"
'''),
    page("geo/tiles.py", "google-api", r'''
import googlemaps

gmaps = googlemaps.Client(key="«google-api»")
# Städte, deren Postleitzahl fehlt
CITIES = ["Köln", "München", "Düsseldorf"]
print([gmaps.geocode(city)[0]["geometry"]["location"] for city in CITIES])
''', encoding="utf-8-sig"),
    page("geo/karte.py", "mapbox-secret", r'''
# -*- coding: latin-1 -*-
"""Lädt Kacheln für die Übersichtskarte."""

MAPBOX_TOKEN = "«mapbox-secret»"
STIL = "mapbox://styles/mapbox/light-v11"
ORTE = ["Würzburg", "Nürnberg"]
''', encoding="latin-1"),
    page("finance/charge.py", "stripe", r'''
import stripe

stripe.api_key = "«stripe»"
ENDPOINT_SECRET = "«stripe-webhook»"
PUBLISHABLE = "«stripe-publishable»"


def charge(cents: int, customer: str) -> str:
    return stripe.PaymentIntent.create(amount=cents, currency="eur", customer=customer).id
''', newline="\r\n"),
    page("finance/paypal.py", "paypal", r'''
from paypalcheckoutsdk.core import LiveEnvironment, PayPalHttpClient

environment = LiveEnvironment(client_id="acme-shop", client_secret="«paypal»")
client = PayPalHttpClient(environment)
'''),
    page("finance/razorpay.py", "razorpay", r'''
import razorpay

client = razorpay.Client(auth=("rzp_live_key", "«razorpay»"))
razorpay_key_secret = "«razorpay»"
'''),
    page("ops/tickets.py", "atlassian", r'''
from jira import JIRA

jira = JIRA("https://acme.atlassian.net", basic_auth=("bot@acme.io", "«atlassian»"))
print(jira.search_issues("project = OPS AND status = Open", maxResults=20))
'''),
    page("ops/secrets.py", "vault", r'''
import hvac

client = hvac.Client(url="https://vault.acme.io:8200", token="«vault»")
print(client.secrets.kv.v2.list_secrets(path="tools"))
'''),
    page("tests/test_sync.py", "github", r'''
from tool.sync import Sync

TOKEN = "«github»"


def test_lists_repositories():
    assert Sync(token=TOKEN).repositories("acme")


def test_refuses_an_unknown_owner():
    assert Sync(token=TOKEN).repositories("nobody-here") == []
'''),
    page("tests/conftest.py", "password", r'''
import pytest


@pytest.fixture(scope="session")
def staging():
    return {"url": "https://staging.acme.io", "user": "qa", "password": "«password»"}
'''),
    page("web/firebase-admin.js", "gcp-key-line", r'''
const admin = require("firebase-admin");

admin.initializeApp({
  credential: admin.credential.cert({
    projectId: "acme-tools",
    clientEmail: "firebase-adminsdk-k2x1@acme-tools.iam.gserviceaccount.com",
    privateKey: "«gcp-key-line»\n",
  }),
});
'''),
    page("web/mailer.ts", "resend", r'''
import { Resend } from "resend";

const resend = new Resend('«resend»');

export async function welcome(to: string): Promise<void> {
  await resend.emails.send({ from: "hi@acme.io", to, subject: "Willkommen", html: "<p>Hallo</p>" });
}
'''),
    page("web/server.mjs", "hex64", r'''
import session from "express-session";
import express from "express";

const app = express();
app.use(session({ secret: "«hex64»", resave: false, saveUninitialized: false }));
app.listen(3000);
'''),
    page("web/fetch.js", "jwt", r'''
async function load(page) {
  const answer = await fetch(`https://api.acme.io/items?page=${page}`, {
    headers: { authorization: "Bearer «jwt»" },
  });
  return answer.json();
}
'''),
    page("web/supabase.ts", "supabase-role", r'''
import { createClient } from "@supabase/supabase-js";

export const supabase = createClient(
  "https://kqzwmbtavhnsyxrcplgd.supabase.co",
  "«supabase-role»",
);
'''),
    page("web/index.html", "openai-project", r'''
<!doctype html>
<title>Chat</title>
<main id="chat"></main>
<script>
  const OPENAI_KEY = "«openai-project»";
  document.querySelector("#chat").textContent = "Bereit";
</script>
'''),
    page("cmd/main.go", "github-app", r'''
package main

import "fmt"

const token = "«github-app»"

func main() {
	fmt.Println("sync", len(token) > 0)
}
'''),
    page("analysis/load.R", "password", r'''
library(DBI)
con <- dbConnect(RPostgres::Postgres(), host = "db.acme.io", user = "stats", password = "«password»")
orders <- dbGetQuery(con, "select * from orders")
'''),
    page("src/Main.java", "password", r'''
package io.acme;

import java.sql.Connection;
import java.sql.DriverManager;

public class Main {
    private static final String DB_PASSWORD = "«password»";

    public static void main(String[] args) throws Exception {
        Connection connection = DriverManager.getConnection("jdbc:postgresql://db/erp", "erp", DB_PASSWORD);
        System.out.println(connection.isValid(2));
    }
}
'''),
    page("notebooks/train.ipynb", "hugging-face", r'''
{
 "cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["# Training\n", "Dauert etwa zwei Stunden."]},
  {
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {},
   "outputs": [],
   "source": [
    "from huggingface_hub import login\n",
    "login(token='«hugging-face»')\n",
    "!pip install -q transformers"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 2,
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "{'OPENAI_API_KEY': '«openai-project»', 'HOME': '/root'}\n"
     ]
    }
   ],
   "source": ["print({k: os.environ[k] for k in ('OPENAI_API_KEY', 'HOME')})"]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
'''),
    page("notebooks/shell.ipynb", "github", r'''
{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 7,
   "metadata": {},
   "outputs": [],
   "source": [
    "%env ANTHROPIC_API_KEY=«anthropic»\n",
    "!git clone https://x-access-token:«github»@github.com/acme/data.git"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
'''),
)  # fmt: skip
