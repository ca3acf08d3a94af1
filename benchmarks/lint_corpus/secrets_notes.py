"""Notes, logs, tables and markup in which a value was kept."""

SHEET = r"""
=== README.md | readme-login
# Warehouse sync

Runs every night on `keller`. Login: `sync@holzhandel-beck.de` / Password: `«password»`

Ask Jonas if it breaks.
=== README.md | readme-env-block
## Setup

```bash
export SENTRY_AUTH_TOKEN=«sentry»
export DATABASE_URL=postgres://reports:«alnum24»@db.kettle-works.co.uk:5432/reports
```
=== README.md | readme-curl
Try it:

```sh
curl -H "X-Api-Key: «alnum40»" https://tools.kettle-works.co.uk/run
```
=== ACCESS.md | markdown-table
| system  | user   | password |
|---------|--------|----------|
| grafana | admin  | «strong» |
| minio   | backup | «alnum24» |
=== docs/router.md | markdown-list
- Address: 192.168.178.1
- User: admin
- Password: «password»
=== notes.txt | plain-notes
call the tax office on monday
db password: «password»
api key for deepl is «deepl»
=== notizen.txt | german-notes | latin1
Drucker im Büro: 192.168.1.30
Passwort: «password»
Schlüssel für die API: «alnum40»
=== todo.md | checklist
- [x] move to new host
- [ ] rotate the token «github», it is still in the cron job
=== CHANGELOG.md | changelog
## 0.3.1

- use the new key (`«sendgrid»`) since the old one was throttled
=== accounts.csv | csv-accounts
name,email,password
Anna,anna@kettle-works.co.uk,«password»
Jonas,jonas@kettle-works.co.uk,«password#2»
=== zugaenge.csv | csv-german | crlf
Dienst;Benutzer;Passwort
Telekom;lehner;«password»
Strato;lehner2;«strong»
=== logs/run.log | log-headers
2024-06-01 10:11:02 DEBUG send: GET /v1/items HTTP/1.1
2024-06-01 10:11:02 DEBUG header: Host: api.kettle-works.co.uk
2024-06-01 10:11:02 DEBUG header: Authorization: Bearer «jwt»
2024-06-01 10:11:03 DEBUG reply: 200 OK
=== logs/app.log | log-url
INFO connecting to postgresql://app:«alnum24»@10.0.0.7/app
INFO connected in 12 ms
=== logs/trace.txt | traceback-locals
  File "/srv/main.py", line 12, in send
    user = 'anna'
    password = '«strong»'
    host = 'smtp.intern'
=== requests.http | http-file
@host = https://api.kettle-works.co.uk

### list
GET {{host}}/items
Authorization: Bearer «url43»
Accept: application/json

### login
POST {{host}}/login
Content-Type: application/json

{"user": "anna", "password": "«password»"}
=== cassettes/list.yaml | recorded-request
interactions:
- request:
    body: null
    headers:
      Authorization:
      - token «github»
      User-Agent:
      - python-requests/2.31.0
    method: GET
    uri: https://api.github.com/user/repos
  response:
    status: {code: 200, message: OK}
=== fixtures/har.json | har-header
{"log": {"entries": [{"request": {"method": "GET", "url": "https://intern/x", "headers": [
  {"name": "Accept", "value": "*/*"},
  {"name": "Authorization", "value": "Bearer «alnum40»"}
]}}]}}
=== web.config | xml-connection-string
<?xml version="1.0"?>
<configuration>
  <connectionStrings>
    <add name="Main" connectionString="Server=sql.intern;Database=erp;User Id=erp;Password=«alnum24»;" />
  </connectionStrings>
  <appSettings>
    <add key="ApiKey" value="«hex32»" />
    <add key="PageSize" value="20" />
  </appSettings>
</configuration>
=== strings.xml | android-strings
<resources>
    <string name="app_name">Kettle</string>
    <string name="api_secret">«alnum40»</string>
</resources>
=== Info.plist | plist
<plist version="1.0">
<dict>
	<key>BundleName</key>
	<string>Kettle</string>
	<key>APIKey</key>
	<string>«alnum32»</string>
</dict>
</plist>
=== index.html | html-hidden-token
<form action="/run" method="post">
  <input type="hidden" name="api_token" value="«alnum40»">
  <button>Run</button>
</form>
=== index.html | html-script
<script>
  const OPENAI_KEY = "«openai»";
  fetch("/ask");
</script>
=== seed.sql | sql-user
CREATE ROLE reports LOGIN PASSWORD '«strong»';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reports;
=== seed.sql | mysql-user
CREATE USER 'app'@'%' IDENTIFIED BY '«alnum24»';
GRANT ALL ON shop.* TO 'app'@'%';
=== seed.sql | sql-insert
INSERT INTO settings (name, value) VALUES ('smtp_host', 'mail.intern');
INSERT INTO settings (name, value) VALUES ('smtp_password', '«alnum24»');
=== id_rsa | ssh-private-key
«pem-ssh»
=== certs/server.key | tls-private-key
«pem-pkcs8»
=== certs/locked.key | locked-private-key
«pem-locked»
=== certs/client.pem | certificate-and-key
«~certificate»
«pem-ec»
=== deploy/id_deploy.pem | old-rsa-key | crlf
«pem-rsa»
=== wg0.conf | wireguard
[Interface]
PrivateKey = «wireguard»
Address = 10.8.0.2/24

[Peer]
PublicKey = «~wireguard-public»
Endpoint = vpn.kettle-works.co.uk:51820
"""
