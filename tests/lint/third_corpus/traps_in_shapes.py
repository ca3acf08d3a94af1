"""The shapes of the secret files, with something in the value's place that opens nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lint.third_corpus import shapes_of_config, shapes_of_prose, shapes_of_python, shapes_of_scripts
from tests.lint.third_corpus.vendor_keys import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lint.labeled import LabeledFile

STAND_INS = [
    Kind("stand-in your-key", "OPENAI_API_KEY", "your-openai-api-key", "api.openai.com"),
    Kind("stand-in your_key_here", "ANTHROPIC_API_KEY", "your_anthropic_api_key_here", "api.anthropic.com"),
    Kind("stand-in angle", "GITHUB_TOKEN", "<your-github-token>", "api.github.com"),
    Kind("stand-in brackets", "NOTION_TOKEN", "[YOUR_NOTION_TOKEN]", "api.notion.com"),
    Kind("stand-in capitals", "TWILIO_AUTH_TOKEN", "YOUR_TWILIO_AUTH_TOKEN", "api.twilio.com"),
    Kind("stand-in xs", "SENDGRID_API_KEY", "SG.xxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxxxxxxxxxxxxxx", "api.sendgrid.com"),
    Kind("stand-in prefix dots", "STRIPE_SECRET_KEY", "sk_live_...", "api.stripe.com"),
    Kind("stand-in prefix your", "HF_TOKEN", "hf_your_token_here", "huggingface.co"),
    Kind("stand-in change-me", "DB_PASSWORD", "change-me", "db.internal", "password"),
    Kind("stand-in changeit", "KEYSTORE_PASSWORD", "changeit", "java.internal", "password"),
    Kind("stand-in replace", "JWT_SECRET", "replace-with-a-long-random-string", "shop.internal"),
    Kind("stand-in insert", "SLACK_BOT_TOKEN", "insert-token-here", "slack.com"),
    Kind("stand-in todo", "DEEPL_AUTH_KEY", "TODO-get-a-key", "api-free.deepl.com"),
    Kind("stand-in stars", "SMTP_PASSWORD", "************", "smtp.internal", "password"),
    Kind("stand-in empty", "MISTRAL_API_KEY", "", "api.mistral.ai"),
    Kind("stand-in none", "GROQ_API_KEY", "none", "api.groq.com"),
    Kind("stand-in dummy", "LINEAR_API_KEY", "dummy", "api.linear.app"),
    Kind("stand-in test", "POSTMARK_TOKEN", "test-token", "api.postmarkapp.com"),
    Kind("stand-in not-set", "REDIS_PASSWORD", "not-set", "cache.internal", "password"),
    Kind("stand-in example", "AUTH0_CLIENT_SECRET", "example-client-secret", "contoso.auth0.com"),
    Kind("stand-in variable", "DISCORD_TOKEN", "$DISCORD_TOKEN", "discord.com"),
    Kind("stand-in german", "WETTER_API_KEY", "dein-api-key-hier", "wetter.internal"),
    Kind("stand-in french", "METEO_API_KEY", "votre-cle-api", "meteo.internal"),
    Kind("stand-in spanish", "CLIMA_API_KEY", "tu-clave-aqui", "clima.internal"),
    Kind("stand-in sequence", "TMDB_API_KEY", "1234567890abcdef1234567890abcdef", "api.themoviedb.org"),
    Kind("stand-in zeros", "DATADOG_API_KEY", "00000000000000000000000000000000", "api.datadoghq.com"),
    Kind("stand-in redacted", "SENTRY_AUTH_TOKEN", "REDACTED", "sentry.io"),
    Kind("stand-in local url", "DATABASE_URL", "postgresql://localhost:5432/shop", "localhost", "url"),
    Kind("stand-in documented url", "DATABASE_URL", "postgres://user:password@localhost/dbname", "localhost", "url"),
    Kind("stand-in sqlite", "DATABASE_URL", "sqlite:///./data/shop.db", "localhost", "url"),
    Kind("stand-in hook", "SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/YOUR/WEBHOOK/URL", "slack.com", "url"),
    Kind("stand-in reference", "API_TOKEN", "op://Private/Contoso/token", "contoso.com", "url"),
]


def files() -> Iterator[LabeledFile]:
    """Every stand-in once in Python, once in a script, once in configuration and once in prose, unlabeled."""
    for shapes in (shapes_of_python.SHAPES, shapes_of_scripts.SHAPES, shapes_of_config.SHAPES, shapes_of_prose.SHAPES):
        fitting = {family: [s for s in shapes if family in s.families] for family in ("key", "password", "url")}
        for at, kind in enumerate(STAND_INS):
            these = fitting[kind.family]
            file = these[at * 5 % len(these)].of(kind)
            yield file._replace(path=file.path.replace(" ", "-"), secret_lines=frozenset())
