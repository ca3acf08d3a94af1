"""`run-tool` over the wire: a result, progress on the way, a cancelled call, and no value in any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest
from tests.evidence import Evidence
from tests.mcp.client import ERAS, Client
from tests.running.conftest import VALUE, House, wait_for
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STREAMING = """
    import os, threading
    from served import serve
    heard = threading.Event()
    key = os.environ["API_KEY"]
    def stream():
        for piece in ("it is ", key[:5], key[5:], " so"):
            yield {"output_key": "text", "value": piece, "done": False}
        heard.set()
    def run(body):
        heard.wait(20)
        print("used", key)
        return {"said": {"value": body["text"] + key}}
    serve(run, stream=stream)
"""
OUTPUTS = [
    {"key": "said", "label": "Said", "type": "text"},
    {"key": "text", "label": "Text", "type": "stream_text", "streaming": True},
]
INPUTS = [{"key": "text", "label": "Text", "type": "text"}]
ENDLESS = """
    import time
    open("running", "w").write("yes")
    time.sleep(600)
"""


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    era: str = request.param
    return era


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path / "house")
    yield built
    until(lambda: built.processes() == [])


def test_a_run_is_reported_with_progress_and_without_its_value(house: House, era: str) -> None:
    house.add("streaming", STREAMING, inputs=INPUTS, outputs=OUTPUTS)
    with Client(house.root, era) as client:
        [tool] = [
            tool for tool in client.result(client.request("tools/list", {}))["tools"] if tool["name"] == "run-tool"
        ]
        arguments = {"tool_id": "streaming", "inputs": {"text": "hi "}}
        call = client.start("run-tool", arguments, _meta={"progressToken": "p1"})
        run = client.outcome(call)
        jsonschema.validate(run, tool["outputSchema"])
        assert (run["outcome"], run["outputs"]) == ("done", {"said": "hi ***", "text": "it is *** so"})
        assert run["log"] == "used ***\n"
        progress = [note["params"] for note in client.notifications if note["method"] == "notifications/progress"]
        assert "it is ***" in "".join(each["message"] for each in progress)
        steps = [each["progress"] for each in progress]
        assert steps == sorted(set(steps))
        evidence = Evidence()
        evidence.add("wire", "".join(client.received))
    evidence.add("stderr", client.errors)
    evidence.assert_nowhere(VALUE)


def test_what_cannot_be_run_is_refused_with_what_to_do(house: House, era: str) -> None:
    folder = house.add("streaming", STREAMING, inputs=INPUTS, outputs=OUTPUTS)
    with Client(house.root, era) as client:
        refusal = client.refusal(client.start("run-tool", {"tool_id": "streaming", "inputs": {"txet": "pasted-1"}}))
        assert refusal == "streaming has no such input. did you mean text? inputs: text."
        house.env(folder, "")
        refusal = client.refusal(client.start("run-tool", {"tool_id": "streaming", "inputs": {"text": "hi"}}))
        assert refusal.startswith("streaming cannot run without API_KEY, not set yet. call set-secret for streaming")


def test_a_cancelled_call_ends_the_run_and_all_its_processes(house: House, era: str) -> None:
    folder = house.add("endless", ENDLESS)
    with Client(house.root, era) as client:
        call = client.start("run-tool", {"tool_id": "endless"})
        wait_for(folder / "running")
        assert house.processes()
        client.cancel(call)
        until(lambda: house.processes() == [])


def test_a_server_that_is_left_or_killed_leaves_no_run_behind(house: House) -> None:
    folder = house.add("endless", ENDLESS)
    for how in ("left", "killed"):
        client = Client(house.root)
        client.open()
        client.start("run-tool", {"tool_id": "endless"})
        wait_for(folder / "running")
        if how == "killed":
            client.process.kill()
        client.close()
        until(lambda: house.processes() == [])
        (folder / "running").unlink()


def test_other_calls_are_answered_while_runs_go_on(house: House) -> None:
    folder = house.add("endless", ENDLESS)
    with Client(house.root) as client:
        calls = [client.start("run-tool", {"tool_id": "endless"}) for _ in range(3)]
        wait_for(folder / "running")
        assert client.call("list-secrets")["structuredContent"]["tools"]
        for call in calls:
            client.cancel(call)
