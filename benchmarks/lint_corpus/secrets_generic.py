"""Values of no vendor, known by the name beside them alone."""

SHEET = r'''
=== main.py | internal-service-key
INTERNAL_API_KEY = "«uuid»"
INTERNAL_URL = "http://billing.intern:8000"
=== main.py | app-secret
app_secret = '«alnum24»'
=== main.py | encryption-key
ENCRYPTION_KEY = "«b64-32»"
=== main.py | encryption-salt-and-pepper
PEPPER = "«hex32»"
ROUNDS = 12
=== main.py | webhook-signature
webhook_signing_secret = "«hex48»"
=== main.py | cookie-secret
cookie_secret = "«url43»"
=== main.py | csrf
WTF_CSRF_SECRET_KEY = "«alnum32»"
=== main.py | license
LICENSE_KEY = "«alnum40»"
=== main.py | camel-case
apiToken = "«alnum32»"
clientSecret = "«hex40»"
=== main.py | short-hex
ADMIN_TOKEN = "«hex24»"
=== main.py | short-names
usr = "anna"
pwd = "«short»"
tok = "«alnum32»"
=== main.py | passphrase
GPG_PASSPHRASE = "«passphrase»"
=== main.py | db-pass
db_host = "10.0.0.7"
db_user = "app"
db_pass = "«short»"
=== main.py | pin
SIM_PIN = "«pin»"
=== main.py | wifi
WIFI_SSID = "Kettle-Guest"
WIFI_PASSWORD = "«passphrase»"
=== main.py | root-password
ROOT_PW = "«strong»"
=== main.py | proxy-login
proxies = {"https": "http://anna:«alnum24»@proxy.intern:3128"}
=== main.py | ldap-bind
LDAP_BIND_DN = "cn=reader,dc=kettle,dc=intern"
LDAP_BIND_PASSWORD = "«strong»"
=== main.py | mqtt
client.username_pw_set("sensor", "«alnum24»")
client.connect("mqtt.intern", 1883)
=== main.py | basic-header
HEADERS = {"Authorization": "Basic «basic»"}
=== main.py | refresh-token
REFRESH_TOKEN = "«url43»"
ACCESS_TOKEN_LIFETIME = 3600
=== main.py | bearer-jwt
auth = "Bearer «jwt»"
=== main.py | setattr-key
setattr(settings, "api_secret", "«alnum40»")
=== main.py | attribute-assignment
import openai

openai.api_key = os.environ["KEY"]
search.subscription_key = "«hex32»"
=== main.py | tuple-assignment
USER, PASSWORD = "anna", "«password»"
=== main.py | match-case
match stage:
    case "prod":
        api_key = "«alnum40»"
    case _:
        api_key = os.environ["API_KEY"]
=== main.py | conditional
token = "«hex40»" if stage == "prod" else os.environ["TOKEN"]
=== main.py | walrus
if (token := "«hex40»"):
    run(token)
=== main.py | return-value
def get_api_key() -> str:
    return "«alnum40»"
=== main.py | parser-dictionary
config = configparser.ConfigParser()
config["smtp"] = {"host": "mail.intern", "password": "«strong»"}
=== main.py | multi-line-env-text
ENV = """\
APP_ENV=production
APP_KEY=base64:«b64-32»
DB_PASSWORD=«alnum24»
"""
=== main.py | json-in-string
CREDENTIALS = '{"user": "anna", "password": "«alnum24»"}'
=== main.py | utf16-password | utf16
# written on the office machine
PASSWORD = "«alnum24»"
=== main.py | bom-password | bom
SECRET_KEY = "«hex64»"
ALGORITHM = "HS256"
=== main.py | pgp-block
KEY = """\
«pem-pgp»
"""
=== main.py | fastapi-dependency
from fastapi import Depends, FastAPI, Header, HTTPException

app = FastAPI()


def allowed(x_api_key: str = Header()) -> None:
    if x_api_key != "«url43»":
        raise HTTPException(401)


@app.get("/", dependencies=[Depends(allowed)])
def root() -> str:
    return "ok"
=== main.py | session-middleware
from fastapi import FastAPI
from starlette.middleware.sessions import SessionMiddleware

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key="«hex64»", max_age=3600)
=== app.py | flask-config
from flask import Flask

app = Flask(__name__)
app.config["SECRET_KEY"] = "«hex48»"
app.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://shop:«alnum24»@mysql.intern/shop"
app.secret_key = "«alnum32»"
=== shop/settings.py | django-secret-key
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = 'django-insecure-«django»'
DEBUG = False
ALLOWED_HOSTS = ["shop.example.org"]
EMAIL_HOST_PASSWORD = "«alnum24»"
'''
