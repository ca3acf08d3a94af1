"""Whatever the other side does: the value goes to that host alone, once, and what comes back is bounded and masked."""

from __future__ import annotations

import gzip
import json
import logging
import os
import socket
import threading
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.probes.stand_in import StandIn, standing_in

from pixie_secrets.known_values import KNOWN
from pixie_secrets.probes import exchange as exchange_module
from pixie_secrets.probes.bounds import BYTES_MAX
from pixie_secrets.probes.exchange import Answer, NoAnswerError, exchange
from pixie_secrets.probes.judge import Judged, judge
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.services.service import Service, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.probes.stand_in import Seen

VALUE = 'kq7R"t2Wx9/Zb4+Nm6Lp=3Vd8'
HOST = "api.example.com"
SHOW = ("/login", "/nested/0/name", "header:x-owner")


def service(**fields: Any) -> Service:
    return Service(
        **{"name": "", "title": "Example", "url": f"https://{HOST}/me", "sends": "bearer", "show": SHOW, **fields}
    )


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with standing_in(tmp_path) as found:
        through(found, monkeypatch)
        yield found


def through(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stand_in.environment.items():
        monkeypatch.setenv(name, value)


def ask(asked: Service | None = None, value: str = VALUE) -> Judged:
    values = {"key": SecretStr(value)}
    asked = asked or service()
    return judge(asked, exchange(asked, values), values.values())


def no_answer(asked: Service | None = None, value: str = VALUE) -> str:
    with pytest.raises(NoAnswerError) as raised:
        ask(asked, value)
    error: BaseException = raised.value
    assert error.__cause__ is None
    assert error.__context__ is None  # what was raised below holds the request
    assert VALUE not in str(error)
    return str(error)


def test_the_host_alone_is_sent_it_and_the_proxy_learns_only_the_host(stand_in: StandIn) -> None:
    stand_in.says(200, b'{"login": "ann"}')
    assert ask().verdict is Verdict.VALID
    assert stand_in.connects == [f"CONNECT {HOST}:443 HTTP/1.1"]
    assert [(seen.host, seen.headers["authorization"]) for seen in stand_in.seen] == [(HOST, f"Bearer {VALUE}")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(stand_in: StandIn, status: int) -> None:
    stand_in.says(status, b"", location="https://other.example.com/")
    assert ask() == Judged(Verdict.UNCLEAR, status)
    assert [seen.host for seen in stand_in.seen] == [HOST]


@pytest.mark.parametrize("fault", ["another host", "another CA", "expired"])
def test_a_certificate_that_does_not_hold_is_sent_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    hosts = ("other.example.com",) if fault == "another host" else (HOST,)
    with standing_in(tmp_path, *hosts, expired=fault == "expired") as stand_in:
        through(stand_in, monkeypatch)
        if fault == "another CA":
            monkeypatch.delenv("SSL_CERT_FILE")
        assert "certificate" in no_answer()
        assert stand_in.seen == []


def test_http_alone_is_never_spoken(stand_in: StandIn) -> None:
    """A server that speaks no TLS: nothing of a request reaches it."""
    received: list[bytes] = []

    def plain(listening: Any) -> None:
        connection, _ = listening.accept()
        with connection:
            received.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        stand_in.port = listening.getsockname()[1]
        thread = threading.Thread(target=plain, args=(listening,))
        thread.start()
        no_answer()
        thread.join()
    assert VALUE.encode() not in received[0]


@pytest.mark.parametrize("silence", ["no head", "a head byte by byte", "no body"])
def test_ten_seconds_are_for_all_of_it(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, silence: str) -> None:
    monkeypatch.setattr(exchange_module, "SECONDS", 0.5)
    gone = threading.Event()

    def answering(_seen: Seen) -> Iterator[bytes]:
        if silence == "no body":
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"
        elif silence == "a head byte by byte":
            yield b"HTTP/1.1 200 OK\r\nX-Long: "
            while not gone.wait(0.05):  # never silent for long, and never done
                yield b"x"
        gone.wait(20)

    stand_in.answering = answering
    try:
        assert "did not answer" in no_answer()
    finally:
        gone.set()


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff garbage", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=range(7),
)  # fmt: skip
def test_what_is_no_answer_says_nothing_of_the_key(stand_in: StandIn, raw: bytes) -> None:
    stand_in.answering = lambda _seen: iter([raw])
    assert no_answer() == "it cannot be reached"


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    no_answer()


def test_an_answer_without_end_is_left_and_its_status_counts(stand_in: StandIn) -> None:
    sent = 0

    def answering(_seen: Seen) -> Iterator[bytes]:
        nonlocal sent
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            sent += 1
            yield b"8000\r\n" + b'"login": "ann",  ' * 2000 + b"x" * (0x8000 - 34000 % 0x8000) + b"\r\n"

    stand_in.answering = answering
    try:
        judged: Judged | None = ask()
    except NoAnswerError:  # the chunks are no valid ones: then there is none
        judged = None
    assert judged in {None, Judged(Verdict.VALID, 200)}
    stand_in.says(200, b'{"login": "ann", "more": "' + b"x" * BYTES_MAX + b'"}')
    assert ask() == Judged(Verdict.VALID, 200)
    stand_in.says(401, b"x" * 10 * BYTES_MAX)
    assert ask().verdict is Verdict.REFUSED


def test_a_compressed_answer_is_not_unpacked(stand_in: StandIn) -> None:
    stand_in.says(200, gzip.compress(b'{"login": "ann"}'), content_encoding="gzip")
    assert ask() == Judged(Verdict.VALID, 200)
    assert stand_in.seen[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("value", ["two\nlines", "a\r\nHost: evil.example", "käse-€-käse-käse", "nul\0here"])
def test_what_no_header_may_have_is_not_sent(stand_in: StandIn, value: str) -> None:
    values = {"key": SecretStr(value)}
    with pytest.raises(NoAnswerError, match="no header may have"):
        exchange(service(), values)
    assert stand_in.seen == []


def test_netrc_and_cookies_do_not_go_along(stand_in: StandIn) -> None:
    home = Path(os.environ["HOME"])
    (home / ".netrc").write_text(f"machine {HOST} login ann password other-secret-9\n")
    (home / ".netrc").chmod(0o600)
    stand_in.says(200, b"{}", set_cookie="a=b")
    ask(service(sends="header", parameter="X-Api-Key", prefix="Token "))
    [seen] = stand_in.seen
    assert seen.headers["x-api-key"] == f"Token {VALUE}"
    assert "authorization" not in seen.headers
    assert "other-secret-9" not in str(seen)


def test_a_key_in_the_address_is_in_no_log(stand_in: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    ask(service(sends="query", parameter="key", url=f"https://{HOST}/me?v=1"))
    assert stand_in.seen[0].line == f"GET /me?v=1&key={quote(VALUE, safe='')} HTTP/1.1"
    assert HOST not in caplog.text
    assert VALUE not in caplog.text


ECHOES = [
    VALUE, f"token {VALUE} is fine", VALUE[:12], VALUE[-9:], quote(VALUE), b64encode(VALUE.encode()).decode(),
    json.dumps(VALUE), f"key ending in {VALUE[-6:]}",
]  # fmt: skip


@pytest.mark.parametrize("echo", ECHOES)
def test_an_echo_of_the_key_is_not_shown(stand_in: StandIn, echo: str) -> None:
    KNOWN.add(VALUE, key="K", tool="t")
    stand_in.says(200, json.dumps({"login": echo, "nested": [{"name": "Acme"}]}).encode(), x_owner=VALUE)
    judged = ask()
    assert judged.verdict is Verdict.VALID
    said = " ".join(shown.text for shown in judged.owner)
    assert "Acme" in said
    assert not any(VALUE[at : at + 6] in said for at in range(len(VALUE) - 5))
    assert b64encode(VALUE.encode()).decode() not in said


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.just(VALUE),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("login"), inner),
    ),
    st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 418, 429, 500]),
)
def test_no_document_gets_more_shown_than_one_short_line_each(document: Any, status: int) -> None:
    KNOWN.add(VALUE, key="K", tool="t")
    answer = Answer(status, {"retry-after": str(document)[:40]}, json.dumps(document).encode())
    asked = service(scopes="/scopes", expires="/until")
    judged = judge(asked, answer, [SecretStr(VALUE)])
    texts = [*(shown.text for shown in judged.owner), *judged.scopes]
    assert all(text.isprintable() and len(text) <= 121 for text in texts)
    assert VALUE not in str(judged)
    assert (judged.verdict is Verdict.REFUSED) == (status == 401)


