"""CloudFormation of the local AWS: creates the two stacks, and describes their outputs and resources."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError, WaiterError

from infra.cloudformation.parts import Template
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.local_aws import LocalAws

BUCKET = "artifacts"
"""The bucket of the functions' code, as in infra/cloudformation/translate.py."""

_SECONDS = 60


@dataclass(frozen=True)
class Stack:
    """A created stack. `physical_ids` are by logical id, without the resources that a condition excludes."""

    outputs: dict[str, str]
    physical_ids: dict[str, str]


class Stacks:
    def __init__(self, aws: LocalAws) -> None:
        self._aws = aws
        self._s3 = aws.client("s3")
        self._cloudformation = aws.client("cloudformation")

    def make_bucket(self) -> None:
        """Create the bucket for the templates and the functions' code."""
        self._s3.create_bucket(Bucket=BUCKET)

    def upload(self, archive: Path, key: str) -> None:
        """Upload the functions' code to the place that the template names."""
        self._s3.upload_file(str(archive), BUCKET, key)

    def deploy(self, name: str, template: Template, parameters: Mapping[str, str]) -> Stack:
        """Create and return the stack. Raises RehearsalError, with the failed resources, if that fails."""
        return self._deploy(name, template, parameters, self._cloudformation.create_stack, "stack_create_complete")

    def update(self, name: str, template: Template, parameters: Mapping[str, str]) -> Stack:
        """Update and return the stack, as `deploy` does."""
        return self._deploy(name, template, parameters, self._cloudformation.update_stack, "stack_update_complete")

    def _deploy(
        self,
        name: str,
        template: Template,
        parameters: Mapping[str, str],
        call: Callable[..., object],
        waited: str,
    ) -> Stack:
        key = f"{name}.json"
        # The template is larger than the 51,200 bytes that a request may contain.
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(template).encode())
        try:
            call(
                StackName=name,
                TemplateURL=f"{self._aws.url}/{BUCKET}/{key}",
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
                Capabilities=["CAPABILITY_IAM"],
            )
            waiter = self._cloudformation.get_waiter(waited)
            waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": _SECONDS})
        except (ClientError, WaiterError) as error:
            raise RehearsalError(f"{name} was not deployed: {error}\n{self._failures(name)}".rstrip()) from error
        (stack,) = self._cloudformation.describe_stacks(StackName=name)["Stacks"]
        resources = self._cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return Stack(
            {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]},
            {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources},
        )

    def _failures(self, name: str) -> str:
        try:
            events = self._cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        except ClientError:
            return ""
        failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("FAILED")]
        return "\n".join(
            f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason')}"
            for event in failed
        )
