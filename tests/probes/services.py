"""What each service of the table answers, as its documentation shows: to a key that works, and to one that does not.

works: with the status, the body and the headers that name the owner. says: what may be shown of that. One row each, so
that a service that is added without its answers fails a test.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Answers(NamedTuple):
    """others: further answers, each with the verdict it is."""

    works: tuple[int, Any, dict[str, str]]
    refuses: tuple[int, Any]
    says: Mapping[str, str] = MappingProxyType({})
    scopes: tuple[str, ...] = ()
    expires: str | None = None
    others: tuple[tuple[str, int, Any], ...] = ()


_MODELS = {"object": "list", "data": [{"id": "model-1", "object": "model", "created": 1686935002, "owned_by": "x"}]}
_OPENAI_REFUSES = {
    "error": {"message": "Incorrect API key provided.", "type": "invalid_request_error", "code": "invalid_api_key"}
}
_MISSING_SCOPES = {
    "error": {
        "message": "You have insufficient permissions for this operation. Missing scopes: api.model.read. Check that …",
        "type": "invalid_request_error",
        "code": None,
    }
}
_AWS_WORKS = {
    "GetCallerIdentityResponse": {
        "GetCallerIdentityResult": {
            "Account": "123456789012",
            "Arn": "arn:aws:iam::123456789012:user/Alice",
            "UserId": "AIDACKCEVSQ6C2EXAMPLE",
        },
        "ResponseMetadata": {"RequestId": "01234567-89ab-cdef-0123-456789abcdef"},
    }
}


def _aws(code: str, message: str) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": message, "Type": "Sender"}, "RequestId": "01234567-89ab"}


def _google(reason: str, message: str) -> dict[str, Any]:
    return {"error": {"code": 400, "message": message, "status": "X", "details": [{"reason": reason}]}}


ANSWERS: dict[str, Answers] = {
    "openai": Answers(
        (200, _MODELS, {"openai-organization": "acme-inc"}),
        (401, _OPENAI_REFUSES),
        {"openai-organization": "acme-inc"},
        others=(("valid", 403, _MISSING_SCOPES), ("valid", 401, _MISSING_SCOPES)),
    ),
    "anthropic": Answers(
        (200, {"data": [], "has_more": False}, {"anthropic-organization-id": "org-1"}),
        (401, {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}),
        {"anthropic-organization-id": "org-1"},
        others=(
            ("valid", 403, {"type": "error", "error": {"type": "permission_error", "message": "Your API key …"}}),
            ("unreachable", 529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
        ),
    ),
    "github": Answers(
        (200, {"login": "octocat", "id": 1, "type": "User", "email": "octocat@github.com"},
         {"X-OAuth-Scopes": "repo, gist", "github-authentication-token-expiration": "2126-12-31 12:00:00 UTC"}),
        (401, {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"}),
        {"login": "octocat", "type": "User"}, ("repo", "gist"), "2126-12-31T12:00:00Z",
        others=(
            ("valid", 403, {"message": "Resource not accessible by integration"}),
            ("limited", 403, {"message": "API rate limit exceeded for user ID 1."}),
            ("limited", 403, {"message": "You have exceeded a secondary rate limit."}),
            ("unclear", 403, {"message": "Forbidden"}),
        ),
    ),
    "gitlab": Answers(
        (200, {"id": 4, "name": "deploy", "revoked": False, "scopes": ["api", "read_user"], "user_id": 24,
               "active": True, "expires_at": "2126-02-03"}, {}),
        (401, {"message": "401 Unauthorized"}),
        {"name": "deploy", "user_id": "24"}, ("api", "read_user"), "2126-02-03T00:00:00Z",
        others=(("valid", 403, {"error": "insufficient_scope", "error_description": "The request requires higher …"}),),
    ),
    "slack": Answers(
        (200, {"ok": True, "url": "https://acme.slack.com/", "team": "Acme", "user": "bot", "team_id": "T1"},
         {"x-oauth-scopes": "chat:write,channels:read"}),
        (200, {"ok": False, "error": "invalid_auth"}),
        {"team": "Acme", "user": "bot"}, ("chat:write", "channels:read"),
        others=(
            ("refused", 200, {"ok": False, "error": "token_revoked"}),
            ("refused", 200, {"ok": False, "error": "account_inactive"}),
            ("limited", 200, {"ok": False, "error": "ratelimited"}),
            ("unreachable", 200, {"ok": False, "error": "internal_error"}),
            ("unclear", 200, {"ok": False, "error": "something_new"}),
        ),
    ),
    "stripe": Answers(
        (200, {"object": "balance", "available": [{"amount": 666670}], "livemode": False}, {}),
        (401, {"error": {"message": "Invalid API Key provided", "type": "invalid_request_error"}}),
        {"livemode": "no"},
        others=(
            ("valid", 403, {"error": {"message": "The provided key does not have the required permissions for …"}}),
            ("refused", 401, {"error": {"message": "Expired API Key provided", "code": "api_key_expired"}}),
        ),
    ),
    "huggingface": Answers(
        (200, {"type": "user", "name": "ann", "email": "ann@example.com",
               "auth": {"type": "access_token", "accessToken": {"displayName": "laptop", "role": "read"}}}, {}),
        (401, {"error": "Invalid username or password."}),
        {"name": "ann", "displayName": "laptop", "role": "read"},
    ),
    "google": Answers(
        (200, {"models": [{"name": "models/gemini"}]}, {}),
        (400, _google("API_KEY_INVALID", "API key not valid. Please pass a valid API key.")),
        others=(
            ("refused", 400, _google("API_KEY_INVALID", "API key expired. Please renew the API key.")),
            ("valid", 403, _google("SERVICE_DISABLED", "Generative Language API has not been used in project 1 …")),
            ("unclear", 403, _google("OTHER", "Forbidden")),
        ),
    ),
    "aws": Answers(
        (200, _AWS_WORKS, {}),
        (403, _aws("InvalidClientTokenId", "The security token included in the request is invalid.")),
        {"Arn": "arn:aws:iam::123456789012:user/Alice"},
        others=(
            ("refused", 403, _aws("SignatureDoesNotMatch", "The request signature we calculated does not match …")),
            ("refused", 403, _aws("ExpiredToken", "The security token included in the request is expired")),
            ("unclear", 403, _aws("SignatureDoesNotMatch", "Signature expired: 20261129T000000Z is now earlier …")),
            ("limited", 400, _aws("Throttling", "Rate exceeded")),
        ),
    ),
    "cloudflare": Answers(
        (200, {"success": True, "errors": [], "messages": [],
               "result": {"id": "ed17", "status": "active", "expires_on": "2126-01-01T00:00:00Z"}}, {}),
        (401, {"success": False, "errors": [{"code": 1000, "message": "Invalid API Token"}], "result": None}),
        {"status": "active"}, expires="2126-01-01T00:00:00Z",
        others=(
            ("refused", 200, {"success": True, "result": {"id": "ed17", "status": "disabled"}}),
            ("refused", 200, {"success": True, "result": {"id": "ed17", "status": "expired"}}),
            ("refused", 400, {"errors": [{"code": 6003, "message": "Invalid request headers", "error_chain": [
                {"code": 6111, "message": "Invalid format for Authorization header"}]}]}),
        ),
    ),
    "npm": Answers((200, {"username": "ann"}, {}), (401, {"message": "Unauthorized"}), {"username": "ann"}),
    "pypi": Answers(
        (400, "<html>400 Include at least one message digest.</html>", {}),
        (403, "<html>403 Invalid or non-existent authentication information.</html>"),
    ),
    "testpypi": Answers(
        (400, "<html>400 Include at least one message digest.</html>", {}),
        (403, "<html>403 Invalid or non-existent authentication information.</html>"),
    ),
    "mistral": Answers((200, _MODELS, {}), (401, {"message": "Unauthorized", "request_id": "1"})),
    "groq": Answers((200, _MODELS, {}), (401, {"error": {"message": "Invalid API Key", "code": "invalid_api_key"}})),
    "openrouter": Answers(
        (200, {"data": {"label": "sk-or-v1-abc…", "limit_remaining": 74.5, "is_free_tier": False,
                        "expires_at": "2127-12-31T23:59:59Z"}}, {}),
        (401, {"error": {"message": "User not found.", "code": 401}}),
        {"is_free_tier": "no", "limit_remaining": "74.5"}, expires="2127-12-31T23:59:59Z",
    ),
    "replicate": Answers(
        (200, {"type": "organization", "username": "acme", "name": "Acme Corp, Inc."}, {}),
        (401, {"title": "Unauthenticated", "detail": "You did not pass a valid authentication token"}),
        {"type": "organization", "username": "acme"},
    ),
    "elevenlabs": Answers(
        (200, {"user_id": "1", "subscription": {"tier": "creator"}, "xi_api_key": "8so27l7327189x0h939ekx293380l920"},
         {}),
        (401, {"detail": {"status": "invalid_api_key", "message": "Invalid API key"}}),
        {"tier": "creator"},
        others=(("valid", 401, {"detail": {"status": "missing_permissions", "message": "The API key you used …"}}),),
    ),
    "sendgrid": Answers(
        (200, {"scopes": ["mail.send", "alerts.read"]}, {}),
        (401, {"errors": [{"field": None, "message": "authorization required"}]}),
        scopes=("mail.send", "alerts.read"),
    ),
    "digitalocean": Answers(
        (200, {"account": {"email": "ann@example.com", "status": "active", "team": {"name": "Acme"}}}, {}),
        (401, {"id": "unauthorized", "message": "Unable to authenticate you"}),
        {"status": "active", "name": "Acme"},
    ),
    "vercel": Answers(
        (200, {"user": {"id": "1", "email": "ann@example.com", "username": "ann"}}, {}),
        (403, {"error": {"code": "forbidden", "message": "Not authorized", "invalidToken": True}}),
        {"username": "ann"},
    ),
    "notion": Answers(
        (200, {"object": "user", "name": "Docs bot", "type": "bot", "bot": {"workspace_name": "Acme"}}, {}),
        (401, {"object": "error", "status": 401, "code": "unauthorized", "message": "API token is invalid."}),
        {"name": "Docs bot", "workspace_name": "Acme"},
    ),
    "airtable": Answers(
        (200, {"id": "usrL2PNC5o3H4lBEi", "scopes": ["data.records:read"]}, {}),
        (401, {"error": {"type": "AUTHENTICATION_REQUIRED", "message": "Authentication required"}}),
        {"id": "usrL2PNC5o3H4lBEi"}, ("data.records:read",),
    ),
    "discord": Answers(
        (200, {"id": "80351110224678912", "username": "nelly", "bot": True}, {}),
        (401, {"message": "401: Unauthorized", "code": 0}),
        {"username": "nelly"},
    ),
}  # fmt: skip


def written(body: Any) -> bytes:
    """As it is sent: JSON with blanks, or a page."""
    return body.encode() if isinstance(body, str) else json.dumps(body, indent=2).encode()
