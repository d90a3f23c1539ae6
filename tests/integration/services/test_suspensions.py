"""A user is suspended as long as one case says so, whatever died, raced or came late."""

import pytest

from chalicelib.consumer.effects.suspensions import SuspendUsers
from chalicelib.errors import Suspended, Unauthorized
from chalicelib.events.envelope import new_event
from chalicelib.models.case_documents import ActDocument
from chalicelib.models.moderation import Decision, Report
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.users import MODERATOR
from chalicelib.wiring import Wiring
from tests.support.users import log_in, sign_up

SUSPEND, REINSTATE = Decision(act="suspend", reason="spam"), Decision(act="reinstate")


@pytest.fixture
def mod(wiring: Wiring) -> NewSession:
    mod = sign_up(wiring)
    wiring.roles.give(MODERATOR, mod.user.emailId)
    return mod


def two_cases(wiring: Wiring, ada: NewSession, bob: NewSession) -> list[str]:
    """Ada reports Bob, and a message of his."""
    wiring.messages.send(bob.credentials, to_user_id=ada.user.userId, draft=Draft("spam"))
    for seq in (None, 1):
        wiring.reports.report(ada.credentials, Report(userId=bob.user.userId, reason="spam", seq=seq))
    return [str(case["_id"]) for case in wiring.mongo.cases.find({"userId": bob.user.userId})]


def is_suspended(wiring: Wiring, user: NewSession) -> bool:
    try:
        log_in(wiring, user)
    except Suspended:
        return True
    return False


def test_who_was_suspended_by_two_cases_at_once_is_back_once_both_are_lifted(
    wiring: Wiring, ada: NewSession, bob: NewSession, mod: NewSession
) -> None:
    first, second = two_cases(wiring, ada, bob)
    case = wiring.case_store.find(second)
    assert case is not None
    wiring.moderation.decide(mod.credentials, first, SUSPEND)
    # As by a moderator who had looked at the user just before.
    act = ActDocument(moderatorId=mod.user.userId, act="suspend", at=wiring.clock(), reason="harassment")
    assert wiring.case_store.add_act(case, act) is not None
    wiring.moderation.decide(mod.credentials, first, REINSTATE)
    assert is_suspended(wiring, bob)
    wiring.moderation.decide(mod.credentials, second, REINSTATE)
    assert not is_suspended(wiring, bob)


def test_an_act_whose_request_died_is_carried_out_by_its_event_and_a_late_one_undoes_nothing(
    wiring: Wiring, ada: NewSession, bob: NewSession, mod: NewSession
) -> None:
    case_id, _ = two_cases(wiring, ada, bob)
    effect = SuspendUsers(wiring.suspensions, wiring.publisher)
    data = {"caseId": case_id, "moderatorId": mod.user.userId}
    suspended = new_event("USER_SUSPENDED", bob.user.userId, wiring.clock, **data, reason="spam")
    reinstated = new_event("USER_REINSTATED", bob.user.userId, wiring.clock, **data)
    effect.apply([suspended])
    assert is_suspended(wiring, bob)
    with pytest.raises(Unauthorized):
        wiring.profiles.own(bob.credentials)
    effect.apply([reinstated])
    session = log_in(wiring, bob)
    effect.apply([suspended, reinstated, suspended])
    assert not is_suspended(wiring, bob)
    assert wiring.profiles.own(session.credentials).userId == bob.user.userId, "nobody was logged out"


def test_an_end_that_overtakes_its_suspension_leaves_nobody_suspended(
    wiring: Wiring, ada: NewSession, bob: NewSession
) -> None:
    case_id, _ = two_cases(wiring, ada, bob)
    assert wiring.suspensions.end(bob.user.userId, case_id) is None
    assert wiring.suspensions.begin(bob.user.userId, case_id, "spam") is None
    assert not is_suspended(wiring, bob)
