"""Sends an audio file to OpenAI's transcription endpoint and returns text and segments."""

from __future__ import annotations

import base64
import binascii
import json
import os
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BASE_URL = "https://api.openai.com/v1"  # OPENAI_BASE_URL in the environment overrides it
ENDINGS = (".wav", ".mp3", ".flac", ".ogg", ".m4a")
SIZE_MAX = 25 * 1024 * 1024
TIMEOUT = 600  # seconds, as max_runtime_seconds in tool.json


class Refused(Exception):
    """A run that ends with a status and a sentence for the user; never with a secret in it."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def run(inputs: dict[str, Any]) -> dict[str, Any]:
    """`transcript` and `segments` of `audio_input`, a path or a data: URL."""
    key = os.environ.get("OPENAI_API_KEY")
    if not key:
        raise Refused(422, "OPENAI_API_KEY is not set: pixie-secrets set-secret whisper-transcription OPENAI_API_KEY")
    name, audio = _audio(inputs.get("audio_input"))
    answer = _transcribe(name, audio, inputs.get("language") or "auto", key)
    segments = [
        {"start": round(segment["start"], 2), "end": round(segment["end"], 2), "text": segment["text"].strip()}
        for segment in answer.get("segments", [])
    ]
    return {"transcript": answer["text"], "segments": {"rows": segments}}


def _audio(given: object) -> tuple[str, bytes]:
    """The file's name and content."""
    if not isinstance(given, str) or not given:
        raise Refused(422, "audio_input is missing: give the path of an audio file")
    name, audio = _from_data_url(given) if given.startswith("data:") else _from_file(Path(given))
    if not 0 < len(audio) <= SIZE_MAX:
        raise Refused(422, "the audio file is empty or larger than 25 MB")
    return name, audio


def _from_data_url(url: str) -> tuple[str, bytes]:
    kind, _, encoded = url.partition(";base64,")
    subtype = kind.rpartition("/")[2].removeprefix("x-")
    name = "audio" + {"mpeg": ".mp3", "mp4": ".m4a", "wave": ".wav"}.get(subtype, f".{subtype}")
    try:
        return _checked(name), base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise Refused(422, "audio_input is not a base64 data: URL") from None


def _from_file(path: Path) -> tuple[str, bytes]:
    name = _checked(path.name)
    try:
        with path.open("rb") as file:
            return name, file.read(SIZE_MAX + 1)
    except OSError:
        raise Refused(422, "there is no audio file at that path that can be read") from None


def _checked(name: str) -> str:
    if not name.lower().endswith(ENDINGS):
        raise Refused(422, f"not an audio file: its name must end in one of {', '.join(ENDINGS)}")
    return name


def _transcribe(name: str, audio: bytes, language: str, key: str) -> dict[str, Any]:
    """What the service answers, in its verbose form: `text`, and `segments` with `start`, `end` and `text`."""
    from urllib.error import HTTPError, URLError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class NoRedirects(HTTPRedirectHandler):
        """urllib would send the key along to wherever it is redirected."""

        def redirect_request(self, *_: object) -> None:
            return None

    fields = {"model": "whisper-1", "response_format": "verbose_json"}
    if language != "auto":
        fields["language"] = language
    boundary, body = _form(fields, name, audio)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    request = Request(f"{_base_url()}/audio/transcriptions", body, headers, method="POST")
    try:
        with build_opener(NoRedirects).open(request, timeout=TIMEOUT) as answer:
            return json.load(answer)
    except HTTPError as error:
        error.close()  # its body is not passed on: it repeats a part of the key
        if error.code in (401, 403):
            raise Refused(502, "the transcription service refused the OPENAI_API_KEY: set another one") from None
        raise Refused(502, f"the transcription service answered {error.code}") from None
    except (URLError, TimeoutError, ValueError):
        raise Refused(502, "the transcription service cannot be reached") from None


def _base_url() -> str:
    """The key travels in a header, so: https, or this very machine."""
    url = os.environ.get("OPENAI_BASE_URL", BASE_URL).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        return url
    raise Refused(422, "OPENAI_BASE_URL must begin with https://")


def _form(fields: dict[str, str], name: str, content: bytes) -> tuple[str, bytes]:
    """A multipart/form-data body and its boundary."""
    boundary = uuid.uuid4().hex
    safe = "".join(char if char.isalnum() or char in "._-" else "_" for char in name)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n\r\n'
    return boundary, "".join(parts).encode() + head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
