"""A person with a browser, over plain HTTP: follows a link, reads the page's form, types, submits.

Keeps cookies, sends what a browser sends (`Origin`, `Sec-Fetch-*`), follows redirects, runs no script. Nothing about
the page is known in advance but how its controls are named for keys; the rest is read from the HTML, as a browser
would.
"""

from __future__ import annotations

import http.cookiejar
import secrets
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Form:
    """action and method as written, and the controls by name with what is in them."""

    action: str
    method: str
    enctype: str
    id: str = ""
    controls: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What the browser shows."""

    url: str
    status: int
    html: str
    forms: list[Form]

    def form_for(self, *keys: str) -> Form:
        """The first form with a control for each of `keys`; without keys, the first form."""
        for form in self.forms:
            if all(_control(form, key) for key in keys):
                return form
        raise AssertionError(f"no form asks for {keys}; the page says:\n{self.html}")


class Person:
    """One browser profile."""

    def __init__(self) -> None:
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies)
        )

    def open(self, link: str) -> Page:
        """Follow a link and press its one button, if that is all there is to do."""
        page = self.visit(link)
        return self.submit(page, {}) if page.status == 200 and len(page.forms) == 1 else page

    def visit(self, url: str) -> Page:
        """Open an address, typed or clicked outside a page."""
        return self._get(urllib.request.Request(url, headers={"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}))

    def submit(self, page: Page, values: Mapping[str, str]) -> Page:
        """Type `values` (by key) into the form that asks for them and press its button."""
        form = page.form_for(*values)
        fields = dict(form.controls)
        for key, value in values.items():
            name = _control(form, key, value)
            assert name
            fields[name] = value
        if form.buttons:
            name, value = form.buttons[0]
            if name:
                fields[name] = value
        return self._send(page, form, fields)

    def press(self, page: Page, name: str, value: str) -> Page:
        """Press that button of the page's one form."""
        [form] = page.forms
        assert (name, value) in form.buttons
        return self._send(page, form, {**form.controls, name: value})

    def cancel(self, page: Page) -> Page:
        """Press the button that ends the question without an answer."""
        [form] = [form for form in page.forms if form.id == "cancel"]
        return self._send(page, form, form.controls)

    def _send(self, page: Page, form: Form, fields: Mapping[str, str]) -> Page:
        url = urllib.parse.urljoin(page.url, form.action)
        boundary = secrets.token_hex(16)
        parts = [_part(boundary, name, value, is_file=name in form.files) for name, value in fields.items()]
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(page.url))
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Origin": origin,
            "Referer": page.url,
            "Sec-Fetch-Site": "same-origin",
            "Sec-Fetch-Mode": "navigate",
        }
        assert form.method == "post", form
        assert form.enctype == "multipart/form-data", form
        return self._get(urllib.request.Request(url, data=body, headers=headers, method="POST"))

    def save(self, link: str, values: Mapping[str, str]) -> Page:
        """The whole visit."""
        page = self.submit(self.open(link), values)
        assert page.status == 200, page.html
        return page

    def _get(self, request: urllib.request.Request) -> Page:
        try:
            answer = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            html = answer.read().decode()
            return Page(url=answer.url, status=answer.status, html=html, forms=_forms(html))


def _control(form: Form, key: str, value: str = "") -> str | None:
    """The control a person would type `key`'s value into: several lines go where there is room for them."""
    ways = (f"block.{key}",) if "\n" in value else (f"line.{key}",)
    return next((name for name in ways if name in form.controls), None)


def _part(boundary: str, name: str, value: str, *, is_file: bool) -> bytes:
    filename = '; filename=""' if is_file else ""
    value = value.replace("\r\n", "\n").replace("\n", "\r\n")  # as browsers submit it
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n\r\n{value}\r\n'.encode()


def _forms(html: str) -> list[Form]:
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method, enctype = (
                given.get("method", "get").lower(),
                given.get("enctype", "application/x-www-form-urlencoded"),
            )
            self._open = Form(given.get("action", ""), method, enctype, given.get("id", ""))
            self.forms.append(self._open)
        if self._open is None or "disabled" in given:
            return
        name, kind = given.get("name", ""), given.get("type", "text" if tag == "input" else "submit").lower()
        if tag == "button" or (tag == "input" and kind == "submit"):
            if kind == "submit":
                self._open.buttons.append((name, given.get("value", "")))
        elif tag in {"input", "textarea"} and name:
            if kind in {"checkbox", "radio"} and "checked" not in given:
                return
            self._open.controls[name] = given.get("value", "")
            if kind == "file":
                self._open.files.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
