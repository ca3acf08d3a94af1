"""Tokens of messengers, payment, monitoring and office services."""

SHEET = r"""
=== notify.py | slack-webhook
import httpx

HOOK = "«slack-hook»"
httpx.post(HOOK, json={"text": "backup done"})
=== notify.py | slack-client
from slack_sdk import WebClient

WebClient(token="«slack-bot»").chat_postMessage(channel="«~slack-channel»", text="done")
=== bolt.py | slack-socket-mode
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

app = App(token="«slack-bot»", signing_secret="«hex32»")
SocketModeHandler(app, "«slack-app»").start()
=== export.sh | slack-user
curl -s -d token=«slack-user» https://slack.com/api/users.list
=== notify.py | discord-webhook
WEBHOOKS = {
    "alerts": "«discord-hook»",
    "news": "«discord-hook#2»",
}
=== notify.py | teams-webhook
import pymsteams

card = pymsteams.connectorcard("«teams-hook»")
=== notify.py | zapier-hook
ZAP = "«zapier-hook»"
=== notify.py | telegram-url
import requests

CHAT = 4411223344
requests.get(f"https://api.telegram.org/bot«telegram»/sendMessage?chat_id={CHAT}&text=done")
=== sms.py | twilio
from twilio.rest import Client

account_sid = "«~twilio-account»"
auth_token = "«twilio-token»"
client = Client(account_sid, auth_token)
=== sms.py | twilio-positional
from twilio.rest import Client

client = Client("«~twilio-account»", "«twilio-token»")
=== sms.py | twilio-api-key
TWILIO_API_KEY_SID = "«twilio-key»"
TWILIO_API_KEY_SECRET = "«alnum32»"
=== sms.py | telnyx
import telnyx

telnyx.api_key = "«telnyx»"
=== mail.py | sendgrid
from sendgrid import SendGridAPIClient

sg = SendGridAPIClient("«sendgrid»")
=== mail.py | mailgun
requests.post(
    "https://api.mailgun.net/v3/mg.kettle-works.co.uk/messages",
    auth=("api", "«mailgun»"),
    data={"from": "x@mg.kettle-works.co.uk", "to": ["anna@kettle-works.co.uk"]},
)
=== mail.py | mailchimp
MAILCHIMP_KEY = "«mailchimp»"
LIST_ID = "9f1c2a7b3e"
=== mail.py | brevo
configuration.api_key["api-key"] = "«brevo»"
=== mail.ts | resend
import { Resend } from "resend";

const resend = new Resend("«resend»");
=== mail.py | postmark
from postmarker.core import PostmarkClient

postmark = PostmarkClient(server_token="«postmark»")
=== push.py | pushover
PUSHOVER_TOKEN = "«pushover»"
PUSHOVER_USER_KEY = "«pushover#2»"
=== push.sh | ntfy
curl -H "Authorization: Bearer «ntfy»" -d "wash is done" ntfy.sh/keller
=== push.py | line-messaging
LINE_CHANNEL_ACCESS_TOKEN = "«line»"
=== pay.py | stripe-api-key
import stripe

stripe.api_key = "«stripe»"
=== pay.py | stripe-test-key
import stripe

stripe.api_key = "«stripe-test»"  # sandbox account of the shop
=== pay.js | stripe-restricted
const stripe = require("stripe")("«stripe-restricted»");

module.exports = stripe;
=== pay.py | square
client = Client(access_token="«square»", environment="production")
=== pay.rb | square-oauth
SQUARE_APPLICATION_SECRET = '«square-oauth»'
=== pay.py | braintree-paypal
BRAINTREE = "«braintree»"
=== pay.py | plaid
configuration = plaid.Configuration(
    host=plaid.Environment.Production,
    api_key={"clientId": "«~object-id»", "secret": "«plaid»"},
)
=== pay.py | paypal
PAYPAL_CLIENT_SECRET = "«paypal»"
PAYPAL_MODE = "live"
=== pay.php | mollie
<?php
$mollie = new \Mollie\Api\MollieApiClient();
$mollie->setApiKey("«mollie»");
=== pay.py | razorpay
import razorpay

razorpay_key_secret = "«razorpay»"
=== pay.js | flutterwave
const flw = new Flutterwave("FLWPUBK-demo", "«flutterwave»");
=== shop.py | shopify
SHOP = "kettle-works.myshopify.com"
HEADERS = {"X-Shopify-Access-Token": "«shopify»"}
=== shop.toml | shopify-shared
name = "labels"
client_secret = "«shopify-shared»"
=== shop.py | paddle
PADDLE_API_KEY = "«paddle»"
=== shop.js | lemonsqueezy
lemonSqueezySetup({ apiKey: "«lemonsqueezy»" });
=== coins.py | exchange
import ccxt

exchange = ccxt.kraken({"apiKey": "«alnum40»", "secret": "«azure-storage»", "enableRateLimit": True})
=== dd.py | datadog
from datadog import initialize

initialize(api_key="«datadog-api»", app_key="«datadog-app»", host_name="keller")
=== newrelic.ini | newrelic
[newrelic]
license_key = «hex40»
app_name = reports
=== nr.py | newrelic-user-key
NEW_RELIC_API_KEY = "«newrelic»"
=== .sentryclirc | sentry-cli
[defaults]
org = kettle
project = reports

[auth]
token = «sentry»
=== graf.py | grafana
from grafana_client import GrafanaApi

grafana = GrafanaApi.from_url(url="https://grafana.intern", credential="«grafana»")
=== alloy.river | grafana-cloud
prometheus.remote_write "cloud" {
  endpoint {
    url = "https://prometheus-prod-01-eu-west-0.grafana.net/api/prom/push"
    basic_auth {
      username = "812345"
      password = "«grafana-cloud»"
    }
  }
}
=== dyn.sh | dynatrace
curl -H "Authorization: Api-Token «dynatrace»" https://abc12345.live.dynatrace.com/api/v2/metrics
=== hc.yaml | honeycomb
exporters:
  otlp:
    endpoint: api.honeycomb.io:443
    headers:
      x-honeycomb-team: «honeycomb»
=== main.py | logfire
import logfire

logfire.configure(token="«logfire»")
=== alert.py | pagerduty
PD_HEADERS = {"Authorization": "Token token=«pagerduty»", "Accept": "application/vnd.pagerduty+json;version=2"}
=== alert.sh | opsgenie
curl -H "Authorization: GenieKey «opsgenie»" https://api.eu.opsgenie.com/v2/alerts
=== errors.py | rollbar
rollbar.init("«rollbar»", environment="production")
=== hec.py | splunk
HEC = {"url": "https://splunk.intern:8088", "headers": {"Authorization": "Splunk «splunk»"}}
=== flags.go | launchdarkly
package main

import ld "github.com/launchdarkly/go-server-sdk/v7"

func flags() { ld.MakeClient("«launchdarkly»", 5) }
=== ph.py | posthog-personal
POSTHOG_PERSONAL_API_KEY = "«posthog»"
"""
