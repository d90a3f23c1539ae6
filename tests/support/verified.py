"""Accounts as those of most people who talk in tests: their address counts as confirmed, without the mail and its link,
and their messages need nobody's consent."""

import atexit
from threading import Lock
from typing import Any

import pymongo
from pymongo import MongoClient

Client = MongoClient[dict[str, Any]]  # Any: BSON

_clients: dict[str, Client] = {}
"""The client of the system whose users were verified last: to make one takes as long as several sign-ups."""

_lock = Lock()


def verify(mongodb_uri: str, *email_ids: str, asked_first: bool = False) -> None:
    """Confirm the addresses of accounts that nobody has logged in to yet, so that no copy of them is cached.

    They take the messages of strangers, unless they shall be `asked_first`, as everybody is who has signed up.
    """
    confirmed = {"$set": {"emailVerified": True, "strangersAsk": asked_first}}
    users = _client(mongodb_uri).get_default_database().users
    found = users.update_many({"emailId": {"$in": list(email_ids)}}, confirmed)
    assert found.matched_count == len(email_ids), "an account is missing"


def _client(mongodb_uri: str) -> Client:
    with _lock:
        if mongodb_uri not in _clients:
            _close()
            _clients[mongodb_uri] = MongoClient(mongodb_uri, w="majority")
        return _clients[mongodb_uri]


@atexit.register
def _close() -> None:
    while _clients:
        with pymongo.timeout(1):  # its system may be gone, and sessions cannot be ended then
            _clients.popitem()[1].close()
