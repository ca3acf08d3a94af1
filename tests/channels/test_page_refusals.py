"""What the page refuses: every "no" is a page that says what to do, and nothing is written."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from tests.channels.pages import HOME, Answer, Served, Visitor, encode, serving, target_of, tree, visitor

from pixie_secrets.channels.page import form as form_module
from pixie_secrets.channels.page import server as server_module
from pixie_secrets.channels.page.form import PART_BYTES_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-Zr4yTq9LmW"


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    """A host; whatever the test does to it, the project is as it was."""
    (project.root / "tools/whisper-transcription/.env").write_bytes(b"KEPT=as it is\n")
    with serving(project) as served:
        before = tree(project)
        yield served
        assert tree(project) == before


@pytest.fixture
def link(served: Served) -> str:
    return served.link(served.ask("OPENAI_API_KEY"))


@pytest.fixture
def inside(link: str) -> tuple[Visitor, Answer]:
    """Somebody who has the form open."""
    someone = visitor(link)
    return someone, someone.enter(link)


def refused(answer: Answer, status: int, heading: str) -> None:
    assert (answer.status, answer.heading) == (status, heading)
    assert VALUE not in answer.html
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<p class="lead">' in answer.html


@pytest.mark.parametrize(
    "host", ["evil.example:{}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{}", "[::1]:{}", "", "LOCALHOST:{}"]
)
def test_a_wrong_host_reaches_nothing(inside: tuple[Visitor, Answer], host: str) -> None:
    someone, page = inside
    wrong = {"Host": host.format(someone.port)}
    refused(someone.get(HOME, wrong), 421, "Wrong address")
    fields = {"token": page.hidden("token"), "line.OPENAI_API_KEY": VALUE}
    refused(someone.post(page.action, fields, wrong), 421, "Wrong address")


@pytest.mark.parametrize(
    ("origin", "site"),
    [
        ("http://evil.example", "cross-site"),
        ("http://evil.example", None),
        ("http://127.0.0.1:1", "same-site"),  # another server of this machine: the same site to SameSite cookies
        ("http://localhost:{}", "same-site"),
        ("https://127.0.0.1:{}", "same-origin"),
        (None, None),
        (None, "same-origin"),
        ("null", None),
        ("null", "cross-site"),
        ("null", "same-site"),
        ("null", "none"),
        ("http://127.0.0.1:{}", "cross-site"),
    ],
)
def test_a_form_from_elsewhere_is_refused(inside: tuple[Visitor, Answer], origin: str | None, site: str | None) -> None:
    someone, page = inside
    headers = {"Origin": origin and origin.format(someone.port), "Sec-Fetch-Site": site}
    fields = {"token": page.hidden("token"), "line.OPENAI_API_KEY": VALUE}
    refused(someone.post(page.action, fields, headers), 403, "Not sent from this page")


def test_a_link_opens_in_one_browser_only(link: str) -> None:
    first, second = visitor(link), visitor(link)
    assert first.enter(link).heading == "Whisper transcription"
    refused(second.get(target_of(link)), 410, "This link was already used")
    token = target_of(link).partition("token=")[2]
    refused(second.post("/open", {"token": token}), 410, "This link was already used")
    refused(second.get(HOME), 403, "Not opened in this browser")
    assert first.get(HOME).status == 200


def test_looking_at_a_link_does_not_use_it_up(link: str) -> None:
    preview = visitor(link)
    assert [preview.get(target_of(link)).status for _ in range(3)] == [200, 200, 200]
    assert not preview.cookies
    assert visitor(link).enter(link).status == 200


def test_a_browser_that_fetches_ahead_gets_nothing(link: str) -> None:
    answer = visitor(link).get(target_of(link), {"Sec-Purpose": "prefetch;prerender"})
    refused(answer, 503, "Not opened yet")


def test_an_old_link_has_expired(served: Served, link: str) -> None:
    served.clock.now += 601
    refused(visitor(link).get(target_of(link)), 410, "This link has expired")


def test_a_link_that_never_was_is_not_valid(link: str) -> None:
    for target in ("/open", "/open?token=", "/open?token=guessed", "/open?token=%ED%A0%80"):
        refused(visitor(link).get(target), 403, "This link is not valid")


def test_a_form_that_stayed_open_too_long_writes_nothing(served: Served, inside: tuple[Visitor, Answer]) -> None:
    someone, page = inside
    served.clock.now += 601
    refused(someone.save(page, {"line.OPENAI_API_KEY": VALUE}), 410, "This link has expired")
    refused(someone.get(HOME), 410, "This link has expired")


def test_a_withdrawn_offer_writes_nothing(served: Served) -> None:
    elicitation = served.ask("OPENAI_API_KEY")
    link, unopened = served.link(elicitation), served.link(elicitation)
    someone = visitor(link)
    page = someone.enter(link)
    served.portal.call(elicitation.withdraw)
    refused(someone.save(page, {"line.OPENAI_API_KEY": VALUE}), 410, "This request was withdrawn")
    refused(someone.save(page, {"line.OPENAI_API_KEY": ""}), 410, "This request was withdrawn")
    refused(someone.get(HOME), 410, "This request was withdrawn")
    refused(someone.get(target_of(unopened)), 410, "This request was withdrawn")


def test_without_the_cookie_there_is_no_page(inside: tuple[Visitor, Answer]) -> None:
    someone, page = inside
    stranger = Visitor(someone.port)
    refused(stranger.get(HOME), 403, "Not opened in this browser")
    refused(stranger.save(page, {"line.OPENAI_API_KEY": VALUE}), 403, "Not opened in this browser")
    stranger.cookies = dict.fromkeys(someone.cookies, "guessed")
    refused(stranger.get(HOME), 403, "Not opened in this browser")


def test_a_session_for_one_tool_opens_neither_the_index_nor_another_tool(inside: tuple[Visitor, Answer]) -> None:
    someone, _ = inside
    refused(someone.get("/"), 403, "Not opened in this browser")
    refused(someone.get("/tool/other/settings"), 403, "Not opened in this browser")
    refused(someone.get(f"{HOME}/remove?key=OPENAI_API_KEY"), 404, "No such page")


def test_a_forged_form_is_refused(served: Served, inside: tuple[Visitor, Answer]) -> None:
    someone, page = inside
    for token in ("", "guessed", page.hidden("token")[:-1]):
        answer = someone.post(page.action, {"token": token, "line.OPENAI_API_KEY": VALUE})
        refused(answer, 403, "This form is out of date")
    other = visitor(served.link(served.ask("WEBHOOK_URL")))
    elsewhere = other.enter(served.link(served.ask("WEBHOOK_URL")))
    answer = someone.post(page.action, {"token": elsewhere.hidden("token"), "line.OPENAI_API_KEY": VALUE})
    refused(answer, 403, "This form is out of date")


def test_a_form_without_a_token_or_with_more_than_one_is_refused(inside: tuple[Visitor, Answer]) -> None:
    someone, page = inside
    token, value = page.hidden("token"), {"line.OPENAI_API_KEY": VALUE}
    content_type, body = encode({"token": token, "TOKEN": "guessed", **value})
    two = body.replace(b'name="TOKEN"', b'name="token"')
    for sent in (two, two.replace(token.encode(), b"other").replace(b"guessed", token.encode())):
        answer = someone.send("POST", page.action, {"Content-Type": content_type}, sent)
        refused(answer, 400, "Not a form of this page")
    refused(someone.post(page.action, value), 403, "This form is out of date")
    refused(someone.post(f"{page.action}?token={token}", value), 403, "Not opened in this browser")


def test_what_was_sent_once_cannot_be_sent_again_from_elsewhere(served: Served) -> None:
    """A save that somebody saw on its way, against the same offer, a later one and another host's."""
    link = served.link(served.ask("WEBHOOK_URL"))
    someone = visitor(link)
    page = someone.enter(link)
    seen = {"token": page.hidden("token"), "line.WEBHOOK_URL": VALUE}
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}):
        assert someone.post(page.action, seen, headers).status in {403, 421}
    stranger = Visitor(someone.port)
    refused(stranger.post(page.action, seen), 403, "Not opened in this browser")
    later = served.link(served.ask("OPENAI_API_KEY"))
    other = visitor(later)
    form = other.enter(later)
    refused(other.post(form.action, {**seen, "line.OPENAI_API_KEY": VALUE}), 403, "This form is out of date")
    stranger.cookies = dict(other.cookies)
    assert stranger.post(page.action, seen).status == 403
    other.cookies |= someone.cookies
    refused(other.post(form.action, {**seen, "line.OPENAI_API_KEY": VALUE}), 403, "This form is out of date")


