"""Whatever other programs of this machine do to the page's port, the person who has its link is served."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.channels.pages import HOME, Answer, Served, Visitor, encode, serving, visitor
from tests.waiting import until

from pixie_secrets import env_file
from pixie_secrets.channels.page import elicitation as elicitation_module
from pixie_secrets.operations.set_secret import set_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.context import Context
    from pixie_secrets.operations.set_secret import SecretSaved, SetSecretRequest
    from pixie_secrets.secret.text import SecretStr

VALUE = "sk-proj-Qm7wKd2Vx0"
FORGED = "sk-proj-forged-Hb5"
CROWD = 200


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    with serving(project) as served:
        yield served


def stored(served: Served) -> dict[str, str]:
    return env_file.read_values(served.env().read_bytes().decode())


def request_bytes(someone: Visitor, target: str, fields: dict[str, str | bytes]) -> bytes:
    """A form as a browser sends it, with the cookies of `someone`."""
    content_type, body = encode(fields)
    origin = f"http://127.0.0.1:{someone.port}"
    head = [
        f"POST {target} HTTP/1.1",
        f"Host: 127.0.0.1:{someone.port}",
        f"Origin: {origin}",
        "Sec-Fetch-Site: same-origin",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        *(f"Cookie: {name}={value}" for name, value in someone.cookies.items()),
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@contextmanager
def crowd(port: int, sent: bytes, *, answered: bool = False) -> Iterator[list[socket.socket]]:
    """CROWD connections that each send this and stay open; they are accepted in the order they are made.

    answered: whether each hears of the server before the next one comes; a burst would be another kind of crowd.
    """
    with ExitStack() as open_sockets:
        connections = []
        for _ in range(CROWD):
            connection = open_sockets.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            connection.sendall(sent)
            assert not answered or connection.recv(5) == b"HTTP/"
            connections.append(connection)
        yield connections


def nothing(_: Visitor, __: Answer) -> bytes:
    return b""


def half_a_head(_: Visitor, __: Answer) -> bytes:
    return b"GET / HTTP/1.1\r\nHost: 127.0.0.1"


def half_a_form(someone: Visitor, page: Answer) -> bytes:
    """With a person's own cookie, so that the page says "100 Continue" and waits for the rest."""
    fields: dict[str, str | bytes] = {"token": page.hidden("token"), "line.OPENAI_API_KEY": FORGED}
    return request_bytes(someone, page.action, fields).replace(b"\r\n", b"\r\nExpect: 100-continue\r\n", 1)[:-30]


def whole_forged_save(someone: Visitor, page: Answer) -> bytes:
    fields: dict[str, str | bytes] = {"token": "guessed", "line.OPENAI_API_KEY": FORGED}
    return request_bytes(Visitor(someone.port), page.action, fields)


@pytest.mark.parametrize(
    ("send", "answered"),
    [
        (nothing, False),
        (half_a_head, False),
        (half_a_form, False),
        (half_a_form, True),
        (whole_forged_save, False),
        (whole_forged_save, True),
    ],
)
def test_a_person_saves_beside_open_connections(
    served: Served, send: Callable[[Visitor, Answer], bytes], *, answered: bool
) -> None:
    elicitation = served.ask("OPENAI_API_KEY")
    first = visitor(served.link(elicitation))
    sent = send(first, first.enter(served.link(elicitation)))
    with crowd(first.port, sent, answered=answered):
        link = served.link(elicitation)
        someone = visitor(link)
        answer = someone.save(someone.enter(link), {"line.OPENAI_API_KEY": VALUE})
        assert (answer.status, answer.heading) == (200, "Saved")
    assert stored(served) == {"OPENAI_API_KEY": VALUE}


def test_a_person_saves_while_forged_saves_keep_coming(served: Served) -> None:
    elicitation = served.ask("OPENAI_API_KEY")
    link = served.link(elicitation)
    someone = visitor(link)
    over = threading.Event()
    statuses: list[list[int]] = [[] for _ in range(4)]

    def forge(answered: list[int]) -> None:
        fields = {"token": "guessed", "line.OPENAI_API_KEY": FORGED}
        while not over.is_set():
            try:
                answered.append(Visitor(someone.port).post(HOME, fields).status)
            except ConnectionError:  # it had to give way
                continue

    threads = [threading.Thread(target=forge, args=(answered,)) for answered in statuses]
    with crowd(someone.port, request_bytes(Visitor(someone.port), HOME, {"token": "guessed"})):
        for thread in threads:
            thread.start()
        try:
            until(lambda: all(statuses))
            answer = someone.save(someone.enter(link), {"line.OPENAI_API_KEY": VALUE})
        finally:
            over.set()
            for thread in threads:
                thread.join()
    assert (answer.status, answer.heading) == (200, "Saved")
    assert {status for answered in statuses for status in answered} == {403}
    assert stored(served) == {"OPENAI_API_KEY": VALUE}


def test_a_save_under_way_does_not_give_way(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def save_later(
        context: Context, request: SetSecretRequest, values: dict[str, SecretStr], expires: Mapping[str, date]
    ) -> SecretSaved:
        under_way.set()
        assert go_on.wait(20)
        return set_secret(context, request, values, expires)

    monkeypatch.setattr(elicitation_module, "set_secret", save_later)
    link = served.link(served.ask("OPENAI_API_KEY"))
    someone = visitor(link)
    page = someone.enter(link)
    answers: list[Answer] = []
    saving = threading.Thread(
        target=lambda: answers.append(someone.save(page, {"line.OPENAI_API_KEY": VALUE})), daemon=True
    )
    saving.start()
    assert under_way.wait(20)
    with crowd(someone.port, b"GET / HT"):
        assert Visitor(someone.port).get("/icon.svg").status == 200  # so the whole crowd was let in before it
        go_on.set()
        saving.join(20)
    assert [(answer.status, answer.heading) for answer in answers] == [(200, "Saved")]


def test_the_ones_that_waited_longest_give_way(served: Served) -> None:
    port = visitor(served.link(served.ask("OPENAI_API_KEY"))).port
    with crowd(port, b"") as connections:
        assert Visitor(port).get("/icon.svg").status == 200
        assert connections[0].recv(1) == b""
        connections[-1].sendall(f"GET /icon.svg HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        assert connections[-1].recv(12) == b"HTTP/1.1 200"
