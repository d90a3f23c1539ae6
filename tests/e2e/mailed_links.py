"""Links in mails: waiting for them, and using them as the page that they open does."""

import re

import httpx

from tests.e2e.clients import http_client
from tests.e2e.mails import mails_to
from tests.support.system import System
from tests.support.waiting import eventually


def mailed_tokens(system: System, address: str, purpose: str) -> list[str]:
    """Returns the tokens of the links of this purpose that were mailed to an address by now."""
    link = re.compile(rf"/link#{purpose}=([\w-]{{43}})$", re.MULTILINE)
    return [token for mail in mails_to(system, address) for token in link.findall(mail.text)]


def mailed_token(system: System, address: str, purpose: str) -> str:
    """Waits for the one mail with a link of this purpose, and returns its token."""
    [token] = eventually(lambda: mailed_tokens(system, address, purpose), what=f"a mailed link to {purpose}")
    return token


def confirm(system: System, token: str) -> httpx.Response:
    """Confirms an address, from a network of its own."""
    with http_client(system.rest_url) as http:
        return http.post("/api/verification/confirm", json={"token": token})
