"""Requests to the REST API of a stage, for one user."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.stage import Stage

SECONDS = 60
PASSWORD = "correct horse"  # noqa: S105 - of accounts that live for minutes


@dataclass(frozen=True)
class User:
    """A user who has logged in."""

    stage: Stage
    user_id: str
    email_id: str
    token: str

    @classmethod
    def sign_up(cls, stage: Stage, name: str) -> Self:
        """Raises RehearsalError where the stage refuses it."""
        email_id = f"{name}-{secrets.token_hex(6)}@example.org"
        post(stage, "signup", {"emailId": email_id, "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace"})
        session = post(stage, "login", {"emailId": email_id, "password": PASSWORD})
        return cls(stage, str(session["userId"]), email_id, str(session["token"]))

    def request(self, method: str, path: str, body: Mapping[str, object] | None = None) -> httpx.Response:
        """Return the answer to a request of this user, whatever it is."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.request(method, _url(self.stage, path), json=body, headers=headers, timeout=SECONDS)


def post(stage: Stage, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:  # Any: JSON
    """Return the body of the answer to a request without a user. Raises RehearsalError where it is refused."""
    response = httpx.post(_url(stage, path), json=body, timeout=SECONDS)
    if not response.is_success:
        raise RehearsalError(f"{path} is answered with {response.status_code} {response.text}")
    return dict(response.json())


def allows_origin(stage: Stage, origin: str) -> bool:
    """Return whether a page of this origin may read what a function answers."""
    response = httpx.get(_url(stage, "health"), headers={"Origin": origin}, timeout=SECONDS)
    return bool(response.headers.get("Access-Control-Allow-Origin") == origin)


def _url(stage: Stage, path: str) -> str:
    return f"{stage.rest_url}/api/{path}"
