"""One credential in the many ways people write one down: thirty files with a blank for a name and a value.

`%NAME%`, `%name%` and `%camel%` stand for the setting's name in its three spellings, `%title%` for the service,
`%host%` for its address, `%VALUE%` for what is filled in, `%HEAD%` and `%TAIL%` for its halves.
"""

# ruff: noqa: Q001 - the templates hold docstrings, and so stand in the other quotes

from __future__ import annotations

from typing import NamedTuple


class Shape(NamedTuple):
    path: str
    template: str
    encoding: str = "utf-8"
    newline: str = "\n"


SHAPES = (
    Shape("main.py", r'''
"""Ask %title% for a short summary of a text."""

import httpx
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
%NAME% = "%VALUE%"


class Inputs(BaseModel):
    text: str
    words: int = 80


@app.post("/run")
async def run(inputs: Inputs) -> dict[str, str]:
    async with httpx.AsyncClient(base_url="https://%host%", timeout=30) as http:
        answer = await http.post("/v1/run", json=inputs.model_dump(), headers={"X-Api-Key": %NAME%})
    return {"summary": answer.json()["text"]}
'''),
    Shape("client.py", r'''
from vendor import Client

from .models import Result


def connect(timeout: int = 30) -> Client:
    return Client(
        base_url="https://%host%",
        %name%="%VALUE%",
        timeout=timeout,
        retries=3,
    )
'''),
    Shape("settings.py", r'''
CONFIG = {
    "debug": False,
    "%title%": {
        "base_url": "https://%host%/v2",
        "%name%": "%VALUE%",
        "page_size": 100,
    },
    "cache_dir": "/tmp/cache",
}
'''),
    Shape("fallback.py", r'''
import os

BASE_URL = os.getenv("BASE_URL", "https://%host%")
%NAME% = os.getenv("%NAME%", "%VALUE%")
LIMIT = int(os.getenv("LIMIT", "50"))
'''),
    Shape("bootstrap.py", r'''
"""Run once before the first start."""

import os
import sys

os.environ.setdefault("PYTHONUNBUFFERED", "1")
os.environ["%NAME%"] = "%VALUE%"

from app import main  # noqa: E402

sys.exit(main())
'''),
    Shape("models.py", r'''
from dataclasses import dataclass, field


@dataclass
class Options:
    host: str = "%host%"
    port: int = 443
    %name%: str = "%VALUE%"
    tags: list[str] = field(default_factory=list)
'''),
    Shape("config.py", r'''
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    app_name: str = "Monthly report"
    %name%: SecretStr = SecretStr("%VALUE%")
    admin_email: str = "ops@acme.io"


settings = Settings()
'''),
    Shape("scripts/old_export.py", r'''
import csv
import os

# local run:
# %NAME%=%VALUE% python scripts/old_export.py
key = os.environ["%NAME%"]

with open("export.csv", newline="") as file:
    rows = list(csv.DictReader(file))
print(len(rows))
'''),
    Shape("jobs/nightly.py", r'''
from jobs.base import Job, call

SERVICE_KEY = (
    "%HEAD%"
    "%TAIL%"
)


class Nightly(Job):
    def run(self) -> None:
        call("https://%host%", SERVICE_KEY)
'''),
    Shape("probe.py", r'''
import sys

import requests


def probe(path: str = "/v1/me") -> int:
    %name% = "%VALUE%"
    url = f"https://%host%{path}"
    answer = requests.get(url, headers={"Authorization": f"Token {%name%}"}, timeout=10)
    return answer.status_code


if __name__ == "__main__":
    sys.exit(probe() != 200)
'''),
    Shape("tests/test_live.py", r'''
import pytest

from tool.client import fetch


@pytest.fixture
def live(monkeypatch):
    monkeypatch.setenv("%NAME%", "%VALUE%")
    return fetch


def test_fetches_first_page(live):
    assert live(page=1)["items"]
'''),
    Shape("config/settings.toml", r'''
[service]
title = "Weekly digest"
endpoint = "https://%host%/v1"

[service.auth]
%name% = "%VALUE%"
timeout = 12.5
'''),
    Shape("config/settings.yaml", r'''
service:
  endpoint: https://%host%/v1
  %name%: %VALUE%
  retries: 3
logging:
  level: INFO
'''),
    Shape("config/values.yml", r'''
replicaCount: 2
image:
  repository: registry.acme.io/tool
  tag: "1.8.2"
env:
  - name: %NAME%
    value: "%VALUE%"
  - name: LOG_LEVEL
    value: info
'''),
    Shape("config/app.ini", r'''
[general]
language = de
; Zugriff für den nächtlichen Lauf
[%title%]
endpoint = https://%host%
%name% = %VALUE%
''', "latin-1", "\r\n"),
    Shape("deploy.sh", r'''
#!/usr/bin/env bash
set -euo pipefail

export %NAME%="%VALUE%"
export REGION=eu-central-1

docker build -t tool:latest .
docker run --rm -e %NAME% -e REGION tool:latest
'''),
    Shape("config/default.json", r'''
{
  "port": 8080,
  "%title%": {
    "endpoint": "https://%host%",
    "%camel%": "%VALUE%",
    "maxRetries": 4
  },
  "features": ["export", "import"]
}
'''),
    Shape(".env.example", r'''
# Copy to .env
PORT=8000
LOG_LEVEL=info
%NAME%=%VALUE%
BASE_URL=https://%host%
'''),
    Shape("README.md", r'''
# Digest

Sends a digest every Monday.

## Setup

```bash
export %NAME%=%VALUE%
python main.py --port 8000
```

Ask in #tools when it stops working.
'''),
    Shape("Dockerfile", r'''
FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml ./
RUN pip install --no-cache-dir .
ENV PYTHONUNBUFFERED=1 \
    %NAME%=%VALUE%
COPY . .
CMD ["python", "main.py"]
'''),
    Shape("docker-compose.yml", r'''
services:
  tool:
    build: .
    ports: ["8000:8000"]
    environment:
      - %NAME%=%VALUE%
      - LOG_LEVEL=debug
  cache:
    image: redis:7-alpine
'''),
    Shape(".github/workflows/nightly.yml", r'''
name: Nightly
on:
  schedule:
    - cron: "17 3 * * *"
jobs:
  run:
    runs-on: ubuntu-latest
    env:
      %NAME%: %VALUE%
    steps:
      - uses: actions/checkout@v4
      - run: python -m tool.nightly
'''),
    Shape("web/api.js", r'''
import axios from "axios";

const %camel% = process.env.%NAME% || "%VALUE%";

export const api = axios.create({
  baseURL: "https://%host%",
  headers: { "X-Api-Key": %camel% },
});
'''),
    Shape("notebooks/explore.ipynb", r'''
{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 3,
   "metadata": {},
   "outputs": [],
   "source": [
    "import os\n",
    "%name% = \"%VALUE%\"\n",
    "df = load(\"https://%host%\", %name%)\n",
    "df.head()"
   ]
  }
 ],
 "metadata": {"language_info": {"name": "python", "version": "3.11.7"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
'''),
    Shape("logs/run.log", r'''
2025-11-03 02:00:01,114 INFO  tool.main start run=7731
2025-11-03 02:00:01,420 DEBUG tool.http GET https://%host%/v1/items %name%=%VALUE% status=200 0.291s
2025-11-03 02:00:02,007 INFO  tool.main 118 items
'''),
    Shape("data/settings.csv", r'''
key,value,updated
language,de,2025-01-14
%name%,%VALUE%,2025-02-02
page_size,50,2025-02-02
''', "utf-8-sig"),
    Shape("migrations/0004_settings.sql", r'''
BEGIN;
CREATE TABLE IF NOT EXISTS settings (name text PRIMARY KEY, value text NOT NULL);
INSERT INTO settings (name, value) VALUES
  ('base_url', 'https://%host%'),
  ('%name%', '%VALUE%');
COMMIT;
'''),
    Shape("infra/prod.tfvars", r'''
region        = "eu-central-1"
instance_type = "t4g.small"
%name% = "%VALUE%"
'''),
    Shape("Makefile", r'''
.PHONY: run
%NAME% := %VALUE%

run:
	%NAME%=$(%NAME%) python main.py
'''),
    Shape("run.ps1", r'''
# Täglicher Lauf
param([int]$Port = 8000)
$env:%NAME% = "%VALUE%"
$env:BASE_URL = "https://%host%"
python main.py --port $Port
''', "utf-16-le", "\r\n"),
    Shape("src/main/resources/application.properties", r'''
server.port=8080
%title%.endpoint=https://%host%
%title%.%name%=%VALUE%
logging.level.root=INFO
'''),
    Shape("docs/betrieb.md", r'''
# Betrieb

| Einstellung | Wert |
| --- | --- |
| Adresse | https://%host% |
| %NAME% | `%VALUE%` |
| Zeitplan | täglich, 3 Uhr |
''', "utf-8-sig"),
)  # fmt: skip


def filled(template: str, *, name: str, title: str, host: str, value: str) -> str:
    """The template for one setting; `value` is a slot or a text."""
    first, *rest = name.split("_")
    slot = value.startswith("«")
    words = {
        "%NAME%": name.upper(),
        "%name%": name,
        "%camel%": first + "".join(word.capitalize() for word in rest),
        "%title%": title,
        "%host%": host,
        "%VALUE%": value,
        "%HEAD%": value.replace("»", ".head»") if slot else value,
        "%TAIL%": value.replace("»", ".tail»") if slot else "",
    }
    for blank, word in words.items():
        template = template.replace(blank, word)
    return template
