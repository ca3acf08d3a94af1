"""Kinds of secrets and how each is made: prefixes in parts, the rest random, so that none stands in this source."""

# ruff: noqa: E501  whole files are quoted here, one to a line

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from tests.lint.labeled import ALNUM, BASE64, DIGITS, HEX, LETTERS, LOWER, UPPER, URLSAFE, Maker

if TYPE_CHECKING:
    from collections.abc import Callable

UPPER_DIGITS = UPPER + "234567"


def _jwt(make: Maker) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = (
        base64.urlsafe_b64encode(f'{{"sub":"{make.text(DIGITS, 9)}","role":"service"}}'.encode()).decode().rstrip("=")
    )
    return f"{head}.{body}.{make.text(URLSAFE, 43)}"


def _password(make: Maker) -> str:
    return make.text(LETTERS, 7) + make.text("!@#%^&*", 1) + make.text(DIGITS, 3) + make.text(LETTERS, 4)


def _discord(make: Maker) -> str:
    user = base64.urlsafe_b64encode(b"8" + make.text(DIGITS, 17).encode()).decode().rstrip("=")
    return f"{user}.{make.text(ALNUM, 6)}.{make.text(URLSAFE, 38)}"


# kind, the name it usually has, how it is made
KINDS: list[tuple[str, str, Callable[[Maker], str]]] = [
    ("aws-access-key", "AWS_ACCESS_KEY_ID", lambda m: "AK" + "IA" + m.text(UPPER_DIGITS, 16)),
    ("aws-secret-key", "AWS_SECRET_ACCESS_KEY", lambda m: m.text(BASE64, 40)),
    ("google-api-key", "GOOGLE_API_KEY", lambda m: "AI" + "za" + "Sy" + m.text(URLSAFE, 33)),
    ("google-oauth-secret", "GOOGLE_CLIENT_SECRET", lambda m: "GOC" + "SPX-" + m.text(URLSAFE, 28)),
    ("azure-client-secret", "AZURE_CLIENT_SECRET", lambda m: m.text(ALNUM, 3) + "8Q" + "~" + m.text(ALNUM + "_~.-", 33) + "a"),
    ("azure-storage", "AZURE_STORAGE_CONNECTION_STRING",
     lambda m: "DefaultEndpointsProtocol=https;AccountName=prod;Account" + "Key=" + m.text(BASE64, 86) + "==;EndpointSuffix=core.windows.net"),
    ("github-token", "GITHUB_TOKEN", lambda m: "gh" + m.choice(["p", "o", "u", "s", "r"]) + "_" + m.text(ALNUM, 36)),
    ("github-fine-grained", "GH_PAT", lambda m: "github" + "_pat_" + m.text(ALNUM, 22) + "_" + m.text(ALNUM, 59)),
    ("gitlab-token", "GITLAB_TOKEN", lambda m: "gl" + "pat-" + m.text(URLSAFE, 20)),
    ("slack-token", "SLACK_BOT_TOKEN",
     lambda m: "xo" + "xb-" + m.text(DIGITS, 12) + "-" + m.text(DIGITS, 13) + "-" + m.text(ALNUM, 24)),
    ("slack-webhook", "SLACK_WEBHOOK_URL",
     lambda m: "https://hooks.sl" + "ack.com/services/T" + m.text(UPPER + DIGITS, 10) + "/B" + m.text(UPPER + DIGITS, 10) + "/" + m.text(ALNUM, 24)),
    ("stripe-key", "STRIPE_SECRET_KEY", lambda m: "sk_" + "live_" + m.text(ALNUM, 24)),
    ("stripe-test-key", "STRIPE_API_KEY", lambda m: "sk_" + "test_" + m.text(ALNUM, 99)),
    ("openai-key", "OPENAI_API_KEY", lambda m: "sk-" + "proj-" + m.text(URLSAFE, 60) + "T3Blbk" + "FJ" + m.text(URLSAFE, 60)),
    ("openai-legacy", "OPENAI_API_KEY", lambda m: "sk-" + m.text(ALNUM, 20) + "T3Blbk" + "FJ" + m.text(ALNUM, 20)),
    ("anthropic-key", "ANTHROPIC_API_KEY", lambda m: "sk-" + "ant-" + "api03-" + m.text(URLSAFE, 93) + "AA"),
    ("hugging-face", "HF_TOKEN", lambda m: "hf" + "_" + m.text(LETTERS, 34)),
    ("twilio-key", "TWILIO_API_KEY", lambda m: "S" + "K" + m.text(HEX, 32)),
    ("twilio-token", "TWILIO_AUTH_TOKEN", lambda m: m.text(HEX, 32)),
    ("sendgrid", "SENDGRID_API_KEY", lambda m: "S" + "G." + m.text(URLSAFE, 22) + "." + m.text(URLSAFE, 43)),
    ("mailgun", "MAILGUN_API_KEY", lambda m: "key" + "-" + m.text(HEX, 32)),
    ("npm-token", "NPM_TOKEN", lambda m: "npm" + "_" + m.text(ALNUM, 36)),
    ("pypi-token", "PYPI_TOKEN", lambda m: "pypi-" + "AgEIcHlwaS5vcmc" + m.text(URLSAFE, 70)),
    ("telegram", "TELEGRAM_BOT_TOKEN", lambda m: m.text("123456789", 10) + ":A" + "A" + m.text(URLSAFE, 33)),
    ("discord-token", "DISCORD_TOKEN", _discord),
    ("discord-webhook", "DISCORD_WEBHOOK",
     lambda m: "https://disc" + "ord.com/api/webhooks/" + m.text("123456789", 18) + "/" + m.text(URLSAFE, 68)),
    ("shopify", "SHOPIFY_ACCESS_TOKEN", lambda m: "shp" + "at_" + m.text(HEX, 32)),
    ("square", "SQUARE_ACCESS_TOKEN", lambda m: "sq0" + "atp-" + m.text(URLSAFE, 22)),
    ("databricks", "DATABRICKS_TOKEN", lambda m: "da" + "pi" + m.text(HEX, 32)),
    ("digitalocean", "DIGITALOCEAN_TOKEN", lambda m: "dop" + "_v1_" + m.text(HEX, 64)),
    ("cloudflare", "CLOUDFLARE_API_TOKEN", lambda m: m.text(URLSAFE, 40)),
    ("heroku", "HEROKU_API_KEY", lambda m: "-".join(m.text(HEX, size) for size in (8, 4, 4, 4, 12))),
    ("datadog", "DD_API_KEY", lambda m: m.text(HEX, 32)),
    ("new-relic", "NEW_RELIC_API_KEY", lambda m: "NR" + "AK-" + m.text(UPPER + DIGITS, 27)),
    ("sentry", "SENTRY_AUTH_TOKEN", lambda m: "sntr" + "yu_" + m.text(HEX, 64)),
    ("linear", "LINEAR_API_KEY", lambda m: "lin" + "_api_" + m.text(ALNUM, 40)),
    ("notion", "NOTION_TOKEN", lambda m: "nt" + "n_" + m.text(ALNUM, 46)),
    ("airtable", "AIRTABLE_API_KEY", lambda m: "pa" + "t" + m.text(ALNUM, 14) + "." + m.text(HEX, 64)),
    ("supabase", "SUPABASE_ACCESS_TOKEN", lambda m: "sb" + "p_" + m.text(HEX, 40)),
    ("jwt", "SUPABASE_SERVICE_ROLE", _jwt),
    ("database-url", "DATABASE_URL", lambda m: f"postgresql://app:{m.text(ALNUM, 16)}@db-7.internal.net:5432/app"),
    ("redis-url", "REDIS_URL", lambda m: f"redis://:{m.text(ALNUM, 20)}@cache-1.internal.net:6379/0"),
    ("password", "DB_PASSWORD", _password),
    ("smtp-password", "SMTP_PASSWORD", _password),
    ("api-key", "WEATHER_API_KEY", lambda m: m.text(HEX, 32)),
    ("signing-secret", "JWT_SECRET", lambda m: m.text(URLSAFE, 48)),
    ("encryption-key", "ENCRYPTION_KEY", lambda m: m.text(BASE64, 43) + "="),
    ("groq", "GROQ_API_KEY", lambda m: "gs" + "k_" + m.text(ALNUM, 52)),
    ("session-secret", "SESSION_SECRET", lambda m: m.text(LOWER + DIGITS, 32)),
]  # fmt: skip
