"""Schemas, migrations, scanners' own files, firmware."""

from __future__ import annotations

from tests.lint.third_corpus.blanks import Page

PAGES = [
    Page(
        "json-schema",
        "schema/tool.schema.json",
        """
{
  "properties": {
    "api_key": {"type": "string", "minLength": 20, "pattern": "^sk-[A-Za-z0-9_-]{20,}$", "title": "API key"},
    "password": {"type": "string", "format": "password", "writeOnly": true},
    "token": {"$ref": "#/definitions/authenticationToken"},
    "secret": {"description": "Client secret as shown once in the developer console"}
  },
  "required": ["api_key", "client_secret_or_certificate"]
}
""",
    ),
    Page(
        "openapi",
        "schema/openapi.yaml",
        """
components:
  securitySchemes:
    bearerAuth: {type: http, scheme: bearer, bearerFormat: JWT}
    apiKey: {type: apiKey, in: header, name: X-Contoso-Api-Key}
  schemas:
    Login:
      properties:
        password: {type: string, format: password, example: "********"}
        token: {type: string, example: string}
""",
    ),
    Page(
        "tool-manifest",
        "schema/tool.json",
        """
{
  "id": "weather-report",
  "secrets": [
    {"key": "OPENWEATHER_API_KEY", "label": "OpenWeather API key", "required": true, "type": "password"},
    {"key": "SMTP_PASSWORD", "label": "Mail password", "placeholder": "16 letters from Google's page"}
  ],
  "inputs": [{"name": "token_limit", "default": 4096}, {"name": "sort_key", "default": "published_at_descending"}]
}
""",
    ),
    Page(
        "graphql-and-proto",
        "schema/auth.proto",
        "\nmessage LoginRequest { string username = 1; string password = 2; }\n"
        "message Token { string access_token = 1; }\n"
        'option go_package = "github.com/contoso/auth/gen/tokens/v1;tokensv1";\n',
    ),
    Page(
        "sql-schema",
        "schema/schema.sql",
        """
CREATE TABLE api_keys (key_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), secret_hash bytea NOT NULL);
ALTER TABLE users ADD CONSTRAINT password_min CHECK (length(password) >= 12);
CREATE INDEX idx_sessions_token_expires_at ON sessions USING btree (token, expires_at);
COMMENT ON COLUMN users.password IS 'argon2id, never the password itself';
CREATE ROLE reporting LOGIN PASSWORD NULL;
""",
    ),
    Page(
        "database-fixture-hashes",
        "schema/fixtures/users.json",
        """
[
  {"model": "auth.user", "pk": 1, "fields": {"name": "ana", "password": "pbkdf2_sha256$600000$«~{a:22}»$«~{b:43}»="}},
  {"model": "auth.user", "pk": 2, "fields": {"username": "tom", "password": "$2b$12$«~{a:53}»"}},
  {"model": "auth.user", "pk": 3, "fields": {"username": "eva", "password": "!"}}
]
""",
    ),
    Page(
        "migration",
        "schema/0007_password_reset.py",
        '\nrevision = "«~{x:12}»"\ndown_revision = "«~{x:12}»"\n\n\ndef upgrade():\n'
        '    op.add_column("users", sa.Column("password_reset_token_hash", sa.String(64)))\n'
        '    op.create_unique_constraint("uq_api_keys_key_prefix", "api_keys", ["key_prefix"])\n',
    ),
    Page(
        "regular-expressions-of-scanners",
        "schema/gitleaks.toml",
        """
[[rules]]
id = "contoso-token"
regex = '''(?i)contoso[_-]?(?:api)?[_-]?(?:key|token)["'=: ]{1,5}([0-9a-f]{40})'''
keywords = ["contoso_key", "contoso-token"]
secretGroup = 1
[allowlist]
regexes = ['''EXAMPLE_[A-Z_]+''']
""",
    ),
    Page(
        "secret-baseline",
        "schema/.secrets.baseline",
        '\n{"version": "1.5.0", "results": {"config.py": [\n  {"type": "Secret Keyword", "filename": "config.py",'
        '\n   "hashed_secret": "«~{x:40}»", "is_verified": false, "line_number": 12}]}}\n',
    ),
    Page(
        "pre-commit-and-dependabot",
        "schema/.pre-commit-config.yaml",
        "\nrepos:\n  - repo: https://github.com/gitleaks/gitleaks\n    rev: «~{x:40}»\n    hooks: [{id: gitleaks}]\n"
        "  - repo: https://github.com/Yelp/detect-secrets\n    rev: v1.5.0\n    hooks:\n      - id: detect-secrets\n"
        "        args: [--baseline, .secrets.baseline]\n",
    ),
    Page(
        "terraform-lock",
        "schema/.terraform.lock.hcl",
        '\nprovider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n  hashes = [\n    "h1:«~{b:43}»=",\n'
        '    "zh:«~{x:64}»",\n    "zh:«~{x:64}»",\n  ]\n}\n',
    ),
    Page(
        "firmware-hex",
        "schema/firmware.ino",
        "\nconst byte KEY_MATRIX[4] = {0x1A, 0x2B, 0x3C, 0x4D};\n#define TOKEN_EOF 0xDEADBEEF\n"
        "#define API_KEY_LENGTH 32\n"
        "const char* ssid = WIFI_SSID;\nconst char* password = WIFI_PASSWORD;\n"
        "uint8_t mac[] = {0xDE, 0xAD, 0xBE, 0xEF, 0xFE, 0xED};\n",
    ),
    Page(
        "swift-and-kotlin",
        "schema/Keys.kt",
        '\nobject Keys {\n  const val TOKEN_PREF = "com.contoso.app.preferences.TOKEN"\n'
        '  const val PASSWORD_EXTRA = "extra_password_visible"\n'
        "  val apiKey: String = BuildConfig.API_KEY\n}\n",
    ),
]
