"""What can go wrong between an app, a person and an authorization server; each a class that callers can tell apart.

Nothing of what a server said is repeated but a registered error code: its own words may hold a code, or be meant for
whoever reads them next.
"""

from __future__ import annotations

from pixie_secrets.errors import PixieError


class ConsentRefused(PixieError):
    """The person, or the provider in their place, said no."""


class StateUnknown(PixieError):
    """An answer that belongs to no request of ours, or to one that was answered before (RFC 6749, section 10.12)."""


class IssuerMismatch(PixieError):
    """An answer that says it is from another server than the one that was asked (RFC 9207)."""


class CodeExpired(PixieError):
    """The code is no longer good: too old, used before, or given for another address or verifier."""


class RedirectMismatch(PixieError):
    """The provider has another redirect address registered."""


class NotAnAnswer(PixieError):
    """The server answered, but not as an authorization server does: a web page, or something else."""


class ProviderUnavailable(PixieError):
    """The server cannot be reached, is too slow, or says that it has a problem of its own. Trying again may help."""


class ProviderRefused(PixieError):
    """The server refuses the request; the app, its secret or its scopes are not what it has registered."""


class AppSecretMissing(PixieError):
    """The app's own secret is declared and not set."""


class AuthorizeAgain(PixieError):
    """There is no token, or it can be renewed no more: a person has to agree once more. Nothing was deleted."""
