"""`admins`: who may read the analytics."""

import pytest

from chalicelib.wiring import Wiring
from tests.support.users import sign_up
from tests.tooling.ops.fixture_types import Ops, OpsJson


def test_an_account_is_made_an_administrator_and_an_ordinary_one_again(
    ops: Ops, ops_json: OpsJson, wiring: Wiring
) -> None:
    user = sign_up(wiring).user
    entry = {"userId": user.userId, "emailId": user.emailId}
    assert entry not in ops_json("admins", "list")
    assert ops_json("admins", "add", user.emailId.upper()) == {**entry, "role": "admin"}
    assert ops("admins", "add", user.emailId).stdout == f"{user.emailId} ({user.userId}) is an administrator.\n"
    assert entry in ops_json("admins", "list")
    assert user.emailId in ops("admins", "list").stdout
    assert ops_json("admins", "remove", user.emailId) == {**entry, "role": "user"}
    assert entry not in ops_json("admins", "list")


def test_an_account_whose_address_is_not_confirmed_is_refused(ops: Ops, wiring: Wiring) -> None:
    user = sign_up(wiring, verified=False).user
    assert "The address of this account is not confirmed." in ops("admins", "add", user.emailId, code=1).output


@pytest.mark.parametrize("command", ["add", "remove"])
@pytest.mark.parametrize("address", ["no-account@example.org", "nobody", "<a@b.cd>"])
def test_an_address_without_an_account_is_a_sentence(ops: Ops, command: str, address: str) -> None:
    assert f"No account has the address '{address}'." in ops("admins", command, address, code=1).output
