"""Placeholders of every language and style, and examples that vendors document."""

from __future__ import annotations

from tests.lint.third_corpus.blanks import Page

PAGES = [
    Page(
        "placeholder",
        "placeholders/.env.example",
        """
OPENAI_API_KEY=your-api-key-here
GITHUB_TOKEN=ghp_«~xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx»
STRIPE_SECRET_KEY=sk_live_...
SLACK_BOT_TOKEN=xoxb-your-token
DATABASE_URL=postgresql://user:password@localhost:5432/mydb
SMTP_PASSWORD=<your password>
JWT_SECRET=change-me-in-production
SENTRY_DSN=
ANTHROPIC_API_KEY="sk-ant-..."
AWS_SECRET_ACCESS_KEY=YOUR_AWS_SECRET_ACCESS_KEY
""",
    ),
    Page(
        "placeholder",
        "placeholders/main.py",
        """
API_KEY = "YOUR_API_KEY"
TOKEN = "<insert-token-here>"
SECRET = "REPLACE_ME_WITH_A_LONG_RANDOM_STRING"
PASSWORD = "changeme"
AUTH = "Bearer <ACCESS_TOKEN>"
CLIENT_SECRET = "{{ client_secret }}"
WEBHOOK = "https://hooks.slack.com/services/«~T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX»"
KEY = "TODO"
HF_TOKEN = "hf_..."
OTHER = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
""",
    ),
    Page(
        "placeholder-german",
        "placeholders/konfig.yaml",
        '\napi_key: "dein-api-schluessel-hier"\npasswort: "HIER_PASSWORT_EINTRAGEN"\ntoken: <Ihr-Zugangstoken>\n'
        "secret: bitte-ändern\n",
    ),
    Page(
        "placeholder-french",
        "placeholders/.env.sample",
        "\nAPI_KEY=votre_cle_api_ici\nMOT_DE_PASSE=votre-mot-de-passe\nJETON=<votre jeton>\nDB_PASSWORD=à_remplacer\n",
    ),
    Page(
        "placeholder-spanish",
        "placeholders/ajustes.py",
        '\nAPI_KEY = "tu-clave-de-api-aqui"\nPASSWORD = "tu_contraseña"\nTOKEN = "REEMPLAZAR_CON_TU_TOKEN"\n'
        'SECRET = "cambiame"\n',
    ),
    Page(
        "placeholder-portuguese",
        "placeholders/config.ini",
        "\n[api]\napi_key = sua-chave-aqui\nsenha = coloque_sua_senha\ntoken = SEU_TOKEN_DE_ACESSO\n",
    ),
    Page(
        "placeholder-italian-dutch-polish",
        "placeholders/eu.env.example",
        "\nAPI_KEY=la-tua-chiave-api\nPASSWORD=inserisci_la_password\nTOKEN=jouw-token-hier\n"
        "API_SECRET=vul-hier-in\nSECRET=twoj-klucz-api\nHASLO=wpisz_haslo_tutaj\n",
    ),
    Page(
        "placeholder-asian",
        "placeholders/asia.py",
        '\nAPI_KEY = "在此填写你的密钥"\nTOKEN = "ここにトークンを入力"\n'
        'SECRET = "여기에_비밀키_입력"\npassword = "ваш-пароль-здесь"\n',
    ),
    Page(
        "placeholder-turkish-czech-nordic",
        "placeholders/north.yml",
        '\napi_key: "api-anahtarinizi-buraya-yazin"\npassword: "vase_heslo_zde"\ntoken: "din-api-nøgle-her"\n'
        'secret: "sinun-avaimesi-tähän"\n',
    ),
    Page(
        "placeholder-template",
        "placeholders/config.tmpl",
        """
api_key = ${API_KEY}
password = $DB_PASSWORD
token = {{ .Values.token }}
secret = %(CLIENT_SECRET)s
db_password = <%= ENV["DB_PASSWORD"] %>
key = @@API_KEY@@
passphrase = __PASSPHRASE__
url = postgres://${DB_USER}:${DB_PASSWORD}@${DB_HOST}/shop
""",
    ),
    Page(
        "placeholder-json",
        "placeholders/config.example.json",
        """
{
  "api_key": "<API_KEY>",
  "client_secret": "string",
  "password": "********",
  "token": "insert your token",
  "private_key": "-----BEGIN «~PRIVATE» KEY-----\\n...\\n-----END «~PRIVATE» KEY-----\\n",
  "webhook": "https://discord.com/api/webhooks/123456789/abcdef...",
  "refresh_token": null
}
""",
    ),
    Page(
        "placeholder-curl",
        "placeholders/README.md",
        """
```bash
curl https://api.openai.com/v1/models -H "Authorization: Bearer $OPENAI_API_KEY"
curl -u "user:pass" https://api.example.com
curl -H "X-Api-Key: YOUR-KEY" https://api.example.com
export ANTHROPIC_API_KEY='your-anthropic-api-key'
psql postgresql://username:password@hostname:5432/database
export GITHUB_TOKEN=ghp_«~1234567890abcdefghijklmnopqrstuvwxyz»
```
""",
    ),
    Page(
        "placeholder-sequences",
        "placeholders/doc.py",
        '''
def auth(token):
    """Authenticate.

    >>> auth("0123456789abcdef0123456789abcdef")
    >>> auth("abc123")
    >>> auth(token="1234567890")
    >>> auth("sk-abcdefghijklmnopqrstuvwxyz")
    >>> auth("00000000-0000-0000-0000-000000000000")
    >>> auth("deadbeefdeadbeefdeadbeefdeadbeef")
    """
''',
    ),
    Page(
        "local-defaults",
        "placeholders/docker-compose.yml",
        """
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: postgres
      POSTGRES_PASSWORD: postgres
  minio:
    image: minio/minio
    environment:
      MINIO_ROOT_USER: minioadmin
      MINIO_ROOT_PASSWORD: minioadmin
  rabbit:
    image: rabbitmq:3
    environment: [RABBITMQ_DEFAULT_PASS=guest]
""",
    ),
    Page(
        "documented-example",
        "placeholders/aws.md",
        """
AWS documents these:

    aws_access_key_id = AKIAIOSFODNN7«~EXAMPLE»
    aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY«~EXAMPLEKEY»

Twilio: `ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX`. Stripe's public test card: 4242424242424242.
""",
    ),
    Page(
        "documented-example",
        "placeholders/jwt_io.md",
        """
The token from jwt.io:

    «~eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9».«~eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ».«~SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c»

A JWT has three parts: header.payload.signature, each base64url.
""",
    ),
]
