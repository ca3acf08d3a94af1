"""Running a tool: what it is given, what comes back, and that no value does."""

from __future__ import annotations

import json
import os
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import require
from tests.evidence import Evidence
from tests.running.conftest import NUMBER, VALUE, House

from pixie_secrets.errors import SecretsMissing
from pixie_secrets.running.conversation import RunOutcome
from pixie_secrets.running.inputs import InputsRefused
from pixie_secrets.running.interpreter import NotInstalled

if TYPE_CHECKING:
    from pixie_secrets.operations.run_tool import ToolRun

ECHO = "from served import serve; serve(lambda body: {'said': body})"
LEAKY = (Path(__file__).parent / "leaky.py").read_text(encoding="utf-8")
WAY = [{"key": "way", "label": "Way", "type": "text"}]


def assert_clean(run: ToolRun) -> None:
    evidence = Evidence()
    evidence.add("result", run.model_dump_json())
    evidence.add("result as text", json.dumps(run.model_dump(mode="json"), ensure_ascii=False))
    evidence.assert_nowhere(VALUE)
    evidence.assert_nowhere(NUMBER)


def test_a_fastapi_tool_leaks_in_ten_ways_and_none_comes_back(house: House) -> None:
    require("fastapi", find_spec("fastapi"))
    house.add("leaky", LEAKY, inputs=WAY, secrets=[{"key": "API_KEY", "required": True}])
    run = house.run("leaky", inputs={"way": "all"})
    assert run.outcome is RunOutcome.DONE, run
    assert_clean(run)
    outputs = run.outputs
    assert outputs["raw"] == "***"
    assert outputs["within"] == "key=***;"
    assert outputs["nested"] == [{"deep": {"deeper": ["***"]}}]
    assert outputs["as_a_key"] == {"***": 1, "***!": 2}
    assert outputs["base64"] != ""
    assert outputs["hex"] == "***"
    assert outputs["in_a_url"] == "https://api.example/?key=***"
    assert outputs["json_in_text"] == '{"key": "***"}'
    assert outputs["number"] == "***"
    assert outputs["environment"]["API_KEY"] == "***"
    assert "Authorization: Bearer ***\n" in run.log
    assert "\n***\n" in run.log
    assert run.warnings == ("the file dump.txt of this run holds a secret value: do not read it",)
    assert run.artefacts


def test_what_a_failing_tool_says_and_prints_comes_back_masked(house: House) -> None:
    house.add("leaky", LEAKY, inputs=WAY)
    refused = house.run("leaky", inputs={"way": "detail"})
    assert (refused.outcome, refused.error) == (RunOutcome.FAILED, 'HTTP 502: {"upstream": "refused ***"}')
    broken = house.run("leaky", inputs={"way": "traceback"})
    assert broken.outcome is RunOutcome.FAILED
    assert "RuntimeError: could not log in with ***" in broken.log
    assert_clean(refused)
    assert_clean(broken)


def test_a_required_secret_that_is_not_set_is_named_and_nothing_is_started(house: House) -> None:
    folder = house.add("echo", ECHO)
    (folder / "main.py").write_text("open('started', 'w')")
    for text in ("", "API_KEY=\n"):
        house.env(folder, text)
        with pytest.raises(SecretsMissing, match="API_KEY") as refusal:
            house.run("echo")
        assert "set-secret echo" in refusal.value.hint
    assert not (folder / "started").exists()


