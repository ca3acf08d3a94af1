#!/usr/bin/env bash
# @next/env 16.4.6 (how Next.js reads a .env) looks at the last `$` of a value only: where that is no variable, none of
# the value is expanded. HOST=db, A='$HOST costs $5 and $' stays as it is, and so does ${HOST} before a final `$`;
# without that sign `$HOST` is `db` and `$5` disappears, in single quotes too. dotenv-expand 13.0.0 expands each variable
# for itself and leaves `$5` alone.
# Seen: "$HOST costs $5" read as "db costs ", "$HOST costs $5 and $" as itself; dotenv-expand "db costs $5 and $".
# Needs: node 18 or later, npm. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-fund --no-audit @next/env@16.4.6 dotenv@18.0.10 dotenv-expand@13.0.0
cat > .env <<'ENV'
HOST=db
PLAIN='$HOST costs $5'
DOLLAR='$HOST costs $5 and $'
BRACES='${HOST} costs $5 and $'
ENV
cat > read.cjs <<'JS'
const assert = require("node:assert");
const parsed = require("dotenv").parse(require("node:fs").readFileSync(".env"));
const expanded = require("dotenv-expand").expand({ parsed: { ...parsed }, processEnv: {} }).parsed;
const next = require("@next/env").loadEnvConfig(process.cwd(), true, console, true).combinedEnv;
for (const key of ["PLAIN", "DOLLAR", "BRACES"]) console.log(key, JSON.stringify([next[key], expanded[key]]));
assert.equal(next.PLAIN, "db costs ");
assert.equal(next.DOLLAR, "$HOST costs $5 and $");
assert.equal(next.BRACES, "${HOST} costs $5 and $");
assert.equal(expanded.PLAIN, "db costs $5");
assert.equal(expanded.DOLLAR, "db costs $5 and $");
assert.equal(expanded.BRACES, "db costs $5 and $");
JS
env -u HOST node read.cjs
echo "as described"
