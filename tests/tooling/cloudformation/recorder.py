"""Stands for `aws`, `docker`, `make` and `curl` in a shell, records how each is called, and answers as AWS might.

A stand-alone program, which the shell finds under each of those names. RECORDED is the file of the records, a JSON list
of words a line; SECRET is a file with the value of the secret; EXIT_CODE is that of the operator's task; IMAGES_EXIST
is empty where the registry has no images.
"""

import json
import os
import sys
from pathlib import Path

ANSWERS = {
    "describe-stacks": "https://id.execute-api.eu-central-1.amazonaws.com/v1/",
    "get-caller-identity": "123456789012",
    "get-bootstrap-brokers": "b-1.example:9096,b-2.example:9096,b-3.example:9096",
    "get-login-password": "a-password",
    "list-hosted-zones-by-name": "/hostedzone/Z123",
    "run-task": "arn:aws:ecs:eu-central-1:123456789012:task/devconnect-dev/0123456789abcdef",
    "list-stack-resources": "devconnect-dev-APIHandler\tdevconnect-dev-WebsocketMessage",
    "describe-tasks": os.environ["EXIT_CODE"],
}


def main(name: str, words: list[str]) -> int:
    with Path(os.environ["RECORDED"]).open("a") as recorded:
        recorded.write(json.dumps([name, *words]) + "\n")
    operation = words[1] if name == "aws" else ""
    secret = Path(os.environ["SECRET"])
    if operation == "put-secret-value" and not sys.stdin.isatty():
        secret.write_text(sys.stdin.read())
    elif operation == "get-secret-value":
        sys.stdout.write(secret.read_text() + "\n")
    elif operation in ANSWERS:
        sys.stdout.write(ANSWERS[operation] + "\n")
    # The CLI's exit code where there is no such image.
    return 254 if operation == "describe-images" and not os.environ["IMAGES_EXIST"] else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[0]).name, sys.argv[1:]))
