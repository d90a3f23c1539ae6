"""Messages are pushed to devices that connect while they are being stored, and sent when Redis has lost the script."""

from contextlib import ExitStack

import pytest

from chalicelib.services.accounts import NewSession
from chalicelib.stores.messages import Draft, MessageStore, Stored
from chalicelib.wiring import Wiring
from infra.local.running import RunningSystem
from tests.e2e.clients import Device, open_socket


def test_a_device_that_synced_while_a_message_was_stored_gets_its_push(
    wiring: Wiring, ada: NewSession, bob: NewSession, system: RunningSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device connects after the request began, and its sync ends before the message has a sequence number."""
    devices: list[Device] = []
    insert = MessageStore.insert

    def insert_late(store: MessageStore, draft: Draft, newest_seq: int | None) -> Stored:
        headers = {"Authorization": f"Bearer {bob.token}"}
        device = sockets.enter_context(open_socket(system.websocket_url, headers))
        device.send("sync", conversations=[{"userId": ada.user.userId, "afterSeq": 0}])
        assert device.expect("sync", complete=True)["messages"] == []
        devices.append(device)
        return insert(store, draft, newest_seq)

    monkeypatch.setattr(MessageStore, "insert", insert_late)
    with ExitStack() as sockets:
        wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, text="hi", client_message_id=None)
        assert devices[0].expect("private-message")["seq"] == 1


def test_a_message_is_sent_after_redis_has_lost_the_script(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    def send() -> int:
        sent = wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, text="hi", client_message_id=None)
        return sent.message.seq

    assert send() == 1
    wiring.redis.write(("SCRIPT", "FLUSH"))
    assert send() == 2
