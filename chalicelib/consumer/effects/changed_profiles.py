"""The cached copy of a user who has changed his profile, deleted once more: the request may have died before it did."""

from collections.abc import Sequence

from chalicelib.events.envelope import Envelope
from chalicelib.stores.users import UserStore


class ChangedProfiles:
    def __init__(self, users: UserStore) -> None:
        self._users = users

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        changed = {event.userId for event in events if event.eventType == "PROFILE_UPDATED"}
        if changed:
            self._users.forget(*sorted(changed))
