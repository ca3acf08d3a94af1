"""Ways in which a secret stands in a file, and what only looks like one: a kind each, with words and values of its own.

`filled` makes the values. A file's name decides how it is read; in FOUND every line has to be found, in QUIET none.
"""

from __future__ import annotations

_TOKEN = "{base62*32}"
_PASSWORD = "{base62*9}!7"
_UUID = "{hex*8}-{hex*4}-4{hex*3}-9{hex*3}-{hex*12}"

FOUND = {
    # arguments, headers and commands within strings
    "option in a list": ("mcp.json", f'{{"args": ["serve", "--access-token={_TOKEN}"]}}'),
    "variable in a list": ("compose.json", f'{{"args": ["run", "-e", "BILLING_API_KEY={_TOKEN}", "image"]}}'),
    "header in a list": ("client.json", f'{{"args": ["--header", "X-Service-Token: {_TOKEN}"]}}'),
    "header without a space": ("client.jsonc", f'{{"args": ["-H", "x-service-token:{_TOKEN}"]}}'),
    "allowed export": ("settings.json", f'{{"allow": ["Bash(export MAPS_API_KEY={_TOKEN})"]}}'),
    "allowed request": (
        "settings.local.json",
        f'{{"allow": ["Bash(wget -H \\"X-Maps-Key: {_TOKEN}\\" https://h.local)"]}}',
    ),
    "script of a package": ("package.json", f'{{"scripts": {{"start": "MAPS_API_KEY={_TOKEN} node index.js"}}}}'),
    "step of a workflow": ("ci.yml", f'      - run: wget --header "X-Maps-Token: {_TOKEN}" https://h.local'),
    "command with a variable before it": ("jobs.yaml", f"command: MAPS_API_KEY={_TOKEN} python job.py"),
    "list in Python": ("call.py", f'CALL = ["tool", "--service-token={_TOKEN}"]'),
    "variable in a list in Python": ("run.py", f'run(["podman", "run", "-e", "MAIL_API_KEY={_TOKEN}"])'),
    "header in a list in Python": ("curl.py", f'HEAD = ["--header", "X-Mail-Key: {_TOKEN}"]'),
    "list in JavaScript": ("call.js", f"execFile('tool', ['--service-token={_TOKEN}'])"),
    "header in a list in TypeScript": ("call.ts", f'const head = ["-H", "X-Mail-Token: {_TOKEN}"];'),
    # addresses
    "query in camelCase": ("server.json", f'{{"url": "https://h.local/mcp?searchApiKey={_TOKEN}"}}'),
    "query in capitals": ("weather.py", 'URL = "https://h.local/data?units=metric&APPID={hex*32}"'),
    "query in JavaScript": ("search.js", f"fetch('https://h.local/find?apiKey={_TOKEN}&q=x')"),
    "UUID as a key": ("tiles.json", f'{{"tiles": "https://h.local/tiles?key={_UUID}"}}'),
    "UUID beside a name": ("tiles.yaml", f"maps_api_key: {_UUID}"),
    "password of an address": ("db.yaml", f"url: postgres://ann:{_PASSWORD}@db.local/main"),
    "password of an address, encoded": ("db.ini", "dsn = postgres://ann:{base62*9}%217@db.local/main"),
    # names and values
    "assignment": ("config.py", f'DB_PASSWORD = "{_PASSWORD}"'),
    "assignment with a type": ("typed.py", f'api_key: str = "{_TOKEN}"'),
    "default argument": ("default.py", f'def call(url, api_key="{_TOKEN}"): ...'),
    "default of a lookup": ("lookup.py", f'os.environ.get("MAIL_API_KEY", "{_TOKEN}")'),
    "dictionary": ("entries.py", f'SETTINGS = {{"mail_password": "{_PASSWORD}"}}'),
    "comparison": ("check.py", f'if password == "{_PASSWORD}": pass'),
    "concatenation": ("joined.py", 'API_TOKEN = "{base62*16}" + "{base62*16}"'),
    "on the next line": ("apart.py", f'API_TOKEN = (\n    "{_TOKEN}"\n)'),
    "comment": ("note.py", f"# the mail password is {_PASSWORD}"),
    "login": ("login.py", f'smtp.login("ann", "{_PASSWORD}")'),
    "returned": ("given.py", f'def api_token():\n    return "{_TOKEN}"'),
    "short test password": ("short.py", 'PASSWORD = "test5831"'),
    "constant in Go": ("main.go", f'const apiKey = "{_TOKEN}"'),
    "object in JavaScript": ("keys.js", f"const keys = {{ apiKey: '{_TOKEN}' }};"),
    "property": ("app.properties", f"mail.password={_PASSWORD}"),
    "ini": ("app.ini", f"password = {_PASSWORD}"),
    "YAML": ("app.yaml", f'api_token: "{_TOKEN}"'),
    "name and value in YAML": ("pod.yaml", f"- name: MAIL_API_KEY\n  value: {_TOKEN}"),
    "TOML": ("app.toml", f'client_secret = "{_TOKEN}"'),
    "XML": ("app.xml", f"<config><password>{_PASSWORD}</password></config>"),
    "export": ("up.sh", f"export MAIL_API_KEY={_TOKEN}"),
    "default of a shell": ("or.sh", "KEY=${MAIL_SECRET:-{base62*32}}"),
    "Dockerfile": ("Dockerfile", f"ENV MAIL_API_KEY {_TOKEN}"),
    "Terraform": ("main.tf", f'variable "mail_token" {{\n  default = "{_TOKEN}"\n}}'),
    "table in Markdown": ("users.md", f"| user | password |\n|---|---|\n| ann | {_PASSWORD} |"),
    "column of a table": ("users.csv", f"user,password\nann,{_PASSWORD}"),
    "sentence": ("notes.md", f"The password is `{_PASSWORD}`."),
    "Kubernetes": ("secret.yaml", f"kind: Secret\nstringData:\n  any: {_PASSWORD}"),
    "pgpass": (".pgpass", f"db:5432:main:ann:{_PASSWORD}"),
    "notebook": ("try.ipynb", f'{{"cells": [{{"cell_type": "code", "source": ["api_key = \\"{_TOKEN}\\""]}}]}}'),
    "settings of a connection": ("web.config", f'<add value="Server=db;User Id=ann;Password={_PASSWORD};"/>'),
    "template": (".env.example", f"MAIL_API_KEY={_TOKEN}"),
}

