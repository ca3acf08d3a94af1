"""Random-looking text that is no secret: digests, ids, public keys, assets."""

SHEET = r'''
=== requirements.txt | pip-hashes
anyio==4.4.0 \
    --hash=sha256:«~sha256» \
    --hash=sha256:«~sha256#2»
=== poetry.lock | poetry-lock
[[package]]
name = "tokenizers"
version = "0.19.1"
files = [
    {file = "tokenizers-0.19.1.tar.gz", hash = "sha256:«~sha256»"},
]

[metadata]
content-hash = "«~sha256#2»"
=== package-lock.json | npm-lock
{"lockfileVersion": 3, "packages": {
  "node_modules/js-tokens": {"version": "4.0.0", "integrity": "«~sri»"},
  "node_modules/keyv": {"version": "4.5.4", "integrity": "«~sri#2»"}
}}
=== yarn.lock | yarn-lock
jsonwebtoken@^9.0.2:
  version "9.0.2"
  resolved "https://registry.yarnpkg.com/jsonwebtoken/-/jsonwebtoken-9.0.2.tgz#«~sha1»"
  integrity «~sri»
=== Cargo.lock | cargo-lock
[[package]]
name = "secrecy"
version = "0.8.0"
checksum = "«~sha256»"
=== go.sum | go-sum
github.com/golang-jwt/jwt/v5 v5.2.1 «~go-sum»
github.com/golang-jwt/jwt/v5 v5.2.1/go.mod «~go-sum#2»
=== SHA256SUMS | checksum-file
«~sha256»  kettle-1.4.0-linux-amd64.tar.gz
«~sha256#2»  kettle-1.4.0-darwin-arm64.tar.gz
=== download.py | checksum-in-code
URL = "https://files.kettle-works.co.uk/model.bin"
SHA256 = "«~sha256»"
EXPECTED_MD5 = "«~md5»"
=== Dockerfile | docker-digest
FROM python:3.12-slim@sha256:«~sha256»
ARG TINI_SHA256=«~sha256#2»
RUN pip install --no-cache-dir fastapi
=== .pre-commit-config.yaml | pre-commit-rev
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: «~sha1»
    hooks: [{id: ruff}]
=== .git-blame-ignore-revs | git-revisions
# format everything
«~sha1»
«~sha1#2»
=== CHANGELOG.md | commit-links
- Reset passwords by mail ([`«~short-sha»`](https://github.com/kettle/erp/commit/«~sha1»))
- Rotate tokens nightly (`«~sha1#2»`)
=== flake.lock | nix-lock
{"nodes": {"nixpkgs": {"locked": {"narHash": "«~sri256»", "rev": "«~sha1»", "type": "github"}}}}
=== default.nix | nix-hash
src = fetchFromGitHub {
  owner = "kettle";
  rev = "«~sha1»";
  hash = "«~sri256»";
};
=== ids.py | uuids
PROJECT_ID = "«~uuid»"
TENANT_ID = "«~uuid#2»"
SHARE = "«~nanoid»"
NAMESPACE = uuid.UUID("«~uuid#3»")
=== ids.json | object-ids
[{"_id": "«~object-id»", "customer": "«~ulid»", "trace": "«~trace»"}]
=== ids.py | other-ids
VIDEO = "https://www.youtube.com/watch?v=«~video-id»"
SHEET = "https://docs.google.com/spreadsheets/d/«~drive-id»/edit#gid=0"
GUILD_ID = «~snowflake»
CHANNEL = "«~slack-channel»"
=== notion.py | database-id
DATABASE_ID = "«~md5»"
PAGE = "https://www.notion.so/kettle/Notes-«~md5#2»"
=== response.json | etags
{"ETag": "\"«~etag»\"", "request_id": "«~uuid»", "next_page_token": null, "x-amz-id-2": "none"}
=== stripe.py | stripe-ids
PRICE = "«~stripe-price»"
CUSTOMER = "«~stripe-customer»"
PUBLISHABLE_KEY = "«~stripe-public»"
=== index.html | stripe-publishable
<script src="https://js.stripe.com/v3/"></script>
<script>const stripe = Stripe("«~stripe-public»");</script>
=== index.html | site-keys
<div class="g-recaptcha" data-sitekey="«~recaptcha-site»"></div>
<div class="cf-turnstile" data-sitekey="«~turnstile-site»"></div>
<div class="h-captcha" data-sitekey="«~hcaptcha-site»"></div>
=== index.html | analytics
<script async src="https://www.googletagmanager.com/gtag/js?id=«~ga»"></script>
<script>gtag('config', '«~ga»'); (function(w){w.id='«~gtm»'})(window);</script>
<meta name="google-site-verification" content="«~verification»">
=== index.html | subresource-integrity
<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/bootstrap@5.3.3/dist/css/bootstrap.min.css"
      integrity="«~sri»" crossorigin="anonymous">
=== main.py | sentry-dsn
import sentry_sdk

sentry_sdk.init(dsn="«~sentry-dsn»", traces_sample_rate=0.1)
=== app.js | posthog-public
posthog.init("«~posthog-public»", { api_host: "https://eu.posthog.com" });
=== map.js | mapbox-public
mapboxgl.accessToken = "«~mapbox-public»";
=== docusaurus.config.js | docsearch
module.exports = { themeConfig: { algolia: { appId: "K2F8Z1QBW0", apiKey: "«~docsearch»", indexName: "kettle" } } };
=== supa.ts | supabase-publishable
const db = createClient("https://qhfzxkwmvbtn.supabase.co", "«~supabase-public»");
=== client.py | oauth-client-id
GOOGLE_CLIENT_ID = "«~google-client»"
SPOTIFY_CLIENT_ID = "«~md5»"
REDIRECT = "http://localhost:8080/callback"
=== roles.json | aws-arns
{"Role": {"RoleId": "«~aws-role-id»", "Arn": "arn:aws:iam::123456789012:role/kettle-token-refresher"},
 "Secret": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:kettle/db-Ab3dEf"}
=== authorized_keys | ssh-public-keys
«~ssh-public» anna@laptop
«~rsa-public» jonas@desk
=== known_hosts | known-hosts
github.com «~ssh-public»
|1|kF0=|x2= «~ssh-public#2»
=== ca.pem | certificate
«~certificate»
=== jwt_public.pem | public-key
«~public-key»
=== verify.py | public-key-in-code
PUBLIC_KEY = """\
«~public-key»
"""
=== request.csr | signing-request
«~csr»
=== KEYS | pgp-public-key
«~pgp-public»
=== release.asc | pgp-signature
«~pgp-signature»
=== peers.conf | wireguard-peer
[Peer]
PublicKey = «~wireguard-public»
AllowedIPs = 10.8.0.3/32
=== .sops.yaml | age-recipients
creation_rules:
  - path_regex: secrets/.*
    age: «~age-public»,«~age-public#2»
=== users.sql | password-hashes
INSERT INTO users (name, password_hash) VALUES ('anna', '«~bcrypt»');
INSERT INTO users (name, password_hash) VALUES ('jonas', '«~argon2»');
=== fixtures/users.json | django-hash
[{"model": "auth.user", "fields": {"username": "anna", "password": "«~pbkdf2»"}}]
=== ssh.md | fingerprints
The host key of `keller` is `«~fingerprint»` (ED25519).
=== style.css | css-data-uri
@font-face { font-family: Kettle; src: url(data:font/woff2;base64,«~woff») format("woff2"); }
.password-input::placeholder { color: #8a94a6; }
.token-keyword { background-image: url("data:image/png;base64,«~png»"); }
=== assets.py | base64-asset
import base64

LOGO = base64.b64decode("«~png»")
ICON = "data:image/png;base64,«~png#2»"
=== assets.py | wrapped-base64
DATA = """
«~blob»
"""
=== vector.py | hex-test-vector
PLAINTEXT = bytes.fromhex("«~hex-blob»")
EXPECTED_DIGEST = "«~sha512»"
=== app.min.js | minified
!function(e,t){var n=t.key||"a";e.token=function(r){return n+r.password}}(this,{key:"b",chunk:"«~webpack»"});
//# sourceMappingURL=app.min.js.map
=== app.js.map | source-map
{"version":3,"sources":["a.ts"],"names":["token","password"],"mappings":"AAAA,SAASA,IAAIC,CAAC,GAAG;EACf,OAAOC,QAAQ;AACjB"}
=== notebooks/plot.ipynb | notebook-image
{"cells": [{"cell_type": "code", "execution_count": 1, "id": "«~uuid»", "metadata": {}, "source": ["plot()"],
  "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "«~png»"}}]}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
=== contract.py | chain-addresses
TOKEN_ADDRESS = "«~eth-address»"
METADATA = "ipfs://«~ipfs»"
TX_HASH = "0x«~sha256»"
=== encrypted.py | kms-ciphertext
ENCRYPTED_DB_PASSWORD = "«~kms»"
password = kms.decrypt(CiphertextBlob=b64decode(ENCRYPTED_DB_PASSWORD))["Plaintext"]
=== minisign.sh | minisign
minisign -Vm kettle.tar.gz -P «~minisign-public»
=== logs/app.log | log-ids
INFO request_id=«~uuid» trace=«~trace» path=/password/reset status=200
INFO image pulled sha256:«~sha256»
'''
