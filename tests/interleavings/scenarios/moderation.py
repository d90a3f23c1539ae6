"""Reports and decisions that race: with each other, with a login, and with a user who leaves."""

from collections.abc import Callable, Iterator, Sequence

import msgspec
from bson import ObjectId

from chalicelib.errors import DevConnectError, NotFound, Suspended
from chalicelib.models.case_documents import CaseDocument, ProfileEvidence, ReportDocument
from chalicelib.models.moderation import Act, Decision, Report
from chalicelib.models.requests import Leave
from chalicelib.services.accounts import NewSession
from chalicelib.stores.cases import Thing
from chalicelib.stores.users import MODERATOR, User, user_of
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import CLIENT, People, Person
from tests.interleavings.scenarios.judging import broken, lost_events
from tests.interleavings.scenarios.passwords import opens
from tests.interleavings.world import World
from tests.support.users import PASSWORD

SUSPEND, DISMISS, REINSTATE = Decision(act="suspend", reason="spam"), Decision(act="dismiss"), Decision(act="reinstate")
BY_ACT: dict[Act, str] = {"dismiss": "REPORT_DISMISSED", "suspend": "USER_SUSPENDED", "reinstate": "USER_REINSTATED"}


def _moderator(world: World, people: People) -> Person:
    [mod] = people.make(1)
    users = world.observer.mongo.users
    users.update_one({"_id": ObjectId(mod.user_id)}, {"$set": {"role": MODERATOR}})
    _cache(world, mod)
    return mod


def _cache(world: World, person: Person) -> None:
    key = world.observer.user_store.cache_key(person.user_id)
    world.redis.set(key, msgspec.json.encode(_user(world, person)))


def _user(world: World, person: Person) -> User:
    document = world.observer.mongo.users.find_one({"_id": ObjectId(person.user_id)})
    assert document is not None
    return user_of(document)


def _case(world: World, about: Person) -> str:
    """Make a case as an earlier report has opened it, and return its caseId."""
    shown = ProfileEvidence(firstName="Bob", lastName="Lovelace", about=None, photoUrl=None)
    report = ReportDocument(userId=str(ObjectId()), at=world.clock.now, reason="spam")
    written = world.observer.case_store.add_report(Thing(about.user_id, shown, None), report)
    assert written is not None
    world.observer.mongo.cases.update_one({"_id": written.document_id}, {"$set": {"pendingEvents": []}})
    return str(written.document_id)


def _decide(world: World, number: int, mod: Person, case_id: str, decision: Decision) -> Callable[[], object]:
    return lambda: world.wirings[number].moderation.decide(mod.credentials, case_id, decision)


def _report(world: World, number: int, reporter: Person, about: Person) -> Callable[[], object]:
    body = Report(userId=about.user_id, reason="spam")
    return lambda: world.wirings[number].reports.report(reporter.credentials, body)


def _cases(world: World, about: Person) -> list[CaseDocument]:
    return list(world.observer.mongo.cases.find({"userId": about.user_id}))


def _case_problems(
    world: World, outcome: Outcome, about: Person, reporters: Sequence[Person], *, earlier: int
) -> Iterator[str]:
    """What must hold of all cases about a user; `earlier` is how many reports there were before."""
    cases = _cases(world, about)
    made = [report["userId"] for case in cases for report in case["reports"]]
    acts = [act["act"] for case in cases for act in case["acts"]]
    user = _user(world, about)
    decided = {str(case["_id"]) for case in cases if case["status"] == "suspended"}
    is_out = user.suspension is not None
    yield from broken(
        {
            "two cases of one thing are open": [case["status"] for case in cases].count("open") > 1,
            "one user has reported one thing twice": any(made.count(each.user_id) > 1 for each in reporters),
            "the user is suspended by a case that does not say so": outcome.is_repaired
            and user.suspension is not None
            and user.suspension.caseId not in decided,
            "the case says suspended, and the user is not": outcome.is_repaired
            and bool(decided)
            and not (is_out or user.has_left),
            "a session has outlived a suspension": outcome.is_repaired and is_out and opens(world, about.credentials),
        }
    )
    events = {event: acts.count(act) for act, event in BY_ACT.items()}
    events |= {"REPORT_MADE": len(made) - earlier, "USER_LOGOUT": user.sessionEpoch}
    yield from lost_events(world, outcome.is_repaired, events)


def report_and_suspend(world: World, people: People) -> Play:
    """A user is reported once more while a moderator suspends them."""
    ada, bob = people.make(2)
    mod = _moderator(world, people)
    case_id = _case(world, bob)

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from _case_problems(world, outcome, bob, [ada], earlier=1)
        reported = any(report["userId"] == ada.user_id for case in _cases(world, bob) for report in case["reports"])
        was_told = outcome.has_returned("report")
        error = outcome.result("report")
        yield from broken(
            {
                "a report that was answered is nowhere": was_told and error is None and not reported,
                "a report was refused, and is there": was_told and isinstance(error, DevConnectError) and reported,
                "a report was refused for another reason than the suspension": was_told
                and error is not None
                and not isinstance(error, NotFound),
                "the suspension was answered, and a session is open": outcome.has_returned("suspend")
                and opens(world, bob.credentials),
            }
        )

    operations = {
        "report": _report(world, 0, ada, bob),
        "suspend": _decide(world, 1, mod, case_id, SUSPEND),
    }
    return Play(operations, problems, {ada.user_id: "ada", bob.user_id: "bob", mod.user_id: "mod", case_id: "case"})


