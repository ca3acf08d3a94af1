"""More ways of Python: comments, options of a command, other processes, tests."""

from __future__ import annotations

from tests.lint.third_corpus.shape import ANY, KEY, NOT_URL, Shape

SHAPES = [
    Shape(
        "comment",
        "«name»/commented.py",
        """
import os

# «NAME» = "«=V»"
«NAME» = os.environ["«NAME»"]
""",
        ANY,
    ),
    Shape(
        "docstring",
        "«name»/documented.py",
        '''
def connect(«arg»: str, timeout: float = 5.0):
    """Connect to «Vendor».

    Example:

        >>> connect(«arg»="«=V»")
        <Connection «host»>
    """
    return «arg», timeout
''',
        ANY,
    ),
    Shape(
        "argparse",
        "«name»/cli.py",
        """
import argparse

parser = argparse.ArgumentParser(description="copy from «host»")
parser.add_argument("source")
parser.add_argument("--«kebab»", default="«=V»", help="only needed for another account")
parser.add_argument("--dry-run", action="store_true")
""",
        ANY,
    ),
    Shape(
        "click",
        "«name»/command.py",
        """
import click


@click.command()
@click.option("--«kebab»", envvar="«NAME»", default="«=V»")
@click.option("--limit", default=100)
def main(«name», limit):
    click.echo(limit)
""",
        ANY,
    ),
    Shape(
        "subprocess",
        "«name»/shell_out.py",
        """
import subprocess

subprocess.run(
    ["curl", "-sS", "-H", "Authorization: Bearer «=V»", "https://«host»/v1/export", "-o", "export.json"],
    check=True,
)
""",
        KEY,
    ),
    Shape(
        "subprocess-env",
        "«name»/child.py",
        """
import os
import subprocess
import sys

subprocess.check_call([sys.executable, "worker.py"], env={**os.environ, "«NAME»": "«=V»", "LOG_LEVEL": "info"})
""",
        ANY,
    ),
    Shape(
        "parameter-default",
        "«name»/send.py",
        """
def send(message: str, «arg»: str = "«=V»", *, silent: bool = False) -> None:
    print(len(message), silent)
""",
        ANY,
    ),
    Shape(
        "positional",
        "«name»/positional.py",
        """
from «vendor».rest import «Vendor»Client

«name» = «Vendor»Client("«host»", "«=V»")
items = list(«name».items(limit=50))
""",
        KEY,
    ),
    Shape(
        "test-file",
        "tests/test_«name».py",
        """
import pytest
from tool import sync


@pytest.fixture(autouse=True)
def account(monkeypatch):
    monkeypatch.setenv("«NAME»", "«=V»")


def test_it_lists_everything():
    assert sync("https://«host»") > 0
""",
        ANY,
    ),
    Shape(
        "rotation",
        "«name»/pool.py",
        """
import itertools

«NAME»S = [
    "«=V»",
    "«=V»",
    "«=V»",
]
keys = itertools.cycle(«NAME»S)
""",
        KEY,
    ),
    Shape(
        "conditional",
        "«name»/stage.py",
        """
import os

PROD = os.getenv("STAGE") == "prod"
«NAME» = "«=V»" if PROD else None
""",
        ANY,
    ),
    Shape(
        "attribute",
        "«name»/module_key.py",
        """
import «vendor»

«vendor».«arg» = "«=V»"
«vendor».max_network_retries = 2


def handle(event, _context):
    return «vendor».process(event)
""",
        ANY,
    ),
    Shape(
        "heredoc",
        "«name»/installer.py",
        '''
from pathlib import Path

TEMPLATE = """\\
[service]
host = «host»
«name» = «=V»
log_level = info
"""

Path("service.ini").write_text(TEMPLATE)
''',
        ANY,
    ),
    Shape(
        "query",
        "«name»/query.py",
        """
import urllib.request

URL = "https://«host»/v2/search?q=berlin&format=json&«arg»=«=V»&units=metric"
print(urllib.request.urlopen(URL).read()[:80])
""",
        KEY,
    ),
    Shape(
        "final",
        "«name»/constants.py",
        """
from typing import Final

BASE_URL: Final = "https://«host»"
«NAME»: Final[str] = r"«=V»"
MAX_ITEMS: Final = 500
""",
        ANY,
    ),
    Shape(
        "bytes",
        "«name»/signing.py",
        """
import hashlib
import hmac

«NAME» = b"«=V»"


def sign(body: bytes) -> str:
    return hmac.new(«NAME», body, hashlib.sha256).hexdigest()
""",
        NOT_URL,
    ),
    Shape(
        "percent",
        "«name»/old_style.py",
        """
import urllib2

request = urllib2.Request("https://«host»")
request.add_header("Authorization", "Token %s" % "«=V»")
print urllib2.urlopen(request).read()
""",
        KEY,
    ),
    Shape(
        "streamlit",
        "«name»/dashboard.py",
        """
import streamlit as st

key = st.sidebar.text_input("«Vendor» key", value="«=V»", type="password")
st.title("Numbers of the week")
""",
        NOT_URL,
    ),
    Shape(
        "latin",
        "«name»/alt.py",
        """
# -*- coding: latin-1 -*-
# Schlüssel für «host», läuft über Jürgens Konto
«NAME» = "«=V»"
GRUSS = "Schöne Grüße"
""",
        ANY,
        "latin-1",
    ),
]