# More than one on a line: as many findings as there are secrets.
SEVERAL = {
    "two tokens of one kind": ("two.txt", "old ghp_{base62*36} new ghp_{letters*30}{digits*6}", 2),
    "two kinds": ("kinds.txt", "key AKIA{base32*16} and ghp_{base62*36}", 2),
    "two variables of one call": (
        "call2.json",
        f'["-e", "MAIL_API_KEY={_TOKEN}", "-e", "MAPS_API_KEY={{base62*31}}7"]',
        2,
    ),
    "two entries": ("pair.json", f'{{"mail_token": "{_TOKEN}", "maps_token": "{{base62*31}}8"}}', 2),
    "one that two readers know": ("once.py", 'GITHUB_TOKEN = "ghp_{base62*36}"', 1),
}

QUIET = {
    "address of a template": ("setup.md", "mysql://admin:<secret>@host:3306/shop\nredis://:<redis_password>@cache"),
    "link of a template": ("vars.md", "#### [`SHOP_MAILPASS=<your password>`](#SHOP_MAILPASS) {#SHOP_MAILPASS}"),
    "address with a word, encoded": ("proxy.md", "http://ann:my%20password@proxy:3128"),
    "badge": ("README.md", "[![ci](https://h.local/gh/a/b/badge.svg?token={upper*10})](https://h.local)"),
    "badge of a branch": ("badge.rst", ".. image:: https://h.local/a/b/graph/badge.svg?branch=main&token={upper*12}"),
    "public picture": ("shots.md", f"![x](https://storage.h.local/v0/b/p/o/b.webp?alt=media&token={_UUID})"),
    "pass as a verb": ("usage.md", "Pass `depth=25` to go deeper.\nPass `--retries=12`, or pass `max_age=3600` to it."),
    "pass to somebody": ("action.yml", 'description: "Text to pass to GPT4o1"'),
    "pass as a rate": ("report.sh", 'echo "Pass Ratio: ${ratio:.2f}%"\nprint(f"Pass rate: {pass_rate:.3f}%")'),
    "pass as a measure": ("scores.md", "| model | pass@10 |\n|---|---|\n| small | 71.25% |"),
    "pass in a name": ("cases.js", "mustPass('na\\u00EFve-1');\ncanPass('x1-y2-z3');\nconst lastPass = 'v4.12.0-a1';"),
    "render pass": ("frame.cpp", 'auto renderPass = "main-pass-0x17";\nfirst_pass = "stage1-v2";'),
    "list of loggers": ("log.ini", "[handlers]\nkeys = console,file7,sentry_io\n[formatters]\nkeys=short,json2"),
    "read in JavaScript": (
        "form.ts",
        "const token = found?.accessToken1;\nlet secret = (el('x1') || {}).value;\nconst pwd = ref.current!.value2;",
    ),
    "read of a form": ("page.js", "await page.getByLabel('Password:').fill(newPassword2)"),
    "read by index": ("creds.rst", "    client_secret=settings['client_secret2'],\n    token=rows[0][1],"),
    "versions": (
        "package.json",
        '{"dependencies": {"@acme/secrets": "~2.11.0", "hash-password": ">=3.0.1", "a-token": "1.x"}}',
    ),
    "secrets by reference": ("deploy.sh", "gcloud run deploy --update-secrets=MAIL_TOKEN=mail-token:latest,A=b:3"),
    "public key": ("keys.py", 'SIGNING_KEY = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{base64*86}"'),
    "public RSA key": ("rsa.py", '_SECRET = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A{base64*64}"'),
    "certificate": ("cert.json", '{"key": "MIIDazCCAlOgAwIBAgIU{base64*64}"}'),
    "name of a header": ("headers.yaml", "auth_header: X-Acme-Key-V2\napi_key: X-Acme-Token-V1"),
    "dotted path": ("paths.yaml", "secret: .spec.tls[0].secretName2\nkey: a1.b2.c3d4.e5"),
    "constant": ("kinds.json", '{"authKeyDetails": "RSA_PKCS1_4096_SHA_512", "token": "HS_256_V2"}'),
    "signature": ("signed.json", '{"signature": "{base64*86}==", "sig": "{base64*40}"}'),
    "request line": ("server.log", 'INFO "PUT /change-password HTTP/1.1" 204\nPOST /reset-token HTTP/2.0'),
    "key of a vault": ("Jenkinsfile", "[envVar: 'A', vaultKey: 'shop_db_1x7']"),
    "address in a table": ("config.md", "| `CACHE_DSN` | `cache:6379/DB01` |\n| `MAIL_PASSWORD` | 《自動生成》 |"),
    "country code": ("ranges.py", "RANGES = {'PW': '203.0.113.0/24', 'KEY': '198.51.100.7:8080'}"),
    "id with a known beginning": ("ids.json", f'{{"id": "md-node-{_UUID}"}}'),
    "function of a documentation": ("keys.py", '"""\n>>> split_api_key("tenant42:job7:step:my_step")\n"""'),
    "TeX": ("form.tex", "Login/Password: \\underline{\\hspace{4cm}}\\\\[2em]"),
    "algorithm": ("algo.rs", 'Cipher::Token("AES128-GCM-SHA256".into());\nlet key_agreement = "x25519-hkdf-sha512";'),
    "names in a list": (
        "fields.py",
        'FIELDS = ["api_token", "user_password2"]\nfor pair in (("password1", "password2"),): pass',
    ),
    "word with a number": (
        "login.py",
        'client.post(url, {"password": "password1", "secret": "secret2"})\ncheck(secret="token3")',
    ),
    "pattern": ("globs.py", 'include_pat = r"src/.+\\.(py|so|zip)$"\npat = rows[3][0]'),
    "key of a hash": ("cache.rst", "<Future: status: done, key: add-{hex*32}>\n<Data key={hex*32}>"),
    "action of a policy": ("policy.json", '{"aws:TagKeys": ["TeamDataZone2Project"], "Key": "sqlbench:GetQuery"}'),
    "query of a path": ("calls.py", 'stub("get", "/v1/apps/secrets", "scope[type]=account&limit=25")'),
    "basic for anybody": ("head.py", 'HEADERS = {"Authorization": "Basic dXNlcjpwYXNzd29yZA=="}'),
    "hash of a password": ("hashes.py", 'PASSWORD = "*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9"'),
    "minified": ("app.js", "var a={pass:'x1!y2',token:\"{base62*32}\"};" * 200),
    "picture": ("logo.svg", "<image href='data:image/png;base64,{base64*80}/EAAB{base62*90}'/>"),
    "reference": ("refs.yaml", "password: ${DB_PASSWORD}\ntoken: vault:secret/data/x#y1\napi_key: '{{ api_key }}'"),
    "words": ("words.py", 'SECRET_NAME = "production-mail-server"\nAPI_KEY = "your-api-key-goes-here"'),
}
