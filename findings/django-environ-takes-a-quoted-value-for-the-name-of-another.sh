#!/usr/bin/env bash
# django-environ 0.14.0: a value that begins with `$` is the name of another variable, also where the .env file has it
# in single quotes: `PASSWORD='$user'` is the value of `user`. A `$` further on is kept, so most passwords are right. A
# backslash does not help (it stays in the value) unless the program sets `escape_proxy`, and then every other reader of
# the file has the backslash. python-dotenv and sh read `$user`.
# Seen: '$user' read as mia; 'pa$user' as pa$user; '\$user' as \$user, with escape_proxy as $user.
# Needs: python3 (3.10 or later) with venv, sh. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check django-environ==0.14.0 python-dotenv==1.2.4
cat > file.env <<'ENV'
user='mia'
PASSWORD='$user'
LATER='pa$user'
ESCAPED='\$user'
ENV
env -u user -u PASSWORD -u LATER -u ESCAPED env/bin/python - <<'PY'
import subprocess
from dotenv import dotenv_values
import environ

environ.Env.read_env("file.env")
seen = {name: environ.Env()(name) for name in ("PASSWORD", "LATER", "ESCAPED")}
env = environ.Env()
env.escape_proxy = True
escaped = env("ESCAPED")
others = [dotenv_values("file.env")["PASSWORD"],
          subprocess.check_output(["sh", "-c", '. ./file.env; printf %s "$PASSWORD"'], text=True)]
print("django-environ:", seen, "escape_proxy:", escaped, "python-dotenv, sh:", others)
assert seen == {"PASSWORD": "mia", "LATER": "pa$user", "ESCAPED": "\\$user"}, "it reads them in another way"
assert escaped == "$user", "escape_proxy no longer takes the backslash off"
assert others == ["$user", "$user"], "the others read it in another way"
PY
echo "as described"
