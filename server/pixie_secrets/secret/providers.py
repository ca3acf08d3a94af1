"""The authorization servers that a declaration can name: where each asks, answers and revokes, as its documents say.

A new one is an entry in `PROVIDERS` and its name in `ProviderName`. Any other server is declared by its addresses.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

ProviderName = Literal[
    "discord", "dropbox", "github", "gitlab", "google", "linear", "microsoft", "notion", "slack", "spotify"
]


class Provider(NamedTuple):
    """One authorization server.

    title: its name for people. source: the page of its documentation that says all this. issuer: what it puts into its
    answers as `iss`, where it does so (RFC 9207). client_auth: how the app proves itself at the token endpoint, in a
    header (`basic`) or in the form (`body`). extra: what its authorization endpoint wants besides. joint: what stands
    between two scopes. json: its token endpoint reads JSON and no form. within: the part of its answer that has a
    person's token, where the answer has several. exact_redirect: it takes no other port than the one registered.
    """

    title: str
    source: str
    token_url: str
    authorize_url: str | None = None
    device_url: str | None = None
    revoke_url: str | None = None
    issuer: str | None = None
    client_auth: Literal["basic", "body"] = "body"
    extra: tuple[tuple[str, str], ...] = ()
    scope_name: str = "scope"
    joint: str = " "
    json: bool = False
    within: str | None = None
    exact_redirect: bool = False


PROVIDERS: dict[str, Provider] = {
    "discord": Provider(
        title="Discord",
        source="https://discord.com/developers/docs/topics/oauth2",
        authorize_url="https://discord.com/oauth2/authorize",
        token_url="https://discord.com/api/oauth2/token",
        revoke_url="https://discord.com/api/oauth2/token/revoke",
        issuer="https://discord.com",
        exact_redirect=True,
    ),
    "dropbox": Provider(
        title="Dropbox",
        source="https://www.dropbox.com/developers/documentation/http/documentation#authorization",
        authorize_url="https://www.dropbox.com/oauth2/authorize",
        token_url="https://api.dropboxapi.com/oauth2/token",
        extra=(("token_access_type", "offline"),),  # else there is no refresh token
        exact_redirect=True,
    ),
    "github": Provider(
        title="GitHub",
        source="https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
        authorize_url="https://github.com/login/oauth/authorize",
        token_url="https://github.com/login/oauth/access_token",
        device_url="https://github.com/login/device/code",
    ),
    "gitlab": Provider(
        title="GitLab",
        source="https://docs.gitlab.com/api/oauth2/",
        authorize_url="https://gitlab.com/oauth/authorize",
        token_url="https://gitlab.com/oauth/token",
        device_url="https://gitlab.com/oauth/authorize_device",
        revoke_url="https://gitlab.com/oauth/revoke",
        exact_redirect=True,
    ),
    "google": Provider(
        title="Google",
        source="https://developers.google.com/identity/protocols/oauth2/native-app",
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",
        device_url="https://oauth2.googleapis.com/device/code",
        revoke_url="https://oauth2.googleapis.com/revoke",
        extra=(("access_type", "offline"), ("prompt", "consent")),  # else there is no refresh token the second time
    ),
    "linear": Provider(
        title="Linear",
        source="https://linear.app/developers/oauth-2-0-authentication",
        authorize_url="https://linear.app/oauth/authorize",
        token_url="https://api.linear.app/oauth/token",
        revoke_url="https://api.linear.app/oauth/revoke",
        joint=",",
        exact_redirect=True,
    ),
    "microsoft": Provider(
        title="Microsoft",
        source="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow",
        authorize_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",
        device_url="https://login.microsoftonline.com/common/oauth2/v2.0/devicecode",
    ),
    "notion": Provider(
        title="Notion",
        source="https://developers.notion.com/guides/get-started/authorization",
        authorize_url="https://api.notion.com/v1/oauth/authorize",
        token_url="https://api.notion.com/v1/oauth/token",
        client_auth="basic",
        extra=(("owner", "user"),),
        json=True,
        exact_redirect=True,
    ),
    "slack": Provider(
        title="Slack",
        source="https://docs.slack.dev/authentication/installing-with-oauth",
        authorize_url="https://slack.com/oauth/v2/authorize",
        token_url="https://slack.com/api/oauth.v2.access",
        scope_name="user_scope",  # on behalf of the person; `scope` would be a bot's
        joint=",",
        within="authed_user",
        exact_redirect=True,
    ),
    "spotify": Provider(
        title="Spotify",
        source="https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow",
        authorize_url="https://accounts.spotify.com/authorize",
        token_url="https://accounts.spotify.com/api/token",
        client_auth="basic",
    ),
}
