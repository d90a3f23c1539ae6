"""The pytest plugin: the app of `chalice_app_dir` behind a gateway, and a check of what its handlers leave undone."""

import re
import warnings
from collections.abc import Generator, Iterator, Sequence

import pytest

from chalice_local_websockets.in_flight.report import InFlight
from chalice_local_websockets.testing import NotStartedError, RunningGateway, running_gateway

_MODES = ("fail", "warn", "off")
_GATEWAY = pytest.StashKey[RunningGateway]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chalice", "a Chalice app behind a local API Gateway")
    group.addoption("--chalice-app-dir", help="The directory of app.py; instead of the ini option chalice_app_dir.")
    group.addoption("--chalice-in-flight", choices=_MODES, help="Instead of the ini option chalice_in_flight.")
    parser.addini("chalice_app_dir", "The directory of app.py, from the root of the tests.", default=".")
    parser.addini("chalice_stage", "The stage of .chalice/config.json.", default="dev")
    parser.addini("chalice_in_flight", "What handlers leave undone: fail a test, warn of it, or off.", default="fail")
    parser.addini("chalice_in_flight_allowed", "Patterns of what may be left undone.", type="linelist", default=[])


@pytest.fixture(scope="session")
def chalice_gateway(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """The app behind a gateway, started once for all tests."""
    named = pytestconfig.getoption("--chalice-app-dir") or pytestconfig.getini("chalice_app_dir")
    app_dir = (pytestconfig.rootpath / named).resolve()
    directory = tmp_path_factory.mktemp("chalice-gateway")
    try:
        with running_gateway(app_dir, directory, stage=pytestconfig.getini("chalice_stage")) as gateway:
            pytestconfig.stash[_GATEWAY] = gateway
            yield gateway
    except NotStartedError as error:
        pytest.fail(f"the gateway of {app_dir} did not start:\n{error}", pytrace=False)
    _judge(pytestconfig, gateway.take_in_flight())  # what came once the last test was over


@pytest.fixture(scope="session")
def rest_url(chalice_gateway: RunningGateway) -> str:
    """The address of the REST API, without a slash at its end."""
    return chalice_gateway.rest_url


@pytest.fixture(scope="session")
def websocket_url(chalice_gateway: RunningGateway) -> str:
    """The address of the websocket API."""
    return chalice_gateway.websocket_url


@pytest.fixture(scope="session")
def connections_url(chalice_gateway: RunningGateway) -> str:
    """The address of the @connections API, as boto3 takes it for `endpoint_url`."""
    return chalice_gateway.connections_url


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the gateway's output with a test that failed: it has the tracebacks of handlers."""
    report = yield
    gateway = item.config.stash.get(_GATEWAY, None)
    if report.failed and gateway:
        report.sections.append(("Output of the gateway", gateway.output()))
    return report


@pytest.fixture(autouse=True)
def _chalice_in_flight(request: pytest.FixtureRequest) -> Iterator[None]:
    """Judge what was left undone since the test before, in each test that uses the gateway."""
    yield
    if "chalice_gateway" in request.fixturenames:
        gateway: RunningGateway = request.getfixturevalue("chalice_gateway")
        _judge(request.config, gateway.take_in_flight())


def _judge(config: pytest.Config, reports: Sequence[InFlight]) -> None:
    mode = config.getoption("--chalice-in-flight") or config.getini("chalice_in_flight")
    if mode not in _MODES:
        raise pytest.UsageError(f"chalice_in_flight is {mode!r}: it may be {', '.join(_MODES)}")
    allowed = [re.compile(pattern) for pattern in config.getini("chalice_in_flight_allowed")]
    sentences = [
        f"when {report.invocation} returned, {left}"
        for report in reports
        for left in report.left
        if not any(pattern.search(left) for pattern in allowed)
    ]
    if not sentences or mode == "off":
        return
    text = "a handler left work undone, which stands still on Lambda until the next invocation, or for ever:\n"
    text += "\n".join(sentences)
    if mode == "fail":
        pytest.fail(text, pytrace=False)
    warnings.warn(pytest.PytestWarning(text), stacklevel=2)
