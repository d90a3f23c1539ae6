"""Mailed links that are used twice at once, and an account that ends while its user writes."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from bson import ObjectId

from chalicelib.models.documents import LinkPurpose, MailLink
from chalicelib.models.requests import Leave, PasswordReset
from chalicelib.stores.message_commits import Draft
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import CLIENT, People, Person
from tests.interleavings.scenarios.conversations import conversation_problems, send
from tests.interleavings.scenarios.judging import broken, lost_events
from tests.interleavings.scenarios.passwords import opens
from tests.interleavings.world import World
from tests.support.users import PASSWORD


def _token(person: Person, purpose: LinkPurpose) -> str:
    return f"{person.user_id}{purpose}".ljust(43, "_")


def _mail(world: World, person: Person, *purposes: LinkPurpose) -> str:
    """Give a user links as mails had them, and return the address of the one to change it."""
    new = f"new-{person.email_id}"
    links = [
        MailLink(
            hash=hashlib.sha256(_token(person, purpose).encode()).hexdigest(),
            purpose=purpose,
            emailId=new if purpose == "change" else person.email_id,
            expiresAt=world.clock.now + timedelta(hours=1),
        )
        for purpose in purposes
    ]
    world.observer.mongo.users.update_one(
        {"_id": ObjectId(person.user_id)}, {"$set": {"mailLinks": links, "emailVerified": False}}
    )
    return new


def two_resets(world: World, people: People) -> Play:
    """One link is used by two who set different passwords."""
    [ada] = people.make(1)
    _mail(world, ada, "reset")
    passwords = {"first": "battery staple", "second": "staple battery"}

    def problems(outcome: Outcome) -> Iterator[str]:
        user = world.observer.user_store.read_for_login(ada.email_id)
        assert user is not None
        won = [name for name in passwords if outcome.has_returned(name) and outcome.result(name) is None]
        epoch = user.user.sessionEpoch
        is_set = [name for name in passwords if world.observer.passwords.matches(passwords[name], user.password_hash)]
        yield from broken(
            {
                f"{won} have both used one link": len(won) > 1,
                f"{won} was told of a password, and that of {is_set} is set": bool(won) and won != is_set,
                f"the passwords {is_set} are set in epoch {epoch}": len(is_set) != epoch,
                "a session has outlived a new password": (outcome.is_repaired or bool(won))
                and opens(world, ada.credentials) is not (epoch == 0),
            }
        )
        yield from lost_events(world, outcome.is_repaired, {"USER_LOGOUT": epoch})

    def reset(name: str, number: int) -> None:
        request = PasswordReset(token=_token(ada, "reset"), newPassword=passwords[name])
        world.wirings[number].password_resets.reset(request, CLIENT)

    operations = {name: partial(reset, name, number) for number, name in enumerate(passwords)}
    return Play(operations, problems, {ada.user_id: "ada", ada.email_id: "ada's address"})


def two_confirmations(world: World, people: People) -> Play:
    """The link that confirms an address is used while another one changes it."""
    [ada] = people.make(1)
    new = _mail(world, ada, "verify", "change")

    def problems(outcome: Outcome) -> Iterator[str]:
        user = world.observer.mongo.users.find_one({"_id": ObjectId(ada.user_id)})
        assert user is not None
        returned = {name for name in ("verify", "change") if outcome.has_returned(name)}
        used = {name for name in returned if outcome.result(name) is None}
        is_new, is_verified = user["emailId"] == new, user["emailVerified"]
        yield from broken(
            {
                "the new address was confirmed, and is not the account's": "change" in used and not is_new,
                "the address was confirmed, and is not": bool(used) and not is_verified,
                "a link is left that was for the former address": is_new and bool(user["mailLinks"]),
                "the change was refused, though its link was there": "change" in returned - used and not is_new,
            }
        )
        yield from lost_events(world, outcome.is_repaired, {"EMAIL_CHANGED": int(is_new)})
        if outcome.is_repaired:
            profile = world.observer.profiles.own(ada.credentials)
            yield from broken(
                {"a copy is stale": (profile.emailId, profile.emailVerified) != (user["emailId"], is_verified)}
            )

    operations = {
        "verify": lambda: world.wirings[0].verification.confirm(_token(ada, "verify"), CLIENT),
        "change": lambda: world.wirings[1].verification.confirm(_token(ada, "change"), CLIENT),
    }
    return Play(operations, problems, {ada.user_id: "ada", ada.email_id: "ada's address"})


def leave_and_send(world: World, people: People) -> Play:
    """A user leaves while another device of theirs sends a message."""
    ada, bob = people.make(2)
    draft = Draft("hi")

    def problems(outcome: Outcome) -> Iterator[str]:
        user = world.observer.mongo.users.find_one({"_id": ObjectId(ada.user_id)})
        assert user is not None
        has_left = "deletedAt" in user
        yield from conversation_problems(world, outcome, (bob, ada), {"send": draft})
        yield from broken(
            {
                "the account has ended, and the address is still there": has_left
                and ada.email_id in str(user["emailId"]),
                "the account has ended without an answer of that": outcome.has_returned("leave") and not has_left,
                "a session has outlived its account": (outcome.is_repaired or outcome.has_returned("leave"))
                and opens(world, ada.credentials) is has_left,
            }
        )
        yield from lost_events(world, outcome.is_repaired, {"USER_LOGOUT": int(has_left)})

    operations = {
        "leave": lambda: world.wirings[0].leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD)),
        "send": send(world.wirings[1], ada, bob, draft),
    }
    return Play(operations, problems, {ada.user_id: "ada", bob.user_id: "bob"})


SCENARIOS = (
    Scenario("two resets by one link", two_resets),
    Scenario("confirm an address and change it", two_confirmations),
    Scenario("leave and send", leave_and_send),
)
