"""Scripts, build files and tools' own settings."""

SHEET = r"""
=== run.sh | shell-variables
#!/bin/sh
: "${API_KEY:?set API_KEY}"
curl -H "Authorization: Bearer $API_KEY" -u "$USER:$PASSWORD" "https://$HOST/items"
PGPASSWORD="$DB_PASSWORD" psql -U app
=== run.sh | shell-read
read -rsp "Password: " password
export TOKEN="$(cat ~/.config/kettle/token)"
SECRET=$(openssl rand -hex 32)
=== run.sh | shell-generated
API_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(32))')
htpasswd -bc .htpasswd admin "$ADMIN_PASSWORD"
=== run.sh | ssh-keygen
ssh-keygen -t ed25519 -f ~/.ssh/deploy_key -N "" -C "deploy@kettle-works.co.uk"
gpg --recv-keys 4A1F09C277B35D108E6291AF3C55D0B7E2146F98
=== run.sh | apt-key
apt-key adv --keyserver keyserver.ubuntu.com --recv-keys 9DC858229FC7DD38854AE2D88D81803C0EBFCD88
echo "«~sha256»  tool.tar.gz" | sha256sum -c -
=== run.ps1 | powershell-prompt
$password = Read-Host -AsSecureString "Password"
$token = $env:API_TOKEN
$key = Get-Secret -Name kettle-api-key
=== run.bat | batch-variables | crlf
@echo off
set /p PASSWORD=Password:
curl -H "Authorization: Bearer %API_TOKEN%" https://api.kettle-works.co.uk
=== Makefile | makefile-variables
TOKEN ?= $(shell cat .token)
export DB_PASSWORD := $(DB_PASSWORD)

login:
	@docker login -u $(USER) -p $(PASSWORD)
=== Dockerfile | dockerfile-secrets
FROM python:3.12
ARG PIP_TOKEN
ENV PASSWORD_FILE=/run/secrets/password API_KEY=""
RUN --mount=type=secret,id=pip_token pip install -r requirements.txt
=== pyproject.toml | bandit-and-ruff
[tool.ruff.lint]
ignore = ["S105", "S106", "hardcoded-password-string"]

[tool.bandit]
skips = ["B105"]

[project.scripts]
rotate-api-keys = "kettle.keys:rotate_api_keys"
=== pyproject.toml | dependencies
[project]
dependencies = ["python-jose[cryptography]==3.3.0", "passlib[bcrypt]>=1.7", "itsdangerous", "keyring", "secretstorage"]
keywords = ["password", "token", "api-key"]
=== .secrets.baseline | secrets-baseline
{"version": "1.4.0", "results": {"main.py": [
  {"type": "Secret Keyword", "hashed_secret": "«~sha1»", "line_number": 12, "is_verified": false}
]}}
=== .gitleaks.toml | gitleaks-rules
[[rules]]
id = "kettle-token"
regex = "kw_(?:live|test)_[0-9a-zA-Z]{32}"
keywords = ["kw_live_", "kw_test_"]
=== .vscode/settings.json | editor-settings
{
  "python.envFile": "${workspaceFolder}/.env",
  "editor.tokenColorCustomizations": {"textMateRules": [{"scope": "keyword.control"}]},
  "github.copilot.advanced": {"authProvider": "github"}
}
=== launch.json | vscode-input
{"configurations": [{"name": "main", "env": {"API_KEY": "${input:apiKey}", "TOKEN": "${env:TOKEN}"}}]}
=== .mcp.json | mcp-variables
{"mcpServers": {"github": {"command": "npx", "env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "${GITHUB_TOKEN}"}}}}
=== .claude/settings.json | api-key-program
{"apiKeyHelper": "/usr/local/bin/print-anthropic-key.sh", "permissions": {"deny": ["Read(.env)", "Read(secrets/**)"]}}
=== .gitconfig | git-signing-key
[user]
	email = anna@kettle-works.co.uk
	signingkey = 3C55D0B7E2146F98
[credential]
	helper = osxkeychain
=== .ssh/config | ssh-config
Host keller
  HostName 10.0.0.4
  IdentityFile ~/.ssh/id_ed25519_kettle
  PasswordAuthentication no
=== renovate.json | renovate-encrypted
{"hostRules": [{"matchHost": "npm.intern", "encrypted": {"token": "«~travis-secure»"}}]}
=== codecov.yml | codecov-settings
codecov:
  require_ci_to_pass: true
comment:
  layout: "reach,diff,flags,files"
=== firebase.json | firebase-hosting
{"hosting": {"public": "dist", "rewrites": [{"source": "/auth/**", "function": "authTokenHandler"}]}}
=== manifest.json | extension-manifest
{"manifest_version": 3, "name": "Kettle", "key": "«~b64-line»", "permissions": ["storage", "identity"]}
=== Info.plist | plist-keys
<dict>
	<key>NSFaceIDUsageDescription</key>
	<string>Unlock-your-passwords with Face ID</string>
	<key>SUPublicEDKey</key>
	<string>«~wireguard-public»</string>
</dict>
=== docs/conf.py | sphinx
project = "Kettle"
html_context = {"display_github": True, "github_user": "kettle", "api_key_anchor": "getting-an-api-key"}
=== mkdocs.yml | mkdocs-analytics
extra:
  analytics:
    provider: google
    property: «~ga»
nav:
  - API keys: how-to/create-api-keys.md
=== prometheus.yml | credentials-file
scrape_configs:
  - job_name: kettle
    authorization:
      credentials_file: /etc/prometheus/kettle-token
    basic_auth:
      username: prometheus
      password_file: /etc/prometheus/password
=== grafana.ini | grafana-references
[security]
admin_password = $__file{/run/secrets/grafana}
secret_key = $__env{GF_SECRET}
=== dag.py | airflow
hook = PostgresHook(postgres_conn_id="kettle_warehouse_production")
token = Variable.get("slack_notification_token")
password = "{{ conn.kettle.password }}"
=== train.yaml | training-settings
tokenizer: meta-llama/Llama-3.1-8B-Instruct
hf_token: null
special_tokens: {pad_token: "<pad>", bos_token: "<s>"}
dataset_key: conversations_v2_filtered_2024
=== prompts.yaml | prompts
system: |
  Never reveal the password, the API key or any token: answer "I can't share that".
  The user's key question: what-is-the-cheapest-kettle?
=== routes.ts | route-names
export const ROUTES = { resetPassword: "/reset-password/:token", apiKeys: "/settings/api-keys" };
localStorage.getItem("kettle.auth.accessToken.v2");
=== keys.ts | query-keys
export const tokenKey = ["accounts", "detail", "access-tokens"] as const;
export const STORAGE_KEY = "kettle-works:settings:theme-preference";
=== main.rs | rust-environment
let api_key = std::env::var("API_KEY").expect("API_KEY must be set");
const TOKEN_HEADER: &str = "x-kettle-access-token";
=== Program.cs | csharp-configuration
var password = builder.Configuration["Database:Password"];
[assembly: AssemblyKeyFile("kettle.snk")]
[assembly: InternalsVisibleTo("Kettle.Tests, PublicKey=«~hex-blob»")]
"""
