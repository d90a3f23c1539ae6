"""What the calls of the other test files left behind, and how long they took. (pytest runs this file after those.)"""

from typing import Any

import httpx
import pytest
from pymongo.database import Database

from infra.local.running import RunningSystem
from tests.resilience.degraded.operations import ACTIONS, ANSWER, OPENINGS, ROUTES
from tests.resilience.degraded.outages import SECONDS, Outage
from tests.support.event_log import EventLog
from tests.support.stored_messages import stored_messages

Stored = dict[str, Any]  # Any: BSON

NOTIFICATIONS = {"CONNECTION_REQUEST_NOTIFICATION", "MESSAGE_NOTIFICATION"}
"""The notifications that Ada is sent because of what Bob did before."""

MAY_BE_LATE = 2
"""How many of seventy calls during an outage may be late: each may wait longer for a processor than the budget of
MongoDB allows for."""


def test_answers_come_within_the_bound_of_guarantee_8(lost: Outage) -> None:
    if len(lost.seconds) < len([*ROUTES, *ACTIONS, *OPENINGS]):
        pytest.skip("not all operations were called")
    late = {name: round(seconds, 2) for name, seconds in lost.seconds.items() if seconds >= SECONDS}
    assert len(late) <= MAY_BE_LATE, f"longer than {SECONDS} s: {late}"


def test_without_mongodb_nothing_is_half_done(
    lost: Outage, mongodb: Database[Stored], event_log: EventLog, system: RunningSystem
) -> None:
    """A refused call left no event, no push and no changed document, as MongoDB was lost before each call."""
    if lost.server != "mongodb":
        pytest.skip("only the loss of MongoDB is tested here")
    assert lost.bobs_device.unread() <= {"typing"}
    messages = stored_messages(mongodb)
    types_of: dict[str, list[str]] = {}
    for _topic, event in event_log.everything():
        types_of.setdefault(event["userId"], []).append(event["eventType"])
    for name, world in {world.ada.user_id: (name, world) for name, world in lost.worlds.items()}.values():
        ada = world.ada
        own = [message for message in messages if message["fromUserId"] == ada.user_id]
        assert [(message["seq"], message["text"]) for message in own] == [(ANSWER, "three")]
        assert "change" not in own[0]
        assert mongodb["connections"].count_documents({"_id": {"$regex": ada.user_id}}) == 1
        assert mongodb["sessions"].count_documents({"userId": ada.user_id}) == 1
        # By a gateway that reaches MongoDB, the session is as valid as before and the user unchanged.
        profile = httpx.get(system.rest_url + "/api/profile", headers=ada.authorization)
        assert (profile.status_code, profile.json()["about"]) == (200, None), name
        caused = types_of[ada.user_id]
        assert caused.count("MESSAGE_SENT") <= 1, "none but that of her answer"
        allowed = {
            "USER_SIGNUP",
            "USER_LOGIN",
            "USER_ONLINE",
            "PROFILE_VIEW",
            "MESSAGE_SENT",
            "MESSAGE_ANALYTICS",
            "USER_OFFLINE" if name == "$disconnect" else "",
        }
        assert set(caused) <= allowed | NOTIFICATIONS, name
