"""Deploys releases of a stage to the local AWS, in the order of docs/deploy.md."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from infra.cloudformation.parts import Template
from infra.local.state import CHECKOUT
from infra.package.errors import PackageError
from infra.package.target import target_of_this_machine
from infra.rehearsal.adaptation import adapt
from infra.rehearsal.commands import run
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.limits import rules
from infra.rehearsal.local_aws import LocalAws
from infra.rehearsal.release import Release
from infra.rehearsal.secret_values import put_secrets
from infra.rehearsal.servers import Servers
from infra.rehearsal.stacks import Stack, Stacks
from infra.rehearsal.stage import DeployedStack, Stage
from infra.rehearsal.steps import Steps

SENDER_ADDRESS = "hello@devconnect.example"
SENDER = f"DevConnect <{SENDER_ADDRESS}>"

_INFRA_PYTHON = CHECKOUT / ".local" / "infra" / "bin" / "python"
_TRANSLATE = CHECKOUT / "infra" / "cloudformation" / "translate.py"


@dataclass(frozen=True)
class Deployment:
    """The deployments of a stage. `servers` replace those of the stage.

    Each step may raise RehearsalError, or botocore's errors if the local AWS rejects a request.
    """

    stage: str
    aws: LocalAws
    servers: Servers
    steps: Steps

    def package(self, release: Release) -> None:
        """Run `make package` for the local AWS, which runs the functions by this Python on this machine.

        Raises RehearsalError where they cannot run on it.
        """
        try:
            target = target_of_this_machine()
        except PackageError as error:
            raise RehearsalError(str(error)) from error
        with self.steps.step(f"Packaging the functions and both templates of the {release.name} release"):
            release.package(self.stage, target)

    def deploy(self, release: Release) -> Stage:
        """Deploy both stacks, and between them perform the manual steps of docs/deploy.md."""
        stacks = Stacks(self.aws)
        with self.steps.step("Deploying the base stack"):
            base = self._deploy_base(stacks, release)
        with self.steps.step("Putting the values into the secrets, and the mails' sender into SES"):
            put_secrets(self.aws, self.stage, base.template, self.servers.environment)
            self.aws.client("sesv2").create_email_identity(EmailIdentity=SENDER_ADDRESS)
        with self.steps.step("Deploying the app stack: functions, APIs, the consumer's service"):
            app = self._deploy_app(release, stacks.deploy)
        return Stage(self.stage, self.aws, base, app)

    def update(self, release: Release) -> None:
        """Deploy a release in the place of another, or the same once more.

        Either starts new functions, with the secrets as they are now.
        """
        self._deploy_app(release, Stacks(self.aws).update)

    def _deploy_base(self, stacks: Stacks, release: Release) -> DeployedStack:
        stacks.make_bucket()
        template: Template = json.loads((release.directory / "base.json").read_text())
        adapted = adapt(template, rules({}))
        parameters = {"Stage": self.stage, "NoticesEmail": "you@example.org"}
        stack = stacks.deploy(f"devconnect-{self.stage}-base", adapted.template, parameters)
        return DeployedStack(template, adapted, stack)

    def _deploy_app(
        self, release: Release, deploy: Callable[[str, Template, Mapping[str, str]], Stack]
    ) -> DeployedStack:
        deployment = f"{time.time():.0f} {release.name}"
        translated = release.directory / "translated.json"
        words = [f"Stage={self.stage}", f"Deployment={deployment}"]
        run([str(_INFRA_PYTHON), str(_TRANSLATE), str(release.directory / "sam.json"), str(translated), *words])
        # As `aws cloudformation package` does, the code is named by what it is: else an update would not read it again.
        key = f"{hashlib.sha256(release.archive.read_bytes()).hexdigest()}.zip"
        template: Template = json.loads(translated.read_text().replace('"deployment.zip"', f'"{key}"'))
        adapted = adapt(template, rules(self.servers.variables()))
        Stacks(self.aws).upload(release.archive, key)
        parameters = {
            "Stage": self.stage,
            "Base": f"devconnect-{self.stage}-base",
            "Release": release.name,
            "Deployment": deployment,
            "KafkaBootstrapServers": self.servers.environment["KAFKA_BOOTSTRAP_SERVERS"],
            "EmailFrom": SENDER,
            **release.settings,
        }
        return DeployedStack(template, adapted, deploy(f"devconnect-{self.stage}", adapted.template, parameters))
