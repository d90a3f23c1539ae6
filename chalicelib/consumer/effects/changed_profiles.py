"""Deletes the cached copies of changed profiles again, as the process may have died before it deleted them."""

from collections.abc import Sequence

from chalicelib.events.envelope import Envelope
from chalicelib.stores.users import UserStore


class ChangedProfiles:
    """Deletes the cached copy of each user whose profile has changed."""

    def __init__(self, users: UserStore) -> None:
        self._users = users

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        self._users.forget(*sorted({event.userId for event in events}))
