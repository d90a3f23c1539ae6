import pytest

from tests.support.client_kinds import CLIENTS, Clients
from tests.support.typescript.build import require_node


@pytest.fixture(params=sorted(CLIENTS))
def clients(request: pytest.FixtureRequest) -> Clients:
    """Each test runs with both clients, and is skipped for the one that cannot run here."""
    kind: str = request.param
    if kind == "typescript":
        require_node()
    return CLIENTS[kind]
