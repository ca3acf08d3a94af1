"""A token is renewed once, whoever wants it; whatever happens meanwhile, a refresh token that works is on the disk."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st
from tests.authorization_server import CLIENT_SECRET, FORM, JSON, SCOPE
from tests.frames import shown_frames
from tests.oauth.conftest import APP_KEY, KEY, TOOL, authorized, entry_of
from tests.waiting import until

from pixie_secrets.known_values import KNOWN
from pixie_secrets.oauth import endpoint
from pixie_secrets.oauth.code_flow import CodeRequest
from pixie_secrets.oauth.errors import AppSecretMissing, AuthorizeAgain, NotAnAnswer, ProviderUnavailable
from pixie_secrets.oauth.refresh import fresh_token, revoke
from pixie_secrets.oauth.token import AHEAD_MAX, AHEAD_MIN, LIFETIME_MAX, LIFETIME_MIN, Token, issued_token, kept_token
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.authorization_server import Running

    from pixie_secrets.layouts.project import Project

ROOT = Path(__file__).parents[2]
MANY = 50


def renewer(project: Project, *words: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.oauth.renewer", str(project.root), *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)


def kept(project: Project) -> dict[str, object]:
    text = dotenv_values(project.root / "tools" / TOOL / ".env")[KEY]
    assert text
    document: dict[str, object] = json.loads(text)
    return document


def test_a_token_that_is_good_is_used_without_asking(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    token = authorized(project, server, ends_in=3600)
    assert fresh_token(entry_of(project)) == token
    assert server.asked == []


@pytest.mark.parametrize("rotates", [True, False])
def test_a_token_that_ended_is_renewed_and_the_app_proves_itself(
    declared: Callable[..., Project], server: Running, rotates: bool
) -> None:
    project = declared()
    server.behavior.rotates = rotates
    old = authorized(project, server)
    new = fresh_token(entry_of(project))
    assert new.access != old.access
    assert (new.refresh == old.refresh) is not rotates
    assert (new.scopes, new.registration) == ((SCOPE,), old.registration)
    assert kept(project)["access_token"] == new.access.get_secret_value()
    assert fresh_token(entry_of(project)) == new
    assert len(server.asked) == 1
    [headers] = server.headers
    assert headers["Authorization"].startswith("Basic ")
    assert dotenv_values(project.root / "tools" / TOOL / ".env")[APP_KEY] == CLIENT_SECRET


def test_a_server_that_answers_a_form_is_understood(declared: Callable[..., Project], server: Running) -> None:
    project = declared(client_auth="body")
    authorized(project, server)
    server.behavior.form_encoded = True
    assert fresh_token(entry_of(project)).expires_at
    [(_, fields)] = server.asked
    assert fields["client_secret"] == CLIENT_SECRET


def test_fifty_processes_at_once_make_one_refresh(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    server.behavior.rotates = True
    server.behavior.delay = 0.3
    old = authorized(project, server)
    with renewer(project, "crowd", str(MANY)) as process:
        output = process.communicate()[0]
    lines = [line.split() for line in output.splitlines()]
    assert len(lines) == MANY
    assert len({digest for _, digest in lines}) == 1
    assert len(server.of_kind("refresh_token")) == 1
    assert kept(project)["refresh_token"] != (old.refresh and old.refresh.get_secret_value())
    assert server.takes_refresh(str(kept(project)["refresh_token"]))


@pytest.mark.parametrize("rotates", [True, False])
def test_killed_before_any_step_a_refresh_token_that_works_is_on_the_disk(
    declared: Callable[..., Project], server: Running, rotates: bool
) -> None:
    project = declared()
    server.behavior.rotates, server.behavior.grace = rotates, 10_000
    env = project.root / "tools" / TOOL / ".env"
    old = authorized(project, server)
    before = env.read_bytes()
    steps = lost_answers = 0
    with renewer(project, "killed") as process:
        assert process.stdin
        assert process.stdout
        for number in range(400):
            asked = len(server.asked)
            process.stdin.write(f"{number}\n")
            process.stdin.flush()
            status = int(process.stdout.readline())
            now = kept_token(SecretStr(str(dotenv_values(env)[KEY])))
            assert now
            assert now.refresh
            assert server.takes_refresh(now.refresh.get_secret_value()), f"lost at step {number}"
            lost_answers += now.refresh == old.refresh and len(server.asked) > asked
            if status == 0:
                break
            assert status == signal.SIGKILL
            fresh_token(entry_of(project))  # whoever comes next is not in its way
            env.write_bytes(before)
            steps += 1
        process.stdin.close()
    assert steps > 40
    assert lost_answers > 5  # killed between the answer and the write, and the old one still worked


def test_a_token_that_is_removed_while_it_is_renewed_stays_removed(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    authorized(project, server)
    server.behavior.delay = 1.0
    with ThreadPoolExecutor(1) as other:
        renewing = other.submit(fresh_token, entry_of(project))
        until(lambda: server.asked)
        store_of(project.tool(TOOL)).unset(KEY)
        with pytest.raises(AuthorizeAgain, match="not authorized yet"):
            renewing.result()
    assert entry_of(project).read() is None


def test_a_token_that_a_person_agreed_to_is_not_lost_to_a_renewal_of_the_one_before(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    old = authorized(project, server)
    agreed = old._replace(access=SecretStr("just-agreed-to"), refresh=SecretStr("with-more-scopes"))
    server.behavior.delay = 1.0
    with ThreadPoolExecutor(1) as other:
        renewing = other.submit(fresh_token, entry_of(project))
        until(lambda: server.asked)
        entry_of(project).replace(agreed)
        assert renewing.result()
    assert entry_of(project).read() == agreed


def test_what_another_process_renewed_is_adopted(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    entry = entry_of(project)
    old = authorized(project, server)
    fresh = fresh_token(entry)
    asked = len(server.asked)
    assert fresh_token(entry, refused=old.access) == fresh  # a second process, still with the old one in its hands
    assert len(server.asked) == asked
    assert fresh_token(entry, refused=fresh.access) != fresh  # turned away itself
    assert len(server.asked) == asked + 1


def test_a_refresh_that_is_refused_deletes_nothing_and_says_authorize_again(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    authorized(project, server)
    server.tokens.clear()
    before = (project.root / "tools" / TOOL / ".env").read_bytes()
    with pytest.raises(AuthorizeAgain) as refused:
        fresh_token(entry_of(project))
    assert f"pixie-secrets authorize {TOOL} {KEY}" in refused.value.hint
    assert "authorize-secret" in refused.value.hint_for_agent
    assert (project.root / "tools" / TOOL / ".env").read_bytes() == before


def test_without_a_refresh_token_an_ended_token_needs_a_person(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    authorized(project, server, refresh=False)
    with pytest.raises(AuthorizeAgain):
        fresh_token(entry_of(project))
    assert server.asked == []


def test_a_token_that_never_was_needs_a_person(declared: Callable[..., Project]) -> None:
    with pytest.raises(AuthorizeAgain, match="not authorized yet"):
        fresh_token(entry_of(declared()))


@pytest.mark.parametrize(
    "answer", [(500, JSON, "{}"), (200, "text/html", "<html>"), (400, JSON, '{"error": "invalid_client"}')]
)
def test_a_failed_renewal_ahead_of_time_is_no_reason_to_stop(
    declared: Callable[..., Project], server: Running, answer: tuple[int, str, str]
) -> None:
    project = declared()
    token = authorized(project, server, ends_in=30)  # due, and good for half a minute
    server.behavior.next_answer = answer
    assert fresh_token(entry_of(project)) == token
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((503, JSON, "{}"), ProviderUnavailable),
        ((200, "text/html", "<html><h1>Sign in</h1>"), NotAnAnswer),
        ((302, JSON, "https://elsewhere.example/"), NotAnAnswer),
        ((200, JSON, "[1]"), NotAnAnswer),
        ((200, JSON, '{"access_token": "two\\nlines"}'), NotAnAnswer),
        ((200, JSON, '{"access_token": "a", "token_type": "DPoP"}'), NotAnAnswer),
        ((200, JSON, "{" + " " * (1 << 19)), ProviderUnavailable),
        ((200, FORM, "error=bad_refresh_token"), AuthorizeAgain),
        ((200, JSON, '{"ok": false, "error": "invalid_refresh_token"}'), AuthorizeAgain),
    ],
)
def test_an_ended_token_and_no_good_answer_is_an_error_that_says_which(
    declared: Callable[..., Project], server: Running, answer: tuple[int, str, str], error: type[Exception]
) -> None:
    project = declared()
    before = authorized(project, server)
    server.behavior.next_answer = answer
    with pytest.raises(error) as raised:
        fresh_token(entry_of(project))
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or "Server" not in type(raised.value.__context__).__name__
    assert entry_of(project).read() == before
    assert len(server.asked) == 1


def test_a_server_that_nobody_vouches_for_is_not_told_anything(
    declared: Callable[..., Project], server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = declared()
    authorized(project, server)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        fresh_token(entry_of(project))
    assert server.asked == []


@pytest.mark.parametrize("name", ["token_url", "client_id", "revoke_url"])
def test_an_address_that_no_person_saw_is_sent_neither_token_nor_secret(
    declared: Callable[..., Project], server: Running, name: str
) -> None:
    """Whoever edits tool.json after the consent, an agent for instance, would have them sent to a server of theirs."""
    project = declared(revoke_url=f"{server.address}/revoke")
    authorized(project, server)
    path = project.root / "tools" / TOOL / "tool.json"
    manifest = json.loads(path.read_text())
    manifest["secrets"][0]["oauth2"][name] += "x"
    path.write_text(json.dumps(manifest))
    changed = type(project)(project.root)
    with pytest.raises(AuthorizeAgain, match="another server or app"):
        fresh_token(entry_of(changed))
    with pytest.raises(AuthorizeAgain, match="another server or app"):
        revoke(entry_of(changed))
    assert server.asked == []


def test_an_app_whose_own_secret_is_gone_says_which(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    authorized(project, server)
    (project.root / "tools" / TOOL / ".env").write_text(
        (project.root / "tools" / TOOL / ".env").read_text().replace(f"{APP_KEY}=", "OTHER=")
    )
    with pytest.raises(AppSecretMissing, match=APP_KEY):
        fresh_token(entry_of(project))


def test_a_fault_in_the_middle_shows_no_token_in_any_frame_on_its_way(
    declared: Callable[..., Project], server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = declared(revoke_url=f"{server.address}/revoke")
    token = authorized(project, server)
    assert token.refresh
    request = CodeRequest(entry_of(project).registration, "http://127.0.0.1:1/oauth/callback")
    code = request.code([("state", request.state), ("code", "code-of-one-use-7Kq2"), ("iss", server.address)])

    def failing(*_: object) -> None:
        raise RuntimeError("of the test")

    monkeypatch.setattr(endpoint, "_post", failing)
    for step in (
        lambda: fresh_token(entry_of(project)),
        lambda: revoke(entry_of(project)),
        lambda: request.exchange(code, entry_of(project).app_secret()),
    ):
        with pytest.raises(RuntimeError) as raised:
            step()
        shown = shown_frames(raised.value)
        assert "grant_type" in shown or "token_type_hint" in shown  # what is sent was on its way
        for secret in (token.refresh.get_secret_value(), token.access.get_secret_value(), "code-of-one-use-7Kq2"):
            assert secret not in shown
        assert CLIENT_SECRET not in shown


def test_a_revoked_token_opens_nothing_any_more(declared: Callable[..., Project], server: Running) -> None:
    project = declared(revoke_url=f"{server.address}/revoke")
    token = authorized(project, server, ends_in=3600)
    assert token.refresh
    assert revoke(entry_of(project))
    assert not server.takes_refresh(token.refresh.get_secret_value())


def test_a_server_without_an_address_for_it_is_not_asked(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    authorized(project, server)
    assert not revoke(entry_of(project))
    assert server.asked == []


def test_the_secret_leaves_of_a_token_are_known_and_its_scopes_are_not(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    token = authorized(project, server)._replace(scopes=("calendar.read", "user:email", "https://auth.example/a.b"))
    entry_of(project).write(token)
    assert token.refresh
    text = f"{token.access.get_secret_value()} {token.refresh.get_secret_value()} {' '.join(token.scopes)}"
    assert KNOWN.mask(text) == f"*** *** {' '.join(token.scopes)}"


@given(st.integers(-10, 10**9), st.integers(0, 10**6))
def test_a_token_is_renewed_between_a_minute_and_five_ahead_of_its_end(lifetime: int, at: int) -> None:
    token = issued_token({"access_token": "a", "expires_in": lifetime}, 1000, (), "r")
    assert token
    if lifetime <= 0:
        assert token.expires_at is None
        assert not token.is_due(1000 + at)
        return
    assert token.expires_at
    left = token.expires_at - (1000 + at)
    assert LIFETIME_MIN <= token.expires_at - 1000 <= LIFETIME_MAX
    if left <= min(AHEAD_MIN, (token.expires_at - 1000) // 2):
        assert token.is_due(1000 + at)
    if left > AHEAD_MAX:
        assert not token.is_due(1000 + at)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(3600, 3600), ("3600", 3600), (3600.9, 3600), (1, LIFETIME_MIN), (10**15, LIFETIME_MAX), ("1e400", LIFETIME_MAX),
     (0, None), (-5, None), (None, None), ("soon", None), (True, None), ([], None), ("nan", None)],
)  # fmt: skip
def test_a_silly_expiry_is_clamped_or_taken_for_none(said: object, seconds: int | None) -> None:
    token = issued_token({"access_token": "a", "expires_in": said}, 1000, (), "r")
    assert token
    assert token.expires_at == (None if seconds is None else 1000 + seconds)


def test_a_clock_that_was_set_back_is_no_reason_to_trust_an_old_token() -> None:
    now = time.time()
    token = Token(SecretStr("a"), None, int(now), int(now) + 3600, (), "")
    assert not token.is_due(now - 30)
    assert token.is_due(now - 3600)


TOKENS = st.builds(
    Token,
    st.from_regex(r"[!-~]{1,40}", fullmatch=True).map(SecretStr),
    st.none() | st.from_regex(r"[!-~]{1,40}", fullmatch=True).map(SecretStr),
    st.integers(0, 2**40),
    st.none() | st.integers(0, 2**40),
    st.lists(st.from_regex(r"[a-z:./]{1,20}", fullmatch=True)).map(tuple),
    st.text(max_size=64),
)


@given(TOKENS)
def test_what_is_kept_is_read_back(token: Token) -> None:
    assert kept_token(token.document()) == token


FIELDS = st.sampled_from(["access_token", "refresh_token", "expires_at", "issued_at", "scopes"])


def _documents(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner) | st.dictionaries(FIELDS, inner)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), _documents))
def test_what_is_no_token_is_none_and_no_error(document: object) -> None:
    found = kept_token(SecretStr(json.dumps(document)))
    assert found is None or found.access.get_secret_value()


ANSWERS = st.one_of(
    st.binary(max_size=300),
    st.dictionaries(
        st.sampled_from(["access_token", "token_type", "expires_in", "scope", "refresh_token", "error", "ok"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(max_size=3)),
    ).map(lambda document: json.dumps(document).encode()),
    st.text("abc=&%+ _.", max_size=80).map(str.encode),
)


@given(st.sampled_from([JSON, FORM, "text/plain", "", "text/html"]), ANSWERS)
def test_whatever_a_server_answers_is_a_token_or_none(kind: str, body: bytes) -> None:
    document = endpoint._document(kind, body)
    if document is None:
        return
    assert endpoint.standard(document.get("error")) in {"", *endpoint._WORDS, "authorization_pending", "slow_down"}
    token = issued_token(document, 1000, ("asked",), "r")
    if token is not None:
        assert token.access.get_secret_value().isprintable()
        assert " " not in token.access.get_secret_value()
        assert kept_token(token.document()) == token
