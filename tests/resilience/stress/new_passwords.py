"""Passwords that change while clients log in: the newest one opens a session, which lasts until the next change."""

import random
import time
from dataclasses import dataclass

from chalicelib.errors import BadCredentials, Unauthorized
from chalicelib.models.requests import Login, PasswordChange
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.wiring import Wiring
from tests.e2e.clients import PASSWORD
from tests.resilience.stress.race import Tally
from tests.resilience.stress.shared_numbers import SharedNumbers
from tests.support.addresses import address

LONGEST_PAUSE = 0.05
"""Seconds between two changes at most."""

USES = 3
"""How many requests are made with a new session, one after the other."""


def numbers_of(emails: tuple[str, ...]) -> int:
    """Returns how many numbers these players share: of each account, the changes begun and those acknowledged."""
    return 2 * len(emails)


def password(changes: int) -> str:
    return f"{PASSWORD} {changes}" if changes else PASSWORD


def log_in(wiring: Wiring, email_id: str, changes: int) -> NewSession:
    client = ClientIdentity(ip=address(), user_agent="tests")
    return wiring.accounts.log_in(Login(emailId=email_id, password=password(changes)), client)


@dataclass(frozen=True)
class Changer:
    """Logs in and changes a password, over and over. Both new sessions must be valid at once."""

    emails: tuple[str, ...]
    slow: bool = False

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = rng.randrange(len(self.emails))
        changes = numbers[2 * place]
        old = log_in(wiring, self.emails[place], changes).credentials
        self._use(wiring, old, tally, f"a login after change {changes}")
        numbers[2 * place] = changes + 1
        change = PasswordChange(currentPassword=password(changes), newPassword=password(changes + 1))
        new = wiring.password_changes.change(old, change, ClientIdentity(ip=address(), user_agent="tests")).credentials
        numbers[2 * place + 1] = changes + 1
        self._use(wiring, new, tally, f"change {changes + 1}")
        tally.writes += 1
        time.sleep(rng.uniform(0, LONGEST_PAUSE))

    @staticmethod
    def _use(wiring: Wiring, credentials: Credentials, tally: Tally, of: str) -> None:
        try:
            wiring.profiles.own(credentials)
        except Unauthorized:
            tally.wrong.append(f"the session of {of} was refused")


@dataclass(frozen=True)
class Visitor:
    """Logs in with a password that is about to change, and uses the session.

    `deleted` is the share of uses that find the user's cached copy deleted.
    """

    emails: tuple[str, ...]
    deleted: float
    slow: bool = True

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = rng.randrange(len(self.emails))
        acknowledged, changes = numbers[2 * place + 1], numbers[2 * place + rng.randrange(2)]
        try:
            credentials = log_in(wiring, self.emails[place], changes).credentials
        except BadCredentials:
            if numbers[2 * place] <= changes <= acknowledged:
                tally.wrong.append(f"the password of change {changes} was refused, and there was no other")
            return
        for _ in range(USES):
            if rng.random() < self.deleted:
                wiring.redis.delete(f"user:{credentials.user_id}")
            wrong = _fault_of_use(wiring, credentials, changes, numbers, place)
            tally.wrong += [wrong] if wrong else []
            tally.reads += 1


def _fault_of_use(
    wiring: Wiring, credentials: Credentials, changes: int, numbers: SharedNumbers, place: int
) -> str | None:
    """Uses a session that began with the password of a change. Returns what is wrong with the outcome, or None."""
    acknowledged = numbers[2 * place + 1]
    try:
        wiring.profiles.own(credentials)
    except Unauthorized:
        began = numbers[2 * place]
        return f"a session of change {changes} was refused, and there was no other" if began <= changes else None
    return f"a session of change {changes} passed after change {acknowledged}" if acknowledged > changes else None
