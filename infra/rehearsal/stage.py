"""A stage that is deployed on the local AWS."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.cloudformation.parts import Template
from infra.rehearsal.adaptation import Adapted
from infra.rehearsal.commands import run
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.local_aws import LocalAws
from infra.rehearsal.secret_values import secret
from infra.rehearsal.stacks import Stack

_FUNCTIONS = ("rest", "connect", "message", "disconnect", "warm")
"""The functions, by the names of their logs in infra/cloudformation/app/function_logs.yml."""


@dataclass(frozen=True)
class DeployedStack:
    """The original template, its adaptation to the local AWS, and the created stack."""

    template: Template
    adapted: Adapted
    stack: Stack


@dataclass(frozen=True)
class Stage:
    name: str
    aws: LocalAws
    base: DeployedStack
    app: DeployedStack

    @property
    def rest_url(self) -> str:
        return self.aws.api(self.app.stack.outputs["RestAPIId"])

    @property
    def websocket_endpoint(self) -> str:
        return self.aws.api(self.app.stack.outputs["WebsocketAPIId"])

    @property
    def websocket_url(self) -> str:
        """The address of the websockets, as clients use it."""
        return f"ws{self.websocket_endpoint.removeprefix('http')}"

    def environment(self, task: str) -> dict[str, str]:
        """Returns the environment of a container of the stage, with the credentials of its role."""
        definition = self._definition(task)
        (container,) = definition["containerDefinitions"]
        return {
            "PATH": os.environ["PATH"],
            **{variable["name"]: variable["value"] for variable in container["environment"]},
            **self.aws.environment_of_role(definition["taskRoleArn"]),
        }

    def provision(self) -> None:
        """Create topics and indexes as the operator's task does, in its environment. Raises RehearsalError."""
        run([sys.executable, "-m", "infra.provision"], self.environment("ops"))

    def warm(self) -> None:
        """Run the scheduled function once, as no client calls it. Raises RehearsalError if it fails."""
        event = {"version": "0", "id": "", "detail-type": "", "source": "", "account": "", "time": "", "region": ""}
        response = self.aws.client("lambda").invoke(
            FunctionName=f"{self.app.stack.physical_ids['WarmCaches']}:live",
            Payload=json.dumps({**event, "resources": [], "detail": {}}),
        )
        if "FunctionError" in response:
            raise RehearsalError(f"The cache warmer failed: {response['Payload'].read().decode()}")

    def enforces_roles(self) -> bool:
        """Returns whether the local AWS enforces roles at all: the operator's role must not be able to send mails."""
        role = self.aws.environment_of_role(self._definition("ops")["taskRoleArn"])
        text = {"Data": "This must not be sent."}
        try:
            self.aws.client("sesv2", role).send_email(
                FromEmailAddress="hello@devconnect.example",
                Destination={"ToAddresses": ["you@example.org"]},
                Content={"Simple": {"Subject": text, "Body": {"Text": text}}},
            )
        except ClientError as error:
            return str(error.response["Error"]["Code"]) == "AccessDeniedException"
        return False

    def secret(self, name: str) -> str:
        return secret(self.aws, self.name, name)

    def keep_logs(self, directory: Path) -> None:
        """Write the functions' logs that the local AWS keeps; MiniStack keeps none of websocket functions."""
        logs = self.aws.client("logs")
        for name in _FUNCTIONS:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/devconnect/{self.name}/{name}")
            lines = [str(event["message"]).rstrip() for page in pages for event in page["events"]]
            (directory / f"function-{name}.log").write_text("\n".join([*lines, ""]))

    def _definition(self, task: str) -> Any:  # Any: boto3 has no types
        ecs = self.aws.client("ecs")
        return ecs.describe_task_definition(taskDefinition=f"devconnect-{self.name}-{task}")["taskDefinition"]
