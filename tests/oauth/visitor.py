"""A person who goes from our page to the provider, decides there, and is sent back, over plain HTTP."""

from __future__ import annotations

import html
import re
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.person import Page, Person

if TYPE_CHECKING:
    from tests.authorization_server import Running


def way_to(page: Page) -> str:
    """Where the page's one way leads."""
    found = re.search(r'id="go" href="([^"]+)"', page.html)
    assert found, page.html
    return html.unescape(found[1])


class Traveler(Person):
    """Opens links, goes where they lead, and says yes or no there."""

    def go(self, link: str, *, agrees: bool = True) -> Page:
        """The whole way: our page, the provider's, and wherever that leads."""
        return self.decide(way_to(self.open(link)), agrees=agrees)

    def decide(self, address: str, *, agrees: bool = True) -> Page:
        """At the provider's page."""
        asked = self.visit(address)
        assert asked.status == 200, asked.html
        return self.post(address, {"ok": "1"} if agrees else {})

    def post(self, address: str, fields: dict[str, str]) -> Page:
        """Send a form of the provider's."""
        request = urllib.request.Request(address, urlencode(fields).encode(), {"Sec-Fetch-Site": "cross-site"})
        return self._get(request)

    def enter(self, server: Running, user_code: str, *, agrees: bool = True) -> None:
        """A code, at the provider's page for devices."""
        self.post(f"{server.address}/activate", {"user_code": user_code, **({"ok": "1"} if agrees else {})})

    def with_device(self, link: str, server: Running) -> Page:
        """The whole way where a code has to be entered: gets one on our page and enters it at the provider."""
        page = self.submit(self.open(link), {})
        found = re.search(r'id="user-code">([^<]+)<', page.html)
        assert found, page.html
        self.enter(server, found[1])
        return page
