"""Each service of the table is asked as its documentation says, and each of its answers means what it means there."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.probes.services import ANSWERS, written
from tests.probes.stand_in import StandIn, standing_in

from pixie_secrets.probes.exchange import exchange
from pixie_secrets.probes.judge import Judged, judge
from pixie_secrets.probes.selection import service_for, values_for
from pixie_secrets.probes.signature import signed, signed_headers
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.services.service import Service, Verdict
from pixie_secrets.services.table import services

if TYPE_CHECKING:
    from collections.abc import Iterator

VALUE = "kq7Rt2Wx9Zb4Nm6Lp3Vd8Hs5"
WEB = {name: service for name, service in services().items() if service.sends != "connection"}
AWS = {"AWS_SECRET_ACCESS_KEY": VALUE, "AWS_ACCESS_KEY_ID": "AKIAQ7RT2WX9ZB4NM6LP", "AWS_SESSION_TOKEN": "t0ken/Zz=="}


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    hosts = dict.fromkeys(service.host for service in services().values() if service.host)
    with standing_in(tmp_path_factory.mktemp("services"), *hosts) as stand_in:
        yield stand_in


def asked(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, service: Service) -> Judged:
    for name, value in stand_in.environment.items():
        monkeypatch.setenv(name, value)
    stand_in.seen.clear()
    key = next(iter(service.keys))
    values = {name: SecretStr(value) for name, value in ({key: VALUE} | AWS).items()}
    sent = values_for(service, key, values)
    return judge(service, exchange(service, sent), sent.values())


def test_every_service_has_its_documentation_and_its_answers() -> None:
    assert len(services()) >= 12
    assert WEB.keys() == ANSWERS.keys()
    for service in WEB.values():
        assert service.source.startswith("https://"), service.name
        assert service.url.startswith("https://"), service.name
        assert service.keys, service.name
    keys = [key for service in services().values() for key in service.keys]
    assert len(keys) == len({*keys})


@pytest.mark.parametrize("name", WEB)
def test_a_key_that_works_says_whose_it_is_and_nothing_else(
    everybody: StandIn, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    answers = ANSWERS[name]
    status, body, headers = answers.works
    everybody.says(status, written(body), **headers)
    judged = asked(everybody, monkeypatch, services()[name])
    assert judged.verdict == "valid"
    assert {shown.name: shown.text for shown in judged.owner} == answers.says
    assert (judged.scopes, judged.expires) == (answers.scopes, answers.expires)
    [seen] = everybody.seen
    assert seen.host == services()[name].host
    assert VALUE not in seen.line
    assert "cookie" not in seen.headers
    if name == "aws":
        assert VALUE not in str(seen)
    elif services()[name].sends == "basic":
        assert b64decode(seen.headers["authorization"].removeprefix("Basic ")).decode() == f"__token__:{VALUE}"
    else:
        assert VALUE in seen.headers.get("authorization", "") + seen.headers.get(services()[name].parameter, "")


@pytest.mark.parametrize("name", WEB)
def test_a_key_that_does_not_is_refused(everybody: StandIn, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    status, body = ANSWERS[name].refuses
    everybody.says(status, written(body))
    assert asked(everybody, monkeypatch, services()[name]) == Judged(Verdict.REFUSED, status)


@pytest.mark.parametrize(
    ("name", "other"),
    [(name, other) for name, answers in ANSWERS.items() for other in answers.others],
)
def test_other_answers_are_not_taken_for_a_refusal(
    everybody: StandIn, monkeypatch: pytest.MonkeyPatch, name: str, other: tuple[str, int, object]
) -> None:
    verdict, status, body = other
    everybody.says(status, written(body))
    assert asked(everybody, monkeypatch, services()[name]).verdict == verdict


@pytest.mark.parametrize("name", WEB)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_too_many_and_a_failure_say_nothing_of_any_key(
    everybody: StandIn, monkeypatch: pytest.MonkeyPatch, name: str, status: int
) -> None:
    everybody.says(status, b"{}", retry_after="30") if status == 429 else everybody.says(status, b"")
    judged = asked(everybody, monkeypatch, services()[name])
    assert (judged.verdict, judged.wait) == (("limited", 30) if status == 429 else ("unreachable", None))


def test_aws_is_signed_as_its_documentation_does() -> None:
    """The scope and the names that are signed."""
    aws = services()["aws"]
    values = {part: SecretStr(text) for part, text in zip(("key", "id", "session"), AWS.values(), strict=True)}
    headers = signed_headers(aws, values, datetime(2026, 11, 29, 12, tzinfo=UTC))
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=AKIAQ7RT2WX9ZB4NM6LP/20261129/us-east-1/sts/aws4_request, "
        r"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=([0-9a-f]{64})",
        headers["authorization"],
    )
    assert found
    assert headers["x-amz-security-token"] == AWS["AWS_SESSION_TOKEN"]


def test_a_signature_is_the_one_of_the_test_suite_of_aws() -> None:
    """`post-x-www-form-urlencoded` of the Signature Version 4 test suite."""
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    headers = signed(
        "https://example.amazonaws.com/", "Param1=value1", "us-east-1/service",
        {"key": SecretStr(secret), "id": SecretStr("AKIDEXAMPLE")}, datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
    )  # fmt: skip
    assert headers["authorization"].endswith(
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
    )


def test_the_two_keys_of_aws_are_found_by_either_name_and_prefix() -> None:
    aws = services()["aws"]
    prefixed = {f"PROD_{name}": SecretStr(value) for name, value in AWS.items()}
    for name in prefixed:
        sent = values_for(aws, name, prefixed)
        assert {part: value.get_secret_value() for part, value in sent.items()} == dict(
            zip(("key", "id", "session"), AWS.values(), strict=True)
        )
    assert service_for("GH_TOKEN", None).name == "github"
