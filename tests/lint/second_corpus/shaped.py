"""The services a small tool calls, each credential in three shapes; and every shape again with nothing secret in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.lint.second_corpus.rendering import Page, page
from tests.lint.second_corpus.shapes import SHAPES, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPES_EACH = 3
STEP = 11  # shares no factor with the number of shapes, so that three in a row are three different ones


class Service(NamedTuple):
    slot: str
    name: str
    title: str
    host: str


SERVICES = (
    Service("airtable", "airtable_token", "airtable", "api.airtable.com"),
    Service("anthropic", "anthropic_api_key", "anthropic", "api.anthropic.com"),
    Service("anthropic-admin", "anthropic_admin_key", "anthropic", "api.anthropic.com"),
    Service("aws-secret", "aws_secret_access_key", "aws", "s3.eu-central-1.amazonaws.com"),
    Service("azure-ad", "azure_client_secret", "azure", "login.microsoftonline.com"),
    Service("azure-connection", "azure_storage_connection_string", "storage", "invoicesprod.blob.core.windows.net"),
    Service("azure-openai", "azure_openai_api_key", "azure", "acme-weu.openai.azure.com"),
    Service("brevo", "brevo_api_key", "brevo", "api.brevo.com"),
    Service("cloudflare", "cloudflare_api_token", "cloudflare", "api.cloudflare.com"),
    Service("databricks", "databricks_token", "databricks", "adb-8731.11.azuredatabricks.net"),
    Service("datadog-api", "dd_api_key", "datadog", "api.datadoghq.eu"),
    Service("datadog-app", "dd_app_key", "datadog", "api.datadoghq.eu"),
    Service("deepl", "deepl_auth_key", "deepl", "api-free.deepl.com"),
    Service("deepseek", "deepseek_api_key", "deepseek", "api.deepseek.com"),
    Service("digitalocean", "digitalocean_token", "digitalocean", "api.digitalocean.com"),
    Service("discord-bot", "discord_token", "discord", "discord.com"),
    Service("discord-webhook", "discord_webhook", "discord", "discord.com"),
    Service("elevenlabs", "elevenlabs_api_key", "elevenlabs", "api.elevenlabs.io"),
    Service("figma", "figma_token", "figma", "api.figma.com"),
    Service("gemini", "gemini_api_key", "gemini", "generativelanguage.googleapis.com"),
    Service("github", "github_token", "github", "api.github.com"),
    Service("github-fine", "gh_token", "github", "api.github.com"),
    Service("github-oauth", "github_oauth_token", "github", "api.github.com"),
    Service("gitlab", "gitlab_token", "gitlab", "gitlab.acme.io"),
    Service("gitlab-routable", "gitlab_private_token", "gitlab", "gitlab.com"),
    Service("google-client", "google_client_secret", "google", "oauth2.googleapis.com"),
    Service("grafana", "grafana_token", "grafana", "grafana.acme.io"),
    Service("groq", "groq_api_key", "groq", "api.groq.com"),
    Service("heroku", "heroku_api_key", "heroku", "api.heroku.com"),
    Service("hubspot", "hubspot_token", "hubspot", "api.hubapi.com"),
    Service("hugging-face", "hf_token", "huggingface", "huggingface.co"),
    Service("langsmith", "langsmith_api_key", "langsmith", "api.smith.langchain.com"),
    Service("linear", "linear_api_key", "linear", "api.linear.app"),
    Service("mailchimp", "mailchimp_api_key", "mailchimp", "us14.api.mailchimp.com"),
    Service("mailgun", "mailgun_api_key", "mailgun", "api.eu.mailgun.net"),
    Service("mailgun-new", "mailgun_key", "mailgun", "api.mailgun.net"),
    Service("mistral", "mistral_api_key", "mistral", "api.mistral.ai"),
    Service("newrelic", "new_relic_api_key", "newrelic", "api.eu.newrelic.com"),
    Service("newrelic-license", "new_relic_license_key", "newrelic", "log-api.eu.newrelic.com"),
    Service("notion", "notion_token", "notion", "api.notion.com"),
    Service("notion-old", "notion_api_key", "notion", "api.notion.com"),
    Service("npm", "npm_token", "npm", "npm.example.com"),
    Service("openai-old", "openai_api_key", "openai", "api.openai.com"),
    Service("openai-project", "openai_api_key", "openai", "api.openai.com"),
    Service("openai-service", "openai_key", "openai", "api.openai.com"),
    Service("openrouter", "openrouter_api_key", "openrouter", "openrouter.ai"),
    Service("perplexity", "perplexity_api_key", "perplexity", "api.perplexity.ai"),
    Service("pinecone", "pinecone_api_key", "pinecone", "api.pinecone.io"),
    Service("postgres-url", "database_url", "database", "db-prod-1.internal.acme.io"),
    Service("postman", "postman_api_key", "postman", "api.getpostman.com"),
    Service("pypi", "pypi_token", "pypi", "upload.example.com"),
    Service("redis-url", "redis_url", "redis", "eu2-quick-lark-31221.upstash.io"),
    Service("replicate", "replicate_api_token", "replicate", "api.replicate.com"),
    Service("resend", "resend_api_key", "resend", "api.resend.com"),
    Service("sendgrid", "sendgrid_api_key", "sendgrid", "api.sendgrid.com"),
    Service("sentry", "sentry_auth_token", "sentry", "sentry.io"),
    Service("sentry-user", "sentry_token", "sentry", "sentry.io"),
    Service("shopify", "shopify_access_token", "shopify", "acme.myshopify.com"),
    Service("shopify-secret", "shopify_api_secret", "shopify", "acme.myshopify.com"),
    Service("slack-app", "slack_app_token", "slack", "slack.com"),
    Service("slack-bot", "slack_bot_token", "slack", "slack.com"),
    Service("slack-user", "slack_token", "slack", "slack.com"),
    Service("slack-webhook", "slack_webhook_url", "slack", "hooks.slack.com"),
    Service("square", "square_access_token", "square", "connect.squareup.com"),
    Service("square-secret", "square_app_secret", "square", "connect.squareup.com"),
    Service("stripe", "stripe_secret_key", "stripe", "api.stripe.com"),
    Service("stripe-restricted", "stripe_key", "stripe", "api.stripe.com"),
    Service("stripe-short", "stripe_api_key", "stripe", "api.stripe.com"),
    Service("stripe-webhook", "stripe_webhook_secret", "stripe", "api.stripe.com"),
    Service("supabase", "supabase_access_token", "supabase", "api.supabase.com"),
    Service("supabase-role", "supabase_service_role_key", "supabase", "kqzwmbtavhnsyxrcplgd.supabase.co"),
    Service("supabase-secret", "supabase_secret_key", "supabase", "kqzwmbtavhnsyxrcplgd.supabase.co"),
    Service("tavily", "tavily_api_key", "tavily", "api.tavily.com"),
    Service("telegram", "telegram_bot_token", "telegram", "api.telegram.org"),
    Service("twilio-token", "twilio_auth_token", "twilio", "api.twilio.com"),
    Service("xai", "xai_api_key", "xai", "api.x.ai"),
)

NOTHING = (
    "your-api-key-here",
    "<your-token>",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "dein-schluessel-hier",
    "replace_me",
    "votre-cle-api-ici",
    "YOUR_ACCESS_TOKEN",
    "REDACTED",
    "tu-clave-aqui",
    "sk-xxxxxxxxxxxxxxxxxxxxxxxx",
    "fake-key-for-tests",
    "INSERT_KEY_HERE",
    "il-tuo-token-qui",
    "sk-...",
    "example-token",
    "********************",
    "zet-hier-je-sleutel",
    "changeme",
    "ghp_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
    "<GitHub personal access token>",
    "coloque-sua-chave-aqui",
    "${API_KEY}",
    "{{ api_key }}",
    "not-a-real-key",
    "dummy",
    "paste-your-key",
    "wklej-tutaj-swoj-klucz",
    "TODO",
    "sk-ant-api03-your-key-here",
    "hf_xxxxxxxxxxxxxxxxx",
    "",
)


def secret_pages() -> Iterator[Page]:
    at = 0
    for service in SERVICES:
        for number in range(SHAPES_EACH):
            shape = SHAPES[at % len(SHAPES)]
            at += STEP
            text = filled(
                shape.template, name=service.name, title=service.title, host=service.host, value=f"«{service.slot}»"
            )
            path = f"{service.slot}-{number}/{shape.path}"
            yield page(path, service.slot, text, encoding=shape.encoding, newline=shape.newline)


def trap_pages() -> Iterator[Page]:
    """A placeholder, an empty value or a variable where a credential would stand."""
    for number, shape in enumerate(SHAPES):
        service = SERVICES[number * STEP % len(SERVICES)]
        value = NOTHING[number % len(NOTHING)]
        text = filled(shape.template, name=service.name, title=service.title, host=service.host, value=value)
        yield page(
            f"placeholder-{number}/{shape.path}", "placeholder", text, encoding=shape.encoding, newline=shape.newline
        )
