"""What tests know about the system that they run on, be it on this machine or deployed on a local AWS."""

from collections.abc import Mapping
from typing import Protocol, get_args

from chalicelib.settings.rate_limits import Endpoint
from infra.local.processes import Entry
from infra.local.state import StateDirectory


class Reachable(Protocol):
    """Where a system is reached, and by its `environment`, its MongoDB."""

    @property
    def rest_url(self) -> str: ...

    @property
    def websocket_url(self) -> str: ...

    @property
    def environment(self) -> Mapping[str, str]: ...


class System(Reachable, Protocol):
    """`environment` leads to its servers; `state` is the directory of its processes, their data and logs."""

    @property
    def state(self) -> StateDirectory: ...

    def entry(self, name: str) -> Entry:
        """The process of that name. Raises KeyError where there is none."""


ALLOWED_ORIGIN = "https://app.example.org"

SETTINGS = {
    # bcrypt at its production cost would be most of what the tests wait for.
    "BCRYPT_ROUNDS": "4",
    "ALLOWED_ORIGINS": ALLOWED_ORIGIN,
    # The tests' own push service.
    "WEB_PUSH_HOSTS": "any",
    # Many tests send more messages than a user would who gets no answer.
    "RATE_LIMIT_UNANSWERED_MESSAGE": "1000000/60",
    "RATE_LIMIT_NEW_CONVERSATION": "1000000/60",
}
"""The settings of the shared system that are not the defaults."""

UNLIMITED = {
    f"RATE_LIMIT_{endpoint.upper().replace('-', '_')}": "1000000/1" for endpoint in ("default", *get_args(Endpoint))
}
"""Every limit there is is out of reach. Their periods are short, as each attempt within one is stored."""

LOADED = {**UNLIMITED, "BCRYPT_ROUNDS": "4"}
"""The settings of a system that is put under load."""
