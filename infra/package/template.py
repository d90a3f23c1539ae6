"""The templates of a stage: the base stack's, the page's, and the app stack's, Chalice's merged with the project's.

`chalice package` runs on a copy of the project without requirements, as it would otherwise spend minutes on building
its own package. Its template names `./deployment.zip`, which is where this project's package is.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from chalice.package import TemplateDeepMerger

from infra.cloudformation.aliases import use_aliases
from infra.cloudformation.parts import PartsError, Template, join
from infra.cloudformation.targets import run_on
from infra.package.errors import PackageError
from infra.package.target import Target

_REGION = "eu-central-1"
"""Chalice requires a region; it affects the template only in regions with their own principals, as in China."""


def base_template() -> Template:
    """Returns the template of the long-lived resources: network, servers, secrets. Raises PackageError."""
    return _joined("base")


def page_template() -> Template:
    """Returns the template of the page's files behind CloudFront, which a stage may do without. Raises PackageError."""
    return _joined("page")


def app_template(project: Path, stage: str, target: Target) -> Template:
    """Returns the template of a stage of .chalice/config.json: the functions, their APIs and the consumer.

    The project's own template is merged as `chalice package --merge-template` does it: its values replace Chalice's,
    and lists are replaced as a whole. Functions and containers run on `target`. Raises PackageError.
    """
    merged = use_aliases(TemplateDeepMerger().merge(_joined("app"), _of_chalice(project, stage)))
    return run_on(merged, target.runtime, target.architecture, snapshots=target.has_snapstart)


def _joined(stack: str) -> Template:
    try:
        return join(stack)
    except PartsError as error:
        raise PackageError(str(error)) from error


def _of_chalice(project: Path, stage: str) -> Template:
    with TemporaryDirectory() as name:
        copy, output = Path(name, "project"), Path(name, "output")
        shutil.copytree(project / "chalicelib", copy / "chalicelib")  # with its bytecode, as Chalice imports it
        shutil.copytree(project / ".chalice", copy / ".chalice", ignore=shutil.ignore_patterns("deploy*"))
        shutil.copyfile(project / "app.py", copy / "app.py")
        command = [
            *(str(Path(sys.executable).with_name("chalice")), "--project-dir", str(copy)),
            *("package", "--stage", stage, str(output)),
        ]
        environment = {"AWS_DEFAULT_REGION": _REGION} | os.environ
        packaged = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        if packaged.returncode:
            raise PackageError(f"chalice package failed:\n{packaged.stdout}{packaged.stderr}")
        template: Template = json.loads((output / "sam.json").read_text())
        return template
