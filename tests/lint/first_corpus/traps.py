"""What scanners flag by mistake: files that must stay unflagged."""

# ruff: noqa: E501, ISC003, Q000  whole files are quoted here, one to a line

from __future__ import annotations

import base64
import json

from tests.lint.labeled import ALNUM, BASE64, HEX, LabeledFile, Maker, labeled


def traps() -> list[LabeledFile]:
    make = Maker("traps")

    def uuid() -> str:
        return "-".join(make.text(HEX, size) for size in (8, 4, 4, 4, 12))

    sha256 = [make.text(HEX, 64) for _ in range(6)]
    image = base64.b64encode(make.text(ALNUM, 900).encode()).decode()
    jwt_example = (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
        + ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
        + "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    )
    rows: list[tuple[str, str, str]] = [
        ("env-read", "env/main.py", 'import os\n\nOPENAI_API_KEY = os.environ["OPENAI_API_KEY"]\nTOKEN = os.getenv("SERVICE_TOKEN2")\npassword = os.environ.get("DB_PASSWORD", "")\n'),
        ("env-read-js", "env/app.js", 'const apiKey = process.env.OPENAI_API_KEY;\nconst password = process.env["DB_PASSWORD"] ?? "";\n'),
        ("placeholder", "placeholder/.env.example", "OPENAI_API_KEY=your-api-key-here\nTOKEN=<token>\nDB_PASSWORD=changeme\nSECRET_KEY=xxxxxxxxxxxxxxxxxxxx\nAPI_SECRET=\n"),
        ("placeholder-prefix", "placeholder/README.md", "Set `OPENAI_API_KEY=sk-...` or `sk-your-key-here`; GitHub: `ghp_" + "x" * 36 + "`, Stripe `sk_" + "live_your_key`.\n"),
        ("placeholder-python", "placeholder/main.py", 'API_KEY = "YOUR_API_KEY"\nTOKEN = "<your-token>"\nPASSWORD = "********"\nSECRET = "replace-me"\nKEY = "REPLACE_WITH_YOUR_KEY_123"\n'),
        ("documented-aws", "documented/aws.md", "aws_access_key_id = AKIA" + "IOSFODNN7EXAMPLE\naws_secret_access_key = wJalr" + "XUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"),
        ("documented-jwt", "documented/jwt.md", f"A token looks like this: {jwt_example}\n"),
        ("documented-azurite", "documented/azurite.py", 'CONNECTION = "AccountName=devstoreaccount1;Account' + 'Key=Eby8vdM02xNOcqFl' + 'qUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"\n'),
        ("documented-basic", "documented/basic.http", "Authorization: Basic " + base64.b64encode(b"Aladdin:open sesame").decode() + "\n"),
        ("uuid", "uuid/main.py", f'REQUEST_ID = "{uuid()}"\nTENANT_ID = "{uuid()}"\nclient_id = "{uuid()}"\nNAMESPACE = uuid.UUID("{uuid()}")\n'),
        ("hash", "hash/main.py", f'EXPECTED_SHA256 = "{sha256[0]}"\npassword_hash = "{sha256[1]}"\nCHECKSUM = "md5:{sha256[2][:32]}"\ntoken_digest = "{sha256[3]}"\n'),
        ("bcrypt", "hash/users.json", json.dumps({"user": "ann", "password": "$2b$12$" + make.text(ALNUM, 53)})),
        ("git-sha", "git/versions.yaml", f"repos:\n  - repo: https://github.com/psf/black\n    rev: {make.text(HEX, 40)}\ncommit: {make.text(HEX, 40)}\n"),
        ("actions-sha", "git/ci.yml", f"jobs:\n  build:\n    steps:\n      - uses: actions/checkout@{make.text(HEX, 40)}\n        with:\n          token: ${{{{ secrets.GITHUB_TOKEN }}}}\n"),
        ("base64-image", "image/page.html", f'<img alt="key" src="data:image/png;base64,{image}">\n'),
        ("base64-python", "image/icons.py", f'KEY_ICON = "data:image/svg+xml;base64,{image[:400]}"\nTOKEN_PNG = b"iVBORw0KGgo{image[:80]}"\n'),
        ("css", "css/style.css", ".sk-circle-fade-dot-animation-delay-12 { color: #a1b2c3; }\n.token-keyword-2 { content: 'pass:word1'; }\n"),
        ("css-class", "css/page.html", '<div class="sk-chase-dot sk-folding-cube-wrapper-large-2 token password-input1"></div>\n<input type="password" name="password" autocomplete="current-password">\n'),
        ("lock-uv", "lock/uv.lock", f'[[package]]\nname = "keyring"\nsdist = {{ url = "https://files.pythonhosted.org/packages/{sha256[0][:2]}/{sha256[0][2:]}/keyring-25.tar.gz", hash = "sha256:{sha256[1]}" }}\n'),
        ("lock-npm", "lock/package-lock.json", json.dumps({"node_modules/js-tokens": {"version": "4.0.0", "integrity": "sha512-" + make.text(BASE64, 86) + "=="}})),
        ("lock-requirements", "lock/requirements.txt", f"tokenizers==0.19.1 \\\n    --hash=sha256:{sha256[2]} \\\n    --hash=sha256:{sha256[3]}\n"),
        ("minified", "minified/app.min.js", "!function(e,t){var n=e.token||t.key,r='abcdef0123456789';n.password=r+\"aB3$x9Kq\",o(n.secret,'k2J9d8s7f6g5')}(window,{});" * 4),
        ("translation", "translation/de.json", json.dumps({"password": "Passwort", "forgot_password": "Passwort vergessen?", "token_expired": "Sitzung abgelaufen", "api_key": "API-Schlüssel"}, ensure_ascii=False)),
        ("translation-po", "translation/locale/fr.yaml", "fr:\n  password: Mot2passe\n  secret: Secret!\n  token: Jeton#1\n"),
        ("test-names", "names/test_auth.py", 'def test_password_reset_token_expires_after_24_hours(token="token"):\n    assert secret_key_is_required("secret_key") == "SECRET_KEY_REQUIRED_2"\n'),
        ("field-names", "names/main.py", 'PASSWORD_FIELD = "password1_input"\nTOKEN_URL = "https://auth.service.net/oauth2/token"\nAPI_KEY_HEADER = "X-Api-Key-V2"\nSECRET_NAME = "prod/db1/password"\ntoken_type = "bearer2"\n'),
        ("models", "names/models.py", 'tokenizer = "bert-base-uncased-v2"\nkey = "gpt-4o-mini-2024-07-18"\nTOKEN_MODEL = "sentence-transformers/all-MiniLM-L6-v2"\npad_token = "<|endoftext|>"\nmax_tokens = "4096"\n'),
        ("secret-ref", "refs/values.yaml", "password: vault:secret/data/db#password1\napi_key: ${API_KEY}\ntoken: op://vault/item/token1\nsecret: '{{ .Values.secret1 }}'\nexisting_secret: my-release-db-credentials2\n"),
        ("secret-manager", "refs/main.py", 'password = get_secret("prod/db1/password")\nTOKEN = keyring.get_password("service1", "robot1")\napi_key = config["api_key1"]\ntoken = load_token("~/.config/app/token1.json")\n'),
        ("url-placeholder", "urls/README.md", "postgresql://user:password@localhost:5432/db\nredis://:${REDIS_PASSWORD}@cache:6379\nhttps://<user>:<token>@git.service.net\nmongodb://root:root@localhost\namqp://guest:guest@localhost:5672\n"),
        ("url-fstring", "urls/main.py", 'url = f"postgresql://{user}:{password}@{host}/db"\nproxy = "http://%s:%s@proxy" % (user, password)\ntime = "https://x.net/at/12:30@noon"\n'),
        ("public-key", "keys/server.pub", "-----BEGIN PUBLIC KEY-----\n" + "\n".join(make.text(BASE64, 64) for _ in range(4)) + "\n-----END PUBLIC KEY-----\n"),
        ("certificate", "keys/server.crt", "-----BEGIN CERTIFICATE-----\n" + "\n".join(make.text(BASE64, 64) for _ in range(8)) + "\n-----END CERTIFICATE-----\n"),
        ("ssh-public", "keys/authorized_keys", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA" + "I" + make.text(BASE64, 42) + " ann@laptop\n"),
        ("pem-marker", "keys/main.py", 'if not text.startswith("-----BEGIN PRIV" "ATE KEY-----"):\n    raise ValueError("-----BEGIN RSA PRIV' + 'ATE KEY----- expected")\n'),
        ("stripe-publishable", "stripe/app.js", 'const stripe = Stripe("pk_' + 'live_' + make.text(ALNUM, 24) + '");\n'),
        ("sentry-dsn", "sentry/main.py", f'sentry_sdk.init(dsn="https://{make.text(HEX, 32)}@o123456.ingest.sentry.io/4501234")\n'),
        ("regex", "regex/main.py", 'TOKEN_PATTERN = r"ghp_[A-Za-z0-9]{36}"\nSECRET_RE = re.compile(r"(sk|pk)_(live|test)_[0-9a-zA-Z]{24}")\npassword_regex = "^(?=.*[A-Z])(?=.*[0-9]).{8,}$"\n'),
        ("sequence", "sequence/main.py", 'API_KEY = "1234567890abcdef1234567890abcdef"\nALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"\nTOKEN = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"\nSECRET = "00000000-0000-0000-0000-000000000000"\n'),
        ("fake", "fake/conftest.py", 'API_KEY = "fake-api-key-123"\nTOKEN = "test-token-1"\nPASSWORD = "test123"\nSECRET = "dummy_secret_42"\nKEY = "sk-test-not-a-real-key-000"\n'),
        ("options", "options/main.py", '@click.option("--password", prompt="Password:", hide_input=True)\n@click.option("--token", envvar="SERVICE_TOKEN1", help="API token (see https://x.net/tokens1)")\ndef run(password, token):\n    pass\n'),
        ("annotations", "options/models.py", "class Login(BaseModel):\n    password: str | None = None\n    token: Annotated[str, Field(min_length=16)]\n    secret_key: SecretStr\n    api_key: constr(max_length=40)\n"),
        ("error-text", "text/main.py", 'raise ValueError("password: at least 8 characters, 1 digit")\nlog.info("token=%s expires in %d s", token_name, 3600)\nmessages = {"password": "Enter your password (8+ characters)", "key": "Press F1 for help"}\n'),
        ("markdown-table", "text/README.md", "| key | token | meaning |\n|---|---|---|\n| password | string(64) | the user's password, at least 12 characters |\n\nThe token: a 32-character string. Secret: see section 4.2. Use key=value pairs; pass x=1.\n"),
        ("openapi", "openapi/api.yaml", "components:\n  securitySchemes:\n    apiKey:\n      type: apiKey\n      name: X-API-KEY2\n      in: header\n  schemas:\n    Login:\n      properties:\n        password: {type: string, format: password, minLength: 8}\n"),
        ("tool-json", "tool/tool.json", json.dumps({"id": "x", "name": "X", "inputs": [], "outputs": [], "secrets": [{"key": "OPENAI_API_KEY", "description": "OpenAI API key for gpt-4o", "required": True}]}, indent=2)),
        ("encrypted", "encrypted/secrets.yaml", f"password: ENC[AES256_GCM,data:{make.text(BASE64, 24)},iv:{make.text(BASE64, 24)}]\ntoken: $ANSIBLE_VAULT;1.1;AES256\n"),
        ("shell-ref", "shell/run.sh", 'export TOKEN="$(cat ~/.token1)"\nPASSWORD=$DB_PASSWORD1\nif [ -z "${API_KEY:-}" ]; then echo "API_KEY is not set, see https://x.net/keys1"; fi\nread -rsp "Password: " password1\ncurl -u "$USER:$TOKEN" https://x.net\n'),
        ("makefile", "shell/Makefile", "TOKEN ?= $(shell pass show token1)\nKEYS := $(wildcard keys/*.pub)\ndeploy:\n\t@PASSWORD=$$PASSWORD1 ./deploy.sh\n"),
        ("keyboard", "keyboard/main.py", 'KEY_BINDINGS = {"key": "Ctrl+Shift+F12", "hotkey": "cmd+k1", "key_up": "ArrowUp1"}\nmonkey = "patch_v2_2024"\nauthor = "Ann Smith 1984"\ncompass = "N42E7"\n'),
        ("sort-keys", "keys2/main.py", 'rows.sort(key="created_at_2")\nprimary_key = "user_id_v2"\ncache_key = "user:v2:1234567890"\npartition_key = "tenant#2024"\nforeign_key="accounts_2.id"\nidempotency_key="8f14e45f-ceea-467f-a0e6-1c2d3e4f5a6b"\n'),
        ("notebook-clean", "notebook/clean.ipynb", json.dumps({"cells": [{"cell_type": "code", "execution_count": 1, "id": make.text(HEX, 8), "metadata": {}, "source": ["key = os.environ['API_KEY']\n", "tokens = tokenizer('text 123')"], "outputs": [{"data": {"image/png": image, "text/plain": ["<Figure size 640x480>"]}, "output_type": "display_data", "metadata": {}}]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)),
        ("csv", "data/tokens.csv", "token,count,key\n" + "\n".join(f"{make.text(ALNUM, 12)},{n},{make.text(HEX, 16)}" for n in range(20)) + "\n"),
        ("geojson", "data/map.geojson", json.dumps({"type": "Feature", "properties": {"key": "a1b2c3d4e5f6a7b8"}, "geometry": {"type": "Point", "coordinates": [1.5, 2.5]}})),
        ("version-pins", "pins/pyproject.toml", '[project]\nname = "token-tool"\ndependencies = ["tokenizers>=0.19.1", "keyring==25.2.1", "PyJWT[crypto]~=2.8"]\nkeywords = ["api-key2", "secret-santa-2024"]\n'),
        ("csrf", "csrf/page.html", f'<input type="hidden" name="csrf_token" value="{make.text(ALNUM, 64)}">\n<meta name="csrf-token" content="{make.text(ALNUM, 43)}">\n'),
        ("nonce", "csrf/other.html", f'<script nonce="{make.text(BASE64, 22)}==" integrity="sha384-{make.text(BASE64, 64)}" src="x.js"></script>\n'),
        ("aws-arn", "aws/main.tf", 'secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbC123"\nkms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"\npassword = var.db_password1\ntoken = data.vault_generic_secret.x.data["token1"]\n'),
    ]  # fmt: skip
    return [labeled(path, text, kind) for kind, path, text in rows]
