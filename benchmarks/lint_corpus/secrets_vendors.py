"""Tokens of office tools and of the long tail of services."""

SHEET = r"""
=== notes.py | notion-old
from notion_client import Client

notion = Client(auth="«notion-old»")
=== rows.js | airtable
const Airtable = require("airtable");
const base = new Airtable({ apiKey: "«airtable»" }).base("appK2f8Z1qbW0x3Y");
=== todo.py | todoist
api = TodoistAPI("«todoist»")
=== todo.py | asana
asana_token = "«asana»"
=== todo.py | clickup
headers = {"Authorization": "«clickup»", "Content-Type": "application/json"}
=== todo.py | trello
TRELLO = {"key": "«hex32»", "token": "«trello»"}
=== todo.py | monday
MONDAY_API_TOKEN = "«monday»"
=== draw.py | figma
FIGMA = httpx.Client(base_url="https://api.figma.com", headers={"X-Figma-Token": "«figma»"})
=== files.py | dropbox
import dropbox

dbx = dropbox.Dropbox("«dropbox»")
=== crm.py | hubspot
from hubspot import HubSpot

api_client = HubSpot(access_token="«hubspot»")
=== crm.rb | intercom
intercom = Intercom::Client.new(token: '«intercom»')
=== desk.sh | zendesk
curl https://kettle.zendesk.com/api/v2/tickets.json -u anna@kettle-works.co.uk/token:«zendesk»
=== forms.py | typeform
from typeform import Typeform

forms = Typeform("«typeform»").forms
=== cms.js | contentful
const client = contentful.createClient({
  accessToken: "«contentful»",
});
=== cms.js | ghost-admin
const api = new GhostAdminAPI({ url: "https://blog.kettle-works.co.uk", key: "«ghost-admin»", version: "v5.0" });
=== postman.json | postman
{
  "name": "live",
  "values": [
    {"key": "base", "value": "https://api.getpostman.com", "enabled": true},
    {"key": "apiKey", "value": "«postman»", "enabled": true}
  ]
}
=== okta.py | okta
okta_client = OktaClient({"orgUrl": "https://kettle.okta.com", "token": "«okta»"})
=== auth.py | auth0
AUTH0_DOMAIN = "kettle.eu.auth0.com"
AUTH0_CLIENT_ID = "k2f8Z1qbW0x3YpLm"
AUTH0_CLIENT_SECRET = "«auth0»"
=== search.py | algolia-admin
ALGOLIA_APP_ID = "K2F8Z1QBW0"
ALGOLIA_ADMIN_KEY = "«algolia-admin»"
=== tiles.py | mapbox-secret
MAPBOX_TOKEN = "«mapbox»"
=== post.py | facebook
import facebook

graph = facebook.GraphAPI(access_token="«facebook»", version="3.1")
=== post.py | twitter
import tweepy

client = tweepy.Client(
    bearer_token="«twitter-bearer»",
    consumer_secret="«alnum64»",
    access_token_secret="«twitter-secret»",
)
=== music.py | spotify
import spotipy
from spotipy.oauth2 import SpotifyOAuth

sp = spotipy.Spotify(auth_manager=SpotifyOAuth(client_id="«~md5»", client_secret="«spotify»"))
=== reddit.py | praw
import praw

reddit = praw.Reddit(
    client_id="Kq3vT8xZpL2mNw",
    client_secret="«alnum24»",
    user_agent="kettle-watch/0.1",
    username="kettle_watch",
    password="«password»",
)
=== translate.py | deepl
import deepl

translator = deepl.Translator("«deepl»")
=== docs.sh | readme
npx rdme openapi ./api.json --key=«readme»
=== flow.sh | prefect
prefect cloud login -k «prefect»
=== scan.sh | snyk
SNYK_TOKEN=«snyk» snyk test
=== codecov.yml | codecov
codecov:
  token: «codecov»
=== ngrok.yml | ngrok
version: "3"
agent:
  authtoken: «ngrok»
=== parcel.py | easypost
import easypost

client = easypost.EasyPostClient("«easypost»")
=== scan.py | shodan
import shodan

api = shodan.Shodan("«shodan»")
=== trip.py | duffel
DUFFEL_TOKEN = "«duffel»"
=== profiles.clj | clojars
{:auth {:repository-auth {#"clojars" {:username "anna" :password "«clojars»"}}}}
=== sensor.py | adafruit-io
aio = Client("annal", "«adafruit»")
=== i18n.sh | lokalise
lokalise2 --token «lokalise» --project-id 4411 file download
=== chat.py | mattermost
from mattermostdriver import Driver

driver = Driver({"url": "chat.intern", "token": "«mattermost»", "scheme": "https"})
=== web.py | webflow
WEBFLOW_TOKEN = "«webflow»"
=== crawl.py | apify
from apify_client import ApifyClient

client = ApifyClient("«apify»")
=== crawl.py | scraper-proxy
PROXY = "http://scraperapi:«scraper»@proxy-server.scraperapi.com:8001"
=== forum.py | discourse
FORUM = {"Api-Key": "«discourse»", "Api-Username": "system"}
=== bot.py | recaptcha-secret
RECAPTCHA_SITE_KEY = "«~recaptcha-site»"
RECAPTCHA_SECRET_KEY = "«recaptcha»"
=== bot.py | hcaptcha-secret
HCAPTCHA_SITEKEY = "«~uuid»"
HCAPTCHA_SECRET = "«hcaptcha»"
=== publish.sh | npm
npm config set //registry.npmjs.org/:_authToken «npm»
npm publish
=== video.py | frameio
FRAMEIO_TOKEN = "«frameio»"
=== photos.py | unsplash
UNSPLASH_SECRET_KEY = "«unsplash»"
"""
