"""The Dockerfile: what it says, and that the `ops` image can do what docs/deploy.md asks of it."""

import re
import subprocess

import pytest

from infra.local.state import CHECKOUT
from tests.tooling.containers.compose import services
from tests.tooling.containers.dockerfile import DOCKERFILE, stages
from tests.tooling.containers.without_docker import WithoutDocker

HADOLINT = CHECKOUT / ".local" / "infra" / "bin" / "hadolint"
IMAGES = ["consumer", "ops"]
A_VERSION = r"[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*"


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_runs_as_an_unprivileged_user(name: str) -> None:
    user, _, group = stages()[name].last("USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_is_started_without_a_shell(name: str) -> None:
    """SIGTERM would reach the shell alone."""
    assert stages()[name].argv("ENTRYPOINT")[0].startswith("/opt/")


def test_every_image_is_pinned_by_its_version() -> None:
    ours = [stage.base for stage in stages().values()]
    others = [service.image for service in services().values() if service.build is None]
    assert [image for image in (*ours, *others) if not re.fullmatch(A_VERSION, image)] == []


def test_compose_builds_every_image() -> None:
    built = {service.build.target for service in services().values() if service.build}
    assert built == set(IMAGES)


def test_ports_are_published_on_the_loopback_alone() -> None:
    ports = [port for service in services().values() for port in service.ports]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_hadolint_finds_nothing() -> None:
    if not HADOLINT.exists():
        pytest.skip("needs hadolint: make infra-tools")
    linted = subprocess.run([HADOLINT, DOCKERFILE], capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.real_kafka
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ([], "dead-letters"),  # the image's own CMD: the list of commands
        (["infra.provision"], "Topics and indexes are in place."),  # a second time
        (["infra.ops", "topics", "describe"], "dead-letter"),
        (["infra.ops", "dead-letters", "list"], ""),
    ],
)
def test_the_ops_image_runs_its_commands(containers: WithoutDocker, command: list[str], expected: str) -> None:
    result = containers.run("ops", command, containers.environment("provision"))
    assert result.returncode == 0, result.stderr
    assert expected in result.stdout
