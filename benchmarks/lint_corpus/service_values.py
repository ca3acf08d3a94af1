"""Secret values of services: messages, money, monitoring, tickets."""

from __future__ import annotations

from base64 import b64encode

from benchmarks.lint_corpus.making import HEX8, HEX32, HEX40, HEX64, Make, drawn, url64, uuid
from tests.lint.invented import ALNUM, BASE64, DIGITS, HEX, LOWER, UPPER, URLSAFE, Maker


def discord_bot(maker: Maker) -> str:
    number = b64encode(("1" + maker.text(DIGITS, 18)).encode()).decode().rstrip("=")
    return f"{number}.G{maker.text(ALNUM, 5)}.{maker.text(URLSAFE, 38)}"


def mapbox(maker: Maker) -> str:
    return "sk" + f".{url64({'u': 'mapsteam', 'a': 'cl' + maker.text(LOWER + DIGITS, 23)})}.{maker.text(URLSAFE, 22)}"


def onepassword(maker: Maker) -> str:
    return "ops" + "_" + url64({"signInAddress": "team.1password.com", "secretKey": maker.text(UPPER, 120)})


MESSAGES: dict[str, Make] = {
    "slack-bot": drawn("xox" + "b-", (DIGITS, 12), "-", (DIGITS, 13), "-", (ALNUM, 24)),
    "slack-user": drawn("xox" + "p-", (DIGITS, 12), "-", (DIGITS, 12), "-", (DIGITS, 13), "-", HEX32),
    "slack-app": drawn("xap" + "p-1-A", (UPPER + DIGITS, 10), "-", (DIGITS, 13), "-", HEX64),
    "slack-hook": drawn("https://hooks.slack" + ".com/services/T0", (UPPER, 9), "/B0", (UPPER, 9), "/", (ALNUM, 24)),
    "discord-bot": discord_bot,
    "discord-hook": drawn("https://discord" + ".com/api/webhooks/1", (DIGITS, 18), "/", (URLSAFE, 68)),
    "teams-hook": lambda maker: (
        f"https://acme.webhook.office.com/webhookb2/{uuid(maker)}@{uuid(maker)}/IncomingWebhook/"
        f"{maker.text(HEX, 32)}/{uuid(maker)}"
    ),
    "zapier-hook": drawn("https://hooks.zapier" + ".com/hooks/catch/1", (DIGITS, 7), "/", (LOWER + DIGITS, 7), "/"),
    "telegram": drawn("6", (DIGITS, 9), ":AA", (URLSAFE, 33)),
    "twilio-key": drawn("S" + "K", HEX32),
    "twilio-token": drawn(HEX32),
    "sendgrid": drawn("S" + "G.", (URLSAFE, 22), ".", (URLSAFE, 43)),
    "mailgun": drawn("key" + "-", HEX32),
    "mailchimp": drawn(HEX32, "-us", ("123456789", 2)),
    "brevo": drawn("xkey" + "sib-", HEX64, "-", (ALNUM, 16)),
    "resend": drawn("re" + "_", (ALNUM, 8), "_", (ALNUM, 24)),
    "postmark": uuid,
    "pushover": drawn("a", (LOWER + DIGITS, 29)),
    "ntfy": drawn("tk" + "_", (LOWER + DIGITS, 29)),
    "line": drawn((BASE64, 171), "="),
}
MONEY: dict[str, Make] = {
    "stripe": drawn("sk" + "_live_", "51", (ALNUM, 97)),
    "stripe-old": drawn("sk" + "_live_", (ALNUM, 24)),
    "stripe-test": drawn("sk" + "_test_", "51", (ALNUM, 97)),
    "stripe-restricted": drawn("rk" + "_live_", "51", (ALNUM, 97)),
    "stripe-hook": drawn("wh" + "sec_", (ALNUM, 32)),
    "square": drawn("EA" + "AA", (URLSAFE, 60)),
    "square-oauth": drawn("sq0" + "csp-", (URLSAFE, 43)),
    "braintree": drawn("access" + "_token$production$", (LOWER + DIGITS, 16), "$", HEX32),
    "plaid": drawn((HEX, 30)),
    "paypal": drawn("E", (URLSAFE, 79)),
    "mollie": drawn("live" + "_", (ALNUM, 30)),
    "razorpay": drawn((ALNUM, 24)),
    "flutterwave": drawn("FLW" + "SECK-", HEX32, "-X"),
    "shopify": drawn("shp" + "at_", HEX32),
    "shopify-shared": drawn("shp" + "ss_", HEX32),
    "lemonsqueezy": drawn("ey" + "J0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.", (URLSAFE, 150), ".", (URLSAFE, 340)),
    "paddle": drawn("pdl" + "_live_apikey_", (LOWER + DIGITS, 26), "_", (ALNUM, 22), "_", (ALNUM, 3)),
}
MONITORING: dict[str, Make] = {
    "datadog-api": drawn(HEX32),
    "datadog-app": drawn(HEX40),
    "newrelic": drawn("NR" + "AK-", (UPPER + DIGITS, 27)),
    "sentry": drawn("sntry" + "u_", HEX64),
    "grafana": drawn("gl" + "sa_", (ALNUM, 32), "_", HEX8),
    "grafana-cloud": lambda maker: "gl" + "c_" + url64({"o": "812", "n": "push", "k": maker.text(ALNUM, 32)}),
    "dynatrace": drawn("dt0" + "c01.", (UPPER + "234567", 24), ".", (UPPER + "234567", 64)),
    "honeycomb": drawn("hc" + "aik_", (LOWER + DIGITS, 58)),
    "logfire": drawn("pylf" + "_v1_eu_", (ALNUM, 43)),
    "pagerduty": drawn("u+", (URLSAFE, 18)),
    "opsgenie": uuid,
    "splunk": uuid,
    "rollbar": drawn(HEX32),
    "posthog": drawn("ph" + "x_", (ALNUM, 43)),
    "launchdarkly": lambda maker: "sdk" + "-" + uuid(maker),
}
OFFICE: dict[str, Make] = {
    "notion": drawn("nt" + "n_", (DIGITS, 11), (ALNUM, 35)),
    "notion-old": drawn("secret" + "_", (ALNUM, 43)),
    "airtable": drawn("pat", (ALNUM, 14), ".", HEX64),
    "linear": drawn("lin" + "_api_", (ALNUM, 40)),
    "asana": drawn("1/12", (DIGITS, 14), ":", HEX32),
    "atlassian": drawn("ATATT" + "3xFfGF0", (URLSAFE, 176), "=", (HEX.upper(), 8)),
    "figma": drawn("fig" + "d_", (URLSAFE, 40)),
    "dropbox": drawn("sl" + ".B", (URLSAFE, 134)),
    "hubspot": lambda maker: "pat" + "-eu1-" + uuid(maker),
    "intercom": drawn("dG9rOj", (ALNUM, 53), "="),
    "zendesk": drawn((ALNUM, 40)),
    "typeform": drawn("tf" + "p_", (ALNUM, 44), "_", (ALNUM, 14)),
    "contentful": drawn("CF" + "PAT-", (URLSAFE, 43)),
    "clickup": drawn("pk" + "_", (DIGITS, 8), "_", (UPPER + DIGITS, 32)),
    "todoist": drawn(HEX40),
    "trello": drawn("ATT" + "A", HEX64, (HEX.upper(), 8)),
    "monday": drawn("ey" + "JhbGciOiJIUzI1NiJ9.", (URLSAFE, 180), ".", (URLSAFE, 43)),
    "postman": drawn("PM" + "AK-", (HEX, 24), "-", (HEX, 34)),
    "okta": drawn("00", (URLSAFE, 40)),
    "auth0": drawn((URLSAFE, 64)),
    "algolia-admin": drawn(HEX32),
    "mapbox": mapbox,
    "facebook": drawn("EA" + "AGm0PX4ZCps", (ALNUM, 160)),
    "twitter-bearer": drawn("AAAAAAAAAAAAAAAAAAAAA", (ALNUM, 11), "%2B", (ALNUM, 44), "%3D", (ALNUM, 20)),
    "twitter-secret": drawn((ALNUM, 45)),
    "spotify": drawn(HEX32),
    "weather": drawn(HEX32),
    "deepl": lambda maker: uuid(maker) + ":" + "fx",
    "onepassword": onepassword,
    "readme": drawn("rd" + "me_", (LOWER + DIGITS, 70)),
    "prefect": drawn("pn" + "u_", (ALNUM, 36)),
    "snyk": uuid,
    "codecov": uuid,
    "ngrok": drawn("2", (ALNUM, 26), "_", (ALNUM, 21)),
    "easypost": drawn("EZ" + "AK", HEX32, (ALNUM, 22)),
    "shodan": drawn((ALNUM, 32)),
    "duffel": drawn("duffel" + "_live_", (URLSAFE, 43)),
    "clojars": drawn("CLOJARS" + "_", (HEX, 60)),
    "telnyx": drawn("KEY0", HEX32, "_", (ALNUM, 22)),
    "adafruit": drawn("aio" + "_", (ALNUM, 28)),
    "lokalise": drawn(HEX40),
    "mattermost": drawn((LOWER + DIGITS, 26)),
    "webflow": drawn(HEX64),
    "frameio": drawn("fio" + "-u-", (URLSAFE, 64)),
    "unsplash": drawn((URLSAFE, 43)),
    "scraper": drawn(HEX32),
    "apify": drawn("apify" + "_api_", (ALNUM, 36)),
    "discourse": drawn(HEX64),
    "ghost-admin": drawn((HEX, 24), ":", HEX64),
    "hcaptcha": drawn("0x", HEX40),
    "recaptcha": drawn("6L", (URLSAFE, 6), "AAAAA", (URLSAFE, 27)),
}
SERVICES = MESSAGES | MONEY | MONITORING | OFFICE
