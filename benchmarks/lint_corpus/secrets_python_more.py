"""More Python: tests, subprocesses, odd containers, other people's languages, notebooks."""

SHEET = r"""
=== tests/test_fetch.py | monkeypatch-setenv
from fetch import fetch


def test_fetch_works_against_the_real_service(monkeypatch):
    monkeypatch.setenv("AIRTABLE_TOKEN", "«airtable»")
    assert fetch("Kunden")
=== tests/conftest.py | patched-environment
import os
from unittest import mock

import pytest


@pytest.fixture(autouse=True)
def environment():
    with mock.patch.dict(os.environ, {"LINEAR_API_KEY": "«linear»", "TZ": "UTC"}):
        yield
=== tests/test_live.py | fixture-return
import pytest


@pytest.fixture
def api_token():
    return "«hubspot»"
=== backup.py | subprocess-environment
import os
import subprocess

subprocess.run(
    ["restic", "backup", "/srv"],
    env={**os.environ, "RESTIC_PASSWORD": "«passphrase»", "B2_ACCOUNT_KEY": "«backblaze»"},
    check=True,
)
=== backup.py | subprocess-arguments
import subprocess

subprocess.run(["mysqldump", "-u", "root", "-p«alnum24»", "shop"], check=True)
=== backup.py | subprocess-option
import subprocess

subprocess.run(["sshpass", "-p", "«strong»", "ssh", "root@10.1.1.4", "uptime"], check=True)
=== backup.py | os-system
import os

os.system("curl -H 'Authorization: Bearer «fly»' https://api.fly.io/graphql")
os.system("PGPASSWORD=«alnum24» pg_dump -h db.intern -U app app > app.sql")
=== git_sync.py | url-with-token
import subprocess

subprocess.check_call(["git", "clone", "https://oauth2:«gitlab»@gitlab.com/kettle/reports.git"])
=== git_sync.py | remote-url
REMOTE = "https://«github»@github.com/anna-lehner/notes.git"
BRANCH = "main"
=== cache.py | redis-url
import redis

r = redis.Redis.from_url("redis://:«alnum32»@redis-14771.c300.eu-central-1-1.ec2.cloud.redislabs.com:14771/0")
=== queue.py | amqp-url
import pika

params = pika.URLParameters("amqps://jqtfmzvd:«alnum32»@rattlesnake.rmq.cloudamqp.com/jqtfmzvd")
=== store.py | mongo-url
from pymongo import MongoClient

client = MongoClient("mongodb+srv://backend:«alnum24»@cluster0.k3f9x.mongodb.net/?retryWrites=true&w=majority")
=== odbc.py | odbc-string
import pyodbc

conn = pyodbc.connect(
    "DRIVER={ODBC Driver 18 for SQL Server};SERVER=sql.intern,1433;DATABASE=erp;UID=reporter;PWD=«strong»;Encrypt=yes"
)
=== sap.py | kwargs-dict
from pyrfc import Connection

LOGON = dict(ashost="sap.intern", sysnr="00", client="100", user="RFC_READ", passwd="«password»")
conn = Connection(**LOGON)
=== aws.py | boto-arguments
import boto3

s3 = boto3.client(
    "s3",
    aws_access_key_id="«aws-id»",
    aws_secret_access_key="«aws-secret»",
    region_name="eu-west-1",
)
=== aws.py | boto-positional
from minio import Minio

client = Minio("minio.intern:9000", "backup-user", "«alnum40»", secure=True)
=== azure_blob.py | azure-connection-string
from azure.storage.blob import BlobServiceClient

CONN = (
    "DefaultEndpointsProtocol=https;AccountName=kettlereports;"
    "AccountKey=«azure-storage»;EndpointSuffix=core.windows.net"
)
service = BlobServiceClient.from_connection_string(CONN)
=== azure_blob.py | azure-client-secret
from azure.identity import ClientSecretCredential

credential = ClientSecretCredential(
    tenant_id="«~uuid»",
    client_id="«~uuid#2»",
    client_secret="«azure-client»",
)
=== crypt.py | fernet-key
from cryptography.fernet import Fernet

box = Fernet(b"«fernet»")
=== crypt.py | aes-hex
from Crypto.Cipher import AES

AES_KEY = bytes.fromhex("«hex64»")
cipher = AES.new(AES_KEY, AES.MODE_GCM)
=== crypt.py | hmac-positional
import hmac

mac = hmac.new(b"«alnum40»", digestmod="sha256")
=== otp.py | totp-seed
import pyotp

totp = pyotp.TOTP("«totp»")
print(totp.now())
=== tokens.py | jwt-encode
import jwt


def issue(user: str) -> str:
    return jwt.encode({"sub": user}, "«alnum32»", algorithm="HS256")
=== ha.py | long-lived-jwt
import requests

URL = "http://homeassistant.local:8123/api/states"
TOKEN = "«jwt»"
print(requests.get(URL, headers={"Authorization": "Bearer " + TOKEN}).json())
=== scrape.py | cookie
import requests

cookies = {"lang": "fr", "sessionid": "«alnum32»"}
html = requests.get("https://intranet.mairie.example/agenda", cookies=cookies).text
=== scrape.py | cookie-header
HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "Cookie": "theme=dark; session=«cookie»; lang=en",
}
=== abruf.py | german-names
BENUTZER = "lager@holzhandel-beck.de"
PASSWORT = "«password»"
ZUGANGSSCHLUESSEL = "«alnum32»"
SERVER = "https://lager.holzhandel-beck.de"
=== abruf.py | german-names | latin1
# -*- coding: latin-1 -*-
# Zugangsdaten für den Mailversand, bitte nicht ändern
kennwort = "«password»"
empfaenger = ["büro@holzhandel-beck.de"]
=== envoi.py | french-names
UTILISATEUR = "compta"
MOT_DE_PASSE = "«password»"
cle_api = "«hex40»"
DELAI = 30
=== envio.py | spanish-names
usuario = "ventas"
contraseña = "«password»"
clave_api = "«hex32»"
servidor = "correo.ferreteria-luz.es"
=== enviar.py | portuguese-names
USUARIO = "financeiro"
SENHA = "«password»"
CHAVE_API = "«hex32»"
=== login.py | comparison
def check(user: str, password: str) -> bool:
    return user == "admin" and password == "«password»"
=== login.py | users-dict
USERS = {
    "anna": {"password": "«password»", "role": "admin"},
    "jonas": {"password": "«password#2»", "role": "viewer"},
}
=== login.py | namedtuple-call
from typing import NamedTuple


class Login(NamedTuple):
    username: str
    password: str


LOGIN = Login(username="anna", password="«alnum24»")
=== login.py | selenium-typing
from selenium import webdriver
from selenium.webdriver.common.by import By

driver = webdriver.Firefox()
driver.get("https://portal.stadtwerke.example/login")
driver.find_element(By.ID, "username").send_keys("anna.lehner")
driver.find_element(By.ID, "password").send_keys("«password»")
=== login.py | playwright-fill
page.get_by_label("Email").fill("anna@kettle-works.co.uk")
page.get_by_label("Password").fill("«password»")
page.get_by_role("button", name="Sign in").click()
=== login.py | form-data
import requests

data = {"grant_type": "password", "username": "svc", "password": "«strong»", "scope": "read"}
token = requests.post("https://id.intern/oauth/token", data=data).json()["access_token"]
=== login.py | oauth-body-string
import requests

BODY = "grant_type=client_credentials&client_id=reports&client_secret=«alnum40»"
requests.post("https://id.intern/oauth/token", data=BODY)
=== ssh.py | paramiko
import paramiko

ssh = paramiko.SSHClient()
ssh.set_missing_host_key_policy(paramiko.AutoAddPolicy())
ssh.connect("192.168.178.40", username="pi", password="«alnum24»")
=== ftp.py | ftplib
from ftplib import FTP

ftp = FTP("ftp.druckerei.example")
ftp.login("upload", "«alnum24»")
=== imap.py | imaplib | crlf
import imaplib

box = imaplib.IMAP4_SSL("imap.gmail.com")
box.login("anna.lehner.belege@gmail.com", "«alnum24»")
box.select("INBOX")
=== notebooks/try.ipynb | notebook-source
{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "a1",
   "metadata": {},
   "outputs": [],
   "source": [
    "import openai\n",
    "openai.api_key = \"«openai»\"\n",
    "print(openai.Model.list())"
   ]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
=== notebooks/look.ipynb | notebook-output
{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 2,
   "id": "b1",
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "{'HOME': '/home/anna', 'HF_TOKEN': '«huggingface»'}\n"
     ]
    }
   ],
   "source": ["print(dict(os.environ))"]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
=== notebooks/notes.ipynb | notebook-markdown
{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "c1",
   "metadata": {},
   "source": [
    "## Access\n",
    "Log in as `reporter` with password `«password»`\n"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
=== notebooks/colab.ipynb | notebook-shell
{"cells": [
  {"cell_type": "code", "execution_count": null, "id": "d1", "metadata": {}, "outputs": [],
   "source": ["!pip install -q wandb\n",
              "!wandb login «wandb»\n",
              "%env REPLICATE_API_TOKEN=«replicate»"]}
 ], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"""
