"""Code that speaks about secrets and holds none."""

SHEET = r"""
=== main.py | environ-only
import os

API_KEY = os.environ["API_KEY"]
DB_PASSWORD = os.getenv("DB_PASSWORD")
TOKEN = os.environ.get("TOKEN", "")
=== main.py | required-settings
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_prefix="INVOICE_")
    api_key: SecretStr
    password: SecretStr | None = None
    token_url: str = "https://id.kettle-works.co.uk/oauth/token"
=== main.py | secret-names
SECRET_NAMES = ["OPENAI_API_KEY", "STRIPE_SECRET_KEY", "DATABASE_PASSWORD"]
API_KEY_HEADER = "X-API-Key"
TOKEN_COOKIE = "session_token"
PASSWORD_FIELD = "user_password"
=== main.py | keyring
import keyring

password = keyring.get_password("invoice-fetch", "anna@kettle-works.co.uk")
keyring.set_password("invoice-fetch", "anna", input("Password: "))
=== main.py | aws-secrets-manager
import boto3

SECRET_ID = "prod/invoice-fetch/database-password"
secret = boto3.client("secretsmanager").get_secret_value(SecretId=SECRET_ID)["SecretString"]
=== main.py | gcp-secret-manager
name = "projects/kettle-reports/secrets/stripe-api-key/versions/latest"
api_key = client.access_secret_version(name=name).payload.data.decode()
=== main.py | azure-key-vault
from azure.keyvault.secrets import SecretClient

VAULT = "https://kettle-prod-kv.vault.azure.net/"
password = SecretClient(VAULT, credential).get_secret("erp-database-password").value
=== main.py | vault-read
secret = client.secrets.kv.v2.read_secret_version(path="kettle/prod/database", mount_point="kv")
password = secret["data"]["data"]["password"]
=== main.py | generated-secret
import secrets

session_secret = secrets.token_urlsafe(32)
api_key = f"kw_{secrets.token_hex(16)}"
password = "".join(secrets.choice(ALPHABET) for _ in range(24))
=== main.py | file-secret
from pathlib import Path

token = Path("/run/secrets/api_token").read_text().strip()
PRIVATE_KEY_PATH = "certs/server.key"
=== main.py | prompt-for-password
import getpass

password = getpass.getpass("Password for mail.intern: ")
token = input("Paste your access token here: ")
=== tokenizer.py | tokenizer
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("sentence-transformers/all-MiniLM-L6-v2")
tokenizer.pad_token = tokenizer.eos_token
PAD_TOKEN = "<|endoftext|>"
UNK_TOKEN = "[UNK]"
MAX_TOKENS = 4096
=== ask.py | model-parameters
answer = client.messages.create(
    model="claude-sonnet-4-20250514",
    max_tokens=8192,
    stop_sequences=["</answer>"],
    metadata={"user_id": "u-20240611-annalehner"},
)
print(answer.usage.input_tokens, answer.usage.output_tokens)
=== rules.py | password-rules
PASSWORD_MIN_LENGTH = 12
PASSWORD_PATTERN = r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d@$!%*?&]{12,}$"
PASSWORD_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_ERROR = "Password must contain 12 characters, one figure and one capital."
=== forms.py | form-fields
from wtforms import Form, PasswordField, StringField


class LoginForm(Form):
    username = StringField("User name")
    password = PasswordField("Password", render_kw={"placeholder": "Your password", "autocomplete": "current-password"})
    csrf_token = HiddenField("csrf-token")
=== models.py | orm-columns
from sqlalchemy import Column, Integer, String


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    password_hash = Column("password_hash", String(255), nullable=False)
    api_key = Column(String(64), unique=True, index=True)
    reset_token = Column("password_reset_token", String(128))
=== test_login.py | test-names
def test_password_reset_token_is_sent_by_mail_and_expires_after_one_hour():
    assert True


def test_wrong_api_key_is_refused_with_401_unauthorized():
    assert True
=== test_login.py | obviously-fake
def test_login(client):
    answer = client.post("/login", data={"username": "test", "password": "test"})
    assert answer.status_code == 200
    assert client.post("/login", data={"username": "test", "password": "wrong-password"}).status_code == 401
=== test_fetch.py | fake-token
def test_fetch_sends_its_token(monkeypatch, httpx_mock):
    monkeypatch.setenv("API_TOKEN", "fake-token")
    fetch()
    assert httpx_mock.get_request().headers["Authorization"] == "Bearer fake-token"
=== test_mask.py | dummy-values
SECRET = "not-a-real-secret"
PASSWORD = "hunter2"


def test_masked():
    assert masked(f"password={PASSWORD}") == "password=***"
=== flags.py | feature-flags
FLAGS = {
    "enable_password_login": True,
    "require_api_key_for_exports": False,
    "token_refresh_v2_rollout_percentage": 25,
}
=== cache.py | cache-keys
CACHE_KEY = "invoices:v3:customer-list:sorted-by-date"
SORT_KEY = "customer_created_at_descending"
PRIMARY_KEY = "invoice_line_item_id"
key = f"user:{user_id}:session:{session_id}"
=== dynamo.py | partition-keys
table.get_item(Key={"partition_key": "CUSTOMER#44112233", "sort_key": "INVOICE#2024-06-01#000123"})
=== paths.py | s3-keys
KEY = "exports/2024/06/01/customers-full-20240601T041500Z.parquet"
s3.download_file(Bucket="kettle-exports-eu-central-1", Key="models/resnet50/v2/weights-epoch-0042.safetensors")
=== errors.py | error-codes
INVALID_TOKEN = "ERR_AUTH_TOKEN_INVALID_OR_EXPIRED"
PASSWORD_INCORRECT = "auth/wrong-password"
KEY_NOT_FOUND = "com.kettle.errors.KeyNotFoundException"
=== urls.py | endpoint-urls
TOKEN_URL = "https://login.microsoftonline.com/common/oauth2/v2.0/token"
PASSWORD_RESET_URL = "https://shop.kettle-works.co.uk/account/password/reset"
SECRET_SCANNING = "https://docs.github.com/en/code-security/secret-scanning"
=== urls.py | password-from-variable
from urllib.parse import quote

URL = f"postgresql://{USER}:{quote(PASSWORD)}@{HOST}:5432/{NAME}"
REDIS = "redis://:{password}@{host}:6379/0".format(password=os.environ["REDIS_PASSWORD"], host=HOST)
=== sql.py | sql-binds
cursor.execute("UPDATE users SET password = %(password)s, token = %(token)s WHERE id = %(id)s", values)
cursor.execute("SELECT 1 FROM users WHERE name = ? AND password_hash = ?", (name, hashed))
session.execute(text("INSERT INTO keys (name, api_key) VALUES (:name, :api_key)"), values)
=== regex.py | token-patterns
GITHUB = re.compile(r"\bghp_[A-Za-z0-9]{36}\b")
AWS = re.compile(r"\bAKIA[0-9A-Z]{16}\b")
PEM = re.compile(r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----")
SLACK = r"xox[baprs]-[0-9A-Za-z-]{10,}"
=== mask.py | private-key-marker
def is_private_key(text: str) -> bool:
    return "-----BEGIN PRIVATE KEY-----" in text or text.startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
=== headers.py | header-building
headers = {"Authorization": f"Bearer {token}", "X-Api-Key": settings.api_key, "Cookie": f"session={session}"}
auth = ("api", os.environ["MAILGUN_KEY"])
=== cli.py | option-declarations
parser.add_argument("--password", metavar="PASSWORD", help="read from PASSWORD_FILE if left out")
parser.add_argument("--token-file", default="~/.config/kettle/token.json")
parser.add_argument("--api-key-env", default="KETTLE_API_KEY")
=== openapi.py | security-scheme
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer

oauth2 = OAuth2PasswordBearer(tokenUrl="/auth/token", scheme_name="OAuth2PasswordBearer")
api_key = APIKeyHeader(name="X-API-Key", auto_error=False)
=== jwtlib.py | algorithms
ALGORITHM = "RS256"
TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SECRET_ALGORITHM = "AES-256-GCM-SIV"
=== parser.py | parser-tokens
TOKENS = ("IDENTIFIER", "LEFT_PAREN", "RIGHT_PAREN", "STRING_LITERAL", "END_OF_FILE")
tok = "KEYWORD_ASYNC_FUNCTION"
next_token = Token(kind="OPERATOR_ARROW", value="->")
=== keyboard.py | keyboard
KEYS = {"ctrl+shift+p": "command_palette", "alt+f4": "quit_application"}
shortcut_key = "Control-Shift-Alt-BackSpace"
=== i18n.py | translations
MESSAGES = {
    "password": "Passwort",
    "forgot_password": "Passwort vergessen?",
    "api_key": "API-Schlüssel",
    "token_expired": "Ihre Sitzung ist abgelaufen, bitte erneut anmelden.",
}
=== index.ts | ts-types
export interface Login {
  username: string;
  password: string;
  apiKey?: string;
  refreshToken: string | null;
}
export type TokenKind = "access" | "refresh" | "authorization_code";
=== index.js | process-env
const apiKey = process.env.API_KEY;
const { DB_PASSWORD: password, JWT_SECRET } = process.env;
const client = new Client({ token: config.get("discord.token") });
=== main.go | go-flags
token := flag.String("token", "", "access token, or $KETTLE_TOKEN")
password := os.Getenv("DB_PASSWORD")
const secretName = "kettle-database-credentials"
=== Main.java | java-annotations
@Value("${spring.datasource.password}")
private String password;
@JsonProperty("access_token")
private String accessToken;
=== app.rb | ruby-credentials
password = Rails.application.credentials.dig(:smtp, :password)
token = ENV.fetch("API_TOKEN")
=== config.php | php-env
<?php
return ['password' => env('DB_PASSWORD'), 'key' => env('APP_KEY'), 'secret' => $_ENV['APP_SECRET']];
"""
