"""What handlers and formatters of a program see: the same as without masking, but for the masks."""

from __future__ import annotations

import asyncio
import copy
import io
import logging
import pickle
import sys
import traceback
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pixie_secrets.known_values import KnownValues
from pixie_secrets.masking import objects as masked_objects
from pixie_secrets.masking import records as masked_records
from pixie_secrets.masking.objects import masked, masked_error
from pixie_secrets.masking.records import masked_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VALUE = "sk-live-'4711\"/é"


class Collector(logging.Handler):
    """Keeps the records it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    values = KnownValues()
    values.add(VALUE, key="K", tool="t")
    values.add("123456", key="PIN", tool="t")
    monkeypatch.setattr(masked_records, "KNOWN", values)
    monkeypatch.setattr(masked_objects, "KNOWN", values)
    before = {name: getattr(logging.Handler, name) for name in ("handle", "format", "handleError")}
    masked_records.install()
    yield
    for name, method in before.items():
        setattr(logging.Handler, name, method)
    del logging.Handler.__init_subclass__


@pytest.fixture
def log() -> logging.Logger:
    found = logger("test")
    found.addHandler(Collector())
    return found


def logger(name: str) -> logging.Logger:
    """A logger of this test's own, in no tree."""
    return logging.Logger(name)  # noqa: LOG001  so that it is nobody else's


def last(log: logging.Logger) -> logging.LogRecord:
    collector = log.handlers[0]
    assert isinstance(collector, Collector)
    return collector.records[-1]


def record(message: Any, *arguments: Any, **more: Any) -> logging.LogRecord:
    found = logging.LogRecord("test", logging.INFO, "file.py", 1, message, arguments, more.pop("exc_info", None))
    found.__dict__.update(more)
    return found


def test_a_record_without_values_is_passed_on_itself() -> None:
    clean = record("%s took %d ms", "query", 5, extra={"a": [1, 2]})
    assert masked_record(clean) is clean


def test_the_programs_own_record_is_never_changed() -> None:
    original = record("token %s", VALUE, token=VALUE)
    before = copy.copy(original.__dict__)
    masked_record(original)
    assert original.__dict__ == before


def test_template_and_other_arguments_stay(log: logging.Logger) -> None:
    log.info("%s failed %d times in %.1f s", VALUE, 3, 0.5)
    assert last(log).msg == "%s failed %d times in %.1f s"
    assert last(log).args == ("***", 3, 0.5)
    assert last(log).getMessage() == "*** failed 3 times in 0.5 s"


def test_arguments_by_name_stay_by_name(log: logging.Logger) -> None:
    log.info("%(token)s %(count)03d", {"token": VALUE, "count": 7})
    assert last(log).args == {"token": "***", "count": 7}
    assert last(log).getMessage() == "*** 007"


def test_a_value_across_arguments_is_formatted_first(log: logging.Logger) -> None:
    log.info("a %s%s b 100%%", VALUE[:5], VALUE[5:])
    assert last(log).getMessage() == "a *** b 100%"


def test_a_number_that_is_a_value_is_masked_in_the_message(log: logging.Logger) -> None:
    log.info("pin %d of %d", 123456, 5)
    assert last(log).getMessage() == "pin *** of 5"


def test_wrong_arguments_fail_as_they_always_did(capsys: pytest.CaptureFixture[str]) -> None:
    log = logger("test")
    stream = io.StringIO()
    log.addHandler(logging.StreamHandler(stream))
    log.info("%d", VALUE)
    log.info("%s and %s", VALUE)  # noqa: PLE1206  one argument too few is what is tried
    told = capsys.readouterr().err
    assert stream.getvalue() == ""
    assert told.count("--- Logging error ---") == 2
    assert "TypeError: %d format" in told
    assert "Message: '%s and %s'" in told
    assert "***" in told
    assert "4711" not in told


def test_extra_attributes_are_masked_in_depth(log: logging.Logger) -> None:
    class Point(NamedTuple):
        x: int
        name: str

    extra = {
        "headers": {"authorization": [f"Bearer {VALUE}"], "length": 5},
        "point": Point(1, VALUE),
        "body": VALUE.encode(),
        "tags": {VALUE},
        "amount": Decimal("1.5"),
    }
    log.info("request", extra=extra)
    seen = last(log).__dict__
    assert seen["headers"] == {"authorization": ["Bearer ***"], "length": 5}
    assert seen["point"] == Point(1, "***")
    assert type(seen["point"]) is Point
    assert seen["body"] == b"***"
    assert seen["tags"] == {"***"}
    assert seen["amount"] is extra["amount"]


