"""Rotates JWT_SECRET on the deployed stage as docs/deploy.md says, with sessions open, and replaces a leaked key."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpx
import jwt
from websockets.sync.client import connect

from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.secret_values import put_secret
from infra.rehearsal.stage import Stage
from infra.rehearsal.steps import Steps

_PASSWORD = "correct horse"  # noqa: S105 - of an account that lives for minutes
_SECONDS = 60


@dataclass(frozen=True)
class Rotation:
    """`deploy` deploys the same commit once more. `tokens` are the sessions that are open, the oldest first."""

    stage: Stage
    deploy: Callable[[], None]
    steps: Steps
    tokens: list[str] = field(default_factory=list)

    def rehearse(self) -> None:
        """Raises RehearsalError where a session ends that must not, or lives that must end."""
        old, new, afterwards = self.stage.secret("jwt-secret"), secrets.token_hex(32), secrets.token_hex(32)
        email = f"rotation-{secrets.token_hex(6)}@example.org"
        account = {"emailId": email, "password": _PASSWORD, "firstName": "Ada", "lastName": "Lovelace"}
        self._post("signup", account)
        self._log_in(email)
        with connect(self._address_of_a_socket(), open_timeout=_SECONDS) as socket:
            with self.steps.step("Rotating JWT_SECRET, 1 of 3: the new key is accepted everywhere"):
                self._store_and_deploy(f"{old},{new}")
                self._require(signed_by=self._log_in(email), like=self.tokens[0])
                self._require_open(self.tokens)
            with self.steps.step("Rotating JWT_SECRET, 2 of 3: the new key signs"):
                self._store_and_deploy(f"{new},{old}")
                signed = self._log_in(email)
                self._require(signed_by=signed, unlike=self.tokens[0])
                self._require_open(self.tokens)
            with self.steps.step("Rotating JWT_SECRET, 3 of 3: the old key is gone"):
                self._store_and_deploy(new)
                self._require_open([signed])
                self._require_ended(self.tokens[:1])
            with self.steps.step("Replacing a leaked key"):
                self._store_and_deploy(afterwards)
                self._require_ended(self.tokens)
                self._require_open([self._log_in(email)])
            socket.send('{"action": "presence-subscribe", "userIds": []}')
            if "error" not in str(socket.recv(_SECONDS)):
                raise RehearsalError("A socket that was open through all four deployments is not answered any more.")

    def _store_and_deploy(self, value: str) -> None:
        put_secret(self.stage.aws, self.stage.name, "jwt-secret", value)
        self.deploy()

    def _log_in(self, email: str) -> str:
        self.tokens.append(str(self._post("login", {"emailId": email, "password": _PASSWORD}).json()["token"]))
        return self.tokens[-1]

    def _post(self, path: str, body: dict[str, str]) -> httpx.Response:
        response = httpx.post(f"{self.stage.rest_url}/api/{path}", json=body, timeout=_SECONDS)
        if not response.is_success:
            raise RehearsalError(f"{path} is answered with {response.status_code} {response.text}")
        return response

    def _address_of_a_socket(self) -> str:
        bearer = {"Authorization": f"Bearer {self.tokens[0]}"}
        response = httpx.post(f"{self.stage.rest_url}/api/websocket-ticket", headers=bearer, timeout=_SECONDS)
        return f"{self.stage.websocket_url}?ticket={response.raise_for_status().json()['ticket']}"

    def _statuses(self, tokens: Iterable[str]) -> list[int]:
        url = f"{self.stage.rest_url}/api/profile"
        return [
            httpx.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=_SECONDS).status_code
            for token in tokens
        ]

    def _require_open(self, tokens: Iterable[str]) -> None:
        if {*self._statuses(tokens)} != {httpx.codes.OK}:
            raise RehearsalError("A session has ended that the rotation must not end.")

    def _require_ended(self, tokens: Iterable[str]) -> None:
        if {*self._statuses(tokens)} != {httpx.codes.UNAUTHORIZED}:
            raise RehearsalError("A key that is gone is still accepted: the deployment has reached no function.")

    def _require(self, *, signed_by: str, like: str | None = None, unlike: str | None = None) -> None:
        key = jwt.get_unverified_header(signed_by)["kid"]
        others = [jwt.get_unverified_header(token)["kid"] for token in (like, unlike) if token]
        if (key in others) is (like is None):
            raise RehearsalError("A token is signed with another key than the step says.")
