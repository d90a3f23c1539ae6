"""`moderators`: who they are, and what they did."""

from chalicelib.models.moderation import Decision, Report
from chalicelib.wiring import Wiring
from tests.support.users import sign_up
from tests.tooling.ops.fixture_types import Ops, OpsJson


def test_an_account_is_made_a_moderator_and_an_ordinary_one_again(ops: Ops, ops_json: OpsJson, wiring: Wiring) -> None:
    user = sign_up(wiring).user
    entry = {"userId": user.userId, "emailId": user.emailId}
    assert ops_json("moderators", "add", user.emailId) == {**entry, "role": "moderator"}
    assert entry in ops_json("moderators", "list")
    assert entry not in ops_json("admins", "list")
    assert ops("moderators", "remove", user.emailId).stdout == f"{user.emailId} ({user.userId}) is not a moderator.\n"
    assert entry not in ops_json("moderators", "list")


def test_an_account_whose_address_is_not_confirmed_is_refused(ops: Ops, wiring: Wiring) -> None:
    user = sign_up(wiring, verified=False).user
    refused = ops("moderators", "add", user.emailId, code=1)
    assert "The address of this account is not confirmed." in refused.output


def test_nobody_has_two_roles_and_a_role_is_taken_by_its_own_command(ops: Ops, wiring: Wiring) -> None:
    user = sign_up(wiring).user
    ops("admins", "add", user.emailId)
    assert "has another role already." in ops("moderators", "add", user.emailId, code=1).output
    assert "has another role." in ops("moderators", "remove", user.emailId, code=1).output
    ops("admins", "remove", user.emailId)
    ops("moderators", "add", user.emailId)


def test_the_acts_are_listed_the_newest_first(ops: Ops, ops_json: OpsJson, wiring: Wiring) -> None:
    mod, ada, bob, carol = (sign_up(wiring) for _ in range(4))
    ops("moderators", "add", mod.user.emailId)
    for reported in (bob, carol):
        wiring.reports.report(ada.credentials, Report(userId=reported.user.userId, reason="spam"))
    warning = Decision(act="warn", reason="spam", note="The first time.")
    cases = []
    for reported, decision in ((bob, warning), (carol, Decision(act="dismiss"))):
        case = wiring.mongo.cases.find_one({"userId": reported.user.userId})
        assert case is not None
        cases.append(str(case["_id"]))
        wiring.moderation.decide(mod.credentials, cases[-1], decision)
    dismissed, warned = (act for act in ops_json("moderators", "acts") if act["moderatorId"] == mod.user.userId)
    assert (dismissed["act"], dismissed["caseId"], dismissed["reason"]) == ("dismiss", cases[1], None)
    assert (warned["act"], warned["userId"], warned["note"]) == ("warn", bob.user.userId, "The first time.")
    assert "The first time." in ops("moderators", "acts", "--limit", "100").stdout
