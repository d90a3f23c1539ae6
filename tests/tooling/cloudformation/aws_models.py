"""Whether a command of the AWS CLI can be right: its operation, options and query, by the models that it is made of."""

import re
from collections.abc import Iterator

import botocore.session
from botocore import xform_name
from botocore.model import OperationModel, Shape, StructureShape

SERVICES = {"s3api": "s3", "deploy": "codedeploy"}
"""Names in the CLI that are not the SDK's."""

FOR_EVERY_COMMAND = {"query", "output", "region"}

OWN_COMMANDS = {
    ("cloudformation", "deploy"): {
        *("stack-name", "template-file", "s3-bucket", "capabilities", "tags", "parameter-overrides"),
    },
    ("cloudfront", "create-invalidation"): {"distribution-id", "paths"},
    ("s3", "sync"): {"cache-control", "delete", "exclude"},
    ("cloudformation", "package"): {"template-file", "s3-bucket", "output-template-file", "use-json"},
    ("ecr", "get-login-password"): set(),
    ("logs", "tail"): {"log-stream-names", "since", "format"},
}
"""Commands that the CLI has beyond the SDK's operations, with options that exist. Source: AWS CLI Command Reference."""

_SESSION = botocore.session.Session()


def mistakes(words: list[str]) -> Iterator[str]:
    """What is wrong with a command; `words` come after `aws`."""
    service, operation, *rest = words
    options = {word[2:] for word in rest if word.startswith("--")}
    if (service, operation) in OWN_COMMANDS:
        yield from _unknown(options, OWN_COMMANDS[service, operation])
        return
    if operation == "wait":
        operation = _waited(service, rest[0])
    found = _operation(service, operation)
    if found is None:
        yield f"there is no operation {operation or rest[0]}"
        return
    members = found.input_shape.members if found.input_shape else {}
    yield from _unknown(options, {xform_name(name, "-") for name in members} | {"max-items"})
    required = found.input_shape.required_members if found.input_shape else []
    for name in (xform_name(member, "-") for member in required):
        if name not in options:
            yield f"--{name} is required"
    if "--query" in rest:
        yield from _unanswered(rest[rest.index("--query") + 1], found.output_shape)


def _operation(service: str, operation: str) -> OperationModel | None:
    model = _SESSION.get_service_model(SERVICES.get(service, service))
    names = {xform_name(name, "-"): name for name in model.operation_names}
    return model.operation_model(names[operation]) if operation in names else None


def _unknown(options: set[str], known: set[str]) -> Iterator[str]:
    for option in sorted(options - known - FOR_EVERY_COMMAND):
        yield f"there is no option --{option}"


def _waited(service: str, name: str) -> str:
    """Returns the operation that a waiter repeats, or an empty text where there is no such waiter."""
    model = _SESSION.get_waiter_model(SERVICES.get(service, service))
    waiters = {xform_name(waiter, "-"): waiter for waiter in model.waiter_names}
    return xform_name(model.get_waiter(waiters[name]).operation, "-") if name in waiters else ""


def _unanswered(query: str, shape: Shape | None) -> Iterator[str]:
    """The names in a query, from left to right, that the answer does not have where the query looks for them."""
    for word in re.findall(r"\w*[A-Za-z]\w*|\[\?[^\]]*\]|'[^']*'", query):
        if word.startswith(("[?", "'")):
            continue
        while shape is not None and shape.type_name == "list":
            shape = shape.member
        if not isinstance(shape, StructureShape):
            yield f"the answer has nothing in the place of {word}"
            return
        if word not in shape.members:
            yield f"the answer has no {word}"
            return
        following = shape.members[word]
        shape = following if following.type_name in {"list", "structure"} else shape
