"""The session cookie (RFC 6265)."""

import re

from chalicelib.handlers.http import COOKIE, Headers
from chalicelib.security.tokens import SESSION_LIFETIME
from chalicelib.wiring import wired

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
_PORT = re.compile(r":\d*\Z")


def session_cookie(token: str, headers: dict[str, str]) -> Headers:
    """The Set-Cookie header that keeps a session for SESSION_LIFETIME."""
    return _set_cookie(token, int(SESSION_LIFETIME.total_seconds()), headers)


def no_cookie(headers: dict[str, str]) -> Headers:
    """The Set-Cookie header that deletes the session cookie."""
    return _set_cookie("", 0, headers)


def _set_cookie(value: str, max_age: int, headers: dict[str, str]) -> Headers:
    parts = [f"{COOKIE}={value}", f"Max-Age={max_age}", "Path=/", "HttpOnly", "SameSite=Lax"]
    # On AWS every request is HTTPS. A client that forges Host only weakens its own cookie.
    if _PORT.sub("", headers.get("host", "")) not in _LOCAL_HOSTS:
        parts.append("Secure")
    domain = wired().settings.cookie_domain
    if domain:
        parts.append(f"Domain={domain}")
    return {"Set-Cookie": "; ".join(parts)}