def test_an_object_keeps_its_type_unless_its_text_shows_a_value() -> None:
    class Session:
        def __init__(self, token: str) -> None:
            self.token = token

        def __str__(self) -> str:
            return f"session {self.token}"

    plain = Session("none")
    assert masked(plain) is plain
    assert f"{masked(Session(VALUE))} {masked(Session(VALUE))!s:>14}" == "session ***    session ***"


def test_an_object_that_cannot_be_shown_is_passed_on() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise RuntimeError(VALUE)

    shy = Shy()
    assert masked(shy) is shy


def test_a_container_that_contains_itself_ends() -> None:
    loop: list[Any] = [VALUE]
    loop.append(loop)
    assert VALUE not in repr(masked(loop))


def fail(token: str) -> None:
    raise KeyError(token)


def caught(work: Callable[[], object]) -> BaseException:
    try:
        work()
    except BaseException as error:  # whatever it is
        return error
    raise AssertionError


def chain() -> None:
    try:
        fail(VALUE)
    except KeyError as error:
        error.add_note(f"note {VALUE}")
        raise OSError(2, "no such token", VALUE) from error


def nest() -> None:
    raise ExceptionGroup("several", [caught(chain), ValueError(VALUE), ExceptionGroup("in", [TypeError("x")])])  # type: ignore[type-var]  # they are exceptions


def recurse(depth: int = 50) -> None:
    if depth:
        recurse(depth - 1)
    fail(VALUE)


def misspell() -> None:
    some_name = VALUE  # noqa: F841  what the interpreter then suggests
    print(some_nam)  # type: ignore[name-defined]  # noqa: F821  the mistake is the test


CASES: list[Callable[[], object]] = [
    lambda: fail(VALUE),
    chain,
    nest,
    recurse,
    misspell,
    lambda: VALUE.encode("ascii"),
    lambda: VALUE.upperr,  # type: ignore[attr-defined]  # the mistake is the test
    lambda: int(VALUE),
    lambda: [].index(VALUE),  # type: ignore[arg-type]  # the mistake is the test
]  # fmt: skip


@pytest.mark.parametrize("work", CASES)
def test_a_stand_in_formats_as_the_exception_does_but_for_the_masks(work: Callable[[], object]) -> None:
    error = caught(work)
    twin = masked_error(error)
    plain = "".join(traceback.format_exception(error))
    assert "".join(traceback.format_exception(twin)) == masked(plain)
    assert type(twin).__name__ == type(error).__name__
    assert isinstance(twin, type(error))
    assert "4711" not in repr(twin) + str(twin) + repr(twin.args) + repr(vars(twin))


def test_a_syntax_error_shows_its_line_masked() -> None:
    twin = masked_error(caught(lambda: compile(f"x = '{VALUE}", f"{VALUE}.py", "exec")))
    told = traceback.format_exception(twin)
    assert '  File "***.py", line 1\n' in told
    assert "    x = '***\n" in told
    assert "4711" not in "".join(told)


def test_the_frames_of_a_stand_in_hold_no_variables() -> None:
    twin = masked_error(caught(lambda: fail(VALUE)))
    frames = [frame for frame, _ in traceback.walk_tb(twin.__traceback__)]
    assert frames[-1].f_code.co_name == "fail"
    assert repr(frames[-1].f_locals) == "{'token': ***}"
    assert VALUE not in repr([(frame.f_locals, frame.f_globals.get("VALUE")) for frame in frames])


def test_an_exception_of_a_program_is_not_made_anew_by_its_own_constructor() -> None:
    class Refused(Exception):
        def __init__(self, status: int, *, token: str) -> None:
            super().__init__(f"{status} for {token}")
            self.status = status
            self.token = token

    twin = masked_error(Refused(403, token=VALUE))
    assert isinstance(twin, Refused)
    assert (str(twin), twin.status, twin.token) == ("403 for ***", 403, "***")


