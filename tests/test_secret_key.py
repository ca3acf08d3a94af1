"""Which names a secret may have: nothing that steers a process, and nothing else is in the way."""

from __future__ import annotations

import os
import string
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixie_secrets.errors import KeyRefused
from pixie_secrets.secret.key import LENGTH_MAX, PATTERN, case_twins, check_key

LEGITIMATE = (
    "A", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "DATABASE_URL", "WEBHOOK_URL", "api_key", "apiKey", "Key_2",
    "RUBYGEMS_API_KEY", "NODE_AUTH_TOKEN", "NPM_TOKEN", "GIT_TOKEN", "GIT_PAT", "GIT_SSH_KEY", "GITHUB_TOKEN",
    "GITLAB_TOKEN", "UV_PUBLISH_TOKEN", "UV_INDEX_CORP_PASSWORD", "PIP_INDEX_PASSWORD", "CARGO_REGISTRY_TOKEN",
    "PATH_API_KEY", "HOME_ASSISTANT_TOKEN", "LANGCHAIN_API_KEY", "LANGFUSE_SECRET_KEY", "LC_API_KEY", "LESSONLY_KEY",
    "USER_PASSWORD", "USERNAME_AND_PASSWORD", "SHELL_API_KEY", "TERMINUS_KEY", "ENVOY_TOKEN", "PS5_KEY", "TMP_KEY",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_CLIENT_SECRET", "CONDA_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT_JSON", "GOOGLE_API_KEY", "GOLIOTH_API_KEY",
    "JUPYTER_TOKEN", "CLAUDE_API_KEY", "DENO_DEPLOY_TOKEN", "BUNDLE_GITHUB__COM", "FISH_AUDIO_KEY", "PYPI_TOKEN",
    "SSL_CLIENT_KEY", "SSH_PRIVATE_KEY", "PROXY_PASSWORD", "TLS_KEY", "PHP_MYADMIN_PASSWORD", "LDAP_PASSWORD",
    "POSTGRES_USER", "TELEGRAM_BOT_TOKEN", "TMUXAI_API_KEY", "GROUPS_API_KEY", "COR_API_KEY", "RUSTACEAN_KEY",
)  # fmt: skip
STEERING = (
    "PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "LD_ANYTHING_TOKEN", "DYLD_INSERT_LIBRARIES", "PYTHONPATH",
    "PYTHONSTARTUP", "PYTHONHOME", "PYTHONWARNINGS", "PYTHONBREAKPOINT", "PYTHON_GIL", "NODE_OPTIONS", "NODE_PATH",
    "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "BASH_ENV", "BASH_FUNC_ls", "ENV", "SHELLOPTS", "IFS", "PS4",
    "PROMPT_COMMAND", "ZDOTDIR", "HOME", "USER", "SHELL", "TMPDIR", "LC_ALL", "LANG", "TZ", "HTTPS_PROXY", "NO_PROXY",
    "SSL_CERT_FILE", "SSLKEYLOGFILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "OPENSSL_CONF", "GIT_SSH_COMMAND",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_KEY_0", "GIT_DIR", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS", "GIT_SSL_NO_VERIFY",
    "EDITOR", "VISUAL", "PAGER", "BROWSER", "LESSOPEN", "SSH_ASKPASS", "SSH_AUTH_SOCK", "PERL5OPT", "PERL5LIB",
    "RUBYOPT", "RUBYLIB", "GEM_PATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH", "PHPRC", "LUA_INIT",
    "R_PROFILE_USER", "GOFLAGS", "RUSTC_WRAPPER", "CARGO_HOME", "DOTNET_STARTUP_HOOKS", "CORECLR_PROFILER_PATH",
    "PSMODULEPATH", "COMSPEC", "PATHEXT", "SYSTEMROOT", "UV_INDEX_URL", "UV_PYTHON", "PIP_INDEX_URL",
    "PIP_CONFIG_FILE", "NPM_CONFIG_REGISTRY", "VIRTUAL_ENV", "GLIBC_TUNABLES", "MALLOC_CHECK_", "GCONV_PATH",
    "HOSTALIASES", "XDG_CONFIG_HOME", "PIXIE_PROJECT", "PIXIE_SECRETS_CHANNEL", "CLAUDE_PROJECT_DIR",
    "PYTEST_ADDOPTS", "DJANGO_SETTINGS_MODULE", "GUNICORN_CMD_ARGS", "MAKEFLAGS", "CC",
)  # fmt: skip


