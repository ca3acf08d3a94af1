"""Texts for people: translations, documentation, rules for passwords, notes."""

from __future__ import annotations

from tests.lint.third_corpus.blanks import Page

TRANSLATIONS = [
    Page(
        "translations",
        "i18n/de.json",
        """
{
  "password": "Passwort",
  "password_hint": "Das Passwort muss mindestens 12 Zeichen, eine Zahl und ein Sonderzeichen enthalten",
  "token": "Zugangsschlüssel",
  "api_key_placeholder": "Hier-deinen-Schlüssel-einfügen",
  "secret": "Geheimnis",
  "auth.password.forgotten": "Kennwort-vergessen?",
  "apiKeyInvalid": "Ungültiger API-Schlüssel"
}
""",
    ),
    Page(
        "translations",
        "i18n/en.yaml",
        """
login:
  password: Password must be between 12 and 64 characters
  token: "Enter the 6-digit code we've sent you"
  secret: Never-share-this-with-anyone
  api_key: API-Key
  passphrase: "Choose a passphrase: four random words"
""",
    ),
    Page(
        "translations",
        "i18n/fr.po",
        """
msgid "password"
msgstr "mot de passe"

msgid "Password: must_contain_uppercase_and_digit"
msgstr "Mot de passe : doit_contenir_majuscule_et_chiffre"

#: templates/account.html:12
msgid "Your secret token=%(token)s expires in %(hours)d hours"
msgstr "Votre jeton secret=%(token)s expire dans %(hours)d heures"
""",
    ),
    Page(
        "translations",
        "i18n/Localizable.strings",
        '\n"password_label" = "Contraseña";\n"token.expired" = "Tu-sesión-ha-caducado";\n"secret" = "Secreto";\n',
        "utf-16",
    ),
    Page(
        "translations-latin",
        "i18n/messages_de.properties",
        "\npassword=Passwort\nlogin.password.error=Das Kennwort ist ungültig\ntoken=Gültigkeitsschlüssel\n",
        "latin-1",
    ),
    Page(
        "translations-crlf",
        "i18n/messages_en.ini",
        "\n[login]\r\npassword=Please enter your password\r\ntoken=Two-factor-code\r\nsecret=Show-secret\r\n",
        "utf-8-sig",
    ),
    Page(
        "translations-python",
        "i18n/messages.py",
        """
MESSAGES = {
    "password": _("Password must not be one of your last five"),
    "token": gettext("Paste-the-token-from-your-email"),
    "secret": "Dieses-Geheimnis-wird-nur-einmal-angezeigt",
}
password_too_short = "Password too short (min. 12)"
""",
    ),
    Page(
        "subtitles",
        "i18n/talk.srt",
        "\n1\n00:00:01,000 --> 00:00:04,000\nThe password: nobody knew it.\n\n2\n00:00:04,500 --> 00:00:07,000\n"
        "Token=proof, secret=safe.\n",
    ),
]

