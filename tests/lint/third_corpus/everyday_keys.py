"""Money, messages and small services; then what people make up themselves: passwords, signing keys, URLs."""

from __future__ import annotations

from tests.lint.third_corpus.vendor_keys import CLOUDS, CODE_AND_WORK, MODELS, Kind

# as in the vendor's own documentation: an application's id after a run of zero bytes, then two percent-encoded parts
TWITTER = "A" * 21 + "{a:4}AAAAAAA{a:1}%2B{a:6}%2B{a:24}%3D{a:50}"

MONEY = [
    Kind("stripe-live", "STRIPE_SECRET_KEY", "sk_live_51{a:97}", "api.stripe.com"),
    Kind("stripe-test", "STRIPE_API_KEY", "sk_test_51{a:97}", "api.stripe.com"),
    Kind("stripe-restricted", "STRIPE_KEY", "rk_live_51{a:97}", "api.stripe.com"),
    Kind("stripe-webhook", "STRIPE_WEBHOOK_SECRET", "whsec_{a:32}", "api.stripe.com"),
    Kind("square", "SQUARE_ACCESS_TOKEN", "EAAA{u:60}", "connect.squareup.com"),
    Kind("shopify", "SHOPIFY_ADMIN_TOKEN", "shpat_{x:32}", "contoso.myshopify.com"),
    Kind("paypal", "PAYPAL_CLIENT_SECRET", "E{u:79}", "api-m.paypal.com"),
    Kind("razorpay", "RAZORPAY_KEY_SECRET", "{a:24}", "api.razorpay.com"),
    Kind("plaid", "PLAID_SECRET", "{x:30}", "production.plaid.com"),
    Kind("flutterwave", "FLW_SECRET_KEY", "FLWSECK-{x:32}-X", "api.flutterwave.com"),
    Kind("binance", "BINANCE_API_SECRET", "{a:64}", "api.binance.com"),
    Kind("coinbase", "COINBASE_SECRET", "{a:32}", "api.coinbase.com"),
]

MESSAGES = [
    Kind("twilio", "TWILIO_AUTH_TOKEN", "{x:32}", "api.twilio.com"),
    Kind("sendgrid", "SENDGRID_API_KEY", "SG.{u:22}.{u:43}", "api.sendgrid.com"),
    Kind("mailgun", "MAILGUN_API_KEY", "key-{x:32}", "api.mailgun.net"),
    Kind("mailgun-new", "MAILGUN_KEY", "{x:32}-{x:8}-{x:8}", "api.mailgun.net"),
    Kind("mailchimp", "MAILCHIMP_API_KEY", "{x:32}-us{d:2}", "us14.api.mailchimp.com"),
    Kind("postmark", "POSTMARK_SERVER_TOKEN", "{uuid}", "api.postmarkapp.com"),
    Kind("brevo", "BREVO_API_KEY", "xkeysib-{x:64}-{a:16}", "api.brevo.com"),
    Kind("resend", "RESEND_API_KEY", "re_{a:8}_{a:24}", "api.resend.com"),
    Kind("telegram", "TELEGRAM_BOT_TOKEN", "{d:10}:AA{u:33}", "api.telegram.org"),
    Kind("discord-bot", "DISCORD_TOKEN", "{snowflake}.G{u:5}.{u:38}", "discord.com"),
    Kind("line", "LINE_CHANNEL_SECRET", "{x:32}", "api.line.me"),
    Kind("twitter", "TWITTER_BEARER_TOKEN", TWITTER, "api.twitter.com"),
    Kind("facebook", "FB_ACCESS_TOKEN", "EAA{a:180}", "graph.facebook.com"),
    Kind("pushover", "PUSHOVER_TOKEN", "a{l:29}", "api.pushover.net"),
    Kind("ntfy", "NTFY_TOKEN", "tk_{l:29}", "ntfy.sh"),
    Kind("hubspot", "HUBSPOT_TOKEN", "pat-eu1-{uuid}", "api.hubapi.com"),
    Kind("intercom", "INTERCOM_TOKEN", "dG9rO{a:54}=", "api.intercom.io"),
]