@pytest.mark.parametrize("key", LEGITIMATE)
def test_the_name_of_a_credential_is_taken_unchanged(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize("key", STEERING)
def test_a_name_that_steers_a_process_is_refused_in_any_case(key: str) -> None:
    for spelling in (key, key.lower(), key.title()):
        with pytest.raises(KeyRefused, match="changes how programs run") as caught:
            check_key(spelling)
        assert "_API_KEY" in caught.value.hint


@pytest.mark.parametrize("key", ["LD_sk_live_4f9aVALUE", "uv_4f9aVALUE"])
def test_what_only_begins_like_such_a_name_may_be_a_value_and_is_not_repeated(key: str) -> None:
    with pytest.raises(KeyRefused) as caught:
        check_key(key)
    assert "4f9aVALUE" not in caught.value.message + caught.value.hint


def test_what_steers_the_very_process_of_these_tests_is_refused() -> None:
    """Every variable of CPython's own help is one of them, so that a new Python cannot widen the gap unseen."""
    shown = subprocess.run([sys.executable, "--help-env"], capture_output=True, text=True, check=True).stdout
    variables = {line.split(":")[0].split()[0] for line in shown.splitlines() if line.startswith("PYTHON")}
    assert len(variables) > 10
    for name in variables:
        with pytest.raises(KeyRefused):
            check_key(name)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "1A",
        "_A",
        "A-B",
        "A.B",
        "A B",
        " A",
        "A\n",
        "A=",
        "A=b",
        "Ä",
        "\u0410",
        "A\0",
        "A$B",
        "${A}",
        "A" * (LENGTH_MAX + 1),
    ],
)
def test_a_malformed_name_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(KeyRefused) as caught:
        check_key(key)
    assert caught.value.message == "not a well-formed secret key"
    assert "OPENAI_API_KEY" in caught.value.hint


def test_the_longest_name_is_taken() -> None:
    assert check_key("A" * LENGTH_MAX)


@settings(deadline=None)
@given(st.text(max_size=20) | st.text(alphabet=string.ascii_letters + string.digits + "_-= ", max_size=20))
def test_an_accepted_name_is_one_that_every_shell_and_env_reader_takes(key: str) -> None:
    try:
        accepted = check_key(key)
    except KeyRefused:
        return
    assert accepted == key
    assert key.isascii()
    assert key.isidentifier()
    assert PATTERN.fullmatch(key)


@settings(deadline=None)
@given(st.from_regex(r"(LD_|DYLD_|PYTHON|BASH_FUNC_)[A-Z0-9_]{0,30}", fullmatch=True))
def test_nothing_in_the_loaders_and_interpreters_families_is_taken(key: str) -> None:
    with pytest.raises(KeyRefused):
        check_key(key)


@settings(deadline=None)
@given(st.from_regex(r"[A-Z][A-Z0-9]{2,20}_(API_KEY|TOKEN|PASSWORD|SECRET)", fullmatch=True))
def test_any_service_may_have_a_credential(key: str) -> None:
    if not key.startswith("PYTHON"):
        assert check_key(key) == key


def test_no_variable_that_every_session_sets_is_taken() -> None:
    """`load_dotenv()` never overrides what is set, so such a value would silently not reach the tool."""
    for name in ("HOME", "PATH", "USER", "LOGNAME", "SHELL", "TERM", "PWD", "LANG"):
        with pytest.raises(KeyRefused):
            check_key(name)
    assert "PATH" in os.environ


@pytest.mark.parametrize(
    ("keys", "twins"),
    [
        ((), None),
        (("A", "B"), None),
        (("A", "A"), ("A", "A")),
        (("Key", "B", "KEY"), ("Key", "KEY")),
        (("A", "b", "B", "a"), ("b", "B")),
    ],
)
def test_names_that_differ_only_in_case_are_twins(keys: tuple[str, ...], twins: tuple[str, str] | None) -> None:
    assert case_twins(keys) == twins


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abAB_", min_size=1, max_size=3), max_size=6))
def test_there_are_twins_exactly_when_a_case_blind_environment_would_lose_one(keys: list[str]) -> None:
    assert (case_twins(tuple(keys)) is None) == (len({key.upper() for key in keys}) == len(keys))
