"""What a month of a number of users is made of. The assumptions stand here, each once."""

from dataclasses import dataclass

DAYS = 30

ACTIVE = 0.3
"""The share of users who are active in a day."""
MESSAGES, REQUESTS, SOCKETS = 20, 30, 4
"""Of an active user in a day: messages, REST requests beside the login, and websockets that are opened."""
OPEN, OPEN_AT_THE_PEAK = 0.02, 0.06
"""The share of users who have an open socket, on average and at the peak."""
HEARTBEAT_SECONDS = 240

READS, TYPING, QUESTIONS = 0.5, 0.3, 0.3
"""For each message: read marks, `typing`, and `sync` or a question about presence."""
OTHER_DEVICES = 2
"""How many other devices of both users a message or a read mark is pushed to."""
FRIENDS_ONLINE = 5
"""How many sockets learn of a change in a user's presence."""
STORMS = 4
"""How often in a month all sockets of the peak are lost and come back at once, as after a fault of a zone."""
PAGES = 1
"""Of an active user in a day: how often the page is opened, where there is one."""
RELEASES = 4
"""How often the files of the page change, so that each user fetches them again: at most once for each release."""
EXPORTS = 0.001
"""The share of users who export everything of theirs, and fetch the file."""
FRESH = 0.0005
"""The share of invocations for which a new process is made."""


@dataclass(frozen=True)
class Plan:
    """Numbers of a month. `sockets` are those that are opened, those of storms included; `frames` are other frames.

    `pages` are openings of the page, and `fresh_pages` those of them for which the browser has not kept its files.
    `messages` and `reads` reach `OTHER_DEVICES`, and `messages_per_frame` are sent and pushed together.
    """

    users: int
    messages: float
    reads: float
    typing: float
    questions: float
    requests: float
    logins: float
    sockets: float
    heartbeats: float
    open_sockets: float
    pages: float = 0.0
    fresh_pages: float = 0.0
    exports: float = 0.0
    messages_per_frame: float = 1.0

    @property
    def message_frames(self) -> float:
        return self.messages / self.messages_per_frame

    @property
    def other_frames(self) -> float:
        return self.reads + self.typing + self.questions

    @property
    def presence_changes(self) -> float:
        """How often a socket opens or closes."""
        return 2 * self.sockets


def plan_of(users: int, messages_a_day: float | None = None, storms: float = STORMS) -> Plan:
    """Returns the plan for a number of users, who write so many private messages a day, or what is usual."""
    active = ACTIVE * users
    messages = DAYS * (MESSAGES * active if messages_a_day is None else messages_a_day)
    returning = storms * OPEN_AT_THE_PEAK * users
    return Plan(
        users=users,
        messages=messages,
        reads=READS * messages,
        typing=TYPING * messages,
        # Who comes back asks for the missed messages.
        questions=QUESTIONS * messages + returning,
        # Who comes back asks for a ticket and for the conversations.
        requests=DAYS * REQUESTS * active + 2 * returning,
        logins=DAYS * active,
        sockets=DAYS * SOCKETS * active + returning,
        heartbeats=OPEN * users * DAYS * 86_400 / HEARTBEAT_SECONDS,
        open_sockets=OPEN * users,
        pages=DAYS * PAGES * active,
        fresh_pages=min(RELEASES * users, DAYS * PAGES * active),
        exports=EXPORTS * users,
    )