SMALL = [
    Kind("openweather", "OPENWEATHER_API_KEY", "{x:32}", "api.openweathermap.org"),
    Kind("newsapi", "NEWS_API_KEY", "{x:32}", "newsapi.org"),
    Kind("alphavantage", "ALPHAVANTAGE_API_KEY", "{U:16}", "www.alphavantage.co"),
    Kind("deepl", "DEEPL_AUTH_KEY", "{uuid}:fx", "api-free.deepl.com"),
    Kind("mapbox", "MAPBOX_SECRET_TOKEN", "sk.eyJ1Ijoi{a:60}.{u:22}", "api.mapbox.com"),
    Kind("algolia", "ALGOLIA_ADMIN_KEY", "{x:32}", "abc-dsn.algolia.net"),
    Kind("ipinfo", "IPINFO_TOKEN", "{x:14}", "ipinfo.io"),
    Kind("tmdb", "TMDB_API_KEY", "{x:32}", "api.themoviedb.org"),
    Kind("spotify", "SPOTIFY_CLIENT_SECRET", "{x:32}", "accounts.spotify.com"),
    Kind("reddit", "REDDIT_CLIENT_SECRET", "{u:30}", "www.reddit.com"),
    Kind("strava", "STRAVA_CLIENT_SECRET", "{x:40}", "www.strava.com"),
    Kind("homeassistant", "HASS_TOKEN", "{jwt-home}", "homeassistant.local:8123"),
    Kind("adafruit", "ADAFRUIT_IO_KEY", "aio_{a:28}", "io.adafruit.com"),
    Kind("auth0", "AUTH0_CLIENT_SECRET", "{u:64}", "contoso.eu.auth0.com"),
    Kind("okta", "OKTA_API_TOKEN", "00{u:40}", "contoso.okta.com"),
    Kind("rapidapi", "RAPIDAPI_KEY", "{x:10}msh{x:15}p{x:6}jsn{x:12}", "weatherapi-com.p.rapidapi.com"),
    Kind("n8n", "N8N_API_KEY", "{jwt}", "n8n.internal"),
]

OWN = [
    Kind("django", "DJANGO_SECRET_KEY", "{s:50}", "shop.internal"),
    Kind("flask", "FLASK_SECRET_KEY", "{x:48}", "shop.internal"),
    Kind("fernet", "FERNET_KEY", "{fernet}", "shop.internal"),
    Kind("jwt-signing", "JWT_SECRET", "{u:43}", "shop.internal"),
    Kind("rails", "SECRET_KEY_BASE", "{x:128}", "shop.internal"),
    Kind("encryption", "ENCRYPTION_KEY", "{x:64}", "shop.internal"),
    Kind("internal", "INTERNAL_API_TOKEN", "{l:36}", "api.shop.internal"),
    Kind("webhook-signing", "WEBHOOK_SECRET", "{a:32}", "shop.internal"),
    Kind("totp", "TOTP_SECRET", "{t:32}", "shop.internal"),
    Kind("wallet", "WALLET_PRIVATE_KEY", "0x{x:64}", "rpc.sepolia.org"),
    Kind("bitcoin", "BTC_PRIVATE_KEY", "{wif}", "blockstream.info"),
    Kind("age", "AGE_SECRET_KEY", "AGE-SECRET-KEY-1{q:58}", "backup.internal"),
    Kind("db-words", "DB_PASSWORD", "{words}", "db.internal", "password"),
    Kind("smtp-words", "SMTP_PASSWORD", "{words}", "smtp.shop.internal", "password"),
    Kind("gmail-app", "GMAIL_APP_PASSWORD", "{L:16}", "smtp.gmail.com", "password"),
    Kind("admin-words", "ADMIN_PASSWORD", "{words}", "admin.shop.internal", "password"),
    Kind("redis-safe", "REDIS_PASSWORD", "{safe}", "cache.internal", "password"),
    Kind("ftp-words", "FTP_PASSWD", "{words}", "ftp.shop.internal", "password"),
    Kind("ldap-safe", "LDAP_BIND_PASSWORD", "{safe}", "ldap.internal", "password"),
    Kind("wifi", "WIFI_PASSWORD", "{words}", "router.local", "password"),
    Kind("passphrase", "SSH_KEY_PASSPHRASE", "{words}", "bastion.internal", "password"),
]