def test_an_exception_that_refuses_subclasses_has_a_stand_in_all_the_same() -> None:
    class Final(Exception):
        def __init_subclass__(cls) -> None:
            raise TypeError("no subclasses")

    twin = masked_error(Final(VALUE))
    assert (type(twin).__name__, str(twin)) == ("Final", "***")


def test_exceptions_that_cause_each_other_end() -> None:
    one, other = ValueError(VALUE), ValueError("other")
    one.__context__, other.__context__ = other, one
    assert str(masked_error(one)) == "***"


def test_a_formatter_that_reads_the_exception_gets_the_stand_in() -> None:
    class Own(logging.Formatter):
        def formatException(self, ei: Any) -> str:  # noqa: N802  logging's name
            return f"{ei[0].__name__} {ei[1].args} {ei[2].tb_frame.f_code.co_name} {ei[2].tb_frame.f_locals.get('x')}"

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Own())
    log = logger("test")
    log.addHandler(handler)
    x = VALUE
    try:
        fail(x)
    except KeyError:
        log.exception("failed")
    expected = "failed\nKeyError ('***',) test_a_formatter_that_reads_the_exception_gets_the_stand_in ***\n"
    assert stream.getvalue() == expected


def test_a_text_that_one_handler_cached_does_not_leak_through_the_next(log: logging.Logger) -> None:
    log.handlers.insert(0, logging.StreamHandler(io.StringIO()))
    try:
        fail(VALUE)
    except KeyError:
        log.exception("failed", stack_info=True)
    collector = log.handlers[1]
    assert isinstance(collector, Collector)
    assert "4711" not in repr(collector.records[-1].__dict__)


def test_levels_filters_and_propagation_keep_working() -> None:
    parent, child = logger("parent"), logger("child")
    outer, inner = Collector(), Collector()
    parent.addHandler(outer)
    child.addHandler(inner)
    child.parent = parent
    inner.setLevel("ERROR")
    outer.addFilter(lambda record: "skip" not in record.getMessage())
    child.warning("one %s", VALUE)
    child.error("skip %s", VALUE)
    child.propagate = False
    child.error("three %s", VALUE)
    assert [each.getMessage() for each in inner.records] == ["skip ***", "three ***"]
    assert [each.getMessage() for each in outer.records] == ["one ***"]


def test_handlers_made_by_classes_to_come_are_covered() -> None:
    class Parent:
        seen: object = None

        def __init_subclass__(cls) -> None:
            cls.seen = "yes"

    printed: list[Any] = []

    class Later(logging.Handler, Parent):
        def handle(self, record: logging.LogRecord) -> bool:
            printed.append(record.args)
            return True

    log = logger("test")
    log.addHandler(Later())
    log.warning("%s", VALUE)
    assert printed == [("***",)]
    assert Later.seen == "yes"


def test_installing_twice_masks_once() -> None:
    masked_records.install()
    test_handlers_made_by_classes_to_come_are_covered()


def test_a_masked_record_can_go_to_another_process(log: logging.Logger) -> None:
    log.info("token %s", VALUE, extra={"token": VALUE})
    again = pickle.loads(pickle.dumps(last(log)))
    assert (again.getMessage(), again.token) == ("token ***", "***")


def test_a_formatter_that_makes_an_object_has_it_masked() -> None:
    class Structured(logging.Formatter):
        def format(self, record: logging.LogRecord) -> Any:
            return {"message": record.getMessage(), "token": VALUE}

    handler = logging.Handler()
    handler.setFormatter(Structured())
    made: Any = handler.format(record("x %s", VALUE))
    assert made == {"message": "x ***", "token": "***"}


def test_an_error_in_a_task_is_masked(log: logging.Logger) -> None:
    async def work() -> None:
        try:
            fail(VALUE)
        except KeyError:
            log.exception("task")

    asyncio.run(work())
    error = last(log).exc_info
    assert error
    assert error[1]
    assert str(error[1]) == "'***'" or "4711" not in str(error[1])


def test_a_thing_that_is_no_exception_is_left_alone() -> None:
    for thing in (None, (None, None, None), "text", ()):
        assert masked_objects.masked_exc_info(thing) == thing
    twin = masked_objects.masked_exc_info(ValueError(VALUE))
    assert str(twin) == "***"
    assert sys.exc_info() == (None, None, None)
