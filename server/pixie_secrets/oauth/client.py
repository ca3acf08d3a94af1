"""What a tool uses of a token: one that is always good, as a value, for httpx2 to put into requests, or as a client.

    github = OAuth2Client(secrets.GITHUB)
    answer = github.get("https://api.github.com/user")

The header is added, a token that ends is renewed before it is used, and a request that is answered 401 is sent once
more with a new one. The token goes over TLS only, or to this machine, and along no redirect to another host.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx2  # noqa: TID253  this module comes late itself

from pixie_secrets.bare_refusals import refusing_bare
from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.tools_folder import tool_of_its_code
from pixie_secrets.oauth.entry import TokenEntry
from pixie_secrets.oauth.refresh import fresh_token  # noqa: TID253  the same
from pixie_secrets.stores.learn import learn_value

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from pixie_secrets.secret.text import SecretStr

UNAUTHORIZED = 401
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


class OAuth2Secret:
    """A token by its declaration. folder: the tool's, with its `tool.json` and store; key: of the token.

    given: an access token from the environment. Where it is the one that the store has just now, `run-tool` or `exec`
    gave it, and it is renewed from there when it ends; any other, as in CI, somebody else takes care of.

    Raises:
        ManifestError: the tool's `tool.json` cannot be read.
        KeyRefused: it declares no token of that name.
    """

    @refusing_bare
    def __init__(self, folder: Path, key: str, given: SecretStr | None = None) -> None:
        self.key = key
        self._given = given
        self._entry: TokenEntry | None = None
        if given is not None:
            learn_value(given.get_secret_value(), key=key, tool=folder.name)
        if given is None or (folder / "tool.json").exists():
            entry = TokenEntry(tool_of_its_code(folder), key)
            kept = None if given is None else entry.read()
            if given is None or (kept and kept.access == given):
                self._entry = entry

    def __repr__(self) -> str:
        return f"OAuth2Secret({self.key!r})"

    @refusing_bare
    def access_token(self, refused: SecretStr | None = None) -> SecretStr:
        """An access token that is good now. refused: one that was just turned away. May ask the server, and wait.

        Raises:
            AuthorizeAgain: a person has to agree (anew).
            PixieError: as `refresh.fresh_token`.
        """
        if self._entry is None:
            assert self._given  # noqa: S101  one of the two is there
            return self._given
        return fresh_token(self._entry, refused).access


class OAuth2Auth(httpx2.Auth):
    """For `httpx2.Client(auth=…)` and `httpx2.AsyncClient(auth=…)`."""

    def __init__(self, secret: OAuth2Secret) -> None:
        self._secret = secret

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        token = self._secret.access_token()
        response = yield _with(request, token)
        if response.status_code == UNAUTHORIZED:
            response.read()
            yield from self._once_more(request, token, self._secret.access_token(token))

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        token = await asyncio.to_thread(self._secret.access_token)
        response = yield _with(request, token)
        if response.status_code == UNAUTHORIZED:
            await response.aread()
            for again in self._once_more(request, token, await asyncio.to_thread(self._secret.access_token, token)):
                yield again

    @staticmethod
    def _once_more(
        request: httpx2.Request, before: SecretStr, token: SecretStr
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        if token != before:
            yield _with(request, token)


class OAuth2Client:
    """Sends requests with a token. options: httpx2's, such as `base_url`, `timeout` and `headers`."""

    def __init__(self, secret: OAuth2Secret, **options: Any) -> None:
        self.auth = OAuth2Auth(secret)
        self._options = {"timeout": 30.0, **options}

    def request(self, method: str, url: str, **options: Any) -> httpx2.Response:
        """One request and its whole answer; options as for `httpx2.Client.request`.

        Raises:
            AuthorizeAgain: a person has to agree (anew).
            PixieError: the address is not one to send a token to; or as `refresh.fresh_token`.
            httpx2.HTTPError: the server cannot be reached.
        """
        with httpx2.Client(auth=self.auth, **self._options) as client:
            return client.request(method, url, **options)

    def get(self, url: str, **options: Any) -> httpx2.Response:
        """As `request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> httpx2.Response:
        """As `request`."""
        return self.request("POST", url, **options)


class AsyncOAuth2Client:
    """The same for asynchronous code."""

    def __init__(self, secret: OAuth2Secret, **options: Any) -> None:
        self.auth = OAuth2Auth(secret)
        self._options = {"timeout": 30.0, **options}

    async def request(self, method: str, url: str, **options: Any) -> httpx2.Response:
        """As `OAuth2Client.request`."""
        async with httpx2.AsyncClient(auth=self.auth, **self._options) as client:
            return await client.request(method, url, **options)

    async def get(self, url: str, **options: Any) -> httpx2.Response:
        """As `request`."""
        return await self.request("GET", url, **options)

    async def post(self, url: str, **options: Any) -> httpx2.Response:
        """As `request`."""
        return await self.request("POST", url, **options)


def _with(request: httpx2.Request, token: SecretStr) -> httpx2.Request:
    if request.url.scheme != "https" and request.url.host not in _THIS_MACHINE:
        raise PixieError("a token is sent over https only", "write the address with https://")
    request.headers["Authorization"] = f"Bearer {token.get_secret_value()}"
    return request
