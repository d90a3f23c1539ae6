"""What clients who talk have counted: a message that is lost or doubled is a fault, and so is a lost socket."""

import msgspec
import pytest

from infra.rehearsal.tally import Tally

GOOD = Tally(acknowledged=7, received=7, stored=7, different=7, clients=2, sockets=2, dropped=[])


def test_equal_counts_and_a_socket_for_each_client_are_no_fault() -> None:
    assert GOOD.fault is None
    assert str(GOOD) == "7 messages acknowledged, received and stored; 2 sockets opened, 0 dropped"


@pytest.mark.parametrize(
    "changes",
    [
        {"received": 6},
        {"stored": 6},
        {"acknowledged": 6},
        {"received": 8},
        {"acknowledged": 0, "received": 0, "stored": 0, "different": 0},
        {"dropped": ["closed with 1006"]},
        {"sockets": 3},
    ],
)
def test_whatever_a_user_would_notice_is_a_fault(changes: dict[str, object]) -> None:
    assert msgspec.structs.replace(GOOD, **changes).fault
