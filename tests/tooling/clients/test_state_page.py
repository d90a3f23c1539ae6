from tests.tooling.clients.state_page import page
from tests.tooling.clients.state_table import PAGE


def test_the_page_is_that_of_the_table() -> None:
    assert PAGE.read_text() == page(), "python -m tests.tooling.clients.state_page writes it"
