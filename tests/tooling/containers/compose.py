"""docker-compose.yml as data."""

import re
from typing import Literal

import msgspec

from infra.local.state import CHECKOUT

COMPOSE = CHECKOUT / "infra" / "docker-compose.yml"


class Dependency(msgspec.Struct):
    condition: Literal["service_healthy", "service_completed_successfully"]


class Healthcheck(msgspec.Struct):
    test: list[str]


class Build(msgspec.Struct):
    dockerfile: str
    target: str


class Service(msgspec.Struct):
    image: str
    build: Build | None = None
    entrypoint: list[str] = []
    command: list[str] = []
    environment: dict[str, str] = {}
    ports: list[str] = []
    healthcheck: Healthcheck | None = None
    depends_on: dict[str, Dependency] = {}


class _File(msgspec.Struct):
    services: dict[str, Service]


def services() -> dict[str, Service]:
    """Returns the services by name, in the order of the file, with the defaults of `${NAME:-default}` filled in."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", COMPOSE.read_text()).replace("$$", "$")
    return msgspec.yaml.decode(text, type=_File).services
