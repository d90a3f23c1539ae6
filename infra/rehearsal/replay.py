"""Makes a dead letter, and then looks at it, mends its cause and replays it, as docs/deploy.md says."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection

from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.operating import Operator
from infra.rehearsal.stage import Stage
from infra.rehearsal.steps import Steps
from infra.rehearsal.user import PASSWORD, User, post

_SECONDS = 120
_INTERVAL = 0.5


@dataclass(frozen=True)
class Replay:
    """The cause is a former address without its event, by which the mail of a repeated signup is addressed."""

    stage: Stage
    mongodb_uri: str
    steps: Steps

    def rehearse(self) -> None:
        """Raises RehearsalError where no dead letter comes, or its replay has no effect."""
        user = User.sign_up(self.stage, "letter")
        operator = Operator(self.stage)
        with MongoClient[dict[str, Any]](self.mongodb_uri) as client:  # Any: documents of every kind
            database = client.get_default_database()
            users = database["users"]
            with self.steps.step("Making a dead letter: an event whose effect fails"):
                # The mail of the first signup is made from the same list.
                _until(lambda: _has_mail(database["emails"], user, "welcome"), "no mail of a signup")
                before = _letters(operator)
                users.update_one(
                    {"emailId": user.email_id}, {"$set": {"formerAddresses": [{"emailId": user.email_id}]}}
                )
                account = {"emailId": user.email_id, "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace"}
                post(self.stage, "signup", account)
                _until(lambda: bool(_letters(operator) - before), "no dead letter")
            with self.steps.step("Looking at the dead letter, mending its cause, replaying it"):
                [letter] = _letters(operator) - before
                shown = operator.run("dead-letters", "show", letter)
                if "SIGNUP_REPEATED" not in shown or "KeyError" not in shown:
                    raise RehearsalError(f"The dead letter does not say what failed:\n{shown}")
                users.update_one({"emailId": user.email_id}, {"$set": {"formerAddresses": []}})
                self.steps.say(f"    {operator.run('dead-letters', 'replay', letter).strip()}")
                _until(lambda: _has_mail(database["emails"], user, "taken"), "no mail of the replayed event")


def _letters(operator: Operator) -> set[str]:
    """Return the newest dead letters of effects that failed, each as partition:offset."""
    letters = operator.json("dead-letters", "list", "--limit", "100")
    return {f"{each['partition']}:{each['offset']}" for each in letters if each["reason"] == "effect_failed"}


def _has_mail(emails: "Collection[dict[str, Any]]", user: User, kind: str) -> bool:  # Any: documents of every kind
    return emails.find_one({"to": user.email_id, "kind": kind}) is not None


def _until(condition: Callable[[], bool], lacking: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RehearsalError(f"There is {lacking} after {_SECONDS} s.")
        time.sleep(_INTERVAL)
