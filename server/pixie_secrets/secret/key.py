"""Which names a secret may have: what every shell and every `.env` reader agrees on, and nothing that steers a process.

A tool's secrets become its environment. A "secret" called `LD_PRELOAD` or `PYTHONPATH` would be a way to run
somebody's code with somebody's keys, so such names are refused wherever a key comes in: in the manifest, from the
agent, on the command line.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from pixie_secrets.errors import KeyRefused

KeyName: TypeAlias = str  # a secret's name in a result: public, so it is never masked (known_values.json_documents)

PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LENGTH_MAX = 128

# Whole families, whatever follows: loaders and interpreters keep adding to them.
_CLOSED_FAMILIES = ("BASH_FUNC_", "DYLD_", "LD_", "PIXIE_SECRETS_", "PYTHON")
# Families that steer, in which a name that ends like a credential is one: UV_PUBLISH_TOKEN, UV_INDEX_CORP_PASSWORD.
_FAMILIES = (
    "BASH_", "BUN_", "CGO_", "COMPLUS_", "CONDA_", "CORECLR_", "DENO_", "DOTNET_", "GIT_CONFIG", "GIT_HTTP_",
    "GIT_PROXY_", "GIT_SSL_", "GIT_TRACE", "GLIBC_", "LUA_", "MALLOC", "NODE_REPL_", "NODE_TLS_", "NPM_CONFIG_",
    "OBJC_", "OPENSSL_", "PERL5", "PIP_", "PKG_CONFIG", "RUSTUP_", "UV_", "VIRTUAL_ENV", "XDG_",
)  # fmt: skip
_CREDENTIAL_ENDINGS = (
    "_ACCESS_KEY", "_API_KEY", "_CREDENTIALS", "_PASSWORD", "_SECRET", "_SECRET_KEY", "_TOKEN", "_TOKENS",
)  # fmt: skip
_STEERING_NAMES = frozenset(
    name
    for names in (
        # the loader, the C library and its resolver
        """
        GCONV_PATH GETCONF_DIR HOSTALIASES LOCALDOMAIN LOCPATH NIS_PATH NLSPATH RESOLV_HOST_CONF RES_OPTIONS TZ TZDIR
        """,
        # shells: what they run, where they look, and what they set by themselves
        """
        BASH BASHOPTS BASHPID CDPATH DIRSTACK ENV EUID EXECIGNORE FCEDIT FIGNORE FISH_COMPLETE_PATH
        FISH_FUNCTION_PATH FISH_USER_PATHS FPATH FUNCNAME GLOBIGNORE GROUPS HISTCMD HISTFILE HOSTTYPE IFS
        INPUTRC LINENO MACHTYPE MAIL MAILPATH OLDPWD OPTARG OPTERR OPTIND OSTYPE PATH POSIXLY_CORRECT PPID
        PROMPT_COMMAND PS0 PS1 PS2 PS3 PS4 PWD RANDOM SECONDS SHELL SHELLOPTS SHLVL UID ZDOTDIR
        """,
        # who and where we are: always set already, so a `.env` never reaches the tool under such a name
        """
        DISPLAY HOME HOSTNAME LANG LANGUAGE LC_ADDRESS LC_ALL LC_COLLATE LC_CTYPE LC_IDENTIFICATION
        LC_MEASUREMENT LC_MESSAGES LC_MONETARY LC_NAME LC_NUMERIC LC_PAPER LC_TELEPHONE LC_TIME LNAME LOGNAME
        TEMP TERM TERMCAP TMP TMPDIR USER USERNAME WAYLAND_DISPLAY
        """,
        # programs that programs start
        """
        BROWSER CVS_RSH EDITOR GREP_OPTIONS LESS LESSCLOSE LESSEDIT LESSHISTFILE LESSKEY LESSKEYIN
        LESSKEY_CONTENT LESSOPEN MANPAGER PAGER RSYNC_RSH SSH_ASKPASS SSH_ASKPASS_REQUIRE SSH_AUTH_SOCK
        SUDO_ASKPASS SUDO_EDITOR SYSTEMD_EDITOR SYSTEMD_PAGER TAR_OPTIONS TERMINFO TERMINFO_DIRS VISUAL
        """,
        # git
        """
        GIT_ALLOW_PROTOCOL GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_ASKPASS GIT_COMMON_DIR GIT_DIR GIT_EDITOR
        GIT_EXEC_PATH GIT_EXTERNAL_DIFF GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_PAGER GIT_SEQUENCE_EDITOR
        GIT_SSH GIT_SSH_COMMAND GIT_SSH_VARIANT GIT_TEMPLATE_DIR GIT_WORK_TREE
        """,
        # which network, and who is trusted on it
        """
        ALL_PROXY AWS_CA_BUNDLE CURL_CA_BUNDLE CURL_HOME FTP_PROXY GRPC_DEFAULT_SSL_ROOTS_FILE_PATH HTTPS_PROXY
        HTTP_PROXY NODE_EXTRA_CA_CERTS NODE_USE_ENV_PROXY NO_PROXY REQUESTS_CA_BUNDLE SSLKEYLOGFILE
        SSL_CERT_DIR SSL_CERT_FILE WGETRC
        """,
        # languages: options, and where code is loaded from
        """
        BUNDLE_APP_CONFIG BUNDLE_BIN BUNDLE_GEMFILE BUNDLE_PATH BUNDLE_USER_CONFIG BUNDLE_USER_HOME
        BUNDLE_USER_PLUGIN CARGO_BUILD_RUSTC CARGO_BUILD_RUSTC_WRAPPER CARGO_BUILD_RUSTFLAGS
        CARGO_ENCODED_RUSTFLAGS CARGO_HOME CLASSPATH COR_ENABLE_PROFILING COR_PROFILER COR_PROFILER_PATH
        COR_PROFILER_PATH_32 COR_PROFILER_PATH_64 COVERAGE_PROCESS_START DJANGO_SETTINGS_MODULE
        ELECTRON_RUN_AS_NODE FLASK_APP GEMRC GEM_HOME GEM_PATH GOBIN GODEBUG GOENV GOFLAGS GOINSECURE GONOSUMDB
        GOPATH GOPROXY GOROOT GOSUMDB GOTOOLCHAIN GRADLE_OPTS GRADLE_USER_HOME GUNICORN_CMD_ARGS IPYTHONDIR
        JAVA_HOME JAVA_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS JUPYTER_CONFIG_DIR JUPYTER_PATH MAVEN_ARGS
        MAVEN_OPTS MPLCONFIGDIR NODE_CHANNEL_FD NODE_COMPILE_CACHE NODE_ICU_DATA NODE_OPTIONS NODE_PATH
        NODE_REDIRECT_WARNINGS NODE_V8_COVERAGE PERLIO PERLLIB PERL_UNICODE PHPRC PHP_INI_SCAN_DIR
        PYDANTIC_DISABLE_PLUGINS PYENV_ROOT PYENV_VERSION PYTEST_ADDOPTS PYTEST_PLUGINS RUBYLIB RUBYOPT
        RUBYSHELL RUSTC RUSTC_BOOTSTRAP RUSTC_WORKSPACE_WRAPPER RUSTC_WRAPPER RUSTDOC RUSTFLAGS R_ENVIRON
        R_ENVIRON_USER R_HOME R_LIBS R_LIBS_SITE R_LIBS_USER R_PROFILE R_PROFILE_USER
        """,
        # compilers and make
        """
        AR CC CFLAGS COMPILER_PATH CPATH CPLUS_INCLUDE_PATH CPPFLAGS CXX CXXFLAGS C_INCLUDE_PATH
        GCC_EXEC_PREFIX LDFLAGS LIBRARY_PATH MAKEFILES MAKEFLAGS
        """,
        # Windows
        """
        ALLUSERSPROFILE APPDATA COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA PATHEXT PROGRAMDATA PROGRAMFILES
        PSMODULEPATH SYSTEMDRIVE SYSTEMROOT USERPROFILE WINDIR
        """,
        # the client that started us, and ourselves
        """CLAUDE_PLUGIN_DATA CLAUDE_PLUGIN_ROOT CLAUDE_PROJECT_DIR PIXIE_PROJECT TMUX TMUX_PANE""",
    )
    for name in names.split()
)


def check_key(key: str) -> str:
    """Return `key` unchanged if a secret may be called so.

    Raises:
        KeyRefused: not `[A-Za-z][A-Za-z0-9_]*`, longer than 128 characters, or a name that steers a process
            (compared without case: Windows has only one case of environment variables).
    """
    if not PATTERN.fullmatch(key) or len(key) > LENGTH_MAX:
        raise KeyRefused(
            "not a well-formed secret key",
            "use a letter, then letters, digits and underscores, at most 128, such as OPENAI_API_KEY",
        )
    if _steers(key.upper()):
        name = key if key.upper() in _STEERING_NAMES else "that"  # what only begins like one may be a value
        raise KeyRefused(
            f"{name} is not a secret's name: it changes how programs run",
            "give the secret a name of its own, such as the service it belongs to followed by _API_KEY",
        )
    return key


def _steers(name: str) -> bool:
    if name in _STEERING_NAMES or name.startswith(_CLOSED_FAMILIES):
        return True
    return name.startswith(_FAMILIES) and not name.endswith(_CREDENTIAL_ENDINGS)


def steering_names() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Refused names in capitals: single ones; beginnings, but for names with one of the endings; beginnings; endings.

    For the JSON Schema of `tool.json`, which has to say the same.
    """
    return _STEERING_NAMES, _FAMILIES, _CLOSED_FAMILIES, _CREDENTIAL_ENDINGS


def case_twins(keys: tuple[str, ...]) -> tuple[str, str] | None:
    """The first two keys that are equal when case is ignored, or None."""
    seen: dict[str, str] = {}
    for key in keys:
        if key.upper() in seen:
            return seen[key.upper()], key
        seen[key.upper()] = key
    return None
