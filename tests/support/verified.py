"""Accounts whose address counts as confirmed, as those of most users do: without the mail and its link."""

from typing import Any

from pymongo import MongoClient


def verify(mongodb_uri: str, *email_ids: str) -> None:
    """Confirm the addresses of accounts that nobody has logged in to yet, so that no copy of them is cached."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongodb_uri, w="majority")  # Any: BSON
    with client:
        confirmed = {"$set": {"emailVerified": True}}
        found = client.get_default_database().users.update_many({"emailId": {"$in": list(email_ids)}}, confirmed)
    assert found.matched_count == len(email_ids), "an account is missing"
