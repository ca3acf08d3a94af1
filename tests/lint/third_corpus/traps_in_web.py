"""Web pages, styles, other languages."""

from __future__ import annotations

from tests.lint.third_corpus.blanks import Page

PAGES = [
    Page(
        "env-read-other-languages",
        "web/config.ts",
        """
const apiKey = process.env.OPENAI_API_KEY;
const secret: string = import.meta.env.VITE_CLIENT_SECRET ?? "";
const token = Deno.env.get("GITHUB_TOKEN");
export const password = z.string().min(12, "Password must be at least 12 characters");
const accessToken = localStorage.getItem("contoso.accessToken");
""",
    ),
    Page(
        "env-read-other-languages",
        "web/main.go",
        """
package main

var token = os.Getenv("SLACK_BOT_TOKEN")
var errNoPassword = errors.New("password: must not be empty")

type Config struct {
	APIKey   string `json:"api_key" env:"API_KEY,required"`
	Password string `yaml:"password" validate:"required,min=12"`
}
""",
    ),
    Page(
        "env-read-other-languages",
        "web/Login.java",
        """
@Value("${spring.datasource.password}")
private String password;
private static final String TOKEN_HEADER = "X-Authentication-Token";
private static final String SECRET_KEY_ALGORITHM = "PBKDF2WithHmacSHA256";
String apiKey = System.getenv("STRIPE_API_KEY");
private static final long serialVersionUID = «~{d:19}»L;
""",
    ),
    Page(
        "env-read-other-languages",
        "web/settings.php",
        "\n<?php\n$password = getenv('DB_PASSWORD') ?: '';\ndefine('SECRET_KEY', $_ENV['SECRET_KEY']);\n"
        "$apiKey = config('services.mailgun.secret');\n",
    ),
    Page(
        "env-read-shell",
        "web/deploy.sh",
        """
#!/bin/bash
: "${API_KEY:?set API_KEY first}"
TOKEN=$(gh auth token)
PASSWORD="$(op read op://Private/db/password)"
SECRET=$(openssl rand -hex 32)
export DB_PASSWORD="$(cat /run/secrets/db_password)"
read -rsp "Password: " password
curl -H "Authorization: Bearer ${TOKEN}" "https://api.github.com/repos/$REPO"
mysql -u root -p"$MYSQL_ROOT_PASSWORD" shop
KEY=`aws kms generate-data-key --key-id alias/reports`
""",
    ),
    Page(
        "powershell-reads",
        "web/run.ps1",
        "\n$Password = Read-Host -AsSecureString 'Password'\r\n$Token = $env:API_TOKEN\r\n"
        "$Key = Get-Content key.txt\r\n",
        "utf-16",
    ),
    Page(
        "html-forms",
        "web/login.html",
        """
<form method="post" action="/login">
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" placeholder="Your password">
  <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
  <a href="/password/forgotten?next=/account/security">Forgot your password?</a>
</form>
<script src="https://cdn.jsdelivr.net/npm/bootstrap@5.3.3/dist/js/bootstrap.bundle.min.js"
  integrity="sha384-«~{b:64}»" crossorigin="anonymous"></script>
""",
    ),
    Page(
        "react-form",
        "web/SignIn.jsx",
        """
<TextField label="API token" name="apiToken" type="password" helperText="Find it under Settings" />
<PasswordInput passwordPlaceholder="Enter-your-password" showPasswordLabel={t("auth.password.show")} />
const secretKey = useRef(null), tokenKey = "contoso-app/session/token-v2";
setError("password", { type: "manual", message: "passwords-do-not-match" });
""",
    ),
    Page(
        "minified-javascript",
        "web/vendor.min.js",
        "\n"
        '!function(e,t){"object"==typeof exports?module.exports=t():e.Lib=t()}(this,function(){var e={key:"ArrowDown",'
        "token:n,"
        'password:"input[type=password]"};function t(a,b){return a.secret=b.apiKey||"",e[a.key]=b,'
        '"«~{a:6}"+a.token+"{a:5}»"}'
        'var k="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=",s="«~{x:20}»";return{t:t,k:k}});\n',
    ),
    Page(
        "source-map",
        "web/app.js.map",
        '\n{"version":3,"file":"app.js","sources":["src/token.ts","src/password.ts"],"names":["apiKey","secret"],'
        '\n"mappings":"AAAA,SAASA,EAAMC,GAAG,OAAOA,EAAI,GAAG;«~{a:400}»"}\n',
    ),
    Page(
        "webpack-chunks",
        "web/manifest.json",
        '\n{"main.js": "static/js/main.«~{x:8}».chunk.js", "token.css": "static/css/token.«~{x:20}».css",'
        '\n "runtime": {"key": "sha256-«~{b:43}=»", "buildId": "«~{u:21}»"}}\n',
    ),
    Page(
        "css",
        "web/style.css",
        """
:root { --token-color-primary: #1f6feb; --key-size: 12px; --secret: hidden; }
.password-strength-meter__bar--excellent { background: url("data:image/png;base64,iVBORw0KGgo«~{b:220}»=="); }
@font-face { font-family: Key; src: url(data:font/woff2;base64,d09GMgABAAAAA«~{b:300}») format("woff2"); }
.api-key::after { content: "\\f084"; color: #DEADBEEF; }
""",
    ),
    Page(
        "svg",
        "web/key.svg",
        "\n"
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path id="key" d="M12.65 10A5.99 5.99 0 0 0 7 6'
        'c-3.31 0-6 2.69-6 6s2.69 6 6 6c2.61 0 4.83-1.67 5.65-4H17v4h4v-4h2v-4z"/>\n'
        '<image href="data:image/jpeg;base64,/9j/4AAQ«~{b:240}»"/></svg>\n',
    ),
    Page(
        "embedded-image",
        "web/icon.py",
        '\nICON = (\n    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9h«~{b:70}»"\n    "«~{b:76}»"\n'
        '    "«~{b:70}»AAAAAElFTkSuQmCC"\n)\n'
        'KEY_ICON = "data:image/gif;base64,R0lGODlhEAAQAMQAAO«~{b:120}»"\n',
    ),
    Page(
        "notebook-image",
        "web/plot.ipynb",
        "\n"
        '{"cells": [{"cell_type": "code", "execution_count": 3, "id": "«~{x:8}»", "metadata": {},'
        ' "source": ["plot(tokens)"],'
        '\n "outputs": [{"data": {"image/png": "iVBORw0KGgoAAAANSUhEUgAA«~{b:600}»==\\n",'
        '\n "text/plain": ["<Figure size 640x480 with 1 Axes>"]}, "metadata": {}, "output_type": "display_data"}]}],'
        '\n "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
    ),
    Page(
        "public-client-keys",
        "web/public_keys.js",
        """
// made to be public: they are in every page
const stripe = Stripe("pk_test_«~{a:24}»");
Sentry.init({ dsn: "https://«~{x:32}»@o«~{d:6}».ingest.sentry.io/«~{d:7}»" });
posthog.init("phc_«~{a:43}»", { api_host: "https://eu.posthog.com" });
gtag("config", "G-«~{U:10}»");
<div class="g-recaptcha" data-sitekey="6L«~{u:38}»"></div>
const clientId = "«~{d:12}»-«~{l:32}».apps.googleusercontent.com";
""",
    ),
    Page(
        "auth-identifiers",
        "web/oidc.yaml",
        "\noidc:\n  issuer: https://login.microsoftonline.com/«~{uuid}»/v2.0\n  client_id: «~{uuid}»\n"
        "  tenant_id: «~{uuid}»\n"
        "  token_endpoint: https://contoso.eu.auth0.com/oauth/token\n  token_endpoint_auth_method: client_secret_post\n"
        "  scopes: [openid, offline_access]\n",
    ),
]
