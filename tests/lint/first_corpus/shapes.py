"""The shapes a secret stands in: whole files with ordinary lines around it."""

# ruff: noqa: E501, ISC004, F541  whole files are quoted here, one to a line

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from tests.lint.labeled import LabeledFile, labeled

if TYPE_CHECKING:
    from collections.abc import Callable


_HEAD = '"""Talks to the service."""\n\nimport os\n\nimport httpx\n\nTIMEOUT_SECONDS = 30\nBASE = "https://api.service.net/v1"\n\n'


def _python(body: str, kind: str, where: str, mark: str) -> LabeledFile:
    return labeled(f"{where}/main.py", _HEAD + body, kind, mark=mark)


def _notebook(name: str, value: str, kind: str, where: str) -> LabeledFile:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Try it\n", "Run the cells in order."]},
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [],
         "source": ["import os\n", f'{name} = "{value}"\n', "print(len(os.environ))"]},
    ]  # fmt: skip
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    return labeled(f"{where}/try.ipynb", text, kind, mark=value[:12])


def _concatenated(name: str, value: str, kind: str, where: str) -> LabeledFile:
    cut = max(4, len(value) // 3)
    body = f'{name} = "{value[:cut]}" + "{value[cut:]}"\n\nprint(TIMEOUT_SECONDS)\n'
    return _python(body, kind, where, f"{name} = ")


def _wrapped(name: str, value: str, kind: str, where: str) -> LabeledFile:
    cut = max(4, len(value) // 2)
    body = f'{name} = (\n    "{value[:cut]}"\n    "{value[cut:]}"\n)\n'
    return _python(body, kind, where, f'    "{value[:cut]}"')


SHAPES: list[tuple[str, Callable[[str, str, str], LabeledFile]]] = [
    ("assign", lambda n, v, k: _python(f'{n} = "{v}"\n\n\ndef run():\n    return {n}\n', k, f"{k}/assign", v)),
    ("keyword", lambda n, v, k: _python(f'client = httpx.Client(timeout=TIMEOUT_SECONDS)\nservice = connect(\n    BASE,\n    {n.lower()}="{v}",\n)\n', k, f"{k}/keyword", v)),
    ("dict", lambda n, v, k: _python(f'SETTINGS = {{\n    "retries": 3,\n    "{n.lower()}": "{v}",\n}}\n', k, f"{k}/dict", v)),
    ("environ", lambda n, v, k: _python(f'os.environ.setdefault("{n}", "{v}")\n', k, f"{k}/environ", v)),
    ("getenv", lambda n, v, k: _python(f'value = os.getenv("{n}", "{v}")\n', k, f"{k}/getenv", v)),
    ("default", lambda n, v, k: _python(f'def run(text: str, {n.lower()}: str = "{v}") -> str:\n    return text\n', k, f"{k}/default", v)),
    ("field", lambda n, v, k: _python(f'class Settings(BaseSettings):\n    retries: int = 3\n    {n.lower()}: str = Field(default="{v}")\n', k, f"{k}/field", v)),
    ("concatenated", lambda n, v, k: _concatenated(n, v, k, f"{k}/concatenated")),
    ("wrapped", lambda n, v, k: _wrapped(n, v, k, f"{k}/wrapped")),
    ("comment", lambda n, v, k: _python(f"# {n}={v}\ndef run():\n    return BASE\n", k, f"{k}/comment", v)),
    ("docstring", lambda n, v, k: _python(f'def run():\n    """Runs.\n\n    Set {n}={v} first.\n    """\n', k, f"{k}/docstring", v)),
    ("template", lambda n, v, k: labeled(f"{k}/template/.env.example", f"# copy to .env\nLOG_LEVEL=info\n{n}={v}\n", k, mark=v)),
    ("toml", lambda n, v, k: labeled(f"{k}/toml/config.toml", f'[service]\nretries = 3\n{n.lower()} = "{v}"\n', k, mark=v)),
    ("json", lambda n, v, k: labeled(f"{k}/json/config.json", json.dumps({"retries": 3, n.lower(): v}, indent=2), k, mark=v)),
    ("yaml", lambda n, v, k: labeled(f"{k}/yaml/config.yaml", f"service:\n  retries: 3\n  {n.lower()}: {v}\n", k, mark=v)),
    ("ini", lambda n, v, k: labeled(f"{k}/ini/setup.ini", f"[service]\nretries = 3\n{n.lower()} = {v}\n", k, mark=v)),
    ("shell", lambda n, v, k: labeled(f"{k}/shell/deploy.sh", f'#!/bin/sh\nset -eu\nexport {n}="{v}"\nexec python main.py\n', k, mark=v)),
    ("dockerfile", lambda n, v, k: labeled(f"{k}/dockerfile/Dockerfile", f"FROM python:3.11-slim\nENV {n}={v}\nCMD python main.py\n", k, mark=v)),
    ("markdown", lambda n, v, k: labeled(f"{k}/markdown/README.md", f"# Service\n\nRun it so:\n\n```sh\nexport {n}={v}\npython main.py\n```\n", k, mark=v)),
    ("javascript", lambda n, v, k: labeled(f"{k}/javascript/app.js", f'const retries = 3;\nconst {n.lower()} = "{v}";\nmodule.exports = {{ retries }};\n', k, mark=v)),
    ("notebook", lambda n, v, k: _notebook(n, v, k, f"{k}/notebook")),
    ("utf16", lambda n, v, k: labeled(f"{k}/utf16/notes.txt", f"\ufeffnotes\r\n{n}={v}\r\n", k, mark=v, encoding="utf-16-le")),
    ("latin1", lambda n, v, k: labeled(f"{k}/latin1/settings.ini", f"; für später\n{n} = {v}\n", k, mark=v, encoding="latin-1")),
]  # fmt: skip


def special(make_password: Callable[[str], str], key_body: Callable[[str, int], str]) -> list[LabeledFile]:
    """Shapes that only one kind of secret has."""
    word = make_password
    token = key_body

    def basic(seed: str) -> str:
        return base64.b64encode(f"robot:{word(seed)}".encode()).decode()

    def pem(title: str, seed: str, join: str = "\n") -> str:
        lines = [token(f"{seed}{number}", 64) for number in range(12)]
        return join.join([f"-----BEGIN {title}-----", *lines, f"-----END {title}-----", ""])

    rows: list[tuple[str, str, str, str]] = [
        ("pem-rsa", "keys/server.pem", pem("RSA PRIV" + "ATE KEY", "rsa"), "-----BEGIN"),
        ("pem-openssh", "keys/id_ed25519", pem("OPENSSH PRIV" + "ATE KEY", "ssh"), "-----BEGIN"),
        ("pem-pgp", "keys/secret.asc", pem("PGP PRIV" + "ATE KEY BLOCK", "pgp").replace("-----\n", "-----\nVersion: 1\n\n", 1), "-----BEGIN"),
        ("pem-python", "keys/main.py", f'KEY = """\n{pem("EC PRIV" + "ATE KEY", "ec")}"""\n', "-----BEGIN"),
        ("gcp-service-account", "gcp/account.json",
         json.dumps({"type": "service_account", "private_key_id": token("gcpid", 40).lower(), "private_key": pem("PRIV" + "ATE KEY", "gcp"),
                     "client_email": "x@y.iam.gserviceaccount.com"}, indent=2), '"private_key":'),
        ("basic-header", "http/request.http", f"GET /v1/items HTTP/1.1\nHost: api.service.net\nAuthorization: Basic {basic('b1')}\n", "Basic"),
        ("basic-python", "http/main.py", f'HEADERS = {{"Authorization": "Basic {basic("b2")}"}}\n', "HEADERS"),
        ("bearer-python", "bearer/main.py", f'HEADERS = {{"Accept": "*/*",\n "Authorization": "Bearer {token("be", 40)}"}}\n', "Bearer"),
        ("bearer-curl", "bearer/call.sh", f'curl -s -H "Authorization: Bearer {token("bc", 40)}" https://api.service.net/v1/items\n', "Bearer"),
        ("header-curl", "bearer/header.md", f'Try\n\n    curl -H "X-Api-Key: {token("hc", 32)}" https://api.service.net/v1\n', "X-Api-Key"),
        ("curl-user", "curl/backup.sh", f"#!/bin/sh\ncurl -u backup:{word('cu')} https://files.service.net/dump\n", "curl -u"),
        ("mysql-flag", "mysql/dump.sh", f"mysqldump -u root -p{word('my')} app > app.sql\n", "mysqldump"),
        ("password-flag", "flags/run.sh", f"psqlx --host db --password {word('pf')} app\n", "--password"),
        ("pgpassword", "pg/run.sh", f"PGPASSWORD={word('pg')} psql -h db.internal.net app\n", "PGPASSWORD"),
        ("netrc", "home/.netrc", f"machine api.service.net login robot password {word('nr')}\n", "machine"),
        ("npmrc", "home/.npmrc", f"registry=https://npm.service.net/\n//npm.service.net/:_auth" + f"Token={token('nm', 36)}\n", "_auth"),
        ("pypirc", "home/.pypirc", f"[upload]\nrepository = https://up.service.net\nusername = robot\npassword = {word('pp')}\n", "password"),
        ("docker-config", "home/config.json", json.dumps({"auths": {"registry.service.net": {"auth": basic("dk")}}}, indent=1), '"auth":'),
        ("sql", "db/init.sql", f"CREATE USER app WITH PASSWORD '{word('sq')}';\nGRANT ALL ON app TO app;\n", "PASSWORD"),
        ("mysql-sql", "db/users.sql", f"CREATE USER 'app'@'%' IDENTIFIED BY '{word('ms')}';\n", "IDENTIFIED"),
        ("xml", "java/settings.xml", f"<server>\n  <username>robot</username>\n  <password>{word('xm')}</password>\n</server>\n", "<password>"),
        ("properties", "java/app.properties", f"spring.datasource.url=jdbc:x\nspring.datasource.password={word('pr')}\n", ".password"),
        ("odbc", "odbc/main.py", f'CONNECTION = "Driver={{ODBC}};Server=db;Uid=sa;Pwd={word("od")};Encrypt=yes"\n', "CONNECTION"),
        ("kubernetes", "k8s/secret.yaml",
         f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  username: {base64.b64encode(b'robot').decode()}\n"
         f"  password: {base64.b64encode(word('k8').encode()).decode()}\n", "  password"),
        ("kubernetes-string", "k8s/string.yaml",
         f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  DATABASE: {token('ks', 30)}\n", "DATABASE"),
        ("compose", "compose/docker-compose.yml", f"services:\n  db:\n    image: postgres\n    environment:\n      - POSTGRES_PASSWORD={word('cp')}\n", "POSTGRES_PASSWORD"),
        ("terraform", "tf/main.tf", f'resource "db" "main" {{\n  username = "app"\n  password = "{word("tf")}"\n}}\n', "password"),
        ("smtp-login", "mail/main.py", f'import smtplib\n\nserver = smtplib.SMTP("mail.service.net")\nserver.login("robot@service.net", "{word("sm")}")\n', "server.login"),
        ("requests-auth", "auth/main.py", f'import httpx\n\nanswer = httpx.get(\n    "https://api.service.net",\n    auth=("robot", "{word("ra")}"),\n)\n', "auth="),
        ("compare", "compare/main.py", f'def check(password):\n    return password == "{word("co")}"\n', "return"),
        ("or-default", "or/main.py", f'import os\n\nkey = os.environ.get("SERVICE_API_KEY") or "{token("or", 32)}"\n', "key ="),
        ("ternary", "ternary/main.py", f'API_TOKEN = "{token("te", 32)}" if PRODUCTION else None\n', "API_TOKEN"),
        ("secretstr", "secretstr/main.py", f'from pydantic import SecretStr\n\napi_key = SecretStr("{token("ss", 32)}")\n', "api_key"),
        ("bytes", "bytes/main.py", f'SECRET_KEY = b"{token("by", 32)}"\n', "SECRET_KEY"),
        ("subscript", "subscript/main.py", f'import os\n\nos.environ["SERVICE_TOKEN"] = "{token("su", 32)}"\n', "os.environ["),
        ("attribute", "attribute/main.py", f'class Client:\n    def __init__(self):\n        self.api_key = "{token("at", 32)}"\n', "self.api_key"),
        ("argparse", "argparse/main.py", f'parser.add_argument("--api-token", default="{token("ap", 32)}")\n', "--api-token"),
        ("joined", "joined/main.py", f'API_KEY = "".join(["{token("j1", 16)}", "{token("j2", 16)}"])\n', "API_KEY"),
        ("fstring", "fstring/main.py", f'PREFIX = "{"gh" + "p_"}"\nTOKEN = f"{{PREFIX}}{token("fs", 36)}"\n', "TOKEN = "),
        ("url-query", "query/main.py", f'URL = "https://api.service.net/v1?city=Oslo&api_key={token("uq", 32)}"\n', "URL"),
        ("dataclass", "dataclass/main.py", f'@dataclass\nclass Login:\n    user: str = "robot"\n    password: str = "{word("dc")}"\n', "password:"),
        ("notebook-output", "nb/out.ipynb",
         json.dumps({"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "source": ["show()"],
                                "outputs": [{"name": "stdout", "output_type": "stream", "text": ["ok\n", f"token: {'gh' + 'p_' + token('no', 36)}\n"]}]}],
                     "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1), "token: "),
        ("lock-file-url", "lock/uv.lock", f'[[package]]\nname = "x"\nsource = {{ registry = "https://robot:{token("lk", 20)}@pypi.service.net/simple" }}\n', "source"),
        ("git-credentials", "git/.git-credentials", f"https://robot:{token('gc', 30)}@git.service.net\n", "https"),
    ]  # fmt: skip
    return [labeled(path, text, kind, mark=mark) for kind, path, text, mark in rows]