def two_first_reports(world: World, people: People) -> Play:
    """Two users are the first to report somebody."""
    ada, bob, carol = people.make(3)

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from _case_problems(world, outcome, bob, [ada, carol], earlier=0)
        made = [report["userId"] for case in _cases(world, bob) for report in case["reports"]]
        yield from broken(
            {
                f"the report of {name} was answered, and is nowhere": outcome.has_returned(name)
                and person.user_id not in made
                for name, person in (("ada", ada), ("carol", carol))
            }
        )

    operations = {"ada": _report(world, 0, ada, bob), "carol": _report(world, 1, carol, bob)}
    return Play(operations, problems, {ada.user_id: "ada", bob.user_id: "bob", carol.user_id: "carol"})


def suspend_and_dismiss(world: World, people: People) -> Play:
    """Two moderators decide one case in two ways."""
    [bob] = people.make(1)
    mods = [_moderator(world, people) for _ in range(2)]
    case_id = _case(world, bob)

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from _case_problems(world, outcome, bob, [], earlier=1)
        [case] = _cases(world, bob)
        won = [
            name
            for name in ("suspend", "dismiss")
            if outcome.has_returned(name) and not isinstance(outcome.result(name), Exception)
        ]
        yield from broken(
            {
                f"the case has {len(case['acts'])} acts": len(case["acts"]) > 1,
                f"{won} were both told that they decided": len(won) > 1,
                "who was told that they decided did not": bool(won) and [act["act"] for act in case["acts"]] != won,
            }
        )

    operations = {
        "suspend": _decide(world, 0, mods[0], case_id, SUSPEND),
        "dismiss": _decide(world, 1, mods[1], case_id, DISMISS),
    }
    names = {bob.user_id: "bob", mods[0].user_id: "first mod", mods[1].user_id: "second mod", case_id: "case"}
    return Play(operations, problems, names)


def suspend_and_reinstate(world: World, people: People) -> Play:
    """One moderator reinstates whom another one is still suspending."""
    [bob] = people.make(1)
    mods = [_moderator(world, people) for _ in range(2)]
    case_id = _case(world, bob)

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from _case_problems(world, outcome, bob, [], earlier=1)
        [case] = _cases(world, bob)
        is_told = outcome.has_returned("reinstate") and not isinstance(outcome.result("reinstate"), Exception)
        is_out = _user(world, bob).suspension is not None
        yield from broken(
            {
                "the case says reinstated, and the user is suspended": case["status"] == "reinstated"
                and is_out
                and outcome.is_repaired,
                "it was answered that the user is reinstated, and they are not": is_told and is_out,
            }
        )

    operations = {
        "suspend": _decide(world, 0, mods[0], case_id, SUSPEND),
        "reinstate": _decide(world, 1, mods[1], case_id, REINSTATE),
    }
    names = {bob.user_id: "bob", mods[0].user_id: "first mod", mods[1].user_id: "second mod", case_id: "case"}
    return Play(operations, problems, names)


def suspend_and_log_in(world: World, people: People) -> Play:
    """A user logs in while a moderator suspends them."""
    [bob] = people.make(1)
    mod = _moderator(world, people)
    case_id = _case(world, bob)

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from _case_problems(world, outcome, bob, [], earlier=1)
        session = outcome.result("log in")
        is_over = outcome.is_repaired or outcome.has_returned("suspend")
        is_out = _user(world, bob).suspension is not None
        yield from broken(
            {
                "a session has begun that outlives the suspension": is_over
                and is_out
                and isinstance(session, NewSession)
                and opens(world, session.credentials),
                "the login was refused, and nobody is suspended": isinstance(session, Suspended) and not is_out,
            }
        )

    operations = {
        "suspend": _decide(world, 0, mod, case_id, SUSPEND),
        "log in": lambda: world.wirings[1].accounts.log_in(bob.login, CLIENT),
    }
    names = {bob.user_id: "bob", mod.user_id: "mod", case_id: "case", bob.email_id: "bob's address"}
    return Play(operations, problems, names)


def suspend_and_leave(world: World, people: People) -> Play:
    """A user leaves while a moderator suspends them."""
    [bob] = people.make(1)
    mod = _moderator(world, people)
    case_id = _case(world, bob)

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from _case_problems(world, outcome, bob, [], earlier=1)
        user = _user(world, bob)
        yield from broken(
            {
                "who has left is suspended": user.has_left and user.suspension is not None,
                "it was answered that the user has left, and they have not": outcome.has_returned("leave")
                and outcome.result("leave") is None
                and not user.has_left,
            }
        )

    operations = {
        "suspend": _decide(world, 0, mod, case_id, SUSPEND),
        "leave": lambda: world.wirings[1].leaving.leave(bob.credentials, Leave(currentPassword=PASSWORD)),
    }
    return Play(operations, problems, {bob.user_id: "bob", mod.user_id: "mod", case_id: "case"})


SCENARIOS = (
    Scenario("report and suspend", report_and_suspend),
    Scenario("two first reports", two_first_reports),
    Scenario("suspend and dismiss", suspend_and_dismiss),
    Scenario("suspend and reinstate", suspend_and_reinstate, is_small=False),
    Scenario("suspend and log in", suspend_and_log_in, is_small=False),
    Scenario("suspend and leave", suspend_and_leave, is_small=False),
)
