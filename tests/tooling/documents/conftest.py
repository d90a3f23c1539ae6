import pytest

from tests.e2e.conftest import ada, bob, make_person

__all__ = ["ada", "bob", "make_person"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks at every event of the run comes last."""
    items.sort(key=lambda item: item.get_closest_marker("comes_last") is not None)
