#!/usr/bin/env bash
# SQLite 3.40.1 (apsw 3.40.1.0; also Debian 12's own, and so Python's `sqlite3` there): with `PRAGMA trusted_schema =
# OFF`, which its documents advise for files of others, every statement on a database that has an index on
# json_extract() fails with SQLITE_CORRUPT, "malformed database schema - unsafe use of json_extract()", though the file
# is whole and the function harmless; reading needs no index at all. Codex 0.171.0 has such an index in
# thread_history_1.sqlite. Seen: refused by 3.40.1, read by 3.54.1 (apsw 3.54.1.0).
# Needs: python3 (3.11) with venv. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > read.py <<'PY'
import apsw

made = apsw.Connection("made.db")
made.execute("DROP TABLE IF EXISTS part")
made.execute("CREATE TABLE part (data TEXT)")
made.execute("CREATE INDEX by_kind ON part (json_extract(data, '$.kind'))")
made.execute("INSERT INTO part VALUES ('{}')")
made.close()
read = apsw.Connection("made.db")
assert read.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
read = apsw.Connection("made.db")
read.execute("PRAGMA trusted_schema = OFF")
try:
    print(apsw.sqlitelibversion(), read.execute("SELECT * FROM part").fetchall())
except apsw.CorruptError as error:
    print(apsw.sqlitelibversion(), error)
PY
for version in 3.40.1.0 3.54.1.0; do
    python3 -m venv "env-$version"
    "env-$version/bin/pip" install --quiet --disable-pip-version-check "apsw==$version"
    "env-$version/bin/python" read.py | tee -a seen
done
grep -q '^3.40.1 .*malformed database schema (by_kind) - unsafe use of json_extract()' seen
grep -q "^3.54.1 \[('{}',)\]" seen
echo "as described"