@pytest.mark.parametrize(
    ("found", "expires"),
    [
        ("2126-12-31T12:00:00+02:00", "2126-12-31T10:00:00Z"),
        ("2126-12-31 12:00:00 +0200", "2126-12-31T10:00:00Z"),
        ("2126-12-31", "2126-12-31T00:00:00Z"),
        (4954780800, "2127-01-05T00:00:00Z"),
        (4954780800000, "2127-01-05T00:00:00Z"),
        ("soon", None), (True, None), (None, None), ([], None), (10**400, None), (-(10**18), None), ("9" * 5000, None),
    ],
)  # fmt: skip
def test_an_expiry_is_read_as_services_write_it(found: Any, expires: str | None) -> None:
    answer = Answer(200, {}, json.dumps({"until": found}).encode())
    assert judge(service(expires="/until"), answer, []).expires == expires


def test_a_key_that_expired_is_refused_though_it_was_answered() -> None:
    answer = Answer(200, {}, b'{"until": "2020-01-01", "login": "ann"}')
    judged = judge(service(expires="/until"), answer, [])
    assert (judged.verdict, judged.expires) == (Verdict.REFUSED, "2020-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "9" * 4000}, 7 * 24 * 3600),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"x-ratelimit-reset": "1"}, 0),
        ({"x-ratelimit-reset": "x"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_bounded(headers: dict[str, str], wait: int | None) -> None:
    assert judge(service(), Answer(429, headers, b""), []) == Judged(Verdict.LIMITED, 429, wait=wait)
