"""Settings files with a value in them."""

SHEET = r'''
=== config.yaml | yaml-plain
server:
  host: 0.0.0.0
  port: 8080
smtp:
  user: reports
  password: «alnum24»
=== config.yaml | yaml-quoted
api:
  url: 'https://api.kettle-works.co.uk'
  key: '«alnum40»'
  secret: "«hex64»"
=== config.yaml | yaml-block-key
jwt:
  issuer: tools
  private_key: |
    «pem-ec»
  ttl: 3600
=== config.yaml | yaml-folded
github:
  token: >-
    «github-fine»
  org: kettle
=== config.yaml | yaml-flow
redis: {host: redis.intern, port: 6379, password: «alnum32»}
=== config.yaml | yaml-list
accounts:
  - name: anna
    token: «gitlab»
  - name: jonas
    token: «gitlab#2»
=== config.yaml | yaml-url
database: postgresql://app:«alnum24»@db.intern:5432/app
cache: redis://redis.intern:6379/0
=== config.yaml | yaml-anchor
defaults: &defaults
  secret_key: «hex48»
prod:
  <<: *defaults
=== mkdocs.yml | yaml-comment
site_name: Kettle
# api_token: «hex40»
theme: material
=== secrets.yaml | home-assistant-secrets
wifi_password: «password»
mqtt_password: «alnum24»
latitude: 47.07
=== config.toml | toml
[server]
port = 8000

[mail]
user = "reports"
password = "«strong»"
=== pyproject.toml | pyproject-tool-table
[project]
name = "invoice-fetch"
version = "0.1.0"

[tool.invoice-fetch]
endpoint = "https://api.lexoffice.io"
api_key = "«url43»"
=== pyproject.toml | pyproject-source-url
[[tool.poetry.source]]
name = "intern"
url = "https://build:«alnum24»@pypi.intern/simple/"
=== config.toml | toml-inline
databases = { main = "mysql://root:«alnum24»@10.2.0.4/main", test = "sqlite://" }
=== config.toml | toml-multiline
signing_key = """
«pem-pkcs8»
"""
=== config.json | json
{
  "host": "mail.intern",
  "port": 587,
  "password": "«strong»"
}
=== tool.json | json-nested
{
  "name": "sheet-sync",
  "version": 2,
  "settings": {
    "auth": {
      "client_id": "sheet-sync",
      "client_secret": "«alnum40»"
    },
    "retries": 3
  }
}
=== data.json | json-one-line
{"url":"https://x.intern","token":"«hex40»","retries":2}
=== launch.json | vscode-launch
{
  // run it
  "version": "0.2.0",
  "configurations": [
    {
      "type": "debugpy",
      "request": "launch",
      "program": "main.py",
      "env": {"API_SECRET": "«alnum40»"}
    }
  ]
}
=== package.json | npm-script
{
  "name": "labels",
  "scripts": {
    "start": "STRIPE_KEY=«stripe-old» node index.js"
  }
}
=== config.ini | ini
[smtp]
host = mail.intern
user = anna
password = «alnum24»
=== setup.cfg | ini-token
[tool:upload]
repository = https://pypi.intern
token = «url43»
=== application.properties | properties
spring.datasource.url=jdbc:postgresql://db.intern/app
spring.datasource.username=app
spring.datasource.password=«alnum24»
=== log.properties | properties-jdbc
jdbc.url=jdbc:mysql://db.intern/app?user=app&password=«alnum24»
=== .env.example | env-example-left
APP_ENV=local
APP_KEY=base64:«b64-32»
MAIL_PASSWORD=
=== .env.production | env-production
DATABASE_URL=postgres://app:«alnum24»@db.intern/app
SECRET_KEY_BASE=«hex64»
=== .npmrc | npmrc
registry=https://registry.npmjs.org/
//registry.npmjs.org/:_authToken=«npm»
=== .npmrc | npmrc-basic
@kettle:registry=https://npm.intern/
//npm.intern/:_auth=«basic»
=== .pypirc | pypirc
[distutils]
index-servers = pypi

[pypi]
username = __token__
password = «pypi»
=== .netrc | netrc
machine api.heroku.com
  login anna@kettle-works.co.uk
  password «uuid»
=== .netrc | netrc-one-line
machine git.intern login anna password «alnum24»
=== .pgpass | pgpass
db.intern:5432:app:app:«alnum24»
=== pip.conf | pip-conf
[global]
index-url = https://anna:«alnum24»@pypi.intern/simple
=== .git-credentials | git-credentials
https://anna:«github»@github.com
=== .gitconfig | git-extra-header
[http "https://github.com/"]
	extraheader = Authorization: Basic «basic»
=== .docker/config.json | docker-config
{
  "auths": {
    "registry.intern": {
      "auth": "«basic»"
    }
  }
}
=== nginx.conf | nginx-header
server {
    listen 80;
    location /api/ {
        proxy_pass http://backend:8000/;
        proxy_set_header Authorization "Bearer «hex64»";
    }
}
=== redis.conf | redis-requirepass
bind 0.0.0.0
requirepass «alnum32»
=== .my.cnf | my-cnf
[client]
user=root
password="«alnum24»"
=== msmtprc | msmtp
account default
host smtp.fastmail.com
user anna@kettle-works.co.uk
password «alnum24»
=== alembic.ini | alembic
[alembic]
script_location = migrations
sqlalchemy.url = postgresql://app:«alnum24»@db.intern/app
=== requirements.txt | requirements-url
fastapi>=0.110
git+https://«github»@github.com/kettle/shared.git@v1.2
httpx
=== passwords.txt | bare-pairs
anna:«password»
jonas:«password#2»
=== uploader.json | sftp-json
{"host": "sftp.intern", "username": "upload", "password": "«password»", "remotePath": "/srv"}
'''
