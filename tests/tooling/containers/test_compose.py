"""docker-compose.yml describes a working system: its command lines are run here without Docker."""

import httpx
import pytest

from chalicelib import settings
from chalicelib.models.requests import Signup
from chalicelib.services.accounts import ClientIdentity
from chalicelib.wiring import Wiring
from tests.support.addresses import address, email
from tests.support.waiting import eventually
from tests.tooling.containers.without_docker import WithoutDocker

SERVED = ["redis", "mongodb", "kafka", "aws", "consumer"]
"""The services that run for ever; the others end."""

pytestmark = pytest.mark.real_kafka


def test_a_signup_is_counted_and_mailed_by_the_consumers_image(containers: WithoutDocker) -> None:
    """A signup is written to the three servers; the consumer's image reads its event, counts it and sends the mail."""
    environment = containers.environment("consumer")
    wiring = Wiring(settings.load(environment | {"BCRYPT_ROUNDS": "4"}))
    try:
        signup = Signup(firstName="Ada", lastName="Lovelace", emailId=email(), password="correct horse")
        wiring.accounts.sign_up(signup, ClientIdentity(ip=address(), user_agent="tests"))
        counted = wiring.mongo.database["analytics_daily"]
        eventually(lambda: counted.find_one({"counts.USER_SIGNUP": 1}), what="the count of the signup")
    finally:
        wiring.close()
    sent = f"{environment['AWS_ENDPOINT_URL_SESV2']}/_ministack/ses/messages"
    eventually(lambda: signup.emailId in httpx.get(sent).text, what="the welcome mail")


@pytest.mark.parametrize("name", SERVED)
def test_a_service_passes_its_own_health_check(containers: WithoutDocker, name: str) -> None:
    eventually(lambda: containers.is_healthy(name), what=f"the health of {name}")


@pytest.mark.comes_last
def test_the_consumer_stops_on_sigterm(containers: WithoutDocker) -> None:
    """Docker and Fargate send SIGTERM. The group must not wait for a dead member. Other tests need the consumer."""
    assert containers.ended("consumer", 30) == 0
    assert "The consumer has left the group." in containers.log("consumer")
    assert not containers.passes("consumer"), "the health check must fail where nothing listens"
