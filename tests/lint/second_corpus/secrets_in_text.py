"""Credentials in everything that is no program: configuration, scripts of a shell, documents, data, key files."""

# ruff: noqa: Q001 - the templates hold docstrings, and so stand in the other quotes

from __future__ import annotations

from tests.lint.second_corpus.rendering import page

PAGES = (
    page("keys/deploy_key", "pem-openssh", "«pem-openssh»\n"),
    page("keys/server.key", "pem-pkcs8", "«pem-pkcs8»\n", newline="\r\n"),
    page("keys/client.pem", "pem-ec", "«certificate»\n«pem-ec»\n"),
    page("keys/encrypted.pem", "pem-encrypted", "«pem-encrypted»\n"),
    page("keys/release.asc", "pem-pgp", "«pem-pgp»\n"),
    page("keys/age.txt", "age", r'''
# created: 2025-02-11T09:12:44+01:00
# public key: age1qxs0f7d3kt2a8vne5jwm4c6rzlpy9h0qg3ud7f8e2x4t6k9w5svqm7n3cj
«age»
'''),
    page("keys/service-account.json", "gcp-key-line", r'''
{
  "type": "service_account",
  "project_id": "acme-tools",
  "private_key_id": "«sha1»",
  "private_key": "«gcp-key-line»\n",
  "client_email": "sheets@acme-tools.iam.gserviceaccount.com",
  "client_id": "113847261938475610293",
  "token_uri": "https://oauth2.googleapis.com/token"
}
'''),
    page("keys/client_secret.json", "google-client", r'''
{"installed": {"client_id": "847361920455-k2x.apps.googleusercontent.com", "project_id": "acme-tools",
  "auth_uri": "https://accounts.google.com/o/oauth2/auth",
  "client_secret": "«google-client»", "redirect_uris": ["http://localhost"]}}
'''),
    page("keys/token.json", "google-oauth", r'''
{
  "token": "«google-oauth»",
  "refresh_token": "«google-refresh»",
  "token_uri": "https://oauth2.googleapis.com/token",
  "scopes": ["https://www.googleapis.com/auth/spreadsheets.readonly"],
  "expiry": "2025-06-02T10:31:07Z"
}
'''),
    page("home/.aws/credentials", "aws-secret", r'''
[default]
region = eu-central-1
aws_secret_access_key = «aws-secret»

[backup]
aws_secret_access_key = «aws-secret»
aws_session_token = «aws-session»
'''),
    page("home/.npmrc", "npm", r'''
registry=https://npm.example.com/
//npm.example.com/:_authToken=«npm»
save-exact=true
'''),
    page("home/.pypirc", "pypi", r'''
[distutils]
index-servers =
    pypi

[pypi]
username = __token__
password = «pypi»
'''),
    page("home/.netrc", "password", r'''
machine ftp.acme.io
  login exports
  password «password»
'''),
    page("home/.pgpass", "password", "db-prod-1.internal.acme.io:5432:billing:app_rw:«url-password»\n"),
    page("home/.docker/config.json", "docker-login", r'''
{
  "auths": {
    "https://index.docker.io/v1/": {
      "auth": "«docker-login»"
    }
  }
}
'''),
    page("home/.git-credentials", "github", "https://build-bot:«github»@github.com\n"),
    page("home/pip.conf", "gitlab-deploy", r'''
[global]
index-url = https://deploy-reader:«gitlab-deploy»@gitlab.acme.io/api/v4/projects/91/packages/pypi/simple
timeout = 30
'''),
    page("requirements.txt", "github", r'''
fastapi==0.115.6
git+https://«github»@github.com/acme/shared-forms.git@v1.4.0#egg=shared-forms
httpx==0.28.1
'''),
    page("poetry.lock", "url-password", r'''
[[package]]
name = "shared-forms"
version = "1.4.0"
files = [{file = "shared_forms-1.4.0-py3-none-any.whl", hash = "sha256:«sha256»"}]

[package.source]
type = "legacy"
url = "https://reader:«url-password»@pypi.acme.io/simple"
'''),
    page("infra/k8s.yaml", "base64-password", r'''
apiVersion: v1
kind: Secret
metadata:
  name: tool-db
type: Opaque
data:
  username: YXBwX3J3
  password: «base64-password»
  api-token: «base64-token»
'''),
    page("infra/tls.yaml", "pem-rsa", r'''
server:
  port: 8443
  certificate: |
    «certificate»
  key: |
    «pem-rsa»
'''),
    page("infra/main.tf", "password", r'''
provider "cloudflare" {
  api_token = "«cloudflare»"
}

resource "aws_db_instance" "main" {
  engine   = "postgres"
  username = "app"
  password = "«password»"
}
'''),
    page("infra/.terraformrc", "terraform-cloud", r'''
credentials "app.terraform.io" {
  token = "«terraform-cloud»"
}
'''),
    page("infra/compose.yaml", "password", r'''
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: tool
      POSTGRES_PASSWORD: «password»
  app:
    build: .
    environment:
      DATABASE_URL: «postgres-url»
      SECRET_KEY: "«base64-32»"
    depends_on: [db]
'''),
    page("infra/tool.service", "anthropic", r'''
[Unit]
Description=Digest

[Service]
ExecStart=/opt/tool/.venv/bin/python main.py --port 8000
Environment=ANTHROPIC_API_KEY=«anthropic»
Restart=on-failure
'''),
    page("infra/crontab", "datadog-api", r'''
MAILTO=ops@acme.io
15 2 * * * cd /opt/tool && DD_API_KEY=«datadog-api» python nightly.py >> nightly.log 2>&1
'''),
    page("infra/ansible.yml", "weak-password", r'''
- hosts: tools
  vars:
    ansible_user: deploy
    ansible_become_password: «weak-password»
  tasks:
    - name: Install packages
      apt: {name: [git, python3], state: present}
'''),
    page("infra/grafana.ini", "password", r'''
[security]
admin_user = admin
admin_password = «password»

[smtp]
enabled = true
user = noreply@acme.io
password = """«password»"""
''', encoding="latin-1"),
    page("infra/release.yml", "digitalocean", r'''
name: Release
on: {push: {tags: ["v*"]}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: digitalocean/action-doctl@v2
        with:
          token: «digitalocean»
      - run: echo "«docker-hub»" | docker login -u acme --password-stdin
'''),
    page("infra/.gitlab-ci.yml", "sonar", r'''
stages: [test, scan]
scan:
  stage: scan
  variables:
    SONAR_TOKEN: "«sonar»"
  script:
    - sonar-scanner -Dsonar.host.url=https://sonar.acme.io
'''),
    page("infra/appsettings.json", "mssql-connection", r'''
{
  "ConnectionStrings": {
    "Crm": "«mssql-connection»Encrypt=True;"
  },
  "Jwt": { "Issuer": "acme", "Key": "«alnum32»" }
}
''', encoding="utf-8-sig", newline="\r\n"),
    page("infra/web.config", "password", r'''
<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <appSettings>
    <add key="ServiceUrl" value="https://erp.acme.io/api" />
    <add key="ServicePassword" value="«password»" />
  </appSettings>
</configuration>
''', encoding="utf-16-le", newline="\r\n"),
    page("infra/settings.xml", "artifactory", r'''
<settings>
  <servers>
    <server>
      <id>acme-releases</id>
      <username>ci</username>
      <password>«artifactory»</password>
    </server>
  </servers>
</settings>
'''),
    page("infra/nuget.config", "nuget", r'''
<configuration>
  <apikeys>
    <add key="https://www.nuget.org/api/v2/package" value="«nuget»" />
  </apikeys>
</configuration>
'''),
    page("scripts/backup.sh", "password", r'''
#!/bin/sh
# nightly dump, kept for a week
PGPASSWORD='«password»' pg_dump -h db.acme.io -U backup shop | gzip > "shop-$(date +%F).sql.gz"
mysqldump -u root -p«url-password» crm > crm.sql
find . -name 'shop-*.gz' -mtime +7 -delete
'''),
    page("scripts/call.sh", "alnum32", r'''
#!/usr/bin/env bash
curl -sS https://api.acme.io/v2/items \
  -H 'Accept: application/json' \
  -H 'Authorization: Bearer «urlsafe43»' | jq '.items | length'
curl -u "exports:«password»" -T report.csv ftp://ftp.acme.io/in/
curl "https://api.acme.io/feed?api_key=«alnum32»&format=json"
'''),
    page("scripts/stripe.sh", "stripe-restricted", r'''
#!/bin/bash
curl https://api.stripe.com/v1/payouts -u «stripe-restricted»: -d limit=3
'''),
    page("scripts/setup.sh", "tailscale", r'''
#!/bin/bash
set -e
tailscale up --authkey=«tailscale» --hostname tool-1
vault login «vault»
git remote set-url origin https://oauth2:«gitlab»@gitlab.acme.io/tools/digest.git
gitlab-runner register --url https://gitlab.acme.io --token «gitlab-runner»
'''),
    page("scripts/trigger.sh", "gitlab-trigger", r'''
curl -X POST -F token=«gitlab-trigger» -F ref=main https://gitlab.acme.io/api/v4/projects/91/trigger/pipeline
'''),
    page("scripts/start.bat", "openai-project", r'''
@echo off
rem Start des Werkzeugs
set OPENAI_API_KEY=«openai-project»
set PORT=8000
python main.py --port %PORT%
''', encoding="latin-1", newline="\r\n"),
    page("scripts/connect.ps1", "password", r'''
$user = "ACME\svc-report"
$password = ConvertTo-SecureString "«password»" -AsPlainText -Force
$credential = New-Object System.Management.Automation.PSCredential($user, $password)
Connect-ExchangeOnline -Credential $credential
''', encoding="utf-16-le", newline="\r\n"),
    page("scripts/pull.fish", "azure-devops", r'''
set -x AZURE_DEVOPS_EXT_PAT «azure-devops»
az repos pr list --organization https://dev.azure.com/acme --output table
'''),
    page("docs/setup.md", "postgres-url", r'''
# Setup

1. Copy the database URL: `«postgres-url»`
2. Ask Anna for access to the dashboard (user `team`, password `«password»`)
3. Start with `python main.py`
'''),
    page("docs/api.rst", "jwt", r'''
API
===

List items::

    GET /items HTTP/1.1
    Host: api.acme.io
    Authorization: Bearer «jwt»

The answer is a list.
'''),
    page("docs/notes.txt", "weak-password", r'''
Zugänge für die Vertretung (Bürozeiten 9-17 Uhr)

Portal: https://portal.acme.io
Benutzer: vertretung
Passwort: «weak-password»
''', encoding="latin-1"),
    page("docs/handover.txt", "telegram", r'''
Übergabe an das neue Team

Telegram bot: «telegram»
Cloudflare global API key: «cloudflare-global»
WLAN password: «password»
''', encoding="utf-16-be"),
    page("docs/changelog.md", "npm", r'''
## 2.1.0

- publish with the new token «npm»
- smaller images
'''),
    page("requests/items.http", "basic-login", r'''
### all items
GET https://reports.acme.io/api/items
Authorization: Basic «basic-login»

### one
GET https://reports.acme.io/api/items/7
X-API-Key: «hex40»
'''),
    page("requests/acme.postman_collection.json", "postman", r'''
{
  "info": {"name": "Acme", "_postman_id": "«uuid»"},
  "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "«jwt»", "type": "string"}]},
  "variable": [
    {"key": "baseUrl", "value": "https://api.acme.io"},
    {"key": "api_key", "value": "«postman»"}
  ]
}
'''),
    page("data/accounts.csv", "password", r'''
system,username,password
ERP,report,«password»
CRM,crm-sync,«password»
''', encoding="utf-16-le"),
    page("data/seed.sql", "slack-bot", r'''
INSERT INTO integrations (id, kind, token) VALUES (1, 'slack', '«slack-bot»');
INSERT INTO integrations (id, kind, token) VALUES (2, 'github', '«github-fine»');
CREATE USER reporting WITH PASSWORD '«password»';
'''),
    page("data/backup.sql", "password", r'''
-- Nächtlicher Abzug
CREATE USER 'shop'@'%' IDENTIFIED BY '«password»';
GRANT SELECT ON orders.* TO 'shop'@'%';
''', encoding="latin-1"),
    page("data/tape.yaml", "openai-project", r'''
interactions:
- request:
    method: POST
    uri: https://api.openai.com/v1/chat/completions
    headers:
      accept: [application/json]
      authorization: [Bearer «openai-project»]
  response:
    status: {code: 200, message: OK}
version: 1
'''),
    page("logs/debug.log", "github-oauth", r'''
10:02:11 DEBUG urllib3 https://api.github.com:443 "GET /user HTTP/1.1" 200
10:02:11 DEBUG http.client send: b'GET /user HTTP/1.1\r\nAuthorization: token «github-oauth»\r\n\r\n'
10:02:12 INFO tool signed in as build-bot
'''),
    page("logs/crash.txt", "redis-url", r'''
Traceback (most recent call last):
  File "/opt/tool/main.py", line 41, in connect
    pool = ConnectionPool.from_url(url)
redis.exceptions.ConnectionError: could not connect to «redis-url»
'''),
    page("config/rclone.conf", "azure-storage", r'''
[archive]
type = azureblob
account = archiveweu
key = «azure-storage»
'''),
    page("config/telegraf.toml", "base64-token", r'''
[[outputs.influxdb_v2]]
  urls = ["https://influx.acme.io"]
  token = "«base64-token»"
  organization = "acme"
'''),
    page("config/secrets.toml", "alnum32", r'''
# .streamlit
OPENAI_API_KEY = "«openai-project»"

[connections.warehouse]
type = "sql"
url = "«mysql-url»"
cookie_secret = "«hex32»"
'''),
    page("config/alertmanager.yml", "slack-webhook", r'''
global:
  smtp_smarthost: mail.acme.io:587
  smtp_auth_username: alerts@acme.io
  smtp_auth_password: '«password»'
  slack_api_url: «slack-webhook»
route: {receiver: team}
receivers:
  - name: team
    slack_configs: [{channel: "#ops"}]
'''),
    page("config/sentry.properties", "sentry", "defaults.org=acme\nauth.token=«sentry»\n"),
    page("config/mcp.json", "github-fine", r'''
{
  "mcpServers": {
    "github": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-github"],
      "env": { "GITHUB_PERSONAL_ACCESS_TOKEN": "«github-fine»" }
    },
    "linear": {
      "url": "https://mcp.linear.app/mcp",
      "headers": { "Authorization": "Bearer «linear»" }
    }
  }
}
'''),
    page("config/claude.json", "anthropic-oauth", r'''
{"model": "sonnet", "env": {"CLAUDE_CODE_OAUTH_TOKEN": "«anthropic-oauth»", "DISABLE_TELEMETRY": "1"}}
'''),
    page("config/okta.yaml", "okta", r'''
okta:
  client:
    orgUrl: "https://acme.okta.com"
    token: "«okta»"
'''),
    page("config/kubeconfig.yaml", "jwt", r'''
apiVersion: v1
kind: Config
clusters:
  - name: prod
    cluster: {server: "https://10.0.4.1:6443"}
users:
  - name: deployer
    user:
      token: «jwt»
'''),
    page("config/origin.env.sample", "cloudflare-origin", r'''
# values of the old server, please rotate
CF_ORIGIN_CA_KEY=«cloudflare-origin»
MAIL_URL=«smtp-url»
SESSION_SECRET=«base64-32»
'''),
    page("templates/.env.template", "password", r'''
DB_HOST=localhost
DB_USER=tool
DB_PASSWORD=«password»
JWT_SECRET='«hex64»'
ADMIN_PASS=«weak-password»
'''),
    page("tools.json", "twilio-key", r'''
[
  {"service": "twilio", "api_key_sid": "«twilio-key»", "api_key_secret": "«alnum32»"},
  {"service": "snyk", "api_token": "«snyk»"},
  {"service": "plaid", "client_id": "5f1b", "secret": "«plaid»"},
  {"service": "dropbox", "access_token": "«dropbox»"},
  {"service": "asana", "access_token": "«asana»"}
]
'''),
    page("rotation.md", "doppler", r'''
# To rotate after the offsite

- Doppler: `«doppler»`
- Fly: `«fly»`
- Pulumi: `«pulumi»`
- PlanetScale: `«planetscale»`
- Netlify: `«netlify»`
- RubyGems: `«rubygems»`
- Contentful: `«contentful»`
- Dynatrace: `«dynatrace»`
- Typeform: `«typeform»`
- ReadMe: `«readme»`
- Adafruit: `«adafruit»`
- Bitbucket: `«bitbucket»`
'''),
    page("social.ini", "twitter-bearer", r'''
[twitter]
bearer_token = «twitter-bearer»
[facebook]
page_access_token = «facebook»
[twitch]
client_secret = «twitch»
[shopify]
access_token = «shopify-custom»
[github]
refresh_token = «github-refresh»
[databricks]
token = «databricks-numbered»
[digitalocean]
refresh_token = «digitalocean-refresh»
[openai]
admin_key = «openai-admin»
'''),
)  # fmt: skip
