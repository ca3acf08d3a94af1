"""A value on its way: no view of it shows it, or how long it is."""

from __future__ import annotations

import logging
import pickle
import pprint
import traceback

import pytest

from pixie_secrets.secret.text import SecretStr

VALUE = "tok_9fQ2-lantern-Ze7"
VIEWS = {
    "repr": repr,
    "str": str,
    "format": lambda secret: f"{secret} {secret!r} {secret:>30}",
    "percent": lambda secret: "%s %r" % (secret, secret),  # noqa: UP031  this is the way that is tried
    "in a list": lambda secret: str([secret, {"key": secret}]),
    "pprint": pprint.pformat,
    "log": lambda secret: logging.LogRecord("a", 20, "b", 1, "%s", (secret,), None).getMessage(),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_no_view_shows_a_value_or_its_length(view: object) -> None:
    assert callable(view)
    shown = view(SecretStr(VALUE))
    assert VALUE not in shown
    assert shown == view(SecretStr(VALUE * 3)) == view(SecretStr(""))


def test_it_has_nothing_to_look_into_and_cannot_be_pickled() -> None:
    secret = SecretStr(VALUE)
    with pytest.raises(TypeError):
        vars(secret)
    with pytest.raises(TypeError) as refused:
        pickle.dumps({"key": secret})
    assert VALUE not in "".join(traceback.format_exception(refused.value))


def test_equal_values_are_equal_and_the_value_is_there_for_who_asks() -> None:
    assert SecretStr(VALUE) == SecretStr(VALUE) != SecretStr(VALUE + " ")
    assert SecretStr(VALUE) != VALUE
    assert len({SecretStr(VALUE), SecretStr(VALUE)}) == 1
    assert SecretStr(VALUE).get_secret_value() == VALUE
