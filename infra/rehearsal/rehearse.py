"""The rehearsal, from the first step to the last."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.ports import free_port
from infra.local.state import StateDirectory
from infra.local.supervisor import Supervisor
from infra.rehearsal.consumers import Consumers
from infra.rehearsal.deployed import DeployedSystem, write_deployed
from infra.rehearsal.deployment import SENDER, Deployment
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.headlines import Headlines
from infra.rehearsal.local_aws import DEFAULT_PORT, LocalAws, ministack
from infra.rehearsal.next_version import next_version
from infra.rehearsal.operating import Operator
from infra.rehearsal.release import Release, present
from infra.rehearsal.replay import Replay
from infra.rehearsal.rotation import Rotation
from infra.rehearsal.runtime import require_minimal_runtime
from infra.rehearsal.second_deployment import SecondDeployment
from infra.rehearsal.servers import plan_encrypted
from infra.rehearsal.stage import Stage
from infra.rehearsal.steps import Steps
from infra.rehearsal.suite import Outcome, run_suite
from infra.rehearsal.talk import talking
from infra.rehearsal.user import User


@dataclass(frozen=True)
class Rehearsal:
    """`supervisor` stops the processes that are started. `named` is the host:port of a local AWS that runs already."""

    state: StateDirectory
    supervisor: Supervisor
    steps: Steps
    named: str | None

    def run(self, stage_name: str, pytest_arguments: list[str] | None) -> tuple[Stage, Outcome | None]:
        """Returns the deployed stage and the outcome of the tests, which are left out where there are no arguments.

        Raises RehearsalError or LocalError if the rehearsal cannot be completed, and BotoCoreError or ClientError if
        the local AWS rejects a request.
        """
        with self.steps.step("Starting Redis, MongoDB and Kafka, encrypted"):
            servers = plan_encrypted(self.state)
            self.supervisor.start(*servers.children)
        deployment = Deployment(stage_name, self._local_aws(), servers, self.steps)
        release = present(self.state.path / "package")
        deployment.package(release)
        self._check_the_runtime(release)
        stage = deployment.deploy(release)
        try:
            consumers = self._begin(stage, release)
            write_deployed(self.state.path / "system.json", self._deployed(stage, servers.environment))
            outcome = self._test(pytest_arguments)
            self._operate(deployment, stage, release, consumers)
            return stage, outcome
        finally:
            with suppress(BotoCoreError, ClientError):  # a failure here is not the first one
                stage.keep_logs(self.state.logs)

    def _local_aws(self) -> LocalAws:
        if self.named:
            self.steps.say(f"The local AWS at {self.named} is used as it is. The stage will stay on it.")
            return LocalAws(self.named if ":" in self.named else f"{self.named}:{DEFAULT_PORT}")
        with self.steps.step("Starting MiniStack"):
            port = free_port()
            self.supervisor.start(ministack(port, self.state.data("functions")))
        return LocalAws(f"127.0.0.1:{port}")

    def _check_the_runtime(self, release: Release) -> None:
        if self.named:
            self.steps.say("The packages that its functions find outside of the zip are unknown, and not checked.")
            return
        with self.steps.step("Checking that the runtime lends the functions nothing"):
            count = require_minimal_runtime(release.archive)
            self.steps.say(
                f"    None of the zip's {count} modules is there without it; boto3 is, as in Lambda's runtime."
            )

    def _begin(self, stage: Stage, release: Release) -> Consumers:
        with self.steps.step("Making topics and indexes with the environment and the role of the operator's task"):
            stage.provision()
        with self.steps.step("Asking the deployed stage whether it is ready"):
            _require_readiness(stage.rest_url)
        with self.steps.step("Running the cache warmer, as its schedule would"):
            stage.warm()
        consumers = Consumers(stage, self.supervisor)
        with self.steps.step("Starting the consumer with the environment and the role of its task"):
            consumers.start("consumer", release)
        self.steps.say(_roles_sentence(stage))
        return consumers

    def _test(self, pytest_arguments: list[str] | None) -> Outcome | None:
        if pytest_arguments is None:
            return None
        with self.steps.step("Running the end-to-end tests"):
            return run_suite(self.state.path / "system.json", self.state.path / "outcome.json", pytest_arguments)

    def _operate(self, deployment: Deployment, stage: Stage, release: Release, consumers: Consumers) -> None:
        """What a stage sees after its first deployment: another version, a way back, a new key, a dead letter."""
        began = datetime.now(UTC)
        mongodb_uri = deployment.servers.environment["MONGODB_URI"]
        following = next_version(self.state.path / "next" / "source", self.state.path / "next" / "package")
        deployment.package(following)
        headlines = Headlines(User.sign_up(stage, "owner"), User.sign_up(stage, "reader"), mongodb_uri)
        second = SecondDeployment(stage, deployment.update, release, following, consumers, headlines, self.steps)
        with talking(stage, mongodb_uri, self.state.logs / "talkers.log") as talk:
            second.rehearse(talk)
            with self.steps.step("Counting what clients have sent, received and stored"):
                self.steps.say(f"    {talk.end()}.")
        Rotation(stage, partial(deployment.update, release), self.steps).rehearse()
        Replay(stage, mongodb_uri, self.steps).rehearse()
        with self.steps.step("Auditing the books"):
            self.steps.say(Operator(stage).balance_the_books(began).rstrip())

    def _deployed(self, stage: Stage, servers: Mapping[str, str]) -> DeployedSystem:
        environment = {
            **servers,
            **stage.aws.environment,
            "JWT_SECRET": stage.secret("jwt-secret"),
            "WEBSOCKET_ENDPOINT": stage.websocket_endpoint,
            "EMAIL_FROM": SENDER,
            "PUBLIC_URL": f"{stage.rest_url}/api",
        }
        return DeployedSystem(
            rest_url=stage.rest_url,
            websocket_url=stage.websocket_url,
            environment=environment,
            state_dir=str(self.state.path),
        )


def _require_readiness(rest_url: str) -> None:
    response = httpx.get(f"{rest_url}/api/health/ready", timeout=60)
    if response.status_code != httpx.codes.OK:
        raise RehearsalError(f"The deployed stage is not ready: {response.status_code} {response.text}")


def _roles_sentence(stage: Stage) -> str:
    if stage.enforces_roles():
        return "Functions and consumer can do only what their roles allow: the operator's role cannot send mails."
    return "The local AWS does not enforce roles, so whether they allow enough is not tested."
