"""How Python's own library, and packages that tools use, write a value."""

from __future__ import annotations

import configparser
import csv
import html
import io
import json
import logging
import os
import plistlib
import pprint
import re
import shlex
import sqlite3
import string
import tempfile
import traceback
import xml.etree.ElementTree as ET
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote, quote_plus, urlencode
from xml.sax.saxutils import escape, quoteattr

import dotenv
import jinja2
import markupsafe
import pydantic
import tomlkit

VALUES = [value for name, value in sorted(os.environ.items()) if name.startswith("PLANTED_")]


class Model(pydantic.BaseModel):
    token: str


def ini(value: str) -> str:
    parser = configparser.ConfigParser()
    parser["planted"] = {"token": value.replace("%", "%%")}
    target = io.StringIO()
    parser.write(target)
    return target.getvalue()


def row(**options: object) -> Callable[[str], str]:
    def write(value: str) -> str:
        target = io.StringIO()
        csv.writer(target, **options).writerow([value, "b"])
        return target.getvalue()

    return write


def logged(value: str) -> str:
    target = io.StringIO()
    log = logging.Logger("planted")
    log.addHandler(logging.StreamHandler(target))
    log.warning("%r and %s", value, {"token": value})
    return target.getvalue()


def cookie(value: str) -> str:
    jar = SimpleCookie()
    jar["token"] = value
    return jar.output()


def element(value: str) -> str:
    root = ET.Element("planted", token=value)
    root.text = value
    return ET.tostring(root, "unicode") + ET.tostring(root).decode()


def dumped(value: str) -> str:
    database = sqlite3.connect(":memory:")
    database.execute("create table planted(value)")
    database.execute("insert into planted values(?)", [value])
    return "\n".join(database.iterdump())


def set_key(value: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, ".env")
        dotenv.set_key(path, "TOKEN", value)
        return path.read_text()


def raised(value: str) -> str:
    try:
        raise KeyError(value)
    except KeyError:
        return traceback.format_exc()


def plist(value: str) -> str:
    return "" if "\x01" in value else plistlib.dumps({"token": value}).decode()  # it refuses control characters


SHOW: dict[str, Callable[[str], str]] = {
    "python repr": repr,
    "python repr of bytes": lambda value: repr(value.encode()),
    "python ascii": ascii,
    "python unicode_escape": lambda value: value.encode("unicode_escape").decode(),
    "python backslashreplace": lambda value: value.encode("ascii", "backslashreplace").decode(),
    "python xmlcharrefreplace": lambda value: value.encode("ascii", "xmlcharrefreplace").decode(),
    "python json": lambda value: json.dumps({"token": value}),
    "python json, not ASCII": lambda value: json.dumps({"token": value}, ensure_ascii=False),
    "python json three times": lambda value: json.dumps(json.dumps(json.dumps(value))),
    "python repr of json": lambda value: repr(json.dumps({"token": value})),
    "python json of repr": lambda value: json.dumps(repr({"token": value})),
    "python json in a URL": lambda value: quote(json.dumps({"token": value})),
    "python json in HTML": lambda value: html.escape(json.dumps({"token": value})),
    "python shlex.quote": shlex.quote,
    "python shlex.quote in json": lambda value: json.dumps({"command": f"curl -H {shlex.quote(value)}"}),
    "python pprint": lambda value: pprint.pformat({"deep": [{"token": value}]}, width=80),
    "python pprint, narrow": lambda value: pprint.pformat({"deep": [{"token": value}]}, width=20),
    "python re.escape": re.escape,
    "python html.escape": html.escape,
    "python html.escape, no quotes": lambda value: html.escape(value, quote=False),
    "python markupsafe": lambda value: str(markupsafe.escape(value)),
    "python xml.sax": lambda value: escape(value) + quoteattr(value),
    "python ElementTree": element,
    "python plistlib": plist,
    "python urllib quote": quote,
    "python urllib quote_plus": quote_plus,
    "python urlencode": lambda value: urlencode({"token": value}),
    "python urlencode twice": lambda value: urlencode({"next": "/?" + urlencode({"token": value})}),
    "python tomlkit": lambda value: tomlkit.dumps({"token": value}),
    "python configparser": ini,
    "python csv": row(),
    "python csv, all quoted": row(quoting=csv.QUOTE_ALL),
    "python csv, escaped": row(quoting=csv.QUOTE_NONE, escapechar="\\"),
    "python csv, tabs": row(dialect="excel-tab"),
    "python logging": logged,
    "python cookie": cookie,
    "python sqlite3 iterdump": dumped,
    "python dotenv set_key": set_key,
    "python string.Template": lambda value: string.Template("$$ $token").substitute(token=value.replace("$", "$$")),
    "python traceback": raised,
    "python pydantic": lambda value: Model(token=value).model_dump_json() + repr(Model(token=value)),
    "python jinja2 tojson": lambda value: jinja2.Template("{{ value | tojson }}").render(value=value),
    "python jinja2 e": lambda value: jinja2.Template("{{ value | e }}").render(value=value),
    "python jinja2 urlencode": lambda value: jinja2.Template("{{ value | urlencode }}").render(value=value),
    "python jinja2 pprint": lambda value: jinja2.Template("{{ value | pprint }}").render(value=value),
}

if __name__ == "__main__":
    for name, write in SHOW.items():
        print(f"\n== {name}")
        for each in VALUES:
            print(write(each))
