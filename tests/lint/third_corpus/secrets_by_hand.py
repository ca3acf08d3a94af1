"""Secrets in files that have a form of their own: key files' contents, logins, service accounts, encoded values."""

from __future__ import annotations

from tests.lint.third_corpus.blanks import Page

KEYS = [
    Page(
        "private-key, python",
        "jwt/sign.py",
        '\nimport jwt\n\nKEY = """«={rsa}»\n"""\n\ntoken = jwt.encode({"sub": "1"}, KEY, algorithm="RS256")\n',
    ),
    Page("private-key, pkcs8 yaml", "k8s/tls.yaml", "\nkind: Secret\nstringData:\n  tls.key: |\n    «={pkcs8}»\n"),
    Page("private-key, ec", "config/signing.txt", "\n«={ec}»\n"),
    Page(
        "private-key, openssh", "deploy/README.md", "\nThe deploy key:\n\n```\n«={openssh}»\n```\n\nPut it in ~/.ssh.\n"
    ),
    Page("private-key, pgp", "release/sign.asc.txt", "\n«={pgp}»\n"),
    Page("private-key, encrypted", "certs/notes.txt", "\npassphrase is with Ana\n«={encrypted}»\n"),
    Page("private-key, escaped", "web/key.js", '\nmodule.exports = {\n  privateKey: "«={pkcs8}/n»\\n",\n};\n'),
    Page("private-key, terraform", "infra/key.tf", "\nlocals {\n  deploy_key = <<EOT\n«={openssh}»\nEOT\n}\n"),
    Page(
        "service-account",
        "gcp/credentials.json",
        """
{
  "type": "service_account",
  "project_id": "contoso-sync",
  "private_key_id": "«~{x:40}»",
  "private_key": "«={pkcs8}/n»\\n",
  "client_email": "sync@contoso-sync.iam.gserviceaccount.com",
  "client_id": "«~{d:21}»",
  "token_uri": "https://oauth2.googleapis.com/token"
}
""",
    ),
    Page(
        "service-account, python",
        "gcp/inline.py",
        """
from google.oauth2 import service_account

INFO = {
    "type": "service_account",
    "client_email": "bot@contoso.iam.gserviceaccount.com",
    "private_key": "«={pkcs8}/n»\\n",
    "token_uri": "https://oauth2.googleapis.com/token",
}
credentials = service_account.Credentials.from_service_account_info(INFO)
""",
    ),
    Page(
        "google-oauth-client",
        "gcp/client_secret.json",
        '\n{"installed":{"client_id":"«~{d:12}»-«~{l:32}».apps.googleusercontent.com",'
        '\n"project_id":"calendar-tool","auth_uri":"https://accounts.google.com/o/oauth2/auth",'
        '\n"client_secret":"«=GOCSPX-{u:28}»","redirect_uris":["http://localhost"]}}\n',
    ),
    Page(
        "oauth-token-file",
        "gcp/token.json",
        '\n{\n  "token": "«=ya29.a0A{u:210}»",\n  "refresh_token": "«=1//0{u:98}»",\n  "expiry": "2025"\n}\n',
    ),
    Page(
        "aws-credentials",
        "aws/credentials",
        "\n[default]\naws_access_key_id = «=AKIA{t:16}»\naws_secret_access_key = «={b:40}»\nregion = eu-west-1\n",
    ),
    Page(
        "aws-boto",
        "aws/upload.py",
        """
import boto3

s3 = boto3.client(
    "s3",
    aws_access_key_id="«=AKIA{t:16}»",
    aws_secret_access_key="«={b:40}»",
)
s3.upload_file("out.csv", "contoso-reports", "out.csv")
""",
    ),
    Page("aws-inline", "aws/sync.sh", "\nAWS_SECRET_ACCESS_KEY=«={b:40}» aws s3 sync ./out s3://contoso-reports\n"),
    Page(
        "aws-presigned",
        "aws/link.md",
        "\n[report](https://contoso.s3.amazonaws.com/r.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Security-Token=«=IQoJb3JpZ2luX2VjE{a:240}»&X-Amz-Expires=604800)\n",
    ),
]

