"""Sessions that end while requests with them are under way."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.errors import Unauthorized
from chalicelib.models.requests import PasswordChange
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import ClientIdentity
from chalicelib.wiring import Wiring
from tests.e2e.clients import PASSWORD
from tests.resilience.stress.race import Tally
from tests.resilience.stress.shared_numbers import SharedNumbers
from tests.support.addresses import address

LONGEST_PAUSE = 0.06
"""Seconds between the ends of two sessions at most."""

Ending = Callable[[Wiring, Credentials], None]
"""Ends a session, and returns when that is acknowledged. Each session has a user of its own."""


def log_out(wiring: Wiring, credentials: Credentials) -> None:
    wiring.logout.log_out(credentials)


def log_out_everywhere(wiring: Wiring, credentials: Credentials) -> None:
    wiring.logout.log_out_everywhere(credentials)


def change_password(wiring: Wiring, credentials: Credentials) -> None:
    change = PasswordChange(currentPassword=PASSWORD, newPassword="battery staple")
    wiring.password_changes.change(credentials, change, ClientIdentity(ip=address(), user_agent="tests"))


def revoke(wiring: Wiring, credentials: Credentials) -> None:
    wiring.logout.revoke(credentials, credentials.session_id)


ENDINGS: dict[str, Ending] = {
    "logout": log_out,
    "revoking it": revoke,
    "logout-all": log_out_everywhere,
    "a new password": change_password,
}
"""Every way in which a session ends before its time is over."""


def numbers_of(sessions: tuple[Credentials, ...]) -> int:
    """Returns how many numbers these players share: the next session to end, and for each whether it has ended."""
    return 1 + len(sessions)


@dataclass(frozen=True)
class Ender:
    """Ends one session after the other, by each of the ENDINGS in turn."""

    sessions: tuple[Credentials, ...]
    slow: bool = False

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        time.sleep(rng.uniform(0, LONGEST_PAUSE))
        place = numbers[0]
        if place < len(self.sessions):
            list(ENDINGS.values())[place % len(ENDINGS)](wiring, self.sessions[place])
            numbers[1 + place] = 1
            numbers[0] = place + 1
            tally.writes += 1


@dataclass(frozen=True)
class SessionUser:
    """Makes requests with sessions that end about now. `deleted` is the share that finds a cached copy deleted."""

    sessions: tuple[Credentials, ...]
    deleted: float
    slow: bool = True

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = min(max(0, numbers[0] + rng.choice((-3, -2, -1, -1, 0, 0, 0, 1))), len(self.sessions) - 1)
        credentials = self.sessions[place]
        if rng.random() < self.deleted:
            copies = (f"session:{credentials.session_id}", f"user:{credentials.user_id}")
            wiring.redis.delete(rng.choice(copies))
        had_ended = bool(numbers[1 + place])
        try:
            wiring.profiles.own(credentials)
        except Unauthorized:
            if place > numbers[0]:
                tally.wrong.append(f"session {place} was refused before its end")
        else:
            if had_ended:
                tally.wrong.append(f"session {place} passed after its end")
        tally.reads += 1


@dataclass(frozen=True)
class Connecter:
    """Opens sockets with sessions that end about now. Users whose sessions have ended must be offline in the end."""

    sessions: tuple[Credentials, ...]
    slow: bool = True

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = min(max(0, numbers[0] + rng.choice((-1, 0, 0, 0))), len(self.sessions) - 1)
        credentials = self.sessions[place]
        had_ended = bool(numbers[1 + place])
        try:
            wiring.socket_lifecycle.connect(f"race-{rng.randbytes(8).hex()}=", credentials, None)
        except Unauthorized:
            if place > numbers[0]:
                tally.wrong.append(f"session {place} was refused a socket before its end")
        else:
            if had_ended:
                tally.wrong.append(f"session {place} opened a socket after its end")
        tally.reads += 1


def ended_by_now(sessions: tuple[Credentials, ...], numbers: SharedNumbers) -> list[Credentials]:
    return [credentials for place, credentials in enumerate(sessions) if numbers[1 + place]]


def still_online(wiring: Wiring, ended: list[Credentials]) -> list[str]:
    """Returns a sentence for each user who is online though their only session has ended."""
    reads = {credentials.user_id: wiring.presence_store.lookup_sockets(credentials.user_id) for credentials in ended}
    wiring.redis.fetch(*reads.values())
    return [f"{user_id} is online by {read.resolve()}" for user_id, read in reads.items() if read.resolve()]
