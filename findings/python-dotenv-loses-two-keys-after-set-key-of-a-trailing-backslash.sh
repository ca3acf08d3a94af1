#!/usr/bin/env bash
# python-dotenv 1.2.2: `set_key` writes a value that ends in a backslash as `K='x\'`, and reads it back as `x\`. One
# more `set_key`, of another key, and the same file has neither key: its reader now takes `\'` for an escaped quote and
# runs on to the quote of the next line. No error is raised, only a log line at warning level. A round trip tested with
# one key shows nothing. 1.2.4 does not read the one-key file either, and doubles the backslash when it writes.
# Seen: 1.2.2 reads {'K': 'x\\'}, then {} after set_key(L); 1.2.4 reads {} of both files.
# Needs: python3 (3.10 or later) with venv. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for version in 1.2.2 1.2.4; do
    python3 -m venv "$version"
    "$version/bin/pip" install --quiet --disable-pip-version-check "python-dotenv==$version"
done

1.2.2/bin/python - <<'PY'
import shutil
from dotenv import dotenv_values, set_key

open("file.env", "w").close()
set_key("file.env", "K", "x\\")
written, one = open("file.env").read(), dict(dotenv_values("file.env"))
shutil.copy("file.env", "one.env")
set_key("file.env", "L", "after")
two = dict(dotenv_values("file.env"))
print("1.2.2 wrote", repr(written), "and reads", one)
print("1.2.2 after set_key(L):", repr(open("file.env").read()), "reads", two)
assert written == "K='x\\'\n", "it writes the backslash in another way"
assert one == {"K": "x\\"}, "it no longer reads the one key"
assert two == {}, "it no longer loses both keys"
PY
1.2.4/bin/python - <<'PY'
from dotenv import dotenv_values, set_key

one, two = dict(dotenv_values("one.env")), dict(dotenv_values("file.env"))
open("new.env", "w").close()
set_key("new.env", "K", "x\\")
print("1.2.4 reads", one, "and", two, "and writes", repr(open("new.env").read()))
assert one == two == {}, "it reads what 1.2.2 wrote"
assert dict(dotenv_values("new.env")) == {"K": "x\\"}, "it no longer reads what it writes"
PY
echo "as described"
