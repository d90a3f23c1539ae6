"""`users index`: accounts of earlier releases are found."""

import secrets

from chalicelib.models.requests import ProfileChange, SearchQuery
from chalicelib.wiring import Wiring
from tests.support.users import sign_up
from tests.tooling.ops.fixture_types import Ops, OpsJson


def test_an_account_of_an_earlier_release_is_found_once_it_is_indexed(
    ops: Ops, ops_json: OpsJson, wiring: Wiring
) -> None:
    reader, earlier = sign_up(wiring), sign_up(wiring)
    user_id, skill = earlier.user.userId, f"Ada {secrets.token_hex(4)}"
    wiring.mongo.users.update_one({"emailId": earlier.user.emailId}, {"$unset": {"searchTerms": ""}})
    wiring.profiles.change(earlier.credentials, ProfileChange(skills=[skill]))
    query = SearchQuery(skills=skill, q="ada")
    assert wiring.search.page(reader.credentials, query).users == []
    assert ops_json("users", "index")["indexed"] >= 1
    assert [user.userId for user in wiring.search.page(reader.credentials, query).users] == [user_id]
    assert ops_json("users", "index")["indexed"] == 0
    assert "0 of them were given" in ops("users", "index").stdout
