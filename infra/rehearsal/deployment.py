"""Deploys a stage to the local AWS, in the order of docs/deploy.md."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.cloudformation.parts import Template
from infra.local.state import CHECKOUT
from infra.package.errors import PackageError
from infra.package.target import target_of_this_machine
from infra.rehearsal.adaptation import adapt
from infra.rehearsal.commands import run
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.limits import rules
from infra.rehearsal.local_aws import LocalAws
from infra.rehearsal.secret_values import put_secrets
from infra.rehearsal.servers import Servers
from infra.rehearsal.stacks import Stack, Stacks
from infra.rehearsal.stage import DeployedStack, Stage
from infra.rehearsal.steps import Steps

ALLOWED_ORIGIN = "https://app.example.org"
SENDER_ADDRESS = "hello@devconnect.example"
SENDER = f"DevConnect <{SENDER_ADDRESS}>"

_RELEASE = "rehearsal"
_INFRA_PYTHON = CHECKOUT / ".local" / "infra" / "bin" / "python"
_TRANSLATE = CHECKOUT / "infra" / "cloudformation" / "translate.py"


@dataclass(frozen=True)
class Deployment:
    """A deployment. `servers` replace those of the stage, `directory` is for the package.

    Each step may raise RehearsalError, or botocore's errors if the local AWS rejects a request.
    """

    stage: str
    aws: LocalAws
    servers: Servers
    directory: Path
    steps: Steps

    @property
    def archive(self) -> Path:
        return self.directory / "deployment.zip"

    def package(self) -> None:
        """Run `make package` for the local AWS, which runs the functions by this Python on this machine.

        Raises RehearsalError where they cannot run on it.
        """
        try:
            target = target_of_this_machine()
        except PackageError as error:
            raise RehearsalError(str(error)) from error
        command = [sys.executable, "-m", "infra.package", "--stage", self.stage, "-o", str(self.directory)]
        with self.steps.step("Packaging the functions and both templates"):
            run([*command, "--python", target.python, "--architecture", target.architecture])

    def deploy(self) -> Stage:
        """Deploy both stacks, and between them perform the manual steps of docs/deploy.md."""
        stacks = Stacks(self.aws)
        with self.steps.step("Deploying the base stack"):
            base = self._deploy_base(stacks)
        with self.steps.step("Putting the values into the secrets, and the mails' sender into SES"):
            put_secrets(self.aws, self.stage, base.template, self.servers.environment)
            self.aws.client("sesv2").create_email_identity(EmailIdentity=SENDER_ADDRESS)
        with self.steps.step("Deploying the app stack: functions, APIs, the consumer's service"):
            app = self._deploy_app(stacks.deploy)
        return Stage(self.stage, self.aws, base, app)

    def deploy_again(self) -> None:
        """Deploy the same commit once more, which starts new functions with the secrets as they are now."""
        self._deploy_app(Stacks(self.aws).update)

    def _deploy_base(self, stacks: Stacks) -> DeployedStack:
        stacks.make_bucket()
        template: Template = json.loads((self.directory / "base.json").read_text())
        adapted = adapt(template, rules({}))
        parameters = {"Stage": self.stage, "NoticesEmail": "you@example.org"}
        stack = stacks.deploy(f"devconnect-{self.stage}-base", adapted.template, parameters)
        return DeployedStack(template, adapted, stack)

    def _deploy_app(self, deploy: Callable[[str, Template, Mapping[str, str]], Stack]) -> DeployedStack:
        deployment = f"{time.time():.0f} {_RELEASE}"
        translated = self.directory / "translated.json"
        words = [f"Stage={self.stage}", f"Deployment={deployment}"]
        run([str(_INFRA_PYTHON), str(_TRANSLATE), str(self.directory / "sam.json"), str(translated), *words])
        template: Template = json.loads(translated.read_text())
        adapted = adapt(template, rules(self.servers.variables()))
        Stacks(self.aws).upload(self.archive)
        parameters = {
            "Stage": self.stage,
            "Base": f"devconnect-{self.stage}-base",
            "Release": _RELEASE,
            "Deployment": deployment,
            "KafkaBootstrapServers": self.servers.environment["KAFKA_BOOTSTRAP_SERVERS"],
            "AllowedOrigins": ALLOWED_ORIGIN,
            "EmailFrom": SENDER,
        }
        return DeployedStack(template, adapted, deploy(f"devconnect-{self.stage}", adapted.template, parameters))
