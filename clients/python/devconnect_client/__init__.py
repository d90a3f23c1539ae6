"""A client of DevConnect: `Rest` signs in, `Client` is one connected device.

async with Rest(url) as rest:
    session = await rest.log_in("ada@example.org", "correct horse")
async with Client(url, session) as client:
    await client.send(bob_id, "Hello Bob")
    async for event in client:
        print(event)
"""

from devconnect_client.client import Client
from devconnect_client.errors import (
    BadCredentials,
    BadRequest,
    Blocked,
    ClientClosed,
    ConnectionsOnly,
    DevConnectError,
    Evicted,
    Fault,
    LinkGone,
    NotFound,
    RateLimited,
    Refused,
    SessionEnded,
    Suspended,
    Unanswered,
    Unavailable,
    Unverified,
)
from devconnect_client.events import (
    ActionFailed,
    Changed,
    Connected,
    Disconnected,
    Event,
    Message,
    Notification,
    Presence,
    Read,
    UserTyping,
)
from devconnect_client.rest import FoundUser, Rest, Session
from devconnect_client.timings import Timings

__all__ = [
    "ActionFailed",
    "BadCredentials",
    "BadRequest",
    "Blocked",
    "Changed",
    "Client",
    "ClientClosed",
    "Connected",
    "ConnectionsOnly",
    "DevConnectError",
    "Disconnected",
    "Event",
    "Evicted",
    "Fault",
    "FoundUser",
    "LinkGone",
    "Message",
    "NotFound",
    "Notification",
    "Presence",
    "RateLimited",
    "Read",
    "Refused",
    "Rest",
    "Session",
    "SessionEnded",
    "Suspended",
    "Timings",
    "Unanswered",
    "Unavailable",
    "Unverified",
    "UserTyping",
]