DOCUMENTATION = [
    Page(
        "jwt-documentation",
        "docs/jwt.md",
        """
# Tokens

A request carries `Authorization: Bearer eyJhbGciOi...`. The header decodes to `{"alg": "HS256", "typ": "JWT"}`.

- `secret`: shared between services; never commit it
- `token`: expires after `ACCESS_TOKEN_EXPIRE_MINUTES`
- `Authorization: Bearer <token>` and `Authorization: Basic <base64(user:password)>`
""",
    ),
    Page(
        "readme-setup",
        "docs/README.md",
        """
## Secrets

| name | where to get it | looks like |
|---|---|---|
| `OPENAI_API_KEY` | platform.openai.com | `sk-proj-…` |
| `GITHUB_TOKEN` | Settings → Developer settings | `ghp_` and 36 characters |
| `DB_PASSWORD` | ask the administrators | at least 16 characters |

Set them with `set-secret`, or: `cp .env.example .env` and fill in `API_KEY=`.
""",
    ),
    Page(
        "password-policy",
        "docs/policy.md",
        """
Passwords: at least 12 characters, one of `!@#$%^&*()_+-=[]{}|;:,.<>?`, not in the list of the 10,000 most common.
Bad: `password`, `123456`, `qwerty`, `letmein`. A good passphrase: correct horse battery staple (do not use this one).
Password: rotate yearly. Token: rotate monthly. Secret: rotate when a colleague leaves.
""",
    ),
    Page(
        "openssl-howto",
        "docs/keys.md",
        """
Generate: `openssl rand -base64 32`, `ssh-keygen -t ed25519 -C "ana@contoso.com"`, `age-keygen -o key.txt`.
A private key file begins with `-----BEGIN OPENSSH «~PRIVATE» KEY-----`; never share it.
Public key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI«~{b:43}» ana@contoso.com
""",
    ),
    Page(
        "api-reference",
        "docs/api.rst",
        """
.. http:post:: /oauth/token

   :form client_id: the application's id, ``«~{uuid}»``
   :form client_secret: the application's secret
   :form grant_type: ``client_credentials``
   :reqheader Authorization: ``Bearer {access_token}``
   :>json string token_type: always ``bearer``
   :>json string refresh_token: opaque, keep-it-safe-and-private
""",
    ),
    Page(
        "changelog",
        "docs/CHANGELOG.md",
        """
## 2.4.0
- `api_key=` of `Client` is now keyword-only; `token=None` reads `CONTOSO_TOKEN`
- password-reset-tokens-expire-after-one-hour flag on by default
- secret: `SecretStr` instead of `str` (#1432)
- Dropped `auth_token='legacy'`
""",
    ),
    Page(
        "email-template",
        "docs/reset.txt",
        "\nHello {{ name }},\n\nReset your password: https://contoso.com/reset?token={{ token }}&uid={{ uid }}\n\n"
        "Your one-time password is: {{ otp }}\nIf this was not you, ignore it.\n",
    ),
    Page(
        "keyboard-shortcuts",
        "docs/keys.yaml",
        "\nkeys:\n  - {key: Ctrl+Shift+P, command: workbench.action.showCommands}\n"
        "  - {key: Alt+F4, command: quit-application-now}\n"
        "keyboard_key: MediaTrackPrevious\nsecret_menu: UpUpDownDownLeftRightLeftRightBA\n",
    ),
    Page(
        "music-and-games",
        "docs/game.toml",
        '\nkey = "C-sharp-minor"\n[items]\nkey_golden = "opens_the_castle_door"\ntoken_blue = "player_two_marker"\n'
        'secret_level = "underwater-temple-3"\npassword_riddle = "speak-friend-and-enter"\n',
    ),
    Page(
        "docstrings-of-types",
        "docs/client.py",
        '''
class Client:
    """Talk to the service.

    Args:
        api_key: your key; read from ``CONTOSO_API_KEY`` when omitted.
        token (str | None): bearer token, e.g. ``"eyJ..."``.
        password: str, optional. The account's password (min_length=12).
        secret: SecretManagerReference or callable returning bytes.
    """

    # password: see docs/policy.md
    # token = response.json()["access_token"]
    # api_key = os.environ["API_KEY"]
''',
    ),
    Page(
        "comments-of-old-code",
        "docs/legacy.py",
        '\n# password = getpass.getpass()\n# token = get_token_from_vault("prod/api")\n'
        "# secret_key: str = settings.SECRET_KEY\n"
        "# TODO: api_key should come from the keychain\nx = 1\n",
    ),
    Page(
        "issue-template",
        "docs/bug.yml",
        "\nname: Bug\nbody:\n  - type: input\n    attributes:\n      label: Token type\n"
        "      placeholder: github_pat_***, ghp_***\n"
        "  - type: checkboxes\n    attributes:\n"
        "      options: [{label: I removed every password and token from the logs}]\n",
    ),
    Page(
        "masked-output",
        "docs/session.txt",
        """
$ gh auth status
  - Token: gho_************************************
  - Token scopes: 'gist', 'read:org', 'repo'
$ aws configure list
access_key     ****************ABCD shared-credentials-file
secret_key     ****************wxyz shared-credentials-file
$ env | grep KEY
OPENAI_API_KEY=sk-...Xy9Q
password: (hidden)
""",
    ),
    Page(
        "notebook-prose",
        "docs/lesson.ipynb",
        "\n"
        '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["## API keys\\n",'
        ' "Set `token = userdata.get(...)`\\n",'
        '\n "Password: never in a notebook!"]}, {"cell_type": "code", "execution_count": 2, "metadata": {}, "outputs":'
        '\n [{"name": "stdout", "output_type": "stream", "text": ["token: ***\\n", "tokens used: 1532\\n"]}],'
        '\n "source": ["api_key = getpass(\'API key: \')"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
    ),
    Page(
        "robots-and-sitemaps",
        "docs/sitemap.xml",
        "\n<urlset><url><loc>https://contoso.com/password/reset</loc></url>\n"
        "<url><loc>https://contoso.com/blog/secret=sauce-of-our-token-service-«~{x:8}»</loc></url></urlset>\n",
    ),
    Page(
        "verification-files",
        "docs/verification.html",
        '\n<meta name="google-site-verification" content="«~{u:43}»">\n'
        '<meta name="csrf-param" content="authenticity_token">\n'
        '<link rel="me" href="https://mastodon.social/@contoso">\n'
        '<script nonce="{{ nonce }}">const keyCount = 3</script>\n',
    ),
]

PAGES = [*TRANSLATIONS, *DOCUMENTATION]
