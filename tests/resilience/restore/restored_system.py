"""Servers and a consumer whose MongoDB a test loses, and gets back from a copy of its directory."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib import settings
from chalicelib.models.responses import MessageResponse
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from infra.local.applications import consumer
from infra.local.environment import Ports, application_environment
from infra.local.servers.plan import plan_servers
from infra.local.state import StateDirectory
from infra.provision.servers import provision_servers
from tests.support.controlled import Controlled, controlled
from tests.support.operated import Operated
from tests.support.system import SETTINGS


@dataclass
class RestoredSystem(Operated):
    """`wiring` stands for the functions; it is another one after the restore, as that deploys them again."""

    state: StateDirectory
    environment: dict[str, str]
    mongod: Controlled
    consumer: Controlled
    wiring: Wiring

    def send(self, sender: NewSession, receiver: NewSession, *texts: str) -> list[MessageResponse]:
        return self.send_texts(sender, receiver, texts)

    def start_consumer(self) -> None:
        self.consumer.start()
        self.consumer.wait_until_ready()

    def back_up(self) -> None:
        """Copies the directory of a mongod that was stopped cleanly: what a snapshot of its disk holds."""
        self.consumer.stop()
        self.mongod.stop()
        shutil.copytree(self.state.data("mongodb"), self.state.path / "backup")
        self._start_mongod()
        self.start_consumer()

    def lose_mongodb(self) -> None:
        """Kills mongod, and deletes its directory."""
        self.mongod.kill()
        shutil.rmtree(self.state.data("mongodb"))

    def restore(self) -> None:
        """Starts mongod on the copy, with new functions."""
        shutil.copytree(self.state.path / "backup", self.state.data("mongodb"), dirs_exist_ok=True)
        self._start_mongod()
        self.wiring.close()
        self.wiring = Wiring(settings.load(self.environment))

    def _start_mongod(self) -> None:
        self.mongod.start()
        self.mongod.wait_until_ready()


@contextmanager
def restored_system(directory: Path, environ: Mapping[str, str]) -> Iterator[RestoredSystem]:
    state = StateDirectory(directory)
    plan = plan_servers(state, environ, print)
    # Nothing listens at port 9: the emails of the outbox stay there.
    environment = {**environ, **application_environment(state, plan.environment, Ports(9, 9), environ), **SETTINGS}
    with ExitStack() as stack:
        servers = stack.enter_context(controlled(plan.children, directory))
        wiring = Wiring(settings.load(environment))
        provision_servers(wiring.settings)
        [consuming] = stack.enter_context(controlled([consumer(environment, health_port=0)], directory))
        [mongod] = [server for server in servers if server.child.name == "mongodb"]
        system = RestoredSystem(state, environment, mongod, consuming, wiring)
        stack.push(lambda *_error: system.wiring.close())  # the one that it has at the end
        yield system