def test_a_tool_gets_its_exact_values_and_nothing_of_the_agents(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    agents = {
        "ANTHROPIC_API_KEY": "sk-ant-1",
        "CLAUDE_CODE": "1",
        "PYTHONPATH": "/x",
        "AWS_PROFILE": "p",
        "PIXIE_X": "1",
    }
    for name, value in agents.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HTTPS_PROXY", "http://me:pr0xy-word@proxy.example:3128")
    main = """
        import os
        from served import serve
        serve(lambda body: {"environment": dict(os.environ), "exact": ascii(os.environ["API_KEY"])[3:-3]})
    """
    folder = house.add("echo", main)
    house.env(folder, "API_KEY='a b$HOME\\n'\nEMPTY=\nLD_PRELOAD=/evil.so\nPATH=/evil\n")
    outputs = house.run("echo").outputs
    assert not set(agents) & set(outputs["environment"])
    assert outputs["environment"]["EMPTY"] == ""
    assert "LD_PRELOAD" not in outputs["environment"]
    assert outputs["environment"]["PATH"] == os.environ["PATH"]
    assert outputs["environment"]["HTTPS_PROXY"] == "http://me:***@proxy.example:3128"
    assert outputs["exact"] == "b$HOME\\"


def test_a_run_is_asked_as_the_contract_says(house: House) -> None:
    inputs = [
        {"key": "text", "label": "Text", "type": "text"},
        {"key": "size", "label": "Size", "type": "number", "default": 3},
        {"key": "run_id", "label": "Mine", "type": "text", "required": False, "default": "mine"},
    ]
    folder = house.add("echo", ECHO, inputs=inputs, outputs=[{"key": "said", "label": "Said", "type": "kv"}])
    said = house.run("echo", inputs={"text": "hi"}).outputs["said"]
    assert said["inputs"] == {"text": "hi", "size": 3, "run_id": "mine"}
    assert (said["text"], said["size"]) == ("hi", 3)
    assert said["run_id"] == said["_pixie"]["run_id"] == said["headers"]["X-Pixie-Run-Id"] != "mine"
    assert said["_pixie"]["artefacts_dir"] == said["headers"]["X-Pixie-Artefacts-Dir"]
    assert not Path(said["_pixie"]["artefacts_dir"]).exists()
    assert folder.is_dir()


def test_files_are_named_from_the_project_and_no_env_file_is_one(house: House) -> None:
    folder = house.add("echo", ECHO, inputs=[{"key": "file", "label": "File", "type": "file"}])
    (house.root / "talk.wav").write_bytes(b"RIFF")
    assert house.run("echo", inputs={"file": "talk.wav"}).outputs["said"]["file"] == str(house.root / "talk.wav")
    (house.root / "link").symlink_to(folder / ".env")
    for path in ("tools/echo/.env", str(folder / ".env"), "tools/echo/../echo/.env", "link"):
        with pytest.raises(InputsRefused, match=r"\.env is no input"):
            house.run("echo", inputs={"file": path})


def test_what_is_streamed_arrives_while_it_runs_and_no_half_of_a_value_does(house: House) -> None:
    main = """
        import os, threading
        from served import serve
        heard = threading.Event()
        key = os.environ["API_KEY"]
        def stream():
            for piece in ("it is ", key[:5], key[5:], " and ", key[:3]):
                yield {"output_key": "text", "value": piece, "done": False}
            yield {"output_key": "bar", "value": {"at": key}, "done": False}
            yield {"output_key": "text", "value": "", "done": True}
            heard.set()
        def run(body):
            heard.wait(20)
            return {}
        serve(run, stream=stream)
    """
    outputs = [{"key": "text", "label": "Text", "type": "stream_text", "streaming": True}]
    house.add("streaming", main, outputs=outputs)
    reported: list[str] = []
    run = house.run("streaming", progress=lambda step: reported.append(step.text))
    assert run.outputs == {"text": f"it is *** and {VALUE[:3]}"}
    assert "it is *** and" in "".join(reported)
    assert 'bar: {"at": "***"}' in "".join(reported)
    assert_clean(run)


def test_a_tool_that_describes_another_tool_is_not_asked_to_run(house: House) -> None:
    other = {"id": "other", "name": "Other", "inputs": [], "outputs": []}
    house.add("echo", f"from served import serve; serve(lambda body: open('ran', 'w') and {{}}, schema={other})")
    run = house.run("echo")
    assert (run.outcome, run.error) == (RunOutcome.FAILED, "its /schema is that of another tool")
    assert not (house.root / "tools/echo/ran").exists()


def test_an_old_schema_and_an_open_port_are_worth_a_warning(house: House) -> None:
    old = {"id": "echo", "name": "Old", "inputs": [], "outputs": []}
    house.add("echo", f"from served import serve; serve(lambda body: {{}}, schema={old}, host='0.0.0.0')")
    run = house.run("echo")
    assert run.outcome is RunOutcome.DONE
    assert [warning.split(":")[0] for warning in run.warnings] == [
        "it listens on every network interface; it should bind 127.0.0.1 only",
        "its /schema differs from tool.json in name, secrets",
    ]


def test_ten_runs_at_once_all_end_well(house: House) -> None:
    house.add("echo", ECHO, inputs=[{"key": "n", "label": "N", "type": "number"}])
    runs: dict[int, ToolRun] = {}

    def one(number: int) -> None:
        runs[number] = house.run("echo", inputs={"n": number})

    threads = [threading.Thread(target=one, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [runs[number].outputs["said"]["n"] for number in range(10)] == list(range(10))
    assert {run.outcome for run in runs.values()} == {RunOutcome.DONE}


def test_a_tool_that_does_one_thing_at_a_time_is_run_one_at_a_time(house: House) -> None:
    main = """
        import os, signal, sys
        from served import serve
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        def run(body):
            os.mkdir("busy")
            os.rmdir("busy")
            with open("ran", "a") as ran:
                ran.write("x")
            return {}
        os.mkdir("alive")
        try:
            serve(run)
        finally:
            os.rmdir("alive")
    """
    folder = house.add("alone", main, concurrent=False)
    threads = [threading.Thread(target=house.run, args=("alone",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (folder / "ran").read_text() == "xxxx"


def test_a_tool_without_an_environment_says_how_the_user_gets_one(house: House) -> None:
    folder = house.add("echo", ECHO)
    (folder / ".venv").unlink()
    with pytest.raises(NotInstalled, match="no environment") as refusal:
        house.run("echo")
    assert f"uv sync --project {folder}" in refusal.value.hint
    (folder / "main.py").unlink()
    with pytest.raises(NotInstalled, match=r"has no main\.py"):
        house.run("echo")
