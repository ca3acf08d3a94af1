"""Programs with nothing secret in them that look as if there were."""

# ruff: noqa: Q001 - the templates hold docstrings, and so stand in the other quotes

from __future__ import annotations

from tests.lint.second_corpus.rendering import page

PAGES = (
    page("env/main.py", "environment", r'''
import os

from dotenv import load_dotenv

load_dotenv()
OPENAI_API_KEY = os.environ["OPENAI_API_KEY"]
GITHUB_TOKEN = os.environ.get("GITHUB_TOKEN")
STRIPE_SECRET_KEY = os.getenv("STRIPE_SECRET_KEY", "")
DB_PASSWORD = os.getenv("DB_PASSWORD") or None
if not OPENAI_API_KEY:
    raise SystemExit("OPENAI_API_KEY is not set")
'''),
    page("env/settings.py", "environment", r'''
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TOOL_", env_file=".env", secrets_dir="/run/secrets")

    api_key: SecretStr = Field(..., validation_alias="SERVICE_API_KEY")
    client_secret: SecretStr | None = None
    password: SecretStr = Field(default=SecretStr(""), description="password of the technical user")
    token_url: str = "https://login.acme.io/oauth2/token"
'''),
    page("env/url.py", "environment", r'''
import os

USER, PASSWORD = os.environ["DB_USER"], os.environ["DB_PASSWORD"]
DATABASE_URL = f"postgresql://{USER}:{PASSWORD}@{os.environ['DB_HOST']}:5432/orders"
FALLBACK = "postgresql://{user}:{password}@{host}/{name}".format(**os.environ)
OLD = "mysql://%s:%s@%s/crm" % (USER, PASSWORD, "db")
'''),
    page("env/vault.py", "environment", r'''
import keyring
from google.cloud import secretmanager

SECRET_NAME = "projects/acme-tools/secrets/openai-api-key/versions/latest"
TOKEN_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token"


def api_key() -> str:
    return secretmanager.SecretManagerServiceClient().access_secret_version(name=SECRET_NAME).payload.data.decode()


def password() -> str:
    return keyring.get_password("tool", "reporting")
'''),
    page("env/session.ts", "environment", r'''
export const config = {
  apiKey: process.env.OPENAI_API_KEY!,
  password: process.env.DB_PASSWORD ?? "",
  clientSecret: import.meta.env.VITE_CLIENT_SECRET,
  token: Deno.env.get("GITHUB_TOKEN"),
};
'''),
    page("env/colab.ipynb", "environment", r'''
{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {"id": "Xk29_sLmQz7R"},
   "outputs": [],
   "source": [
    "from google.colab import userdata\n",
    "import getpass, os\n",
    "os.environ[\"OPENAI_API_KEY\"] = userdata.get(\"OPENAI_API_KEY\")\n",
    "hf_token = getpass.getpass(\"Hugging Face token: \")"
   ]
  }
 ],
 "metadata": {"colab": {"provenance": []}},
 "nbformat": 4,
 "nbformat_minor": 0
}
'''),
    page("names/constants.py", "names", r'''
TOKEN_HEADER = "X-Auth-Token"
API_KEY_HEADER = "Ocp-Apim-Subscription-Key"
PASSWORD_FIELD = "password_confirmation"
SECRET_KEY_NAME = "tool-session-signing-key"
SESSION_COOKIE = "__Host-acme_session_token"
PASSWORD_RESET_TEMPLATE = "emails/password_reset_request.html"
API_KEY_URL = "https://platform.openai.com/settings/organization/api-keys"
CREDENTIALS_PATH = "~/.config/gcloud/application_default_credentials.json"
'''),
    page("names/enums.py", "names", r'''
from enum import StrEnum


class AuthError(StrEnum):
    INVALID_TOKEN = "invalid_token"
    PASSWORD_TOO_SHORT = "password_too_short"
    SECRET_EXPIRED = "client_secret_expired"
    API_KEY_MISSING = "api_key_missing_from_request"


class TokenType(StrEnum):
    ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
    REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token"
'''),
    page("names/test_password_reset_token_generator.py", "test names", r'''
from accounts.tokens import PasswordResetTokenGenerator


def test_password_reset_token_is_refused_after_the_password_was_changed_once_already(user):
    token = PasswordResetTokenGenerator().make_token(user)
    user.set_password("")
    assert not PasswordResetTokenGenerator().check_token(user, token)


def test_api_key_authentication_backend_returns_none_without_authorization_header(rf):
    secret = rf.get("/").headers.get("Authorization")
    assert secret is None


class TestBasicAuthenticationMiddlewareRejectsMalformedCredentials2:
    password = None
'''),
    page("names/AbstractClient.java", "long names", r'''
package io.acme.tools;

public abstract class AbstractSingletonProxyFactoryBeanTokenAuthenticationProvider2 {
    private final ReactiveOAuth2AuthorizedClientManagerTokenResponse authorizedClientTokenManager;
    protected String passwordEncoder = "org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder";
    protected String tokenStore = JdbcTokenStoreAuthenticationKeyGeneratorFactory.class.getName();
}
'''),
    page("names/form.py", "labels", r'''
from wtforms import Form, PasswordField, StringField, validators


class LoginForm(Form):
    username = StringField("Username", [validators.Length(min=4, max=25)])
    password = PasswordField("Password", [validators.InputRequired(), validators.EqualTo("confirm")])
    confirm = PasswordField("Repeat password")
    token = StringField("Token", description="Six digits from your authenticator app")
'''),
    page("names/argparse_cli.py", "labels", r'''
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--api-key", metavar="KEY", help="API key, default: the environment's OPENAI_API_KEY")
parser.add_argument("--password", action="store_true", help="ask for a password")
parser.add_argument("--token-file", default="~/.config/tool/token")
args = parser.parse_args()
password = input("Password: ") if args.password else None
token = args.token_file.strip()
api_key = args.api_key or config["api_key"]
'''),
    page("names/tokenizer.py", "tokenizer", r'''
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2")
PAD_TOKEN = "<|endoftext|>"
MASK_TOKEN = "[MASK]"
SPECIAL_TOKENS = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>", "unk_token": "<unk>"}
max_tokens = 4096
token_ids = [101, 7592, 1010, 2088, 999, 102]
'''),
    page("names/sort_keys.py", "keys", r'''
rows = sorted(rows, key=lambda row: (row["department"], row["name"]))
primary_key = "customer_order_line_item_id"
foreign_key = "fk_invoice_positions_invoice_id_2024"
partition_key = "tenant#region#yyyy-mm-dd"
cache_key = f"v3:user:{user_id}:dashboard:{locale}"
KEY_BINDINGS = {"ctrl+shift+k": "deleteLine", "ctrl+alt+delete": "restart"}
S3_KEY = "exports/2025/11/monthly-report-final-v2.parquet"
'''),
    page("names/messages.py", "messages", r'''
ERRORS = {
    "password": "Das Passwort muss mindestens zwölf Zeichen haben",
    "token": "Token abgelaufen, bitte erneut anmelden",
    "api_key": "Kein API-Schlüssel hinterlegt",
    "secret": "The secret must not be empty",
}
log.info("token refreshed for %s", user)
raise ValueError("password: expected at least 12 characters, got 4")
'''),
    page("names/compare.py", "comparisons", r'''
def mask(name: str, value: str) -> str:
    secret = value
    password = name == "password"
    token = value.split(".")[0]
    if name.endswith(("_token", "_secret")) or password:
        return "*" * 8
    api_key = "" if secret is None else token[:4]
    return api_key
'''),
    page("names/regexes.py", "patterns", r'''
"""What our log filter takes for a credential."""

import re

PATTERNS = {
    "aws": re.compile(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    "github": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    "openai": re.compile(r"\bsk-(?:proj-)?[A-Za-z0-9_-]{20,}"),
    "slack": re.compile(r"xox[baprs]-[0-9A-Za-z-]{10,}"),
    "url": re.compile(r"://[^/\s:@]+:(?P<password>[^/\s:@]+)@"),
    "pem": re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----"),
}
'''),
    page("names/graphql.js", "names", r'''
export const LOGIN = gql`
  mutation Login($email: String!, $password: String!) {
    tokenAuth(email: $email, password: $password) { token refreshToken user { id passwordChangedAt } }
  }
`;
const { data: { tokenAuth: { token } } } = await client.mutate({ mutation: LOGIN, variables: { email, password } });
'''),
    page("names/login.vue", "names", r'''
<template>
  <input v-model="password" type="password" autocomplete="current-password" placeholder="Mot de passe" />
  <input v-model="otp" name="one-time-code" :disabled="!password" />
</template>
<script setup lang="ts">
const password = ref<string>("");
const csrfToken = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
</script>
'''),
    page("generated/run.py", "generated value", r'''
import secrets
import uuid
from hashlib import sha256

session_secret = secrets.token_urlsafe(32)
api_key = f"acme_{secrets.token_hex(16)}"
password = "".join(secrets.choice(ALPHABET) for _ in range(20))
token = sha256(uuid.uuid4().bytes).hexdigest()
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
'''),
    page("generated/uuids.py", "uuid", r'''
NAMESPACE = "«uuid»"
TENANT_ID = "«uuid»"
CLIENT_ID = "«uuid»"
RUNS = ["«uuid»", "«uuid»", "«uuid»"]
idempotency_key = "«uuid»"
'''),
    page("generated/hashes.py", "hash", r'''
MODEL_SHA256 = "«sha256»"
EXPECTED = {
    "small.bin": "sha256:«sha256»",
    "large.bin": "sha256:«sha256»",
    "vocab.txt": "md5:«md5»",
}
GOLDEN_CHECKSUM = "«sha512»"
ETAG = '"«md5»"'
'''),
    page("generated/revision.py", "git sha", r'''
# Generated by the build.
GIT_COMMIT = "«git-sha»"
GIT_SHORT = "«git-short»"
REVISION = "7f3c«git-sha»"[:12]
MODEL = "BAAI/bge-small-en-v1.5@«git-sha»"
'''),
    page("generated/orders_pb2.py", "protobuf", r'''
# Generated by the protocol buffer compiler.  DO NOT EDIT!
DESCRIPTOR = _descriptor_pool.Default().AddSerializedFile(
    b'\n\x0corders.proto\x12\x06orders\"F\n\x05Order\x12\n\n\x02id\x18\x01 \x01(\t\x12\r\n\x05token\x18\x02 \x01(\t'
    b'\x12\x10\n\x08password\x18\x03 \x01(\t\x12\x10\n\x08currency\x18\x04 \x01(\tb\x06proto3'
)
_globals['_ORDER']._serialized_start=24
'''),
    page("generated/icon.py", "image", r'''
ICON = "data:image/png;base64,«png-small»"
LOGO = (
    "«png»"
)
'''),
    page("generated/plot.ipynb", "notebook image", r'''
{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 4,
   "metadata": {},
   "outputs": [
    {
     "data": {
      "image/png": "«png»",
      "text/plain": ["<Figure size 640x480 with 1 Axes>"]
     },
     "metadata": {},
     "output_type": "display_data"
    }
   ],
   "source": ["df.plot(x='day', y='tokens');"]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
'''),
    page("generated/widget.ipynb", "notebook output", r'''
{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 9,
   "id": "c41f07d2-33aa-4a0e-9c1e-0d8b6f2f7a55",
   "metadata": {},
   "outputs": [
    {
     "data": {
      "application/vnd.jupyter.widget-view+json": {
       "model_id": "«md5»", "version_major": 2, "version_minor": 0
      },
      "text/html": ["<div id=\"«uuid»\"></div>"]
     },
     "metadata": {},
     "output_type": "display_data"
    }
   ],
   "source": ["for batch in tqdm(batches): step(batch)"]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
'''),
    page("web/app.min.js", "minified code", r'''
!function(e,t){"object"==typeof exports?module.exports=t():e.Acme=t()}(this,function(){var e={token:null,password:""};
function n(e,t){return e.password=t,e}var r="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
var o={TokenExpired:"a1",secretKey:function(e){return e^0x9e3779b9},k:[0x428a2f98,0x71374491,0xb5c0fbcf,0xe9b5dba5]};
return{authToken:function(t){return n(e,t).token||o.secretKey(t)},apiKey:void 0,hash:"«git-short»«git-short»"}});
//# sourceMappingURL=app.min.«md5».js.map
'''),
    page("web/app.js.map", "source map", r'''
{"version":3,"file":"app.js","sources":["../src/token.ts"],"names":["authToken","password"],"mappings":"«source-map»"}
'''),
    page("web/index.html", "integrity", r'''
<!doctype html>
<link rel="stylesheet" href="https://cdn.acme.io/b.css" integrity="sha384-«sha384-base64»" crossorigin="anonymous">
<script src="https://cdn.acme.io/j.js" integrity="sha512-«sha512-base64»" crossorigin="anonymous"></script>
<script nonce="r4nd0m">document.body.dataset.ready = "1";</script>
<div class="g-recaptcha" data-sitekey="«recaptcha-site»"></div>
<div class="cf-turnstile" data-sitekey="«turnstile-site»"></div>
'''),
    page("web/style.css", "css", r'''
:root { --token-color-primary-500: #3b82f6; --secret-bg: #0F172ACC; --key-width: calc(100% - 3.25rem); }
.password-field__toggle--visible:not([disabled])::after { content: "\f06e"; background: #deadbeef; }
.token.keyword, .token.selector { color: rgb(215 58 73 / 0.9); }
@font-face { font-family: Acme; src: url(data:font/woff2;base64,«font») format("woff2"); }
.icon-lock { background: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cpath d='M3 9h9'/%3E"); }
'''),
    page("web/style.module.css.d.ts", "css", r'''
declare const styles: {
  readonly "passwordInput_a8Fk2": string;
  readonly "tokenBadge__wrapper--Zq81x": string;
};
export default styles;
'''),
    page("web/icon.svg", "svg", r'''
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" aria-label="password key token">
  <path d="«path-data»"/>
  <path d="«path-data»z" fill="#1F6FEB"/>
</svg>
'''),
    page("web/colors.ts", "colors", r'''
export const palette = {
  tokenKeyword: "#D73A49FF",
  secretBackground: "#0a0b0c",
  gradient: ["#ff7a18", "#af002d", "#319197", "#00c9ff", "#92fe9d"],
  passwordHint: "hsl(217deg 91% 60% / 80%)",
};
'''),
    page("web/public.ts", "public identifier", r'''
export const stripe = loadStripe("«stripe-publishable»");
export const analytics = { measurementId: "G-4XK2P9QZ1M", gtm: "GTM-K9X2QW7", adClient: "ca-pub-4417263908151726" };
export const supabaseKey = "«supabase-publishable»";
export const posthog = init("«posthog-project»", { api_host: "https://eu.posthog.com" });
export const clientId = "847361920455-q8e2m1kd7s0v4n6c.apps.googleusercontent.com";
'''),
    page("web/webpack.config.js", "chunk names", r'''
module.exports = {
  output: { filename: "[name].[contenthash:20].js", chunkFilename: "vendors-node_modules_token-«git-short».js" },
  externals: { "/static/js/main.«git-short»c.chunk.js": "commonjs" },
};
'''),
    page("web/test_snapshot.js.snap", "snapshot", r'''
exports[`renders the password form with an invalid reset token 1`] = `
<form class="css-1x5jdmq-MuiPasswordField-root" data-testid="token-form-7f3a9b2c1d">
  <input id=":r1a:" name="password" type="password" value="" />
</form>
`;
'''),
    page("examples/aws.py", "documented example", r'''
"""The example of the vendor's own documentation; it opens nothing."""

AWS_ACCESS_KEY_ID = "«amazon-example-id»"
AWS_SECRET_ACCESS_KEY = "«amazon-example-key»"
'''),
    page("examples/test_jwt.py", "documented example", r'''
EXAMPLE = "«jwt-example»"  # the one of jwt.io


def test_splits_in_three():
    assert EXAMPLE.count(".") == 2
'''),
    page("examples/azurite.py", "documented example", r'''
# Azurite, the local emulator: its account and key are fixed and public.
EMULATOR = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
    "AccountKey=«azurite-key»;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
)
'''),
    page("examples/stripe.py", "documented example", r'''
import stripe

stripe.api_key = "«stripe-example»"  # the example key of the API reference
'''),
    page("examples/fake.py", "test value", r'''
import pytest

from tool.client import Client


@pytest.fixture
def client():
    return Client(api_key="test", password="password", token="dummy-token")


def test_sends_token(client, respx_mock):
    respx_mock.get("/", headers={"Authorization": "Bearer dummy-token"})
    assert client.get("/")
    assert Client(api_key="sk-test").api_key == "sk-test"
    assert Client(api_key="fake", secret="xxx")
'''),
    page("data/coordinates.py", "coordinates", r'''
PLACES = {"Ulm": (48.401082, 9.987608), "Kyoto": (35.011564, 135.768149)}
PLUS_CODE = "8FWH4HX8+QR"
GEOHASH = "u0yjjd6jk3rq5"
POLYLINE = "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
H3_INDEX = "8a1fb46622dffff"
'''),
    page("data/publications.py", "publications", r'''
DOIS = ["10.1103/PhysRevLett.116.061102", "10.1038/s41586-021-03819-2", "10.48550/arXiv.1706.03762"]
ISBN = "978-3-16-148410-0"
PHONES = ["+49 151 23456789", "+1-202-555-0143", "0041 44 668 18 00"]
IBAN_EXAMPLE = "DE89 3704 0044 0532 0130 00"
ORCID = "0000-0002-1825-0097"
'''),
    page("data/addresses.py", "crypto address", r'''
DONATIONS = {
    "btc": "«bitcoin-address»",
    "btc_segwit": "«bech32-address»",
    "eth": "«ethereum-address»",
}
USDT_CONTRACT = "«ethereum-address»"
IPFS = "ipfs://«cid»/metadata.json"
'''),
    page("data/proteins.py", "sequence", r'''
INSULIN = "MALWMRLLPLLALLALWGPDPAAAFVNQHLCGSHLVEALYLVCGERGFFYTPKTRREAEDLQVGQVELGGGPGAGSLQPLALEGSLQKRGIVEQ"
PRIMER_KEY = "ACGTTGCATGTCGCATGATGCATGAGAGCTACGTAGCTAGCTAACG"
SMILES = "CN1C=NC2=C1C(=O)N(C(=O)N2C)C"
INCHI_KEY = "RYYVLZVUVIJVGH-UHFFFAOYSA-N"
'''),
    page("data/time.py", "names", r'''
LAYOUT = "2006-01-02T15:04:05Z07:00"
CRON = "0 3 * * 1-5"
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
XMLNS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
'''),
    page("data/videos.py", "public identifier", r'''
VIDEOS = ["https://www.youtube.com/watch?v=«youtube-id»", "https://youtu.be/«youtube-id»?t=42"]
SHEET = "https://docs.google.com/spreadsheets/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit#gid=0"
SLACK_CHANNEL = "C07K2M9QX1T"
DISCORD_GUILD = 1174839201746352128
TWILIO_ACCOUNT_SID = "«twilio-account»"
SAMPLE_PDF = "«pdf-base64»"
'''),
    page("data/umlaute.py", "translations", r'''
# -*- coding: latin-1 -*-
MELDUNGEN = {"passwort": "Ungültiges Passwort", "schlüssel": "Schlüssel fehlt", "token": "Ablauf überschritten"}
PASSWORT_HINWEIS = "Groß- und Kleinbuchstaben, Ziffern und ein Zeichen aus !?*+"
''', encoding="latin-1"),
    page("crypto/verify.py", "public key", r'''
import jwt

PUBLIC_KEY = """«public-key»"""
ALLOWED = ["RS256", "ES256"]
RELEASE_KEY = "«minisign»"


def claims(token: str) -> dict[str, str]:
    return jwt.decode(token, PUBLIC_KEY, algorithms=ALLOWED, audience="tool")
'''),
    page("crypto/make_keys.py", "marker", r'''
from cryptography.hazmat.primitives.asymmetric import ed25519

BEGIN = b"-----BEGIN PRIVATE KEY-----"


def is_private(data: bytes) -> bool:
    return data.lstrip().startswith(BEGIN)


key = ed25519.Ed25519PrivateKey.generate()
'''),
    page("crypto/constants.c", "numbers", r'''
static const uint8_t sbox[] = {0x63, 0x7c, 0x77, 0x7b, 0xf2, 0x6b, 0x6f, 0xc5, 0x30, 0x01, 0x67, 0x2b};
static const char *P256_B = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"; /* curve P-256 */
static const char *SHA256_OF_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
#define PASSWORD_MAX 128
'''),
)  # fmt: skip