def test_a_body_announced_too_large_is_refused_unread(inside: tuple[Visitor, Answer]) -> None:
    someone, page = inside
    content_type, _ = encode({})
    headers = {"Content-Type": content_type, "Content-Length": str(10**9)}
    refused(someone.send("POST", page.action, headers), 413, "Too large")


def test_a_body_that_turns_out_too_large_is_refused_on_the_way(inside: tuple[Visitor, Answer]) -> None:
    someone, page = inside
    part = b"k" * (PART_BYTES_MAX - 1)
    for files in ({"file.OPENAI_API_KEY": 4 * part}, {"file.OPENAI_API_KEY": part, "block.OPENAI_API_KEY": part}):
        content_type, body = encode({"token": page.hidden("token"), **files})
        pieces = (body[start : start + 0x8000] for start in range(0, len(body), 0x8000))
        chunks = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"
        headers = {"Content-Type": content_type, "Transfer-Encoding": "chunked", "Content-Length": None}
        refused(someone.send("POST", page.action, headers, chunks), 413, "Too large")
    refused(someone.save(page, {"file.OPENAI_API_KEY": part + b"kk"}), 413, "Too large")


def test_what_is_no_form_of_this_page_is_refused(inside: tuple[Visitor, Answer]) -> None:
    someone, page = inside
    token = page.hidden("token")
    content_type, body = encode({"token": token, "line.OPENAI_API_KEY": VALUE})
    bodies = {
        "urlencoded": ("application/x-www-form-urlencoded", f"token={token}&line.OPENAI_API_KEY={VALUE}".encode()),
        "json": ("application/json", b"{}"),
        "cut short": (content_type, body[:-20]),
        "another boundary": ("multipart/form-data; boundary=x", body),
        "no boundary": ("multipart/form-data", body),
        "too many fields": encode({"token": token, **{f"more.{n}": "x" for n in range(10)}}),
        "unnamed": (content_type, body.replace(b'; name="token"', b"")),
        "twice": (content_type, body.replace(b'name="token"', b'name="line.OPENAI_API_KEY"')),
        "nothing": (content_type, b""),
    }
    for what, (kind, sent) in bodies.items():
        answer = someone.send("POST", page.action, {"Content-Type": kind}, sent)
        assert (answer.status, answer.heading) == (400, "Not a form of this page"), what


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(inside: tuple[Visitor, Answer], method: str) -> None:
    someone, page = inside
    answer = someone.send(method, page.action)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")


