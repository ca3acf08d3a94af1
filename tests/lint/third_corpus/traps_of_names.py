"""Names that speak of keys, tokens and passwords, and hold none."""

from __future__ import annotations

from tests.lint.third_corpus.blanks import Page

PAGES = [
    Page(
        "cache-keys",
        "names/cache.py",
        """
CACHE_KEY = "reports:daily:v3:contoso-sync"
LOCK_KEY = "lock:import_customers_from_warehouse"
key = f"user:{user_id}:permissions:expanded"
cache_key_prefix = "django.contrib.sessions.cached_db"
SESSION_KEY = "_auth_user_backend_session_key"
primary_key = "customer_id_order_id_line_number"
partition_key = "tenant#region#2025-01"
redis.set("feature:token_refresh_enabled_v2", "1")
""",
    ),
    Page(
        "dict-and-sort-keys",
        "names/sort.py",
        """
rows.sort(key=lambda row: (row["last_name"], row["first_name"]))
KEY = "created_at_descending_then_identifier"
keys = ["access_token_lifetime_seconds", "refresh_token_rotation_enabled", "password_reset_timeout_days"]
best = max(items, key=operator.itemgetter("score"))
payload = {"key": "conversation_participant_added", "secret": False, "password": None, "token": ""}
for key, value in {"api_key_count": 3, "secret_count": 12}.items():
    print(key, value)
""",
    ),
    Page(
        "names-of-secrets",
        "names/declared.py",
        """
PASSWORD_ENV = "POSTGRES_PASSWORD"
TOKEN_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token"
SECRET_NAME = "prod/reports/database-credentials"
API_KEY_HEADER = "X-Contoso-Api-Key"
AUTH_TOKEN_COOKIE = "__Host-next-auth.csrf-token"
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf"
KEY_ID = "arn:aws:kms:eu-west-1:123456789012:key/«~{uuid}»"
token_type = "urn:ietf:params:oauth:token-type:access_token"
grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer"
client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
""",
    ),
    Page(
        "exceptions-and-messages",
        "names/errors.py",
        """
class InvalidAPIKeyError(ValueError):
    code = "authentication_token_expired_or_invalid"
    password_error = "Password must contain an uppercase letter and a digit"


ERRORS = {
    "token": "The token has expired. Please sign in again.",
    "api_key": "Missing API key: set OPENAI_API_KEY in your .env",
    "secret": "SecretNotFoundException",
    "password": "incorrect-username-or-password",
}
raise InvalidAPIKeyError(f"no key for {provider!r}; token=<hidden>")
""",
    ),
    Page(
        "test-names",
        "names/test_rotation.py",
        '''
def test_secret_key_is_rotated_every_ninety_days(rotate):
    """password=unchanged until the second call."""
    assert rotate(secret_key=None).token is not None


def test_token_without_scope_is_rejected_with_403(client):
    assert client.get("/", headers={"Authorization": "Bearer invalid"}).status_code == 403
    assert client.post("/login", json={"username": "ana", "password": ""}).status_code == 422
    assert client.post("/login", json={"username": "ana", "password": "wrong"}).status_code == 401
''',
    ),
    Page(
        "test-dummies",
        "names/test_client.py",
        """
def test_headers():
    client = Client(api_key="test-api-key", secret="test", token="fake-token-for-tests")
    assert client.headers["Authorization"] == "Bearer fake-token-for-tests"


def test_login(page):
    page.fill("#password", "password")
    page.fill("#username", "testuser")
    user = User(password="dummy-password", api_key="not-a-real-key")
""",
    ),
    Page(
        "mock-patch-paths",
        "names/test_paths.py",
        """
from unittest.mock import patch


@patch("tool.auth.password_reset.send_token_email", autospec=True)
@patch("tool.auth.SecretsManagerClient.get_secret_value", return_value={"SecretString": "{}"})
def test_reset(send, get):
    token = "tool.auth.tokens.PasswordResetTokenGenerator"
    assert token.rsplit(".")[-1] == "PasswordResetTokenGenerator"
""",
    ),
    Page(
        "password-rules",
        "names/password_rules.py",
        r"""
import re

PASSWORD_PATTERN = r"^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[@$!%*?&])[A-Za-z\d@$!%*?&]{12,64}$"
TOKEN_RE = re.compile(r"gh[pousr]_[A-Za-z0-9]{36}|sk-[A-Za-z0-9]{20,}|xox[bp]-[0-9A-Za-z-]+")
SECRET_REGEX = "(?i)(api[_-]?key|secret)['\"]?\\s*[:=]\\s*['\"][0-9a-zA-Z]{16,45}"
password_validators = ["django.contrib.auth.password_validation.UserAttributeSimilarityValidator"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
COMMON_PASSWORDS_URL = "https://github.com/danielmiessler/SecLists/tree/master/Passwords"
""",
    ),
    Page(
        "orm-columns",
        "names/models.py",
        """
from django.db import models
from sqlalchemy import Column, ForeignKey, String


class User(Base):
    password_hash = Column("password_hash_argon2", String(255), nullable=False)
    api_token = Column(String(64), unique=True, index=True, comment="hashed with sha256")
    tenant_key = Column(ForeignKey("tenants.public_identifier"))


class Account(models.Model):
    secret = models.CharField(max_length=128, db_column="encrypted_secret_v2", help_text="encrypted at rest")
    key = models.SlugField(default="untitled-document-template")
""",
    ),
    Page(
        "sql-bind",
        "names/queries.py",
        """
LOGIN = "SELECT id FROM users WHERE email = :email AND password_hash = crypt(:password, password_hash)"
SET_TOKEN = "UPDATE sessions SET token = %(token)s, secret = %(secret)s WHERE id = %(id)s"
ALTER = "ALTER USER app WITH PASSWORD %s"
INSERT = "INSERT INTO api_keys (key_id, key_hash, owner) VALUES (?, ?, ?)"
PRAGMA = "PRAGMA key = ?"
""",
    ),
    Page(
        "forms",
        "names/forms.py",
        """
class LoginForm(FlaskForm):
    password = PasswordField("Password", validators=[DataRequired(), Length(min=12)])
    token = StringField("One-time code", render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"})
    secret_question = SelectField(choices=[("pet", "What was the name of your first pet?")])
    new_password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
""",
    ),
    Page(
        "masking-code",
        "names/redact.py",
        """
REDACTED = "**********"
MASK = "sk-...redacted...", "<secret>", "[FILTERED]", "••••••••••••"
SENSITIVE = {"password", "passwd", "api_key", "authorization", "client_secret", "x-amz-security-token"}


def redact(event):
    return {key: "***REDACTED***" if key in SENSITIVE else value for key, value in event.items()}
""",
    ),
    Page(
        "prefix-tables",
        "names/prefixes.py",
        """
PREFIXES = {
    "github": ("ghp_", "gho_", "ghs_", "github_pat_"),
    "openai": ("sk-", "sk-proj-", "sk-svcacct-"),
    "stripe": ("sk_live_", "rk_live_", "whsec_"),
    "aws": ("AKIA", "ASIA"),
    "private_key": "-----BEGIN " + "PRIVATE KEY-----",
}


def looks_right(token: str) -> bool:
    return token.startswith("glpat-") and len(token) >= 26
""",
    ),
    Page(
        "feature-flags",
        "names/flags.py",
        """
FLAGS = {"enable_password_login": True, "token_refresh_strategy": "sliding-window-with-jitter", "secret_scanning": "on"}
FLAG_KEY = "checkout.new-payment-intent-flow.enabled"
EXPERIMENT_KEY = "exp_2025_q1_onboarding_password_free_login"
LAUNCHDARKLY_CLIENT_SIDE_ID = "«~{x:24}»"
""",
    ),
    Page(
        "type-hints-and-parsers",
        "names/parsing.py",
        """
from tokenize import TokenInfo

Token = tuple[str, str, int]
TOKEN_PATTERN = "IDENTIFIER|NUMBER|STRING|COMMENT|NEWLINE"
password: str
secret: "SecretManagerServiceClient | None" = None
token = next(self.tokens, Token("EOF", "", -1))
api_key: Annotated[str, Header(alias="X-API-Key", description="Ask the administrators")]
KEYWORD_TOKENS = frozenset({"if", "else", "elif", "endif", "endfor"})
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="/api/v1/login/access-token")
""",
    ),
]
