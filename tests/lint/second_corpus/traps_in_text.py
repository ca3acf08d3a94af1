"""Configuration, documents and data with nothing secret in them that look as if there were."""

# ruff: noqa: Q001 - the templates hold docstrings, and so stand in the other quotes

from __future__ import annotations

from tests.lint.second_corpus.rendering import page

PAGES = (
    page("samples/.env.example", "placeholder", r'''
# Copy to .env and fill in
OPENAI_API_KEY=
ANTHROPIC_API_KEY=sk-ant-...
STRIPE_SECRET_KEY=sk_live_xxxxxxxxxxxxxxxxxxxxxxxx
GITHUB_TOKEN=ghp_your_token_here
SLACK_WEBHOOK_URL=https://hooks.slack.com/services/XXX/YYY/ZZZ
DATABASE_URL=postgresql://user:password@localhost:5432/dbname
SECRET_KEY=change-me-to-a-long-random-string
SENDGRID_API_KEY="<your SendGrid key>"
'''),
    page("samples/de.env.example", "placeholder", r'''
API_KEY=hier-deinen-api-schlüssel-eintragen
PASSWORT=bitte_ändern
DB_PASSWORD=geheim
TOKEN=<dein Token>
WEBHOOK_SECRET=ersetze_mich
''', encoding="latin-1"),
    page("samples/i18n.env.example", "placeholder", r'''
API_KEY=ここにAPIキーを入力
TOKEN=在此填写您的令牌
SECRET=ваш_секретный_ключ
PASSWORD=contraseña-aquí
AUTH_TOKEN=votre_jeton_ici
CLIENT_SECRET=여기에_비밀_키_입력
''', encoding="utf-8-sig"),
    page("samples/vars.env.template", "variables", r'''
API_KEY=${API_KEY}
DATABASE_URL=postgres://${DB_USER}:${DB_PASSWORD}@${DB_HOST}:5432/${DB_NAME}
AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY
TOKEN={{ vault_token }}
PASSWORD=op://Tools/database/password
GH_TOKEN=$(gh auth token)
SECRET=file:/run/secrets/session
'''),
    page("samples/settings.toml", "placeholder", r'''
[auth]
api_key = "YOUR_API_KEY"
client_secret = ""
password = "********"
token = "<insert token>"
token_lifetime = 3600
secret_name = "prod/tool/openai"
'''),
    page("samples/settings.yaml", "variables", r'''
auth:
  api_key: !env OPENAI_API_KEY
  password: ${DB_PASSWORD:?set it}
  client_secret: {{ .Values.clientSecret | quote }}
  token: ENC[AES256_GCM,data:placeholder,type:str]
  secret: null
'''),
    page("samples/config.ini", "placeholder", r'''
[database]
user = tool
password = %(DB_PASSWORD)s
; password: see the vault
[api]
key = <ask ops>
token = none
''', newline="\r\n"),
    page("samples/appsettings.json", "placeholder", r'''
{
  "Jwt": { "Key": "REPLACE_WITH_A_STRONG_KEY", "Issuer": "acme" },
  "ConnectionStrings": { "Crm": "Server=db;Database=crm;User Id=sa;Password=#{CrmPassword}#;" },
  "ApiKey": null,
  "PasswordPolicy": { "RequiredLength": 12, "RequireDigit": true }
}
''', encoding="utf-8-sig", newline="\r\n"),
    page("samples/web.config", "placeholder", r'''
<?xml version="1.0" encoding="utf-16"?>
<configuration>
  <appSettings>
    <add key="ApiKey" value="__API_KEY__" />
    <add key="TokenCacheMinutes" value="30" />
    <add key="PublicKeyToken" value="b77a5c561934e089" />
  </appSettings>
</configuration>
''', encoding="utf-16-le", newline="\r\n"),
    page("deploy/k8s.yaml", "reference", r'''
apiVersion: apps/v1
kind: Deployment
metadata: {name: tool}
spec:
  template:
    spec:
      imagePullSecrets: [{name: registry-credentials}]
      containers:
        - name: tool
          image: registry.acme.io/tool@sha256:«sha256»
          env:
            - name: OPENAI_API_KEY
              valueFrom: {secretKeyRef: {name: tool-secrets, key: openai-api-key}}
'''),
    page("deploy/compose.yaml", "reference", r'''
services:
  db:
    image: postgres:16@sha256:«sha256»
    environment:
      POSTGRES_PASSWORD_FILE: /run/secrets/db_password
    secrets: [db_password]
  app:
    environment:
      API_KEY: ${API_KEY:-}
      DATABASE_URL: postgresql://app:${DB_PASSWORD}@db/app
secrets:
  db_password: {file: ./secrets/db_password.txt}
'''),
    page("deploy/release.yml", "reference", r'''
name: Release
on: {push: {tags: ["v*"]}}
permissions: {contents: write, id-token: write}
jobs:
  release:
    runs-on: ubuntu-latest
    env:
      GH_TOKEN: ${{ secrets.GITHUB_TOKEN }}
    steps:
      - uses: actions/checkout@«git-sha» # v4.2.2
      - uses: pypa/gh-action-pypi-publish@«git-sha»
        with: {password: "${{ secrets.PYPI_API_TOKEN }}"}
'''),
    page("deploy/Dockerfile", "build secret", r'''
FROM python:3.11-slim@sha256:«sha256»
ARG NPM_TOKEN
RUN --mount=type=secret,id=pip_token \
    PIP_TOKEN="$(cat /run/secrets/pip_token)" \
    pip install --index-url "https://ci:${PIP_TOKEN}@pypi.acme.io/simple" tool
ENV API_KEY="" TOKEN_CACHE=/tmp/tokens
'''),
    page("deploy/main.tf", "reference", r'''
variable "db_password" {
  type      = string
  sensitive = true
}

resource "aws_db_instance" "main" {
  password    = var.db_password
  kms_key_id  = "arn:aws:kms:eu-central-1:123456789012:key/«uuid»"
  secret_name = aws_secretsmanager_secret.db.name
}
data "aws_ssm_parameter" "token" { name = "/prod/tool/api-token" }
'''),
    page("deploy/.terraform.lock.hcl", "lock file", r'''
provider "registry.terraform.io/hashicorp/aws" {
  version = "5.82.2"
  hashes = [
    "h1:«go-sum»",
    "zh:«sha256»",
    "zh:«sha256»",
  ]
}
'''),
    page("deploy/run.sh", "environment", r'''
#!/usr/bin/env bash
set -euo pipefail
: "${OPENAI_API_KEY:?set OPENAI_API_KEY first}"
export GITHUB_TOKEN="${GITHUB_TOKEN:-$(gh auth token)}"
PASSWORD=$(pass show tools/db)
read -rsp "Token: " TOKEN
curl -H "Authorization: Bearer $TOKEN" -u "$USER:$PASSWORD" https://api.acme.io/items
psql "postgresql://app:${PASSWORD}@db/app" -c 'select 1'
'''),
    page("deploy/run.ps1", "environment", r'''
$env:OPENAI_API_KEY = (Get-Secret -Name OpenAI -AsPlainText)
$password = Read-Host "Passwort für die Datenbank" -AsSecureString
$token = $env:GITHUB_TOKEN
''', encoding="utf-16-le", newline="\r\n"),
    page("deploy/npmrc", "reference", "//npm.example.com/:_authToken=${NPM_TOKEN}\nregistry=https://npm.example.com/\n"),
    page("deploy/known_hosts", "public key", "github.com «ssh-public»\n[git.acme.io]:2222 «ssh-rsa-public»\n"),
    page("deploy/authorized_keys", "public key", "«ssh-rsa-public» anna@notebook\n«ssh-public» deploy@ci\n"),
    page("deploy/ca.crt", "certificate", "«certificate»\n«certificate»\n"),
    page("deploy/release.pub.asc", "public key", "«pgp-public»\n"),
    page("deploy/saml.xml", "certificate", r'''
<EntityDescriptor entityID="https://login.acme.io/saml">
  <KeyDescriptor use="signing">
    <X509Certificate>MIIDdzCCAl+gAwIBAgIE«pdf-base64»</X509Certificate>
  </KeyDescriptor>
</EntityDescriptor>
'''),
    page("deploy/kubeconfig.yaml", "certificate", r'''
clusters:
  - name: prod
    cluster:
      server: https://10.0.4.1:6443
      certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t«pdf-base64»
users:
  - name: me
    user: {exec: {command: kubelogin, args: [get-token]}}
'''),
    page("locks/package-lock.json", "lock file", r'''
{
  "name": "tool",
  "lockfileVersion": 3,
  "packages": {
    "node_modules/js-tokens": {
      "version": "4.0.0",
      "resolved": "https://npm.example.com/js-tokens/-/js-tokens-4.0.0.tgz",
      "integrity": "sha512-«sha512-base64»"
    },
    "node_modules/password-prompt": {
      "version": "1.1.3",
      "integrity": "sha512-«sha512-base64»"
    }
  }
}
'''),
    page("locks/yarn.lock", "lock file", r'''
"@babel/helper-string-parser@^7.25.9":
  version "7.25.9"
  resolved "https://registry.yarnpkg.com/@babel/helper-string-parser/-/helper-string-parser-7.25.9.tgz#«sha1»"
  integrity sha512-«sha512-base64»

csrf-token@^3.1.0:
  version "3.1.0"
  checksum: 10c0/«sha512»
'''),
    page("locks/pnpm-lock.yaml", "lock file", r'''
lockfileVersion: '9.0'
packages:
  jsonwebtoken@9.0.2:
    resolution: {integrity: sha512-«sha512-base64»}
  keyv@4.5.4:
    resolution: {integrity: sha512-«sha512-base64»}
'''),
    page("locks/requirements.txt", "lock file", r'''
python-jose==3.3.0 \
    --hash=sha256:«sha256» \
    --hash=sha256:«sha256»
tokenizers==0.21.0 \
    --hash=sha256:«sha256»
'''),
    page("locks/poetry.lock", "lock file", r'''
[[package]]
name = "secretstorage"
version = "3.3.3"
files = [
    {file = "SecretStorage-3.3.3-py3-none-any.whl", hash = "sha256:«sha256»"},
    {file = "SecretStorage-3.3.3.tar.gz", hash = "sha256:«sha256»"},
]

[metadata]
content-hash = "«sha256»"
'''),
    page("locks/uv.lock", "lock file", r'''
[[package]]
name = "token-bucket"
version = "0.3.0"
sdist = { url = "https://files.pythonhosted.org/packages/1f/8a/«sha256»/t.tar.gz", hash = "sha256:«sha256»", size = 7 }
'''),
    page("locks/Cargo.lock", "lock file", r'''
[[package]]
name = "secrecy"
version = "0.10.3"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "«sha256»"
'''),
    page("locks/go.sum", "lock file", r'''
github.com/golang-jwt/jwt/v5 v5.2.1 h1:«go-sum»
github.com/golang-jwt/jwt/v5 v5.2.1/go.mod h1:«go-sum»
golang.org/x/oauth2 v0.24.0 h1:«go-sum»
'''),
    page("locks/Pipfile.lock", "lock file", r'''
{
    "_meta": {"hash": {"sha256": "«sha256»"}, "requires": {"python_version": "3.11"}},
    "default": {
        "authlib": {"hashes": ["sha256:«sha256»", "sha256:«sha256»"], "version": "==1.4.0"}
    }
}
'''),
    page("locks/.pre-commit-config.yaml", "git sha", r'''
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: «git-sha» # v0.8.4
    hooks: [{id: ruff}, {id: ruff-format}]
  - repo: local
    hooks: [{id: detect-private-key, name: detect private key, entry: check, language: system}]
'''),
    page("locks/SHA256SUMS", "hash", "«sha256»  tool-1.8.2.tar.gz\n«sha256» *tool-1.8.2.whl\n«sha256»  secrets.txt\n"),
    page("locks/.secrets.baseline", "baseline", r'''
{
  "version": "1.5.0",
  "results": {
    "main.py": [
      {"type": "Secret Keyword", "hashed_secret": "«sha1»", "is_verified": false, "line_number": 9}
    ]
  }
}
'''),
    page("docs/README.md", "placeholder", r'''
# Digest

Get a key at <https://platform.openai.com/api-keys> and set it:

```bash
export OPENAI_API_KEY="sk-..."
export DATABASE_URL=postgresql://USER:PASSWORD@HOST:5432/DB
curl -H "Authorization: Bearer <token>" -u username:password https://api.example.com/items
git clone https://<token>@github.com/acme/digest.git
```

Keys begin with `sk-proj-`, tokens with `ghp_`; never commit one. The password must have 12 characters.
'''),
    page("docs/auth.rst", "placeholder", r'''
Authentication
==============

Send the token in a header::

    Authorization: Bearer YOUR_ACCESS_TOKEN
    Authorization: Basic dXNlcjpwYXNzd29yZA==
    X-API-Key: {api_key}

:param password: the password of the user
:param client_secret: secret of the client, see :ref:`secrets`
'''),
    page("docs/openapi.yaml", "schema", r'''
openapi: 3.1.0
components:
  securitySchemes:
    bearerAuth: {type: http, scheme: bearer, bearerFormat: JWT}
    ApiKeyAuth: {type: apiKey, in: header, name: X-API-Key}
  schemas:
    Login:
      required: [password]
      properties:
        password: {type: string, format: password, minLength: 12}
        token: {type: string, description: access token, maxLength: 512}
'''),
    page("docs/schema.json", "schema", r'''
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "properties": {
    "api_key": {"type": "string", "description": "Your API key", "writeOnly": true},
    "password": {"type": "string", "minLength": 12, "title": "Password"},
    "token": {"$ref": "#/$defs/token"},
    "secret": {"type": ["string", "null"], "default": null}
  }
}
'''),
    page("docs/tool.json", "manifest", r'''
{
  "id": "meeting-notes",
  "name": "Meeting notes",
  "inputs": [{"key": "token_limit", "label": "Token limit", "type": "number", "default": 4096}],
  "outputs": [{"key": "notes", "label": "Notes", "type": "markdown"}],
  "secrets": [
    {"key": "OPENAI_API_KEY", "description": "Key of the OpenAI project", "required": true},
    {"key": "WEBHOOK_SECRET", "description": "Signs what is posted to the webhook"}
  ]
}
'''),
    page("docs/links.md", "links", r'''
- <https://github.com/acme/tool/commit/«git-sha»>
- <https://github.com/acme/tool/blob/«git-sha»/server/token.py#L12-L40>
- <https://gist.github.com/anna/«md5»>
- <https://www.notion.so/acme/Release-plan-«md5»>
- <https://s3.eu-central-1.amazonaws.com/acme-public/2025/«uuid»/password-policy.pdf>
- ![lock](data:image/png;base64,«png-small»)
'''),
    page("docs/changelog.md", "prose", r'''
## 3.0.0 («git-short»)

- password: hidden while it is typed, see #418
- token: refreshed five minutes before it ends
- secret = anything the manifest declares; api_key: optional now
- `client_secret` may be read from a file
'''),
    page("docs/passwords.html", "prose", r'''
<table class="config">
  <tr><td><code>password</code></td><td>The password. Default: none.</td></tr>
  <tr><td><code>api_token</code></td><td>Personal token, created under Profile / Tokens.</td></tr>
</table>
<a href="/reset?token={{ token }}" data-turbo-method="post">Reset password</a>
<input type="hidden" name="csrfmiddlewaretoken" value="{% csrf_token %}">
'''),
    page("docs/recovery.txt", "prose", r'''
Passwort vergessen? Schlüssel verloren?

Passwort: wird per Brief zugestellt
Token: läuft nach 30 Tagen ab
Kontakt: +49 731 1234567, Öffnungszeiten 9-17 Uhr
''', encoding="latin-1"),
    page("docs/fingerprints.md", "fingerprint", r'''
| Host | Fingerprint |
| --- | --- |
| git.acme.io | `SHA256:«go-sum»` |
| api.acme.io | `«fingerprint»` |
| old | `MD5:«md5»` |
'''),
    page("locale/de.json", "translations", r'''
{
  "login.password": "Passwort",
  "login.password.forgot": "Passwort vergessen?",
  "settings.apiKey": "API-Schlüssel",
  "settings.apiKey.placeholder": "Fügen Sie hier Ihren Schlüssel ein",
  "settings.token.expired": "Das Token ist abgelaufen; erzeugen Sie ein neues.",
  "settings.secret": "Geheimnis"
}
'''),
    page("locale/fr.po", "translations", r'''
msgid "password"
msgstr "Mot de passe oublié"

msgid "api_key"
msgstr "Clé_d'accès_à_l'interface"

msgid "token"
msgstr "Jeton d'authentification à usage unique"
'''),
    page("locale/messages_sv.properties", "translations", r'''
login.password=Lösenord
login.password.confirm=Bekräfta-lösenordet-igen
token.invalid=Ogiltig säkerhetstoken
secret.label=Hemlig nyckel
''', encoding="latin-1"),
    page("locale/ru.yaml", "translations", r'''
ru:
  password: Пароль
  token: Токен_доступа_недействителен
  secret_key: Секретный ключ
'''),
    page("locale/ja.strings", "translations", r'''
"password" = "パスワードを入力してください";
"api_key" = "APIキー";
"token" = "認証トークンの有効期限が切れました";
''', encoding="utf-16-le"),
    page("tables/orders.csv", "identifiers", r'''
id,customer,checksum,amount
«ulid»,«uuid»,«md5»,19.90
«ulid»,«uuid»,«md5»,240.00
«object-id»,«uuid»,«md5»,7.15
'''),
    page("tables/contacts.csv", "contacts", r'''
name,phone,vat,iban
Anna Østergård,+47 21 98 76 54,DE811907980,DE89370400440532013000
Björn Kühn,+49 89 4561237,ATU12345678,AT611904300234573201
''', encoding="utf-16-le"),
    page("tables/schema.sql", "schema", r'''
CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  password_hash text NOT NULL,
  api_token_digest bytea,
  secret_question varchar(200)
);
CREATE UNIQUE INDEX users_api_token_digest_idx ON users (api_token_digest);
CREATE USER reporting WITH PASSWORD :'reporting_password';
UPDATE users SET password = $1, token = NULL WHERE id = '«uuid»';
'''),
    page("tables/features.geojson", "coordinates", r'''
{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "«object-id»",
  "properties": {"key": "DE-BW-08421000", "token": "u0yjjd6"},
  "geometry": {"type": "Point", "coordinates": [9.987607999999998, 48.40108199999999]}}]}
'''),
    page("tables/dvc.yaml", "hash", r'''
outs:
  - md5: «md5».dir
    size: 184719283
    path: data/raw
deps:
  - path: train.py
    etag: «md5»
'''),
    page("tables/model.json", "embedding", r'''
{"model": "all-MiniLM-L6-v2", "revision": "«git-sha»", "tokens": 41,
 "embedding": [0.013894732, -0.07219385, 0.04418273, 0.0019283746, -0.11827364, 0.09182736]}
'''),
    page("tables/mail.eml", "mail", r'''
From: Anna <anna@acme.io>
Message-ID: <CAJx7Kf2m-«git-short»=Qz81@mail.acme.io>
DKIM-Signature: v=1; a=rsa-sha256; d=acme.io; s=mail; bh=«go-sum»;
Content-Type: multipart/mixed; boundary="000000000000«git-short»ab"
Subject: Passwort

Das neue Passwort bekommst du am Telefon.
'''),
    page("tables/dns.zone", "public key", r'''
acme.io.                 IN TXT "v=spf1 include:_spf.google.com ~all"
acme.io.                 IN TXT "google-site-verification=«recaptcha-site»xyz"
mail._domainkey.acme.io. IN TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC«go-sum»"
'''),
    page("logs/access.log", "log", r'''
10.0.0.7 - - [03/Nov/2025:09:12:44 +0100] "POST /password/reset HTTP/1.1" 302 0 "-" "curl/8.5.0" rid=«uuid»
10.0.0.7 - - [03/Nov/2025:09:12:45 +0100] "GET /static/token.«git-short».js HTTP/1.1" 200 8123 etag="«md5»"
traceparent=«trace-id» tokens_used=1834 api_key=*** password=[Filtered]
'''),
    page("logs/build.log", "log", r'''
#8 sha256:«sha256» 29.13MB / 29.13MB 1.1s done
#9 writing image sha256:«sha256» done
#10 naming to registry.acme.io/tool:«git-short»
Successfully installed PyJWT-2.10.1 python-jose-3.3.0 secretstorage-3.3.3
Using token from environment; password not set
'''),
    page("logs/masked.txt", "log", r'''
DEBUG headers={'authorization': 'Bearer ***', 'x-api-key': 'sk-p...3fQ'}
DEBUG OPENAI_API_KEY=[REDACTED] DB_PASSWORD=<hidden> TOKEN=(set)
INFO dsn=postgresql://app:***@db-prod-1.internal.acme.io:5432/billing
'''),
    page("apps/Info.plist", "public identifier", r'''
<plist version="1.0"><dict>
  <key>CFBundleIdentifier</key><string>io.acme.tools.PasswordSafe</string>
  <key>NSFaceIDUsageDescription</key><string>Unlocks your passwords</string>
  <key>TeamID</key><string>9K4XQ2M7TP</string>
</dict></plist>
'''),
    page("apps/project.pbxproj", "identifiers", r'''
		4F1C2A9B2D7E60013A5B0C11 /* TokenStore.swift in Sources */ = {isa = PBXBuildFile; fileRef = 4F1C2A9A2D7E6001; };
		4F1C2A9D2D7E60013A5B0C12 /* Secrets.xcconfig */ = {isa = PBXFileReference; path = Secrets.xcconfig; };
'''),
    page("apps/project.csproj", "public identifier", r'''
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <UserSecretsId>«uuid»</UserSecretsId>
    <PublicKeyToken>31bf3856ad364e35</PublicKeyToken>
  </PropertyGroup>
</Project>
''', encoding="utf-8-sig", newline="\r\n"),
    page("apps/manifest.webmanifest", "image", r'''
{"name": "Tool", "theme_color": "#0F172A", "icons": [{"src": "data:image/png;base64,«png»", "sizes": "192x192"}]}
'''),
    page("apps/photo.html", "image", r'''
<p>Unser Büro</p>
<img alt="password poster" src="data:image/jpeg;base64,«jpeg»">
'''),
    page("apps/meson.build", "hash", r'''
project('keyring', 'c', version: '1.4.0')
wrap_hash = '«sha256»'
secret_dep = dependency('libsecret-1', version: '>=0.20')
'''),
    page("apps/PKGBUILD", "hash", r'''
pkgname=token-tool
source=("https://example.org/$pkgname-$pkgver.tar.gz")
sha256sums=('«sha256»')
b2sums=('«sha512»')
validpgpkeys=('F1D2D2F924E986AC86FDF7B36C94BCDF32BEEC15')
'''),
    page("apps/homebrew.rb", "hash", r'''
class Pass < Formula
  desc "Password manager"
  url "https://git.zx2c4.com/password-store/snapshot/password-store-1.7.4.tar.xz"
  sha256 "«sha256»"
end
'''),
    page("apps/default.nix", "hash", r'''
{ fetchFromGitHub, ... }:
fetchFromGitHub {
  owner = "acme";
  repo = "token-tool";
  rev = "«git-sha»";
  hash = "sha256-«go-sum»";
}
'''),
)  # fmt: skip
