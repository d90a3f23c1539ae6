"""The rehearsal, from the first step to the last."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.applications import consumer
from infra.local.ports import free_port
from infra.local.state import StateDirectory
from infra.local.supervisor import Supervisor
from infra.rehearsal.deployed import DeployedSystem, write_deployed
from infra.rehearsal.deployment import SENDER, Deployment
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.local_aws import DEFAULT_PORT, LocalAws, ministack
from infra.rehearsal.rotation import Rotation
from infra.rehearsal.runtime import require_minimal_runtime
from infra.rehearsal.servers import plan_encrypted
from infra.rehearsal.stage import Stage
from infra.rehearsal.steps import Steps
from infra.rehearsal.suite import Outcome, run_suite


@dataclass(frozen=True)
class Rehearsal:
    """`supervisor` stops the processes that are started. `named` is the host:port of a local AWS that runs already."""

    state: StateDirectory
    supervisor: Supervisor
    steps: Steps
    named: str | None

    def run(self, stage_name: str, pytest_arguments: list[str]) -> tuple[Stage, Outcome]:
        """Returns the deployed stage and the outcome of the tests.

        Raises RehearsalError or LocalError if the rehearsal cannot be completed, and BotoCoreError or ClientError if
        the local AWS rejects a request.
        """
        with self.steps.step("Starting Redis, MongoDB and Kafka, encrypted"):
            servers = plan_encrypted(self.state)
            self.supervisor.start(*servers.children)
        package = self.state.path / "package"
        deployment = Deployment(stage_name, self._local_aws(), servers, package, self.steps)
        deployment.package()
        self._check_the_runtime(deployment)
        stage = deployment.deploy()
        try:
            outcome = self._test(stage, servers.environment, pytest_arguments)
            websocket_url = f"ws{stage.websocket_endpoint.removeprefix('http')}"
            Rotation(stage, websocket_url, deployment.deploy_again, self.steps).rehearse()
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

    def _check_the_runtime(self, deployment: Deployment) -> None:
        if self.named:
            self.steps.say("The packages that its functions find outside of the zip are unknown, and not checked.")
            return
        with self.steps.step("Checking that the runtime lends the functions nothing"):
            count = require_minimal_runtime(deployment.archive)
            self.steps.say(
                f"    None of the zip's {count} modules is there without it; boto3 is, as in Lambda's runtime."
            )

    def _test(self, stage: Stage, servers: Mapping[str, str], pytest_arguments: list[str]) -> Outcome:
        with self.steps.step("Making topics and indexes with the environment and the role of the operator's task"):
            stage.provision()
        with self.steps.step("Asking the deployed stage whether it is ready"):
            _require_readiness(stage.rest_url)
        with self.steps.step("Running the cache warmer, as its schedule would"):
            stage.warm()
        with self.steps.step("Starting the consumer with the environment and the role of its task"):
            self.supervisor.start(consumer(stage.environment("consumer"), free_port()))
        self.steps.say(_roles_sentence(stage))
        system = self.state.path / "system.json"
        write_deployed(system, self._deployed(stage, servers))
        with self.steps.step("Running the end-to-end tests"):
            return run_suite(system, self.state.path / "outcome.json", pytest_arguments)

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
            websocket_url=f"ws{stage.websocket_endpoint.removeprefix('http')}",
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