LOGINS = [
    Page("netrc", "home/.netrc", "\nmachine api.heroku.com\n  login ana@contoso.com\n  password «={x:36}»\n"),
    Page("netrc, one line", "docker/netrc", "\nmachine pypi.contoso.com login ci password «={safe}»\n"),
    Page("pgpass", "home/.pgpass", "\n# host:port:db:user:password\ndb.internal:5432:shop:app:«={safe}»\n"),
    Page("npmrc, token", "web/.npmrc", "\nsave-exact=true\n//registry.npmjs.org/:_authToken=«={npm}»\n"),
    Page("npmrc, auth", "old/.npmrc", "\nregistry=https://npm.contoso.com/\n_auth=«={basic}»\nalways-auth=true\n"),
    Page("pip-conf", "docker/pip.conf", "\n[global]\nindex-url = https://ci:«={safe}»@pypi.contoso.com/simple\n"),
    Page(
        "requirements", "requirements.txt", "\nhttpx==0.27.0\ngit+https://«={ghp}»@github.com/contoso/shared.git@v2\n"
    ),
    Page("pypirc", "release/.pypirc", "\n[pypi]\nusername = __token__\npassword = «=pypi-AgEIcHlwaS5vcmc{u:140}»\n"),
    Page("git-credentials", "home/.git-credentials", "\nhttps://ana:«={ghp}»@github.com\n"),
    Page(
        "git-config",
        "repo/gitconfig",
        '\n[remote "origin"]\n\turl = https://oauth2:«=glpat-{u:20}»@gitlab.com/c/t.git\n',
    ),
    Page("docker-login", "ci/login.sh", "\ndocker login -u contoso -p «=dckr_pat_{u:27}»\ndocker push contoso/sync\n"),
    Page("docker-config", "ci/config.json", '\n{"auths": {"ghcr.io": {"auth": "«={basic}»"}}}\n'),
    Page("pipe-login", "ci/ghcr.sh", '\necho "«={ghp}»" | docker login ghcr.io -u contoso --password-stdin\n'),
    Page("basic-header", "http/report.py", '\nHEADERS = {"Authorization": "Basic «={basic}»", "Accept": "text/csv"}\n'),
    Page(
        "basic-http", "http/report.http", "\nGET https://reports.contoso.com/daily\nAuthorization: Basic «={basic}»\n"
    ),
    Page(
        "requests-auth",
        "http/basic.py",
        '\nimport requests\n\nr = requests.get("https://nas.local/api", auth=("admin", "«={words}»"), timeout=9)\n',
    ),
    Page(
        "smtp-login",
        "mail/send.py",
        """
import smtplib

with smtplib.SMTP_SSL("smtp.gmail.com", 465) as server:
    server.login("reports@contoso.com", "«={L:4} {L:4} {L:4} {L:4}»")
    server.send_message(message)
""",
    ),
    Page(
        "mysql-connect",
        "db/connect.py",
        '\nimport pymysql\n\ndb = pymysql.connect(host="10.0.0.5", user="root", passwd="«={words}»", db="crm")\n',
    ),
    Page(
        "psycopg-dsn", "db/dsn.py", '\nimport psycopg\n\nc = psycopg.connect("host=db user=app password=«={safe}»")\n'
    ),
    Page("pgpassword", "db/dump.sh", "\nPGPASSWORD='«={words}»' pg_dump -h db.internal -U app shop > shop.sql\n"),
    Page("mysql-flag", "db/dump2.sh", "\nmysqldump -h db.internal -uroot -p«={safe}» crm > crm.sql\n"),
    Page("mysql-long-flag", "db/load.sh", "\nmysql --host=db --user=app --password=«={safe}» crm < crm.sql\n"),
    Page("sshpass", "ops/copy.sh", "\nsshpass -p '«={words}»' scp report.pdf pi@192.168.1.20:/srv/\n"),
    Page("redis-cli", "ops/flush.sh", "\nredis-cli -h cache.internal -a «={safe}» FLUSHDB\n"),
    Page("create-user", "db/init.sql", "\nCREATE USER app WITH PASSWORD '«={words}»';\nGRANT ALL ON shop TO app;\n"),
    Page("identified-by", "db/mysql.sql", "\nCREATE USER 'app'@'%' IDENTIFIED BY '«={words}»';\nFLUSH PRIVILEGES;\n"),
    Page("paramiko", "ops/ssh.py", '\nssh.connect("10.0.0.9", port=22, username="pi", password="«={words}»")\n'),
    Page("selenium", "scrape/login.py", '\ndriver.find_element(By.NAME, "password").send_keys("«={words}»")\n'),
    Page(
        "form-post",
        "scrape/post.py",
        '\nsession.post(LOGIN, data={"user": "ana", "passwd": "«={words}»"}, timeout=20)\n',
    ),
    Page("wifi-c", "firmware/main.ino", '\nconst char* ssid = "Werkstatt";\nconst char* password = "«={words}»";\n'),
    Page("wpa", "pi/wpa_supplicant.conf", '\nnetwork={\n    ssid="Werkstatt"\n    psk="«={words}»"\n}\n'),
    Page(
        "odbc",
        "db/odbc.py",
        '\nCONN = "DRIVER={ODBC Driver 18};SERVER=sql.internal;UID=sa;PWD=«={safe}»;Encrypt=yes"\n',
    ),
    Page("jdbc", "db/app.properties", "\njdbc.url=jdbc:mysql://db:3306/crm?user=app&password=«={safe}»&useSSL=true\n"),
    Page("spring", "db/application.yml", "\nspring:\n  datasource:\n    username: app\n    password: «={words}»\n"),
]

