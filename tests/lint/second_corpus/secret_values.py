"""Values in the published format of each vendor: prefix, alphabet, length, and the checksum where there is one.

Every one is random and put together here at run time; none was ever issued.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from zlib import crc32

from tests.lint.labeled import ALNUM, BASE64, DIGITS, HEX, LETTERS, LOWER, UPPER, URLSAFE, Maker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Part = str | tuple[str, int]
BASE32 = UPPER + "234567"
BASE62 = DIGITS + UPPER + LOWER
BECH32 = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
DJANGO = LOWER + DIGITS + "!@^&*(-_=+)"
FIRST = ("Kastanie", "Marble", "Tunnel", "Falcon", "Orchid", "Gravel", "Velvet", "Harbor", "Copper", "Lantern")
SECOND = ("Ofen", "Quartz", "River", "Pickle", "Zephyr", "Anchor", "Walnut", "Comet", "Saddle", "Breeze")
SEASON = ("Winter", "Sommer", "Spring", "Herbst", "Januar", "Munich", "Lisbon")
SEED_WORDS = (
    "gravity machine north sort system female filter attitude volume fold club stay feature office ecology stable "
    "narrow fog wagon pretty ribbon vacuum zebra lunar absurd cactus donkey elbow"
)


def shape(*parts: Part) -> Callable[[Maker], str]:
    """Literal parts and random ones, one after the other."""

    def make(maker: Maker) -> str:
        return "".join(part if isinstance(part, str) else maker.text(*part) for part in parts)

    return make


def base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits.rjust(width, "0")


def with_crc32(prefix: str) -> Callable[[Maker], str]:
    """GitHub's and npm's: thirty random characters and their CRC-32 in base 62."""

    def make(maker: Maker) -> str:
        body = maker.text(BASE62, 30)
        return prefix + body + base62(crc32(body.encode()), 6)

    return make


def random_bytes(maker: Maker, length: int) -> bytes:
    return bytes.fromhex(maker.text(HEX, 2 * length))


def base64_of(length: int, prefix: str = "", suffix: str = "") -> Callable[[Maker], str]:
    """`length` random bytes in base 64."""
    return lambda maker: prefix + base64.b64encode(random_bytes(maker, length)).decode() + suffix


def urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def web_token(**claims: object) -> Callable[[Maker], str]:
    """A signed token (HS256) as a server would hand out."""

    def make(maker: Maker) -> str:
        head = {"alg": "HS256", "typ": "JWT"}
        body = claims | {"sub": maker.text(DIGITS, 10), "iat": 1718040000, "exp": 2033616000}
        parts = [urlsafe(json.dumps(part, separators=(",", ":")).encode()) for part in (head, body)]
        return ".".join([*parts, urlsafe(random_bytes(maker, 32))])

    return make


def grafana(maker: Maker) -> str:
    body = maker.text(ALNUM, 32)
    return f"glsa_{body}_{crc32(body.encode()):08x}"


def discord_bot(maker: Maker) -> str:
    user = urlsafe(("1" + maker.text(DIGITS, 18)).encode())
    return f"{user}.G{maker.text(URLSAFE, 5)}.{maker.text(URLSAFE, 38)}"


def sentry_organization(maker: Maker) -> str:
    claims = {"iat": 1718040000.25, "url": "https://sentry.io", "region_url": "https://us.sentry.io", "org": "acme"}
    body = base64.b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode()
    return f"sntrys_{body}_{maker.text(BASE64, 43)}"


def pypi(maker: Maker) -> str:
    return "pypi-" + "AgEIcHlwaS5vcmc" + "CJ" + maker.text(URLSAFE, 150)


def azure_devops(maker: Maker) -> str:
    return maker.text(ALNUM, 52) + "JQQJ99" + maker.text(ALNUM, 18) + "AZDO" + maker.text(ALNUM, 4)


def azure_connection(maker: Maker) -> str:
    account = "AccountName=" + maker.choice(["invoicesprod", "mediastore7", "archiveweu"])
    key = "AccountKey=" + base64_of(64)(maker)
    return f"DefaultEndpointsProtocol=https;{account};{key};EndpointSuffix=core.windows.net"


def azure_shared_access(maker: Maker) -> str:
    signature = maker.text(ALNUM, 20) + "%2B" + maker.text(ALNUM, 21) + "%3D"
    account = maker.choice(["invoicesprod", "mediastore7", "archiveweu"])
    query = "sv=2023-11-03&ss=b&srt=co&sp=rwl&se=2027-01-31T23:00:00Z&spr=https&sig=" + signature
    return f"https://{account}.blob.core.windows.net/exports?{query}"


def password(maker: Maker) -> str:
    """What a person makes up: two words, a number and a sign."""
    words = maker.choice([*FIRST]) + maker.choice(["-", "_", ""]) + maker.choice([*SECOND])
    return words + maker.text(DIGITS, 2) + maker.choice(["!", "?", "*", "+"])


def weak_password(maker: Maker) -> str:
    return maker.choice([*SEASON]) + "20" + maker.choice(["19", "22", "23", "24"]) + maker.choice(["!", "?", "!!"])


def seed_phrase(maker: Maker) -> str:
    return " ".join(maker.choice(SEED_WORDS.split()) for _ in range(12))


def block(name: str, first: str, lines: int, *, note: str = "", newline: str = "\n") -> Callable[[Maker], str]:
    """An armored private key: its first characters are those of the real encoding, the rest is random."""

    def make(maker: Maker) -> str:
        rule = "-" * 5
        body = [first + maker.text(BASE64, 64 - len(first)), *(maker.text(BASE64, 64) for _ in range(lines - 1))]
        top = [f"{rule}BEGIN {name}{rule}", *([note, ""] if note else [])]
        return newline.join([*top, *body, maker.text(BASE64, 30) + "==", f"{rule}END {name}{rule}"])

    return make


def encoded(inner: Callable[[Maker], str]) -> Callable[[Maker], str]:
    """In base 64, as Kubernetes keeps it."""
    return lambda maker: base64.b64encode(inner(maker).encode()).decode()


def login(user: str, inner: Callable[[Maker], str]) -> Callable[[Maker], str]:
    """`user:password` in base 64, as a basic header and Docker keep it."""
    return lambda maker: base64.b64encode(f"{user}:{inner(maker)}".encode()).decode()


def address(scheme: str, user: str, rest: str, inner: Callable[[Maker], str]) -> Callable[[Maker], str]:
    return lambda maker: f"{scheme}://{user}:{inner(maker)}@{rest}"


PRIVATE = "PRIVATE" + " KEY"
URL_PASSWORD = shape((ALNUM, 18))
OPENAI = "T3Blbk" + "FJ"

SECRETS: Mapping[str, Callable[[Maker], str]] = {
    "adafruit": shape("aio_", (ALNUM, 28)),
    "age": shape("AGE-SECRET-" + "KEY-1", (BECH32, 58)),
    "airtable": shape("pat", (ALNUM, 14), ".", (HEX, 64)),
    "alnum32": shape((ALNUM, 32)),
    "anthropic": shape("sk-ant-" + "api03-", (URLSAFE, 93), "AA"),
    "anthropic-admin": shape("sk-ant-" + "admin01-", (URLSAFE, 93), "AA"),
    "anthropic-oauth": shape("sk-ant-" + "oat01-", (URLSAFE, 93), "AA"),
    "artifactory": shape("AKCp", (ALNUM, 69)),
    "asana": shape("1/12", (DIGITS, 14), ":", (HEX, 32)),
    "atlassian": shape("ATATT3xFfGF0", (URLSAFE, 171), "=", (HEX.upper()[:16], 8)),
    "aws-secret": shape((BASE64, 40)),
    "aws-session": shape("IQoJb3JpZ2luX2Vj", (BASE64, 330), "=="),
    "azure-ad": shape((ALNUM, 3), "8Q~", (URLSAFE, 34)),
    "azure-connection": azure_connection,
    "azure-devops": azure_devops,
    "azure-sas": azure_shared_access,
    "azure-storage": base64_of(64),
    "azure-openai": shape((HEX, 32)),
    "base64-32": base64_of(32),
    "base64-password": encoded(password),
    "base64-token": encoded(shape((ALNUM, 40))),
    "basic-login": login("reports", password),
    "bitbucket": shape("ATBB", (ALNUM, 24), (HEX.upper()[:16], 8)),
    "brevo": shape("xkeysib-", (HEX, 64), "-", (ALNUM, 16)),
    "cloudflare": shape((URLSAFE, 40)),
    "cloudflare-global": shape((HEX, 37)),
    "cloudflare-origin": shape("v1.0-", (HEX, 24), "-", (HEX, 146)),
    "contentful": shape("CFPAT-", (URLSAFE, 43)),
    "databricks": shape("dapi", (HEX, 32)),
    "databricks-numbered": shape("dapi", (HEX, 32), "-2"),
    "datadog-api": shape((HEX, 32)),
    "datadog-app": shape((HEX, 40)),
    "deepgram": shape((HEX, 40)),
    "deepl": shape((HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-a", (HEX, 3), "-", (HEX, 12), ":fx"),
    "deepseek": shape("sk-", (HEX, 32)),
    "digitalocean": shape("dop_" + "v1_", (HEX, 64)),
    "digitalocean-refresh": shape("dor_" + "v1_", (HEX, 64)),
    "discord-bot": discord_bot,
    "discord-webhook": shape("https://discord.com/api/webhooks/1", (DIGITS, 18), "/", (URLSAFE, 68)),
    "django": shape((DJANGO, 50)),
    "docker-hub": shape("dckr_" + "pat_", (URLSAFE, 27)),
    "docker-login": login("ci-bot", shape("dckr_" + "pat_", (URLSAFE, 27))),
    "doppler": shape("dp.pt.", (ALNUM, 43)),
    "dropbox": shape("sl.B", (URLSAFE, 134)),
    "dynatrace": shape("dt0c01.", (BASE32, 24), ".", (BASE32, 64)),
    "elevenlabs": shape("sk_", (HEX, 48)),
    "ethereum-private": shape("0x", (HEX, 64)),
    "facebook": shape("EAA", (ALNUM, 180)),
    "fernet": lambda maker: base64.urlsafe_b64encode(random_bytes(maker, 32)).decode(),
    "figma": shape("figd_", (URLSAFE, 40)),
    "fly": shape("FlyV1 fm2_", (BASE64, 160)),
    "gcp-key-line": block(PRIVATE, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", 25, newline="\\n"),
    "gemini": shape("AI" + "za", "Sy", (URLSAFE, 33)),
    "github": with_crc32("gh" + "p_"),
    "github-app": with_crc32("gh" + "s_"),
    "github-fine": shape("github_" + "pat_11", (UPPER + DIGITS, 7), "0", (ALNUM, 12), "_", (ALNUM, 59)),
    "github-oauth": with_crc32("gh" + "o_"),
    "github-refresh": shape("gh" + "r_", (ALNUM, 76)),
    "gitlab": shape("gl" + "pat-", (URLSAFE, 20)),
    "gitlab-deploy": shape("gl" + "dt-", (URLSAFE, 20)),
    "gitlab-routable": shape("gl" + "pat-", (ALNUM, 27), ".01.", (LOWER + DIGITS, 9)),
    "gitlab-runner": shape("gl" + "rt-", (URLSAFE, 20)),
    "gitlab-trigger": shape("gl" + "ptt-", (HEX, 40)),
    "google-api": shape("AI" + "za", "Sy", (URLSAFE, 33)),
    "google-client": shape("GOC" + "SPX-", (URLSAFE, 28)),
    "google-oauth": shape("ya" + "29.a0", (URLSAFE, 180)),
    "google-refresh": shape("1//0", (URLSAFE, 100)),
    "grafana": grafana,
    "groq": shape("gsk_", (ALNUM, 52)),
    "heroku": shape("HRKU-AA", (URLSAFE, 58)),
    "hex32": shape((HEX, 32)),
    "hex40": shape((HEX, 40)),
    "hex64": shape((HEX, 64)),
    "hubspot": shape("pat-eu1-", (HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-9", (HEX, 3), "-", (HEX, 12)),
    "hugging-face": shape("hf_", (LETTERS, 34)),
    "jwt": web_token(name="svc-reports", role="admin"),
    "langsmith": shape("lsv2_" + "pt_", (HEX, 32), "_", (HEX, 10)),
    "linear": shape("lin_" + "api_", (ALNUM, 40)),
    "mailchimp": shape((HEX, 32), "-us14"),
    "mailgun": shape("key-", (HEX, 32)),
    "mailgun-new": shape((HEX, 32), "-", (HEX, 8), "-", (HEX, 8)),
    "mapbox-secret": shape("sk.", "eyJ1IjoiYWNtZS1nZW8iLCJhIjoiY2x", (ALNUM, 29), "ifQ", ".", (URLSAFE, 22)),
    "mistral": shape((ALNUM, 32)),
    "mongodb-url": address("mongodb+srv", "etl", "cluster0.x7k2p.mongodb.net/sales?retryWrites=true", URL_PASSWORD),
    "mssql-connection": lambda maker: (
        f"Server=tcp:sql-weu-01.database.windows.net,1433;Database=crm;User ID=svc;Password={password(maker)};"
    ),
    "mysql-url": address("mysql+pymysql", "shop", "10.12.0.8:3306/orders", shape((ALNUM, 12), "%21%40", (ALNUM, 3))),
    "netlify": shape("nfp_", (ALNUM, 36)),
    "newrelic": shape("NRAK-", (UPPER + DIGITS, 27)),
    "newrelic-license": shape((HEX, 36), "NRAL"),
    "notion": shape("ntn_", (DIGITS, 11), (ALNUM, 35)),
    "notion-old": shape("secret_", (ALNUM, 43)),
    "npm": with_crc32("np" + "m_"),
    "nuget": shape("oy2", (LOWER + DIGITS, 43)),
    "nvidia": shape("nvapi-", (URLSAFE, 64)),
    "okta": shape("00", (URLSAFE, 40)),
    "openai-admin": shape("sk-" + "admin-", (URLSAFE, 74), OPENAI, (URLSAFE, 74)),
    "openai-old": shape("sk-", (ALNUM, 20), OPENAI, (ALNUM, 20)),
    "openai-project": shape("sk-" + "proj-", (URLSAFE, 74), OPENAI, (URLSAFE, 74)),
    "openai-service": shape("sk-" + "svcacct-", (URLSAFE, 74), OPENAI, (URLSAFE, 74)),
    "openrouter": shape("sk-or-" + "v1-", (HEX, 64)),
    "password": password,
    "paypal": shape("E", (URLSAFE, 79)),
    "pem-ec": block("EC " + PRIVATE, "MHcCAQEEI", 2),
    "pem-encrypted": block("ENCRYPTED " + PRIVATE, "MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQI", 26),
    "pem-openssh": block("OPENSSH " + PRIVATE, "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB", 6),
    "pem-pgp": block("PGP " + PRIVATE + " BLOCK", "lQOYBGX", 20, note="Comment: GPGTools - https://gpgtools.org"),
    "pem-pkcs8": block(PRIVATE, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", 24),
    "pem-rsa": block("RSA " + PRIVATE, "MIIEpAIBAAKCAQEA", 24),
    "pem-rsa-line": block("RSA " + PRIVATE, "MIIEowIBAAKCAQEA", 24, newline="\\n"),
    "perplexity": shape("pplx-", (ALNUM, 48)),
    "pinecone": shape("pcsk_", (ALNUM, 6), "_", (ALNUM, 63)),
    "planetscale": shape("pscale_" + "tkn_", (URLSAFE, 43)),
    "plaid": shape((HEX, 30)),
    "postgres-url": address("postgresql", "app_rw", "db-prod-1.internal.acme.io:5432/billing", URL_PASSWORD),
    "postman": shape("PM" + "AK-", (HEX, 24), "-", (HEX, 34)),
    "pulumi": shape("pul-", (HEX, 40)),
    "pushover": shape("a", (LOWER + DIGITS, 29)),
    "pypi": pypi,
    "rabbit-url": address("amqps", "worker", "rabbit.acme.io:5671/jobs", URL_PASSWORD),
    "razorpay": shape((ALNUM, 24)),
    "readme": shape("rdme_", (LOWER + DIGITS, 70)),
    "redis-url": address("rediss", "default", "eu2-quick-lark-31221.upstash.io:6379/0", URL_PASSWORD),
    "redis-url-no-user": address("redis", "", "cache.acme.io:6379/2", URL_PASSWORD),
    "replicate": shape("r8_", (ALNUM, 37)),
    "resend": shape("re_", (ALNUM, 8), "_", (ALNUM, 24)),
    "rubygems": shape("rubygems_", (HEX, 48)),
    "seed-phrase": seed_phrase,
    "sendgrid": shape("SG.", (URLSAFE, 22), ".", (URLSAFE, 43)),
    "sentry": sentry_organization,
    "sentry-user": shape("sntryu_", (HEX, 64)),
    "service-bus": base64_of(32),
    "shopify": shape("shp" + "at_", (HEX, 32)),
    "shopify-custom": shape("shp" + "ca_", (HEX, 32)),
    "shopify-secret": shape("shp" + "ss_", (HEX, 32)),
    "slack-app": shape("xa" + "pp-1-A0", (UPPER + DIGITS, 9), "-7", (DIGITS, 12), "-", (HEX, 64)),
    "slack-bot": shape("xo" + "xb-2", (DIGITS, 11), "-7", (DIGITS, 12), "-", (ALNUM, 24)),
    "slack-user": shape("xo" + "xp-2", (DIGITS, 11), "-7", (DIGITS, 12), "-8", (DIGITS, 12), "-", (HEX, 32)),
    "slack-webhook": shape(
        "https://hooks.slack.com/serv" + "ices/T0", (UPPER + DIGITS, 9), "/B0", (UPPER + DIGITS, 9), "/", (ALNUM, 24)
    ),
    "smtp-url": address("smtp", "noreply%40acme.io", "mail.acme.io:587", URL_PASSWORD),
    "snyk": shape((HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-b", (HEX, 3), "-", (HEX, 12)),
    "sonar": shape("sq" + "p_", (HEX, 40)),
    "square": shape("EAAA", (URLSAFE, 60)),
    "square-secret": shape("sq0" + "csp-", (URLSAFE, 43)),
    "stripe": shape("sk_" + "live_51", (ALNUM, 97)),
    "stripe-restricted": shape("rk_" + "live_51", (ALNUM, 97)),
    "stripe-short": shape("sk_" + "live_", (ALNUM, 24)),
    "stripe-webhook": shape("wh" + "sec_", (ALNUM, 32)),
    "supabase": shape("sb" + "p_", (HEX, 40)),
    "supabase-role": web_token(iss="supabase", ref="kqzwmbtavhnsyxrcplgd", role="service_role"),
    "supabase-secret": shape("sb_" + "secret_", (URLSAFE, 22), "_", (URLSAFE, 8)),
    "tailscale": shape("tskey-" + "auth-k", (ALNUM, 10), "CNTRL-", (ALNUM, 32)),
    "tavily": shape("tvly-", "prod-", (ALNUM, 32)),
    "teams-webhook": shape(
        "https://acme.webhook.office.com/webhookb2/", (HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-a", (HEX, 3), "-",
        (HEX, 12), "@", (HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-b", (HEX, 3), "-", (HEX, 12), "/IncomingWebhook/",
        (HEX, 32), "/", (HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-9", (HEX, 3), "-", (HEX, 12),
    ),
    "telegram": shape("7", (DIGITS, 9), ":AA", (URLSAFE, 33)),
    "terraform-cloud": shape((ALNUM, 14), ".atlas" + "v1.", (ALNUM, 67)),
    "together": shape((HEX, 64)),
    "twilio-key": shape("SK", (HEX, 32)),
    "twilio-token": shape((HEX, 32)),
    "twitch": shape((LOWER + DIGITS, 30)),
    "twitter-bearer": shape("A" * 22, (ALNUM, 30), "%2F", (ALNUM, 40), "%3D", (ALNUM, 20)),
    "typeform": shape("tf" + "p_", (ALNUM, 44), "_", (ALNUM, 14)),
    "url-password": URL_PASSWORD,
    "urlsafe43": lambda maker: urlsafe(random_bytes(maker, 32)),
    "vault": shape("hv" + "s.CAESI", (URLSAFE, 90)),
    "voyage": shape("pa-", (URLSAFE, 43)),
    "wandb": shape((HEX, 40)),
    "weak-password": weak_password,
    "xai": shape("xai-", (ALNUM, 80)),
}  # fmt: skip