URLS = [
    Kind("postgres-url", "DATABASE_URL", "postgresql://app:{safe}@db.internal:5432/shop", "db.internal", "url"),
    Kind("postgres-words", "PG_DSN", "postgres://app:{words}@db.internal/shop", "db.internal", "url"),
    Kind("mongo-url", "MONGODB_URI", "mongodb+srv://app:{a:16}@cluster0.ab1cd.mongodb.net/shop", "mongodb.net", "url"),
    Kind("redis-url", "REDIS_URL", "redis://:{x:32}@cache.internal:6379/0", "cache.internal", "url"),
    Kind("amqp-url", "BROKER_URL", "amqps://worker:{safe}@mq.internal:5671/jobs", "mq.internal", "url"),
    Kind("mysql-url", "MYSQL_URL", "mysql+pymysql://root:{words}@10.0.0.12:3306/crm", "10.0.0.12", "url"),
    Kind("smtp-url", "EMAIL_URL", "smtps://bot%40shop.internal:{safe}@smtp.shop.internal:465", "smtp.internal", "url"),
    Kind("proxy-url", "HTTPS_PROXY_URL", "http://corp-user:{words}@proxy.internal:3128", "proxy.internal", "url"),
    Kind("slack-hook", "SLACK_HOOK_URL", "https://hooks.slack.com/services/T{U:10}/B{U:10}/{a:24}", "slack.com", "url"),
    Kind("discord-hook", "DISCORD_WEBHOOK_URL", "https://discord.com/api/webhooks/{d:19}/{u:68}", "discord.com", "url"),
    Kind(
        "teams-hook",
        "TEAMS_WEBHOOK_URL",
        "https://contoso.webhook.office.com/webhookb2/{uuid}@{uuid}/IncomingWebhook/{x:32}/{uuid}",
        "office.com",
        "url",
    ),
    Kind(
        "feishu-hook", "FEISHU_WEBHOOK_URL", "https://open.feishu.cn/open-apis/bot/v2/hook/{uuid}", "feishu.cn", "url"
    ),
    Kind(
        "dingtalk-hook",
        "DINGTALK_WEBHOOK_URL",
        "https://oapi.dingtalk.com/robot/send?access_token={x:64}",
        "dingtalk.com",
        "url",
    ),
    Kind(
        "azure-storage-string",
        "AZURE_STORAGE_CONNECTION_URL",
        "DefaultEndpointsProtocol=https;AccountName=contosodata;AccountKey={b:86}==;EndpointSuffix=core.windows.net",
        "core.windows.net",
        "url",
    ),
    Kind(
        "servicebus",
        "SERVICEBUS_DSN",
        "Endpoint=sb://jobs.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={b:43}=",
        "windows.net",
        "url",
    ),
    Kind(
        "sqlserver",
        "MSSQL_DSN",
        "Server=tcp:sql.internal,1433;Database=crm;User ID=sa;Password={safe};Encrypt=true",
        "sql.internal",
        "url",
    ),
    Kind(
        "azure-sas",
        "SAS_URL",
        "https://contosodata.blob.core.windows.net/in?sv=2023-11-03&sp=rl&se=2027-01-01T00:00:00Z&sig={a:43}%3D",
        "windows.net",
        "url",
    ),
]

KINDS = [*MODELS, *CLOUDS, *CODE_AND_WORK, *MONEY, *MESSAGES, *SMALL, *OWN, *URLS]
