"""Sixty ways in which secrets stand in real configurations: an ending, and a line; V is a value.

Written down from published configurations by their kinds (agents, containers, pipelines, clouds, shells, languages),
by somebody who had read the rules, and before lint was run on them. `{t}` is a token of 32 letters and digits, `{h}`
one of 40 hexadecimal digits, `{p}` a password of twelve characters with a digit and a sign, `{u}` a UUID.
"""

from __future__ import annotations

SHAPES = (
    # Python
    (".py", 'SMTP_PASSWORD = "{p}"'),
    (".py", 'client = Client(api_key="{t}")'),
    (".py", 'headers = {{"Authorization": "Bearer {t}"}}'),
    (".py", 'os.environ["STRIPE_SECRET"] = "{t}"'),
    (".py", "conn = psycopg2.connect(host='db1', user='ann', password='{p}')"),
    (".py", 'engine = create_engine("postgresql://ann:{p}@db1.internal/app")'),
    (".py", 'TOKEN = os.getenv("SLACK_TOKEN", "{t}")'),
    (".py", 'session.auth = ("ann", "{p}")'),
    (".py", 'subprocess.run(["curl", "-H", "X-Api-Key: {t}", url])'),
    (".py", "# old password: {p}"),
    (".py", 'requests.get("https://api.weather.internal/v2?apikey={h}")'),
    (".py", 'config = dict(db_password="{p}")'),
    # JavaScript and its kin
    (".js", "const apiSecret = '{t}';"),
    (".js", 'axios.defaults.headers.common["X-Auth-Token"] = "{t}";'),
    (".js", "module.exports = {{ db: {{ password: '{p}' }} }};"),
    (".js", "process.env.JWT_SECRET = process.env.JWT_SECRET || '{t}';"),
    (".js", "mongoose.connect('mongodb://ann:{p}@db1.internal/app');"),
    (".js", "fetch(`https://maps.internal/tiles?access_token={t}`)"),
    (".ts", 'private readonly clientSecret: string = "{t}";'),
    (".ts", 'const creds = {{ user: "ann", pass: "{p}" }};'),
    (".ts", "export const ENCRYPTION_KEY = '{h}';"),
    # JSON
    (".json", '{{"mcpServers": {{"x": {{"command": "npx", "env": {{"NOTION_TOKEN": "{t}"}}}}}}}}'),
    (".json", '{{"args": ["-y", "srv", "--api-key", "{t}"]}}'),
    (".json", '{{"args": ["run", "-e", "SENTRY_AUTH_TOKEN={t}", "img"]}}'),
    (".json", '{{"headers": {{"X-Api-Key": "{u}"}}}}'),
    (".json", '{{"url": "https://mcp.search.internal/mcp?searchApiKey={t}"}}'),
    (".json", '{{"permissions": {{"allow": ["Bash(export NPM_TOKEN={t})"]}}}}'),
    (".json", '{{"ConnectionStrings": {{"Default": "Server=db1;Database=app;User Id=ann;Password={p};"}}}}'),
    (".json", '{{"client_secret": "{t}"}}'),
    (".json", '{{"scripts": {{"deploy": "DEPLOY_TOKEN={t} node deploy.js"}}}}'),
    # YAML
    (".yml", "      POSTGRES_PASSWORD: {p}"),
    (".yml", "      - REDIS_PASSWORD={p}"),
    (".yml", "        run: curl -H 'Authorization: token {h}' https://git.internal/api"),
    (".yml", "api_token: {t}"),
    (".yml", "  - name: SECRET_KEY\n    value: {t}"),
    (".yml", "dsn: mysql://ann:{p}@db1.internal:3306/app"),
    (".yml", "basic_auth:\n  username: ann\n  password: '{p}'"),
    (".yml", 'webhook_secret: "{h}"'),
    # settings
    (".ini", "password = {p}"),
    (".ini", "auth_token={t}"),
    (".cfg", "secret_key: {t}"),
    (".toml", 'api_key = "{t}"'),
    (".toml", 'database_url = "postgres://ann:{p}@db1.internal/app"'),
    (".properties", "spring.datasource.password={p}"),
    (".conf", "requirepass {p}"),
    (".xml", "<password>{p}</password>"),
    (".xml", '<add key="ApiToken" value="{t}" />'),
    (".tf", 'password = "{p}"'),
    # shells
    (".sh", "export GITLAB_TOKEN={t}"),
    (".sh", "mysql -u ann --password={p} app"),
    (".sh", "curl -u ann:{p} https://files.internal/"),
    (".sh", "docker login -u ann -p {p} registry.internal"),
    (".sh", "curl -H 'X-Api-Key: {t}' https://api.internal/"),
    (".sh", 'PGPASSWORD="{p}" psql -h db1'),
    # prose
    (".md", "The staging password is `{p}`."),
    (".md", "    export OPENWEATHER_API_KEY={h}"),
    (".md", "| api token | `{t}` |"),
    (".rst", "   api_key: {t}"),
    (".txt", "password: {p}"),
    (".txt", "API key: {t}"),
)