HIDDEN = [
    Page(
        "german",
        "de/konfig.py",
        '\nBENUTZER = "ana"\nPASSWORT = "«={words}»"\nSERVER = "mail.contoso.de"\n',
        "utf-8-sig",
    ),
    Page("french", "fr/config.yaml", '\nserveur: smtp.contoso.fr\nmot_de_passe: "«={words}»"\nport: 465\n'),
    Page("spanish", "es/config.ini", "\n[correo]\nusuario = ana\ncontraseña = «={words}»\n"),
    Page("portuguese", "pt/config.py", '\nusuario = "ana"\nsenha = "«={words}»"\nbanco = "loja"\n'),
    Page("short-names", "short/db.py", '\nu, h = "app", "db.internal"\npw = "«={safe}»"\nconn = connect(h, u, pw)\n'),
    Page("pwd", "short/pwd.py", '\nDB = {"host": "db", "user": "app", "pwd": "«={words}»"}\n'),
    Page("db-pass", "short/wp-config.php", "\ndefine( 'DB_USER', 'wp' );\ndefine( 'DB_PASSWORD', '«={words}»' );\n"),
    Page("pass-yaml", "short/ftp.yml", "\nftp:\n  user: web\n  pass: «={words}»\n"),
    Page("creds-tuple", "short/creds.py", '\nCREDENTIALS = ("app", "«={safe}»")\nconnect(*CREDENTIALS)\n'),
    Page("k8s-data", "k8s/opaque.yaml", "\nkind: Secret\nmetadata: {name: db}\ndata:\n  db-password: «={b64words}»\n"),
    Page("k8s-data-key", "k8s/api.yaml", "\nkind: Secret\nmetadata: {name: api}\ndata:\n  API_KEY: «={b64hex}»\n"),
    Page(
        "base64-python", "hidden/decode.py", '\nimport base64\n\nAPI_KEY = base64.b64decode("«={b64hex}»").decode()\n'
    ),
    Page("laravel", "php/.env.example", "\nAPP_NAME=Shop\nAPP_KEY=base64:«={b:43}»=\nAPP_DEBUG=true\n"),
    Page("otpauth", "hidden/two_factor.py", '\nURI = "otpauth://totp/Shop:ana?secret=«={t:32}»&issuer=Shop"\n'),
    Page("pyotp", "hidden/code.py", '\nimport pyotp\n\nprint(pyotp.TOTP("«={t:32}»").now())\n'),
    Page(
        "cookie",
        "hidden/session.py",
        '\ncookies = {"lang": "de", "sessionid": "«={l:32}»", "csrftoken": "«~{a:32}»"}\n',
    ),
    Page(
        "cookie-header",
        "hidden/scrape.sh",
        "\ncurl https://nas.local/files -H 'Cookie: session=«={jwt}»; theme=dark'\n",
    ),
    Page(
        "telegram-url",
        "hidden/notify.sh",
        "\ncurl -d text=done https://api.telegram.org/bot«={d:10}:AA{u:33}»/sendMessage\n",
    ),
    Page(
        "telegram-f-string",
        "hidden/notify.py",
        "\ndef tell(chat, text):\n"
        '    return get(f"https://api.telegram.org/bot«={d:10}:AA{u:33}»/sendMessage?c={chat}")\n',
    ),
    Page("sentry-dsn-old", "hidden/raven.py", '\nDSN = "https://«~{x:32}»:«={x:32}»@sentry.contoso.com/12"\n'),
    Page("rtsp", "camera/stream.py", '\ncap = cv2.VideoCapture("rtsp://admin:«={words}»@192.168.1.64:554/ch1")\n'),
    Page(
        "mqtt",
        "camera/mqtt.py",
        '\nclient.username_pw_set("sensor", "«={words}»")\nclient.connect("broker.local", 1883)\n',
    ),
    Page(
        "esphome",
        "camera/esphome.yaml",
        '\nwifi:\n  ssid: Werkstatt\n  password: "«={words}»"\nota:\n  password: "«={x:32}»"\n',
    ),
    Page("http-auth-url", "hidden/feed.py", '\nFEED = "https://ana:«={words}»@intranet.contoso.com/feed.xml"\n'),
    Page(
        "celery",
        "hidden/celeryconfig.py",
        '\nbroker_url = "amqp://worker:«={safe}»@mq:5672//"\nresult_backend = "rpc://"\n',
    ),
    Page(
        "traceback",
        "logs/error.txt",
        "\nsqlalchemy.exc.OperationalError: postgresql://app:«={safe}»@db.internal/shop\n",
    ),
    Page(
        "chat", "docs/chat.md", "\n> **Tom:** use «=sk-ant-api03-{u:93}AA», mine is over its limit\n> **Ana:** thanks\n"
    ),
    Page(
        "todo",
        "hidden/todo.py",
        "\n# FIXME: token «={ghp}» expires in June\ndef sync():\n    raise NotImplementedError\n",
    ),
    Page("html-comment", "web/index.html", "\n<!-- staging login: admin / password: «={words}» -->\n<h1>Hello</h1>\n"),
    Page("multi-line-yaml", "config/folded.yaml", "\njwt_secret: >-\n  «={u:64}»\nissuer: shop\n"),
]

PAGES = [*KEYS, *LOGINS, *HIDDEN]
