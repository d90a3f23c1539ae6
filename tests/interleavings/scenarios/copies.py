"""Readers who fill a cached copy, and a writer who invalidates it: of a user, and of a session."""

from collections.abc import Iterator

from chalicelib.errors import Unauthorized
from chalicelib.models.requests import ProfileChange
from chalicelib.models.responses import UserResponse
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import People
from tests.interleavings.scenarios.judging import lost_events
from tests.interleavings.world import World

OLD, NEW = None, "new"


def profile(world: World, people: People, readers: int) -> Play:
    """The session is cached, and the user is not. The writer sets `about`."""
    [ada] = people.make(1, cached=False)
    people.cache([ada], users=False)
    names = [f"reader {number}" for number in range(1, readers + 1)]

    def problems(outcome: Outcome) -> Iterator[str]:
        document = world.observer.mongo.database["users"].find_one({"emailId": ada.email_id}) or {}
        seen = world.observer.profiles.own(ada.credentials).about
        if (outcome.is_repaired or outcome.has_returned("writer")) and seen != document["about"]:
            yield f"a read sees {seen!r}, and MongoDB has {document['about']!r}"
        if outcome.has_returned("writer") and document["about"] != NEW:
            yield "an acknowledged write is not in MongoDB"
        for name in names:
            answer = outcome.result(name)
            if outcome.began_after(name, "writer") and not (isinstance(answer, UserResponse) and answer.about == NEW):
                yield f"{name} began after the write was answered, and has read {answer}"
        yield from lost_events(world, outcome.is_repaired, {"PROFILE_UPDATED": int(document["about"] == NEW)})

    def write() -> object:
        return world.wirings[0].profiles.change(ada.credentials, ProfileChange(about=NEW))

    reads = {
        name: lambda wiring=wiring: wiring.profiles.own(ada.credentials)
        for name, wiring in zip(names, world.wirings[1:], strict=False)
    }
    return Play({"writer": write, **reads}, problems, {ada.user_id: "ada"}, answers_count=readers == 1)


def session(world: World, people: People, readers: int) -> Play:
    """The user is cached, and the session is not. The writer ends the session."""
    [ada] = people.make(1, cached=False)
    people.cache([ada], sessions=False)
    names = [f"reader {number}" for number in range(1, readers + 1)]
    session_id = ada.credentials.session_id

    def problems(outcome: Outcome) -> Iterator[str]:
        document = world.observer.mongo.sessions.find_one({"_id": session_id})
        has_ended = document is not None and "endedAt" in document
        try:
            world.observer.profiles.own(ada.credentials)
        except Unauthorized:
            is_open = False
        else:
            is_open = True
        if (outcome.is_repaired or outcome.has_returned("logout")) and is_open is has_ended:
            yield f"the session opens {'something' if is_open else 'nothing'}, and MongoDB has endedAt: {has_ended}"
        if outcome.has_returned("logout") and not has_ended:
            yield "an acknowledged logout is not in MongoDB"
        for name in names:
            if outcome.began_after(name, "logout") and not isinstance(outcome.result(name), Unauthorized):
                yield f"{name} began after the logout was answered, and was let in"
        yield from lost_events(world, outcome.is_repaired, {"USER_LOGOUT": int(has_ended)})

    reads = {
        name: lambda wiring=wiring: wiring.profiles.own(ada.credentials)
        for name, wiring in zip(names, world.wirings[1:], strict=False)
    }
    return Play(
        {"logout": lambda: world.wirings[0].logout.log_out(ada.credentials), **reads},
        problems,
        {ada.user_id: "ada", session_id: "session"},
        answers_count=readers == 1,
    )


SCENARIOS = (
    Scenario("a reader fills the user, a writer edits it", lambda world, people: profile(world, people, 1)),
    Scenario("two readers fill the user, a writer edits it", lambda world, people: profile(world, people, 2), False),
    Scenario("a reader fills the session, a logout ends it", lambda world, people: session(world, people, 1)),
    Scenario("two readers fill the session, a logout ends it", lambda world, people: session(world, people, 2), False),
)
