"""Sixty more ways in which secrets stand in real configurations; see `shapes` for what `{t}`, `{h}`, `{p}`, `{u}` are.

Written down from memory of published configurations, without a look at what the rules find, and run once before a rule
was changed: that run is the blind figure in docs/lint.md.
"""

from __future__ import annotations

SHAPES = (
    # Python
    (".py", 'app.config["SECRET_KEY"] = "{t}"'),
    (".py", "openai.api_key = '{t}'"),
    (".py", 'cache = redis.Redis(host="cache1", port=6379, password="{p}")'),
    (".py", 's3 = boto3.client("s3", aws_access_key_id=KEY_ID, aws_secret_access_key="{t}")'),
    (".py", 'parser.add_argument("--token", default="{t}")'),
    (".py", 'class Settings(BaseSettings):\n    jwt_secret: str = "{t}"'),
    (".py", 'smtp.login("ann@corp.internal", "{p}")'),
    (".py", 'DATABASES = {{"default": {{"USER": "ann", "PASSWORD": "{p}"}}}}'),
    (".py", 'ssh.connect("db1", username="ann", password="{p}")'),
    (".py", 'webhook_secret = (\n    "{t}"\n)'),
    (".py", 'r = httpx.post(url, data={{"grant_type": "password", "client_secret": "{t}"}})'),
    # JavaScript and its kin
    (".js", 'const stripe = require("stripe")("{t}");'),
    (".js", 'fetch(url, {{ headers: {{ Authorization: "Bearer {t}" }} }});'),
    (".js", 'app.use(session({{ secret: "{t}", resave: false }}));'),
    (".js", 'const db = new Client({{ user: "ann", host: "db1", password: "{p}", port: 5432 }});'),
    (".js", 'const token = jwt.sign(payload, "{t}");'),
    (".js", 'const url = "amqp://ann:{p}@mq1.internal:5672";'),
    (".js", 'socket.emit("auth", {{ token: "{t}" }});'),
    (".ts", 'export default {{ accessToken: "{t}" }} satisfies Config;'),
    (".ts", "const apiKey = process.env.API_KEY ?? '{t}';"),
    (".ts", 'passport.use(new Strategy({{ clientID: "web", clientSecret: "{t}" }}));'),
    (".ts", 'initializeApp({{ apiKey: "{t}", projectId: "shop" }});'),
    # JSON
    (".json", '{{"credentials": {{"username": "ann", "password": "{p}"}}}}'),
    (".json", '{{"env": {{"ANTHROPIC_AUTH_TOKEN": "{t}"}}}}'),
    (".json", '{{"servers": {{"git": {{"type": "http", "headers": {{"Authorization": "Bearer {t}"}}}}}}}}'),
    (".json", '{{"identitytoken": "{t}"}}'),
    (".json", '{{"refresh_token": "{t}", "scope": "mail"}}'),
    (".json", '{{"apiKey": "{u}"}}'),
    (".json", '{{"npmAuthToken": "{t}"}}'),
    (".json", '{{"http.proxy": "http://ann:{p}@proxy.internal:3128"}}'),
    # YAML
    (".yml", "    environment:\n      - MYSQL_ROOT_PASSWORD={p}"),
    (".yml", "  env:\n    GITHUB_TOKEN: {h}"),
    (".yml", "ansible_become_pass: {p}"),
    (".yml", "s3:\n  access_key: minio-app\n  secret_key: {t}"),
    (".yml", "  bearer_token: {t}"),
    (".yml", "jdbc_url: jdbc:postgresql://db1/app?user=ann&password={p}"),
    (".yml", '    command: ["serve", "--auth-token={t}"]'),
    (".yml", "grafana:\n  adminPassword: {p}"),
    (".yml", "      - run: twine upload -u __token__ -p {t} dist/*"),
    # settings
    (".ini", "sqlalchemy.url = postgresql://ann:{p}@db1/app"),
    (".ini", "smtp_pass = {p}"),
    (".cfg", "[server-login]\npassword = {t}"),
    (".toml", '[registries.internal]\ntoken = "{t}"'),
    (".toml", 'secret = "{h}"'),
    (".conf", 'proxy_set_header Authorization "Bearer {t}";'),
    (".properties", "aws.secretKey={t}"),
    (".properties", "server.ssl.key-store-password={p}"),
    (".xml", '<entry key="db.password">{p}</entry>'),
    (".tf", 'variable "db_password" {{\n  type    = string\n  default = "{p}"\n}}'),
    # other languages
    (".go", 'const apiKey = "{t}"'),
    (".java", 'private static final String DB_PASSWORD = "{p}";'),
    (".rb", 'config.secret_key_base = "{h}"'),
    (".php", "define('DB_PASSWORD', '{p}');"),
    (".sql", "CREATE USER ann IDENTIFIED BY '{p}';"),
    # shells
    (".sh", "kubectl create secret generic db --from-literal=password={p}"),
    (".sh", 'psql "postgresql://ann:{p}@db1/app"'),
    (".sh", "aws configure set aws_secret_access_key {t}"),
    (".ps1", '$env:API_TOKEN = "{t}"'),
    # prose
    (".md", "1. Log in as `ann` with the password `{p}`."),
    (".txt", "token = {t}"),
)
