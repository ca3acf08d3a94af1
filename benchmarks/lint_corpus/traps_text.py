"""Prose, tables, markup and data that mention secrets."""

SHEET = r"""
=== README.md | readme-prose
# Invoice fetch

Needs an API key: create one under *Settings > Developer > Tokens* and keep it in `.env`.
The password is never logged; the token is refreshed every hour.
=== SECURITY.md | security-policy
Report leaked credentials to security@kettle-works.co.uk. Our PGP key is
`4A1F 09C2 77B3 5D10 8E62  91AF 3C55 D0B7 E214 6F98`.
=== docs/auth.md | password-advice
Passwords must have twelve characters. Bad: `password123`, `qwertz`. Better: four words.
=== docs/auth.de.md | german-prose
Das Passwort steht im Tresor, der Schlüssel: im Büro fragen. Kennwort: siehe Intranet.
=== docs/auth.fr.md | french-prose
Mot de passe : demander à Claire. Clé API : voir le coffre-fort.
=== docs/auth.es.md | spanish-prose
Contraseña: la de siempre (preguntar a Lucía). Clave: ver el gestor.
=== docs/steps.md | numbered-steps
1. Press `Create token`, name: invoice-fetch-production
2. Copy it, then run `pixie set API_TOKEN`
3. Key type: Restricted, permissions: read_orders,write_orders
=== notes.txt | meeting-notes
- token budget for the summary: 4096 in, 512 out
- key takeaway: shipping-cost-calculation needs a rewrite
- secret santa on 12/18, password for the door is told on site
=== faq.html | html-login-form
<form method="post" action="/login">
  <label for="password">Password</label>
  <input type="password" id="password" name="password" placeholder="At least 12 characters" autocomplete="new-password">
  <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
</form>
=== index.html | html-classes
<div class="password-strength-meter token-list-item" id="api-key-settings-panel" data-key="settings.security.api-keys">
=== locales/en.json | i18n-english
{
  "login.password": "Password",
  "login.forgotPassword": "Forgot your password?",
  "settings.apiKey": "API key",
  "settings.apiKeyHint": "Keep-your-key-safe and do not share it",
  "token.invalid": "Invalid or expired token"
}
=== locales/de.yml | i18n-german
de:
  password: Passwort
  new_password: Neues Passwort eingeben
  secret: Geheimnis
  token: Zugriffstoken
=== messages.po | gettext
msgid "Password"
msgstr "Mot de passe"

msgid "api_key_description"
msgstr "Cle d'acces a l'interface"
=== strings.xml | android-labels
<resources>
    <string name="password">Password</string>
    <string name="prompt_password">Password (optional)</string>
    <string name="error_invalid_token">This-token-is-invalid</string>
</resources>
=== style.css | css-variables
:root { --token-color-keyword: #d73a49; --key-size: 2.5rem; }
.api-key, #password-reset-form { border: 1px solid #0a3069; }
=== icon.svg | svg-path
<svg viewBox="0 0 24 24"><path id="key" d="M12.65 10A5.99 5.99 0 0 0 7 6c-3.31 0-6 2.69-6 6s2.69 6 6 6"/></svg>
=== data.csv | csv-hashes
id,email,password_hash,created
1,anna@kettle-works.co.uk,«~bcrypt»,2024-01-02
2,jonas@kettle-works.co.uk,«~bcrypt#2»,2024-01-03
=== data.csv | csv-statistics
keyword,token_count,avg_cost
kettle descaler,1204,0.0021
best-kettle-2024,893,0.0019
=== schema.sql | sql-schema
CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  password varchar(255) NOT NULL,
  api_key char(64) UNIQUE,
  FOREIGN KEY (token_id) REFERENCES access_tokens (id)
);
=== queries.sql | sql-variables
CREATE ROLE reports LOGIN PASSWORD :'reports_password';
ALTER USER app WITH PASSWORD NULL;
SELECT * FROM secrets WHERE key_name = 'customer-export-schedule';
=== schema.json | json-schema
{"properties": {"password": {"type": "string", "minLength": 12, "writeOnly": true},
  "token": {"$ref": "#/definitions/AccessToken"}, "apiKey": {"type": ["string", "null"]}}}
=== schema.graphql | graphql
type Mutation {
  login(email: String!, password: String!): AuthPayload!
  resetPassword(token: ID!, newPassword: String!): Boolean
}
=== api.proto | protobuf
message LoginRequest {
  string username = 1;
  string password = 2;
  bytes session_token = 3;
}
=== logs/app.log | log-masked
2024-06-01 10:11:02 INFO login ok user=anna password=*** token=<hidden>
2024-06-01 10:11:03 INFO Authorization: Bearer [FILTERED]
2024-06-01 10:11:04 WARN api_key: sk-...4f2a was refused
=== logs/test.log | log-test-names
PASSED tests/test_login.py::test_password_is_never_logged_in_clear_text
PASSED tests/test_keys.py::test_api_key_rotation_invalidates_old_tokens[case-12]
=== diff.patch | patch
diff --git a/auth.py b/auth.py
index «~short-sha»..«~short-sha#2» 100644
--- a/auth.py
+++ b/auth.py
-password = input()
+password = getpass.getpass()
=== vocabulary.txt | word-list
password
secretkey
token
correcthorsebatterystaple
api_key_rotation
=== top-passwords.txt | common-passwords
123456
password
qwerty
letmein
iloveyou
=== tokenizer.json | tokenizer-vocabulary
{"version": "1.0", "added_tokens": [{"id": 0, "content": "<unk>", "special": true}],
 "model": {"type": "BPE", "vocab": {"password": 5521, "Ġsecret": 3200, "ĠAPIKey": 41022}}}
=== generation_config.json | generation-settings
{"bos_token_id": 1, "eos_token_id": 2, "pad_token": "<|finetune_right_pad_id|>", "max_new_tokens": 2048}
=== sitemap.xml | sitemap
<urlset><url><loc>https://kettle-works.co.uk/account/password-reset?lang=en&amp;step=2</loc></url></urlset>
=== calendar.ics | calendar
BEGIN:VCALENDAR
UID:«~uuid»@kettle-works.co.uk
SUMMARY:rotate API key and database password
END:VCALENDAR
=== book.bib | bibliography
@article{lehner2021password,
  title = {Password managers and secret keys in small firms},
  keywords = {password, token, api-key},
  doi = {10.1145/3411764.3445433},
}
=== Umlaute.txt | latin1-prose | latin1
Bürozeiten: Schlüssel beim Hausmeister. Passwort fürs WLAN: am Empfang erfragen.
=== export.txt | utf16-prose | utf16
Password rules: twelve characters; tokens live one hour.
"""
