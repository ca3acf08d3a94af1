"""What stands where a value would: placeholders, documented examples, masks."""

SHEET = r'''
=== .env.example | example-placeholders
API_KEY=your-api-key-here
DB_PASSWORD=changeme
SECRET_KEY=<generate with openssl rand -hex 32>
TOKEN=
=== .env.sample | sample-xxx
STRIPE_KEY=sk_live_xxxxxxxxxxxxxxxxxxxxxxxx
GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
OPENAI_API_KEY=sk-...
=== .env.dist | german-placeholders
API_SCHLUESSEL=hier-einfuegen
PASSWORT=bitte-aendern
DB_PASSWORT=<dein-passwort>
=== .env.example | french-placeholders
CLE_API=votre-cle-api
MOT_DE_PASSE=a-remplacer
SECRET=remplacez_moi
=== .env.example | spanish-placeholders
CLAVE_API=tu_clave_aqui
CONTRASENA=cambiame
=== .env.example | portuguese-placeholders
CHAVE_API=sua-chave-aqui
SENHA=sua_senha
=== .env.example | italian-dutch-placeholders
CHIAVE_API=la-tua-chiave
PASSWORD=inserisci-la-password
API_SLEUTEL=vul-hier-je-sleutel-in
=== README.md | readme-angle-brackets
```sh
export API_TOKEN=<your token>
curl -H "Authorization: Bearer <ACCESS_TOKEN>" https://api.kettle-works.co.uk
curl -u USERNAME:PASSWORD https://nas.intern
```
=== README.md | readme-dots
Set `OPENAI_API_KEY=sk-proj-...` and `ANTHROPIC_API_KEY=sk-ant-...` in `.env`.
=== README.md | readme-url-placeholder
DATABASE_URL=postgres://user:password@host:5432/dbname
REDIS_URL=redis://:PASSWORD@HOST:6379
git clone https://<token>@github.com/kettle/erp.git
=== README.md | readme-masked
Authorization: Bearer ************************
api_key: "••••••••••••"
token: [REDACTED]
=== README.md | readme-options
| variable | default | meaning |
|----------|---------|---------|
| `API_KEY` | none | key from the settings page |
| `DB_PASSWORD` | `postgres` | only for development |
| `TOKEN_TTL` | `3600` | seconds |
=== docs/aws.md | aws-documented
```ini
[default]
aws_access_key_id = «~aws-id-documented»
aws_secret_access_key = «~aws-secret-documented»
```
=== aws_test.py | aws-documented-code
AWS_ACCESS_KEY_ID = "«~aws-id-documented»"
AWS_SECRET_ACCESS_KEY = "«~aws-secret-documented»"
=== docs/jwt.md | jwt-documented
A token looks like `«~jwt-documented»`.
=== azurite.py | azurite-documented
DEV = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
    "AccountKey=«~azurite-documented»;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
)
=== captcha_test.py | captcha-documented
RECAPTCHA_SECRET = "«~recaptcha-documented»"
TURNSTILE_SECRET = "«~turnstile-documented»"
=== moto_test.py | moto-testing
os.environ["AWS_ACCESS_KEY_ID"] = "testing"
os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"
os.environ["AWS_SESSION_TOKEN"] = "testing"
=== config.py | todo-placeholder
API_KEY = "TODO"
SECRET = "REPLACE_ME"
PASSWORD = "xxx"
TOKEN = "FIXME: ask Jonas"
=== config.py | insert-here
api_key = "INSERT_YOUR_API_KEY_HERE"
client_secret = "YOUR_CLIENT_SECRET"
bot_token = "PUT-TOKEN-HERE"
=== config.py | brackets-and-templates
API_KEY = "{{ api_key }}"
PASSWORD = "${PASSWORD}"
TOKEN = "%TOKEN%"
SECRET = "__SECRET__"
KEY = "@@API_KEY@@"
=== config.py | none-values
password = "none"
api_key = "null"
token = "N/A"
secret = "disabled"
=== config.py | repeated-digits
API_KEY = "00000000000000000000000000000000"
TOKEN = "1234567890abcdef1234567890abcdef"
CLIENT_ID = "00000000-0000-0000-0000-000000000000"
=== test_config.py | telling-test-values
API_KEY = "test-api-key"
SECRET = "super-secret-test-value"
TOKEN = "dummy_token_for_tests"
PASSWORD = "correct horse battery staple"
=== test_client.py | short-fakes
client = Client(api_key="abc123", password="secret", token="foo")
assert client.headers == {"Authorization": "Bearer abc123"}
=== test_hook.py | fake-webhook
HOOK = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
DISCORD = "https://discord.com/api/webhooks/000000000000000000/your-webhook-token"
=== test_vendor.py | fake-vendor-tokens
GITHUB = "ghp_" + "a" * 36
OPENAI = "sk-test"
STRIPE = "sk_test_123"
SLACK = "xoxb-fake-token"
=== test_key.py | fake-pem
KEY = """-----BEGIN PRIVATE KEY-----
...
-----END PRIVATE KEY-----"""
=== docs/key.md | pem-placeholder
    -----BEGIN RSA PRIVATE KEY-----
    <paste your key here>
    -----END RSA PRIVATE KEY-----
=== values.yaml | yaml-placeholders
password: CHANGE_ME
apiKey: "<API_KEY>"
secretKey: ""
token: ~
existingSecret: my-existing-secret
=== config.toml | toml-placeholders
password = "change-me-in-production"
api_key = "your_key"
secret = "example"
=== config.json | json-placeholders
{
  "api_key": "YOUR_API_KEY",
  "client_secret": "<client-secret>",
  "password": "password",
  "_comment": "copy to config.local.json and fill in"
}
=== Config.java | java-placeholders
String apiKey = "YOUR_API_KEY";
String password = "<password>";
=== main.tf | terraform-placeholder
variable "token" {
  default = "REPLACE_WITH_YOUR_TOKEN"
}
=== nginx.conf | nginx-placeholder
proxy_set_header X-Api-Key "REPLACE_ME";
=== api.http | http-variables
@token = {{$dotenv API_TOKEN}}

GET https://api.kettle-works.co.uk/items
Authorization: Bearer {{token}}
X-Api-Key: {{api_key}}
=== postman.json | postman-variables
{"auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{access_token}}", "type": "string"}]}}
=== openapi.yaml | openapi-examples
components:
  securitySchemes:
    ApiKeyAuth: {type: apiKey, in: header, name: X-API-Key}
  schemas:
    Login:
      properties:
        password: {type: string, format: password, example: "your-password", minLength: 8}
        token: {type: string, example: "eyJhbGciOi..."}
'''
