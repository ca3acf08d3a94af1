#!/usr/bin/env bash
# uv 0.13.9: where one `--env-file` has a key twice, `uv run` takes the first line; where two env files have it, it
# takes the later file. So the two files joined by `cat a.env b.env` mean the opposite of naming both,
# and a line appended to override an earlier one does nothing. python-dotenv, of the same file, takes the last line.
# Seen: one file (one, two): uv one, python-dotenv two; files (one, two) then (three, four): three.
# Needs: python3 (3.10 or later) with venv. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check uv==0.13.9 python-dotenv==1.2.4
printf 'KEY=one\nKEY=two\n' > first.env
printf 'KEY=three\nKEY=four\n' > second.env
cat first.env second.env > both.env

read_with() {
    env -u KEY -u UV_ENV_FILE -u UV_NO_ENV_FILE env/bin/uv run --quiet --no-config --no-project \
        --python env/bin/python "$@" python -c 'import os; print(os.environ["KEY"])'
}
line=$(read_with --env-file first.env)
files=$(read_with --env-file first.env --env-file second.env)
joined=$(read_with --env-file both.env)
other=$(env/bin/python -c 'from dotenv import dotenv_values; print(dotenv_values("first.env")["KEY"])')
echo "one file: uv $line, python-dotenv $other; two files: $files; the two as one file: $joined"
[ "$line" = one ] && [ "$joined" = one ] || { echo "it no longer takes the first line"; exit 1; }
[ "$files" = three ] || { echo "it no longer takes the first line of the last file"; exit 1; }
[ "$other" = two ] || { echo "python-dotenv no longer takes the last line"; exit 1; }
echo "as described"
