"""A copy of a user that another release has cached is believed only where it says everything."""

import msgspec
import pytest

from chalicelib.models.requests import Leave
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from tests.support.users import PASSWORD


@pytest.mark.parametrize("field", ["deletedAt", "messagesFrom", "suspension", "role", "emailVerified"])
def test_a_copy_that_lacks_a_field_is_a_miss(wiring: Wiring, ada: NewSession, bob: NewSession, field: str) -> None:
    wiring.leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD))
    old = msgspec.to_builtins(ada.user)
    del old[field]
    key = wiring.user_store.cache_key(ada.user.userId)
    wiring.redis.send(("SET", key, msgspec.json.encode(old), "PX", 60_000))
    lookup = wiring.user_store.lookup(ada.user.userId)
    wiring.redis.fetch(lookup)
    user = lookup.resolve()
    assert user is not None
    assert user.has_left
    assert bob.user.userId != user.userId


def test_a_copy_says_every_field(wiring: Wiring, ada: NewSession) -> None:
    key = wiring.user_store.cache_key(ada.user.userId)
    wiring.user_store.forget(ada.user.userId)
    lookup = wiring.user_store.lookup(ada.user.userId)
    wiring.redis.fetch(lookup)
    lookup.resolve()
    [copy] = wiring.redis.send(("GET", key))
    assert isinstance(copy, bytes)
    assert msgspec.json.decode(copy).keys() == {*ada.user.__struct_fields__}
