"""Does the code read what is declared, and keep what it reads to itself?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import add_tool
from tests.lint.bench import lint
from tests.mcp.client import Client

if TYPE_CHECKING:
    from pathlib import Path

READ = 'import os\n\nSERVICE_TOKEN = os.environ["SERVICE_TOKEN"]\n'


SETTINGS = "from pydantic_settings import BaseSettings, SettingsConfigDict\n\n\n"


def tool(root: Path, code: str, *, keys: tuple[str, ...] = ("SERVICE_TOKEN",), **more: Any) -> Path:
    secrets = [{"key": key, "description": "d"} for key in keys]
    folder = add_tool(root, "reader", secrets=secrets, **more)
    (folder / "main.py").write_text(code, encoding="utf-8")
    return folder


def said(root: Path) -> list[tuple[str, str, int]]:
    ran = lint(root, "--select", "DC", "--json")
    return [(one["code"], one["file"].rsplit("/", 1)[1], one["line"]) for one in ran.findings]


@pytest.mark.parametrize(
    "code",
    [
        READ,
        'import os\nX = os.environ.get("SERVICE_TOKEN")\n',
        'import os\nX = os.getenv("SERVICE_TOKEN", "")\n',
        'from os import environ, getenv\nX = getenv("SERVICE_TOKEN")\n',
        'from decouple import config\nX = config("SERVICE_TOKEN")\n',
        "from pydantic_settings import BaseSettings\n\nclass S(BaseSettings):\n    service_token: str\n",
        'KEYS = ["SERVICE_TOKEN"]\n',
        "import service\n\nclient = service.Client()  # it reads its key by itself\n",
        f'{SETTINGS}class S(BaseSettings):\n    model_config = {{"env_prefix": "SERVICE_"}}\n    token: str\n',
        f'{SETTINGS}class S(BaseSettings, env_prefix="SERVICE_"):\n    token: str\n',
        f'{SETTINGS}class S(BaseSettings):\n    token: str\n\n    class Config:\n        env_prefix = "service_"\n',
        f'{SETTINGS}class S(BaseSettings):\n    auth_token: str = Field(validation_alias="SERVICE_TOKEN")\n',
        f'{SETTINGS}class S(BaseSettings):\n    a_token: str = Field(alias=AliasChoices("A_TOKEN", "service_token"))\n',
        f"{SETTINGS}class Base(BaseSettings):\n    debug: bool\n\n\nclass S(Base):\n    service_token: str\n",
        f"{SETTINGS}class S(BaseSettings):\n    service_token: str\n    _a_token: str\n    b_token: ClassVar[str]\n",
        'from dynaconf import Dynaconf\nsettings = Dynaconf(envvar_prefix="SERVICE")\nX = settings.TOKEN\n',
        'from environs import env\nwith env.prefixed("SERVICE_"):\n    X = env.str("TOKEN")\n',
        'import os\nX = [os.environ[f"SERVICE_{name}"] for name in NAMES]\n',
        'import litellm\n\nlitellm.completion(model="x")\n',
        'import os\nif "SERVICE_TOKEN" in os.environ and os.environ.get("SSH_AUTH_SOCK"):\n    pass\n',
        'config = {}\nenv = {}\nX = config.get("API_TOKEN"), env.get("OTHER_TOKEN"), "SERVICE_TOKEN"\n',
    ],
)
def test_what_is_declared_and_read_is_fine(tmp_path: Path, code: str) -> None:
    tool(tmp_path, code)
    assert said(tmp_path) == []


def test_a_library_that_reads_its_own_key_counts(tmp_path: Path) -> None:
    tool(tmp_path, "import openai\nfrom transformers import pipeline\n", keys=("OPENAI_API_KEY", "HF_TOKEN"))
    assert said(tmp_path) == []


def test_declared_and_never_read(tmp_path: Path) -> None:
    tool(tmp_path, "x = 1\n")
    [(code, file, line)] = said(tmp_path)
    assert (code, file) == ("DC001", "tool.json")
    assert "SERVICE_TOKEN" in (tmp_path / "tools/reader/tool.json").read_text().split("\n")[line - 1]


def test_what_a_readme_promises_is_not_read_by_that(tmp_path: Path) -> None:
    folder = tool(tmp_path, "x = 1\n")
    (folder / "README.md").write_text("Set SERVICE_TOKEN first.\n")
    assert [code for code, *_ in said(tmp_path)] == ["DC001"]
    (folder / "run.sh").write_text('curl -H "X-Key: $SERVICE_TOKEN" https://service.net\n')
    assert said(tmp_path) == []


def test_read_and_never_declared(tmp_path: Path) -> None:
    tool(tmp_path, READ + 'PORT = os.environ["PORT"]\nOTHER = os.environ["PAYMENTS_SECRET"]\n')
    assert said(tmp_path) == [("DC002", "main.py", 5)]


def test_misspelt(tmp_path: Path) -> None:
    tool(tmp_path, READ.replace("SERVICE_TOKEN", "SERVICES_TOKEN"))
    ran = lint(tmp_path, "--select", "DC", "--json")
    assert [(one["code"], one["line"], one["message"]) for one in ran.findings] == [
        ("DC003", 3, "SERVICES_TOKEN is read, SERVICE_TOKEN is declared")
    ]


def test_required_and_not_set_and_set_and_empty(tmp_path: Path) -> None:
    folder = add_tool(tmp_path, "reader", secrets=[{"key": "SERVICE_TOKEN", "required": True}])
    (folder / "main.py").write_text(READ)
    assert [code for code, *_ in said(tmp_path)] == ["DC004"]
    (folder / ".env").write_text("SERVICE_TOKEN=\n")
    assert [code for code, *_ in said(tmp_path)] == ["DC004"]
    (folder / ".env").write_text("SERVICE_TOKEN=abcd1234\n")
    assert said(tmp_path) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("load_dotenv(override=True)", "DC005"),
        ("load_dotenv(override=False)", None),
        ("load_dotenv()", None),
        ('httpx.get(f"{BASE}?api_key={SERVICE_TOKEN}")', "DC006"),
        ('httpx.get(f"{BASE}?q=1&token={SERVICE_TOKEN}&x=2")', "DC006"),
        ('httpx.get(f"{BASE}?q={question}")', None),
        ('httpx.get(BASE, headers={"X-Key": SERVICE_TOKEN})', None),
        ("print(SERVICE_TOKEN)", "DC007"),
        ('print(f"token: {SERVICE_TOKEN}")', "DC007"),
        ('print("token: " + SERVICE_TOKEN)', "DC007"),
        ('print("token: %s" % SERVICE_TOKEN)', "DC007"),
        ('print("token: {}".format(SERVICE_TOKEN))', "DC007"),
        ("logger.info(SERVICE_TOKEN)", "DC007"),
        ('logging.debug("token %s", SERVICE_TOKEN)', "DC007"),
        ('print(os.environ["SERVICE_TOKEN"])', "DC007"),
        ("print(bool(SERVICE_TOKEN))", None),
        ("print(len(SERVICE_TOKEN))", None),
        ('logger.info("set" if SERVICE_TOKEN else "not set")', None),
        ('print("SERVICE_TOKEN")', None),
        ("math.log(SERVICE_TOKEN)", None),
        ('load_dotenv(".env", None, False, True)', "DC005"),
        ('httpx.get(URL, params={"api_key": SERVICE_TOKEN, "q": 1})', "DC006"),
        ('cursor.execute(QUERY, params={"key": SERVICE_TOKEN})', None),
        ('httpx.get(URL + "?key=" + SERVICE_TOKEN)', "DC006"),
        ('httpx.get("https://service.net/?key={}".format(SERVICE_TOKEN))', "DC006"),
        ('httpx.get("https://service.net/?q=1&key=%s" % SERVICE_TOKEN)', "DC006"),
        ('httpx.get("https://service.net/?q={}".format(question))', None),
        ("print(SERVICE_TOKEN[:4])", "DC007"),
        ("print(SERVICE_TOKEN.strip())", "DC007"),
        ('print({"token": SERVICE_TOKEN})', "DC007"),
        ("print(*[SERVICE_TOKEN])", "DC007"),
        ('print(SERVICE_TOKEN or "none")', "DC007"),
        ("print(SERVICE_TOKEN and question)", None),
        ('print(" ".join(["token", SERVICE_TOKEN]))', "DC007"),
        ("print(dict(os.environ))", "DC007"),
        ("pprint.pprint(SERVICE_TOKEN)", "DC007"),
        ("console.print(SERVICE_TOKEN)", "DC007"),
        ("logging.getLogger(__name__).info(SERVICE_TOKEN)", "DC007"),
        ('app_log.info("started", extra={"token": SERVICE_TOKEN})', "DC007"),
        ("catalog.info(SERVICE_TOKEN)", None),
        ("print(hide(SERVICE_TOKEN))", None),
    ],
)
def test_what_becomes_of_a_secret(tmp_path: Path, line: str, code: str | None) -> None:
    tool(tmp_path, f"{READ}{line}\n")
    assert said(tmp_path) == ([(code, "main.py", 4)] if code else [])


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ('TOKEN: str = os.environ["SERVICE_TOKEN"]\nprint(TOKEN)\n', True),
        ('if TOKEN := os.environ.get("SERVICE_TOKEN"):\n    print(TOKEN)\n', True),
        ('name, TOKEN = "x", os.environ["SERVICE_TOKEN"]\nprint(TOKEN)\n', True),
        ('TOKEN = None\nTOKEN = os.environ.get("SERVICE_TOKEN") or ""\nprint(TOKEN)\n', True),
        ('self.token = os.environ["SERVICE_TOKEN"]\nprint(self.token)\n', True),
        ('headers = {"X-Key": os.environ["SERVICE_TOKEN"]}\nprint(headers)\n', True),
        (f"{SETTINGS}class S(BaseSettings):\n    service_token: str\n\n\ns = S()\nprint(s.service_token)\n", True),
        (
            f"{SETTINGS}class S(BaseSettings):\n    service_token: SecretStr\n\n\ns = S()\nprint(s.service_token)\n",
            False,
        ),
        ('client = Client(api_key=os.environ["SERVICE_TOKEN"])\nprint(client)\n', False),
        ('answer = ask(os.environ["SERVICE_TOKEN"], question)\nlogger.info(answer)\n', False),
        ('is_set = bool(os.environ.get("SERVICE_TOKEN"))\nprint(is_set)\n', False),
        ('long = len(os.environ["SERVICE_TOKEN"]) > 3\nprint(long)\n', False),
        ('def a():\n    data = {"token": os.environ["SERVICE_TOKEN"]}\n\n\ndef b(data):\n    print(data)\n', False),
        ('data = os.environ["SERVICE_TOKEN"]\nfor data in answers:\n    print(data)\n', False),
        ('data = os.environ["SERVICE_TOKEN"]\nwith opened() as data:\n    print(data)\n', False),
    ],
)
def test_what_holds_a_secret(tmp_path: Path, code: str, *, printed: bool) -> None:
    tool(tmp_path, f"import os\n{code}")
    assert [found for found, *_ in said(tmp_path)] == (["DC007"] if printed else [])


@pytest.mark.parametrize(
    ("body", "returned"),
    [
        ('def run(inputs):\n    return {"answer": SERVICE_TOKEN}\n', True),
        ('def run(inputs):\n    return {"answer": {"value": f"used {SERVICE_TOKEN}"}}\n', True),
        ('@app.post("/run")\ndef anything(inputs):\n    return SERVICE_TOKEN\n', True),
        ('def run(inputs):\n    return {"answer": ask(SERVICE_TOKEN)}\n', False),
        ('def headers():\n    return {"Authorization": f"Bearer {SERVICE_TOKEN}"}\n', False),
        ("def token():\n    return SERVICE_TOKEN\n", False),
        ('def run(inputs):\n    answer = {"answer": SERVICE_TOKEN}\n    return answer\n', True),
        ('def run(inputs):\n    return JSONResponse({"answer": SERVICE_TOKEN})\n', True),
        ('def run(inputs):\n    yield {"answer": SERVICE_TOKEN}\n', True),
        ("def run(inputs):\n    def key():\n        return SERVICE_TOKEN\n\n    return ask(key())\n", False),
        ("def run(inputs):\n    return Client(SERVICE_TOKEN).ask(inputs)\n", False),
    ],
)
def test_a_secret_in_the_outputs(tmp_path: Path, body: str, *, returned: bool) -> None:
    tool(tmp_path, READ + body)
    assert [code for code, *_ in said(tmp_path)] == (["DC008"] if returned else [])


def test_code_that_does_not_parse_is_no_reason_to_fail(tmp_path: Path) -> None:
    tool(tmp_path, "import os\nprint os.environ['SERVICE_TOKEN']\n")
    assert said(tmp_path) == []


def test_tests_of_a_tool_may_do_what_tests_do(tmp_path: Path) -> None:
    folder = tool(tmp_path, READ)
    (folder / "tests").mkdir()
    body = 'os.environ["FAKE_API_TOKEN"]\nprint(os.environ["SERVICE_TOKEN"])\n'
    (folder / "tests/test_main.py").write_text(f"import os\n{body}")
    assert said(tmp_path) == []


def test_the_same_through_mcp(tmp_path: Path) -> None:
    tool(tmp_path, "x = 1\n")
    with Client(tmp_path) as client:
        result = client.outcome(client.start("lint-tool", {"select": ["DC"]}))
    assert [one["code"] for one in result["findings"]] == ["DC001"]


OURS = "from pixie_secrets.tool import secrets\n\n"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("X = secrets.SERVICE_TOKEN.get_secret_value()\n", []),
        ("print(secrets.SERVICE_TOKEN, secrets.SERVICE_TOKEN.url)\n", []),
        ("print(secrets.SERVICE_TOKEN.get_secret_value())\n", ["DC007"]),
        ("X = secrets.SERVICE_TOKEN.get_secret_value()\nlog.info(X)\n", ["DC007"]),
        ('print(secrets["SERVICE_TOKEN"].hosts[0].password.get_secret_value())\n', ["DC007"]),
        ('httpx.get(f"{BASE}?api_key={secrets.SERVICE_TOKEN.get_secret_value()}")\n', ["DC006"]),
        ("X = secrets.OTHER_API_KEY.get_secret_value(), secrets.SERVICE_TOKEN\n", ["DC002"]),
        ("X = secrets.SERVCE_TOKEN.get_secret_value()\n", ["DC003"]),
        ("X = secrets.token_hex(), settings.other_api_key.get_secret_value(), 'SERVICE_TOKEN'\n", []),
    ],
)
def test_what_is_read_with_our_own_library_is_read_and_is_followed(tmp_path: Path, code: str, found: list[str]) -> None:
    tool(tmp_path, OURS + code)
    assert [code for code, *_ in said(tmp_path)] == found
