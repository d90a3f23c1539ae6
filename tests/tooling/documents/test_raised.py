"""The errors in the documents are those that the services say they raise, in the docstrings of their methods."""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import get_type_hints

import pytest

import app  # noqa: F401 - importing it registers the routes
from chalicelib.errors import BadRequest, DevConnectError, NotFound, RateLimited, Unauthorized, Unavailable
from chalicelib.handlers.http import ENDPOINTS, Endpoint
from chalicelib.handlers.websocket import ACTIONS
from chalicelib.wiring import Wiring
from infra.documents.websocket import ERRORS

ALWAYS = {BadRequest, RateLimited, Unavailable}
"""The errors that every request may meet."""

NO_SERVICE = {"health", "link_page"}
"""The handlers that call no service, or one that raises nothing."""

KINDS = {kind.__name__: kind for kind in DevConnectError.__subclasses__()}


def services_called(handler: Callable[..., object]) -> Iterator[Callable[..., object]]:
    """Yields the methods that a handler calls as `wired().<service>.<method>(...)`."""
    for node in ast.walk(ast.parse(inspect.getsource(handler))):
        match node:
            case ast.Attribute(attr=method, value=ast.Attribute(attr=service, value=ast.Call(func=ast.Name("wired")))):
                made_by = vars(Wiring)[service].func
                yield getattr(get_type_hints(made_by)["return"], method)


def raised_by(handler: Callable[..., object]) -> set[type[DevConnectError]]:
    """Returns the errors that the sentences "Raises ..." of the service methods which a handler calls name."""
    called = list(services_called(handler))
    assert called, handler
    sentences = [
        said for method in called for said in re.findall(r"Raises (.*?)\.(?:\s|\Z)", method.__doc__ or "", re.DOTALL)
    ]
    named = {word for sentence in sentences for word in re.findall(r"\w+", sentence)}
    return {kind for name, kind in KINDS.items() if name in named}


def handler_of(endpoint: Endpoint) -> Callable[..., object]:
    handler: Callable[..., object] = getattr(
        importlib.import_module(f"chalicelib.handlers.{endpoint.group}"), endpoint.name
    )
    return handler


@pytest.mark.parametrize(
    "endpoint",
    [endpoint for endpoint in ENDPOINTS if {endpoint.group, endpoint.name}.isdisjoint(NO_SERVICE)],
    ids=lambda endpoint: endpoint.name,
)
def test_a_route_raises_what_its_service_does(endpoint: Endpoint) -> None:
    always = ALWAYS | ({Unauthorized} if endpoint.signed_in else set())
    if "{" in endpoint.path:
        always |= {NotFound}  # a malformed id names nobody
    assert set(endpoint.raises) | always == raised_by(handler_of(endpoint)) | always


def test_an_error_frame_tells_what_the_actions_raise() -> None:
    """Unauthorized is no error frame: `session:ended` is pushed, and the socket is closed."""
    raised = ALWAYS.union(*(raised_by(handler) for handler in ACTIONS.values()))
    assert set(ERRORS) == raised - {Unauthorized}
