"""The dashboard of infra/grafana: a real Prometheus scrapes the consumer, and answers each query of each panel."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
from prometheus_client import REGISTRY

from chalicelib import settings
from chalicelib.consumer.telemetry import metrics
from chalicelib.models.requests import Signup
from chalicelib.services.accounts import ClientIdentity
from chalicelib.wiring import Wiring
from infra.local.state import CHECKOUT
from tests.support.addresses import address, email
from tests.support.waiting import eventually
from tests.tooling.containers.compose import services
from tests.tooling.containers.without_docker import WithoutDocker

GRAFANA = CHECKOUT / "infra" / "grafana"
DASHBOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))


class Query(NamedTuple):
    panel: str
    expression: str

    @property
    def text(self) -> str:
        """The query with what Grafana puts in the place of its variables."""
        return self.expression.replace("$__rate_interval", "1m")


def panels() -> Iterator[dict[str, Any]]:  # Any: Grafana's own format
    for path in DASHBOARDS:
        yield from json.loads(path.read_text())["panels"]


QUERIES = [Query(panel["title"], target["expr"]) for panel in panels() for target in panel["targets"]]


@pytest.fixture(scope="module")
def prometheus(containers: WithoutDocker) -> str:
    """The address of Prometheus, which has scraped the consumer since it had the effects of a signup."""
    wiring = Wiring(settings.load(containers.environment("consumer") | {"BCRYPT_ROUNDS": "4"}))
    try:
        containers.up("prometheus")
        signup = Signup(firstName="Ada", lastName="Lovelace", emailId=email(), password="correct horse")
        wiring.accounts.sign_up(signup, ClientIdentity(ip=address(), user_agent="tests"))
    finally:
        wiring.close()
    [listening] = [word for word in services()["prometheus"].command if word.startswith("--web.listen-address=")]
    url = f"http://{containers.translated('prometheus', listening.partition('=')[2])}"
    # A rate needs two scrapes.
    seen = 'count_over_time(devconnect_events_processed_total{event_type="USER_SIGNUP"}[1m]) >= 2'
    eventually(lambda: answer(url, seen), seconds=60, what="two scrapes of the consumer")
    return url


def answer(url: str, query: str) -> list[Any]:  # Any: Prometheus's own format
    """What Prometheus answers. Raises AssertionError with its sentence where it does not understand the query."""
    try:
        response = httpx.get(f"{url}/api/v1/query", params={"query": query})
    except httpx.TransportError:  # it starts
        return []
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:  # so it answers until it has read what it has stored
        return []
    body = response.json()
    assert body["status"] == "success", f"{query}: {body['error']}"
    result: list[Any] = body["data"]["result"]
    return result


@pytest.mark.real_kafka
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.panel)
def test_prometheus_answers_the_query(prometheus: str, query: Query) -> None:
    found = answer(prometheus, query.text)
    assert found, "a panel without data"
    for labels in re.findall(r"by \(([^)]*)\)", query.text):
        shown = {label.strip() for label in labels.split(",")} - {"le"}
        assert all(shown <= series["metric"].keys() for series in found), f"no metric has all of {shown}"


@pytest.mark.real_kafka
def test_prometheus_says_what_is_wrong_with_a_query(prometheus: str) -> None:
    with pytest.raises(AssertionError, match="parse error"):
        answer(prometheus, "sum by (topic) (devconnect_consumer_lag_records")
    assert answer(prometheus, "devconnect_no_such_metric") == []


def names_of(query: str) -> set[str]:
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"\bdevconnect_\w+", query)}


def test_the_dashboard_shows_every_metric_of_the_code_and_no_other() -> None:
    exported = {
        sample.name for metric in REGISTRY.collect() for sample in [metric] if metric.name.startswith("devconnect_")
    }
    assert exported, f"{metrics.__name__} declares metrics"
    shown = set().union(*(names_of(query.expression) for query in QUERIES))
    assert {name.removesuffix("_total") for name in shown} == exported


def test_each_panel_asks_the_source_that_grafana_is_given() -> None:
    provisioned = msgspec.yaml.decode((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_bytes())
    [source] = provisioned["datasources"]
    assert {panel["datasource"]["uid"] for panel in panels()} == {source["uid"]}
    [listening] = [word for word in services()["prometheus"].command if word.startswith("--web.listen-address=")]
    assert source["url"] == f"http://{listening.partition('=')[2]}"


def test_grafana_is_given_the_directory_of_the_dashboards() -> None:
    text = (CHECKOUT / "infra" / "docker-compose.yml").read_text()
    provider = msgspec.yaml.decode((GRAFANA / "provisioning" / "dashboards" / "files.yml").read_bytes())["providers"][0]
    assert f"./grafana/dashboards:{provider['options']['path']}:ro" in text
    home = services()["grafana"].environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home in {f"{provider['options']['path']}/{path.name}" for path in DASHBOARDS}
