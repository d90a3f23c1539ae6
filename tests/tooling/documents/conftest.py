from tests.e2e.conftest import ada, bob, make_person

__all__ = ["ada", "bob", "make_person"]
