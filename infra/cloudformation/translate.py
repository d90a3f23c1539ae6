"""Translates a SAM template as AWS does, for the linters: `translate.py IN OUT [PARAMETER=VALUE ...]`.

This is a stand-alone program for the linters' environment, as the project's own has no SAM translator.
"""

import json
import os
import sys
from pathlib import Path

from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform


class _NoManagedPolicies(ManagedPolicyLoader):  # type: ignore[misc] # the translator has no types
    """The translator asks AWS for the names of managed policies; the functions use none of them."""

    def __init__(self) -> None:
        super().__init__(None)

    def load(self) -> dict[str, str]:
        return {}


def main(source: Path, target: Path, parameters: dict[str, str]) -> None:
    """Translate the template `source` into `target`. Raises InvalidDocumentException if it is not a SAM template."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # required, but not used
    template = json.loads(source.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # `aws cloudformation package` puts an address on S3 here
            resource["Properties"]["CodeUri"] = "s3://artifacts/deployment.zip"
    target.write_text(json.dumps(transform(template, parameters, _NoManagedPolicies()), indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), dict(word.split("=", 1) for word in sys.argv[3:]))
