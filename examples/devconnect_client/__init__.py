"""A client of DevConnect, to be copied: `Rest` signs in, `Client` is one connected device.

async with Rest(url) as rest:
    session = await rest.log_in("ada@example.org", "correct horse")
async with Client(url, session) as client:
    await client.send(bob_id, "Hello Bob")
    async for event in client:
        print(event)
"""

from examples.devconnect_client.client import Client
from examples.devconnect_client.errors import (
    BadCredentials,
    BadRequest,
    Blocked,
    ClientClosed,
    DevConnectError,
    EmailTaken,
    Fault,
    NotFound,
    RateLimited,
    Refused,
    SessionEnded,
    Unavailable,
)
from examples.devconnect_client.events import (
    Connected,
    Disconnected,
    Event,
    Message,
    NotDone,
    Notification,
    Presence,
    Read,
    Typing,
)
from examples.devconnect_client.rest import Rest, Session
from examples.devconnect_client.timings import Timings

__all__ = [
    "BadCredentials",
    "BadRequest",
    "Blocked",
    "Client",
    "ClientClosed",
    "Connected",
    "DevConnectError",
    "Disconnected",
    "EmailTaken",
    "Event",
    "Fault",
    "Message",
    "NotDone",
    "NotFound",
    "Notification",
    "Presence",
    "RateLimited",
    "Read",
    "Refused",
    "Rest",
    "Session",
    "SessionEnded",
    "Timings",
    "Typing",
    "Unavailable",
]
