"""Accounts as those of most people who talk in tests: their address counts as confirmed, without the mail and its link,
and their messages need nobody's consent."""

from typing import Any

from pymongo import MongoClient


def verify(mongodb_uri: str, *email_ids: str, asked_first: bool = False) -> None:
    """Confirm the addresses of accounts that nobody has logged in to yet, so that no copy of them is cached.

    They take the messages of strangers, unless they shall be `asked_first`, as everybody is who has signed up.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(mongodb_uri, w="majority")  # Any: BSON
    with client:
        confirmed = {"$set": {"emailVerified": True, "strangersAsk": asked_first}}
        found = client.get_default_database().users.update_many({"emailId": {"$in": list(email_ids)}}, confirmed)
    assert found.matched_count == len(email_ids), "an account is missing"
