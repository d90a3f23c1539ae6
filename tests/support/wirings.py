"""The type of the fixture `make_wiring`."""

from collections.abc import Callable

from chalicelib.wiring import Wiring

MakeWiring = Callable[..., Wiring]
"""Makes a wiring with the given variables changed."""
