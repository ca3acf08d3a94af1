#!/usr/bin/env bash
# dynaconf 3.3.5: what stands in quotes in a .env file is not yet a string. Its copy of python-dotenv takes the quotes
# off, then the settings read the rest as TOML: '1_0' is the integer 10, '12e4' the float 120000.0, '"q"' is q without
# its own quotes. '007' is no TOML number and stays text, so a test with such a value passes. A random hexadecimal value
# is hit by the digits it happens to have. `os.environ`, filled by the same call, has the texts as they were.
# Seen: 10, 120000.0, 'q', '007'; in os.environ '1_0', '12e4', '"q"', '007'.
# Needs: python3 (3.10 or later) with venv. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check dynaconf==3.3.5
cat > .env <<'ENV'
DYNACONF_DIGITS='1_0'
DYNACONF_HEX='12e4'
DYNACONF_QUOTED='"q"'
DYNACONF_ZEROS='007'
ENV
env/bin/python - <<'PY'
import os
from dynaconf import Dynaconf

settings = Dynaconf(load_dotenv=True, dotenv_path=".env")
names = ("DIGITS", "HEX", "QUOTED", "ZEROS")
seen, texts = [settings.get(name) for name in names], [os.environ["DYNACONF_" + name] for name in names]
print("dynaconf:", seen, "os.environ:", texts)
assert seen == [10, 120000.0, "q", "007"], "it reads them in another way"
assert [type(value) for value in seen] == [int, float, str, str], "the types are others"
assert texts == ["1_0", "12e4", '"q"', "007"], "the environment has other texts"
PY
echo "as described"