def test_a_form_sent_to_a_page_that_takes_none_is_refused(inside: tuple[Visitor, Answer]) -> None:
    refused(inside[0].post("/", {}), 405, "Not possible here")


@pytest.mark.parametrize("path", ["/nothing", "/tool", "/tool/", "/static/../host.py", "/tool/x/settings/", "//evil"])
def test_an_unknown_address_is_a_plain_page(inside: tuple[Visitor, Answer], path: str) -> None:
    refused(inside[0].get(path), 404, "No such page")


def test_every_answer_is_uncached_unframed_and_unscripted(inside: tuple[Visitor, Answer], link: str) -> None:
    someone, page = inside
    answers = [
        page,
        someone.get(target_of(link)),
        someone.get("/nothing"),
        someone.get(HOME, {"Host": "evil.example"}),
        someone.post(page.action, {}),
        someone.get("/icon.svg"),
        someone.send("PUT", "/"),
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert policy.endswith("img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
        assert answer.headers["Server"] is None


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_other_pages(link: str) -> None:
    someone = visitor(link)
    landing = someone.get(target_of(link))
    cookie = someone.post("/open", {"token": landing.hidden("token")}).headers["Set-Cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith(f"pixie-{someone.port}-")
    assert sorted(attributes) == ["HttpOnly", f"Path={HOME}", "SameSite=strict"]


def test_a_body_that_dawdles_is_answered_and_dropped(
    inside: tuple[Visitor, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    someone, page = inside
    monkeypatch.setattr(form_module, "READ_SECONDS", 0.05)
    content_type, body = encode({"token": page.hidden("token"), "line.OPENAI_API_KEY": VALUE})
    headers = {"Content-Type": content_type, "Content-Length": str(len(body))}
    refused(someone.send("POST", page.action, headers, body[:-20]), 408, "It took too long")


def test_a_head_that_dawdles_is_dropped(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "REQUEST_SECONDS", 0.05)
    with socket.create_connection(("127.0.0.1", visitor(link).port), timeout=60) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert connection.recv(100) == b""


def test_only_this_machine_can_connect(link: str) -> None:
    port = visitor(link).port
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # the address would be taken if the page listened on all of them
        other.listen()
