"""Reads a submitted form: bounded while it arrives, in memory only, every field a `SecretStr` from the first moment.

Starlette's own parser spools files to disk once they grow, and a value must never touch a disk but in its `.env`. So
the tokenizer of python-multipart is used directly: parts are byte arrays and no file is ever created.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from pixie_secrets.secret.size import BYTES_MAX
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks
    from starlette.requests import Request

PART_BYTES_MAX = BYTES_MAX + 4 * 1024  # a little more than a value may have is read to refuse it by name
READ_SECONDS = 20.0
_OVERHEAD_BYTES = 16 * 1024


class FormRefused(Exception):
    """A body that is no form of ours. status: the HTTP status that says so."""

    status = 400


class FormTooLarge(FormRefused):
    """More than any value may have."""

    status = 413


class FormTooSlow(FormRefused):
    """It did not arrive in time."""

    status = 408


class FormMalformed(FormRefused):
    """Not multipart/form-data, cut short, or with more fields than the page has."""


@dataclass(frozen=True)
class Part:
    """One field. text: None when it is not UTF-8. file: whether a file was chosen in it."""

    text: SecretStr | None
    file: bool


@dataclass(frozen=True)
class Form:
    """The fields by name; a missing one reads as empty."""

    parts: dict[str, Part]

    def part(self, name: str) -> Part:
        return self.parts.get(name) or Part(SecretStr(""), file=False)

    def plain(self, name: str) -> str:
        """A field that holds no value of a person: a token, a key."""
        text = self.part(name).text
        return text.get_secret_value() if text else ""


async def read_form(request: Request, fields_max: int, values_max: int) -> Form:
    """Read the form in `request`, refusing too much while it arrives and not after.

    fields_max: how many fields the page has. values_max: how many of them may hold a value.

    Raises:
        FormTooLarge, FormTooSlow, FormMalformed: nothing of the body is kept.
    """
    bytes_max = values_max * PART_BYTES_MAX + _OVERHEAD_BYTES
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise FormMalformed
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > bytes_max:
        raise FormTooLarge
    collector = _Collector(fields_max)
    try:
        parser = MultipartParser(options[b"boundary"], collector.callbacks(), max_header_size=1024)
        received = 0
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                received += len(chunk)
                if received > bytes_max:
                    raise FormTooLarge
                parser.write(chunk)
        parser.finalize()
    except TimeoutError:
        raise FormTooSlow from None
    except (FormParserError, ClientDisconnect):
        raise FormMalformed from None  # the parser's message may quote what it stumbled over
    return Form(collector.finished())


@dataclass
class _Open:
    """A part under way."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    header: bytearray = field(default_factory=bytearray)
    header_value: bytearray = field(default_factory=bytearray)
    data: bytearray = field(default_factory=bytearray)


class _Collector:
    """Takes the tokenizer's events and puts parts together."""

    def __init__(self, fields_max: int) -> None:
        self._fields_max = fields_max
        self._parts: dict[str, Part] = {}
        self._open = _Open()
        self._complete = False

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def finished(self) -> dict[str, Part]:
        if not self._complete:
            raise FormMalformed
        return self._parts

    def _begin(self) -> None:
        if len(self._parts) >= self._fields_max:
            raise FormMalformed
        self._open = _Open()

    def _header(self, data: bytes, start: int, end: int) -> None:
        self._open.header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._open.header_value += data[start:end]

    def _header_end(self) -> None:
        self._open.headers[bytes(self._open.header).lower()] = bytes(self._open.header_value)
        self._open.header.clear()
        self._open.header_value.clear()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if len(self._open.data) + end - start > PART_BYTES_MAX:
            raise FormTooLarge
        self._open.data += data[start:end]

    def _end(self) -> None:
        _, options = parse_options_header(self._open.headers.get(b"content-disposition", b"").decode("latin-1"))
        name = options.get(b"name", b"").decode("latin-1")
        if not name or name in self._parts:
            raise FormMalformed
        try:
            text = SecretStr(self._open.data.decode("utf-8"))
        except UnicodeDecodeError:
            text = None
        self._parts[name] = Part(text, file=bool(options.get(b"filename")))

    def _finish(self) -> None:
        self._complete = True
