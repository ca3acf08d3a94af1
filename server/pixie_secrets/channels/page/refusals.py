"""Every "no" of the page: the status, what happened, and what to do. None writes anything, and none names a secret."""

from __future__ import annotations

from dataclasses import dataclass

from pixie_secrets.secret.size import LIMIT

_ASK_AGAIN = "Go back to your agent and ask again, or run “pixie-secrets settings” in a terminal, for a fresh link."


@dataclass(frozen=True)
class Refusal:
    """what: what happened. todo: what to do now. home: whether the page it came from may be offered as a way back."""

    status: int
    title: str
    what: str
    todo: str
    home: bool = False


WRONG_HOST = Refusal(
    421,
    "Wrong address",
    "This page answers only to 127.0.0.1 and localhost. The request came in under another name.",
    "Open the link exactly as your agent or terminal showed it. If you did not expect this, close this tab.",
)
FOREIGN_ORIGIN = Refusal(
    403,
    "Not sent from this page",
    "Another page tried to send a form here. Nothing was saved.",
    "Open the link from your agent or terminal and fill in that page. If you did not expect this, close this tab.",
)
WRONG_METHOD = Refusal(405, "Not possible here", "This address does not take that kind of request.", _ASK_AGAIN)
UNKNOWN_PATH = Refusal(404, "No such page", "There is nothing at this address.", _ASK_AGAIN)
PREFETCH = Refusal(503, "Not opened yet", "A link is only opened by a person, never ahead of time.", "Open the link.")
NO_SESSION = Refusal(
    403,
    "Not opened in this browser",
    "This page opens only through its link, in the browser that opened the link. The link leaves a cookie for "
    "127.0.0.1, so cookies must be allowed.",
    _ASK_AGAIN,
    home=True,
)
UNKNOWN_LINK = Refusal(
    403, "This link is not valid", "It is incomplete, or the program that made it has ended.", _ASK_AGAIN
)
USED_LINK = Refusal(
    410,
    "This link was already used",
    "A link opens once, so that nobody who finds it later can use it. Nothing was changed.",
    "If you opened it in this browser, go on to the page. If not, go back to your agent or terminal and ask for a "
    "fresh link.",
    home=True,
)
EXPIRED = Refusal(
    410,
    "This link has expired",
    "A link is good for 10 minutes. Nothing was saved.",
    _ASK_AGAIN,
)
WITHDRAWN = Refusal(
    410,
    "This request was withdrawn",
    "Your agent no longer waits for a value. Nothing was saved.",
    _ASK_AGAIN,
)
DECLINED = Refusal(
    410,
    "Cancelled",
    "Nothing was saved, and your agent is told that you said no.",
    "You can close this tab. To set it after all, ask your agent again or run “pixie-secrets settings”.",
)
ALREADY_SAVED = Refusal(
    410,
    "Already saved",
    "The values this link asked for were saved. It takes them once.",
    "You can close this tab. To change a value, ask your agent again or run “pixie-secrets settings”.",
)
WRONG_STATE = Refusal(
    400,
    "This answer belongs to no request",
    "A provider sent you here, but nothing here waits for that answer: it is not the one that was asked for, or it "
    "came a second time. Nothing was changed.",
    "If you did not just agree at a provider, close this tab. Else go back to your agent or terminal and ask again.",
)
FORGED = Refusal(
    403,
    "This form is out of date",
    "It does not belong to the page you have open. Nothing was saved.",
    "Open the page again and type the value again.",
    home=True,
)
TOO_LARGE = Refusal(
    413,
    "Too large",
    f"A secret may have up to {LIMIT}, and more than that was sent. Nothing was saved.",
    "Go back to the page and choose the file that holds only the secret.",
    home=True,
)
TOO_SLOW = Refusal(
    408,
    "It took too long",
    "The form did not arrive in time. Nothing was saved.",
    "Go back to the page and try again.",
    home=True,
)
MALFORMED = Refusal(
    400,
    "Not a form of this page",
    "What was sent is not what this page sends. Nothing was saved.",
    "Go back to the page and try again.",
    home=True,
)
INTERNAL = Refusal(
    500,
    "Internal error",
    "Something failed here, and it is not your fault. The log of the program that made the link says what.",
    "Try again; if it stays, set the secret in a terminal with “pixie-secrets set-secret”.",
)
