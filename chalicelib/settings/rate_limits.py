"""The rate-limited endpoints, and their limits: the defaults, and `RATE_LIMIT_<ENDPOINT>` from the environment."""

import re
from collections.abc import Mapping
from typing import Literal, cast, get_args

import msgspec

from chalicelib.errors import SettingsError

Endpoint = Literal[
    "login",
    "login-account",
    "login-success",
    "signup",
    "verification",
    "password-reset",
    "email-change",
    "mail-link",
    "mail",
    "password",
    "logout",
    "logout-all",
    "sessions",
    "profile",
    "users",
    "private-message",
    "message-edit",
    "message-delete",
    "message-react",
    "unanswered-message",
    "new-conversation",
    "messages",
    "sync",
    "conversations",
    "message-read",
    "typing",
    "presence",
    "connections",
    "connection-request",
    "blocks",
    "reports",
    "moderation",
    "feed",
    "search",
    "notifications",
    "export",
    "unsubscribe",
    "analytics",
    "websocket-ticket",
    "connect",
    "register",
    "bad-frame",
]
"""What a limit applies to: a REST resource, a websocket action, or invalid frames (`bad-frame`).

`login` counts failed logins of a network, and wrong guesses of a session at the current password; `login-account`
failed logins to one account, and holds for networks that it does not know; `login-success` logins to one account.
`verification` counts how often one user asks for another mail to confirm their address, `email-change` for one to a new
address; `password-reset` how often a network asks for mails that set a new password; `mail-link` the attempts of a
network to use a link from a mail; `mail` the emails of one kind to one address, whoever causes them.
`unanswered-message` counts the messages of one user to another who has not answered them and is not connected with the
sender; `new-conversation` the users whom one user writes to out of a silence of that long, without being connected;
`connection-request` the users whom one user asks for a connection; `reports` the reports of one user; `unsubscribe` the
uses of the links that end mails, by the user whom they are mailed to.
"""

MAX_SECONDS = 30 * 86_400
"""The longest period of a limit: each attempt within it is stored."""

_DEFAULT = "default"
_PREFIX = "RATE_LIMIT_"


class Limit(msgspec.Struct, frozen=True):
    """At most `maximum` attempts within any period of `seconds`."""

    maximum: int
    seconds: int


class RateLimitSettings(msgspec.Struct, frozen=True):
    """The limits of single endpoints, and the default for all others."""

    limits: Mapping[Endpoint, Limit]
    default: Limit

    def of(self, endpoint: Endpoint) -> Limit:
        return self.limits.get(endpoint, self.default)


DEFAULT_LIMITS = RateLimitSettings(
    limits={
        "login": Limit(5, 300),
        "login-account": Limit(50, 3600),
        "login-success": Limit(100, 3600),
        "signup": Limit(20, 3600),
        "verification": Limit(5, 3600),
        "password-reset": Limit(20, 3600),
        "email-change": Limit(5, 3600),
        "mail-link": Limit(20, 300),
        "mail": Limit(5, 86_400),
        "private-message": Limit(600, 60),
        "unanswered-message": Limit(20, 86_400),
        "new-conversation": Limit(100, 86_400),
        "connection-request": Limit(100, 86_400),
        "reports": Limit(50, 86_400),
    },
    default=Limit(100, 60),
)


def read_rate_limits(environ: Mapping[str, str]) -> RateLimitSettings:
    """Read the limits from an environment: `RATE_LIMIT_PRIVATE_MESSAGE=600/60` sets that of `private-message`.

    Raises SettingsError for a wrong value, and for a variable that does not name an endpoint.
    """
    limits, default = dict(DEFAULT_LIMITS.limits), DEFAULT_LIMITS.default
    for variable, text in environ.items():
        if not variable.startswith(_PREFIX) or not text.strip():
            continue
        endpoint = variable.removeprefix(_PREFIX).lower().replace("_", "-")
        if endpoint == _DEFAULT:
            default = _limit(variable, text)
        elif endpoint in get_args(Endpoint):
            limits[cast("Endpoint", endpoint)] = _limit(variable, text)
        else:
            raise SettingsError(f"{variable} names no endpoint: there are {', '.join(_variables())}.")
    return RateLimitSettings(limits, default)


def _limit(variable: str, text: str) -> Limit:
    match = re.fullmatch(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})", text.strip())
    if match is None or int(match[2]) > MAX_SECONDS:
        raise SettingsError(
            f"{variable} is wrong: it must be <attempts>/<seconds>, such as 100/60, with at most {MAX_SECONDS} seconds."
        )
    return Limit(int(match[1]), int(match[2]))


def _variables() -> list[str]:
    return [_PREFIX + name.upper().replace("-", "_") for name in sorted({*get_args(Endpoint), _DEFAULT})]
