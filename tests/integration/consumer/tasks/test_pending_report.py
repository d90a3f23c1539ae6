"""The log line from which an alarm's metric is made: infra/cloudformation/app/alarms_consumer.yml."""

import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from chalicelib.clock import utc_now
from chalicelib.consumer.tasks.schedule import maintenance_tasks
from chalicelib.logs import JsonFormatter
from tests.support.addresses import CLOSED_PORT
from tests.support.users import sign_up
from tests.support.wirings import MakeWiring


def test_the_age_of_the_oldest_pending_event_is_logged(
    environment: dict[str, str], make_wiring: MakeWiring, caplog: pytest.LogCaptureFixture
) -> None:
    # It has a separate database, since the running consumer would publish the pending events of the shared one.
    uri = urlsplit(environment["MONGODB_URI"])._replace(path=f"/pending_{ObjectId()}").geturl()
    wiring = make_wiring(MONGODB_URI=uri, KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{CLOSED_PORT}")
    (report,) = (task for task in maintenance_tasks(wiring) if task.name == "report")
    assert reported_age(report.run, caplog) == 0.0
    sign_up(wiring)
    wiring.clock = lambda: utc_now() + timedelta(minutes=5)
    assert 300 <= reported_age(report.run, caplog) < 330


def reported_age(run: Callable[[], object], caplog: pytest.LogCaptureFixture) -> float:
    caplog.clear()
    with caplog.at_level("INFO", logger="chalicelib.consumer.tasks.schedule"):
        run()
    (line,) = (json.loads(JsonFormatter().format(record)) for record in caplog.records if hasattr(record, "action"))
    assert line["action"] == "pending_measured"
    return float(line["oldestPendingSeconds"])
