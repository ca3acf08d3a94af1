#!/usr/bin/env bash
# npm dotenv 18.0.10: in double quotes `\n` is a line end, and `\\` is no escape. So "C:\\new" is `C:`, a backslash, a
# line end, `ew`: the doubled backslash protects nothing, and stays double elsewhere ("C:\\old"). No text in double
# quotes means `C:\new`; single quotes do. bash and python-dotenv read "C:\\new" as `C:\new`.
# Seen: "C:\\new" read as ["C:\\\new"] (JSON), "C:\\old" as ["C:\\\\old"], 'C:\new' as ["C:\\new"].
# Needs: node 18 or later, npm, python3 (3.10 or later) with venv, bash. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-fund --no-audit dotenv@18.0.10
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check python-dotenv==1.2.4
cat > file.env <<'ENV'
NEW="C:\\new"
OLD="C:\\old"
SINGLE='C:\new'
ENV
node -e 'console.log(JSON.stringify(require("dotenv").parse(require("fs").readFileSync("file.env"))))' > seen
env/bin/python - seen <<'PY'
import json
import subprocess
import sys
from dotenv import dotenv_values

seen = json.load(open(sys.argv[1]))
others = [dotenv_values("file.env")["NEW"],
          subprocess.check_output(["bash", "-c", '. ./file.env; printf %s "$NEW"'], text=True)]
print("dotenv:", json.dumps(seen), "python-dotenv, bash:", others)
assert seen["NEW"] == "C:\\\new", "the doubled backslash is read in another way"
assert seen["OLD"] == "C:\\\\old", "it no longer stays double"
assert seen["SINGLE"] == "C:\\new", "single quotes are read in another way"
assert others == ["C:\\new", "C:\\new"], "the others read it in another way"
PY
echo "as described"
