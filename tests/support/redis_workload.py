"""A workload that makes the services use every command and every key in Redis that they know."""

import secrets

from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.models.requests import HistoryQuery, ProfileChange
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.support.users import sign_up


def use_everything(wiring: Wiring) -> None:
    """Services go on without Redis, so only the server can tell whether it has refused a command."""
    ada, bob = sign_up(wiring), sign_up(wiring)
    socket = f"socket-{secrets.token_hex(8)}"
    wiring.socket_lifecycle.connect(socket, bob.credentials, None)
    for number in range(3):  # the first message fills the copies by a script, the others read and append
        wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("hello", str(number)))
        assert len(wiring.messages.history(bob.credentials, ada.user.userId, HistoryQuery()).messages) == number + 1
        (state,) = wiring.presence_queries.states(ada.credentials, [bob.user.userId])
        assert state.online
    wiring.profiles.change(ada.credentials, ProfileChange(about="new"))
    wiring.cache_warmer.warm(wiring.cache_warmer.recent_sessions(10))
    maintenance = presence_maintenance(wiring)
    maintenance.sweep()
    maintenance.rebuild_after_flush()
    KeptDeletions(wiring.mongo, wiring.redis, maintenance, wiring.clock).apply()
    wiring.socket_lifecycle.disconnect(socket)
