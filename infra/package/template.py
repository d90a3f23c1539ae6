"""Chalice's own SAM template, with the parts of infra/cloudformation merged into it.

`chalice package` is run on a copy of the project that requires nothing: it would build a package of its own otherwise,
for minutes. Its template names `./deployment.zip`, where ours lies.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from chalice.package import JSONTemplateSerializer, TemplateDeepMerger, YAMLTemplateSerializer

from infra.package.errors import PackageError

Template = dict[str, object]

_REGION = "eu-central-1"
"""Chalice wants one; it shows in the template only where a region has principals of its own, as in China."""


def sam_template(project: Path, stage: str, extras: Sequence[Path]) -> Template:
    """The template of a stage of .chalice/config.json. Raises PackageError.

    `extras` are merged in their order, as `chalice package --merge-template` does with one: what a later one says of a
    key replaces what was said before, lists as a whole.
    """
    loaded = [_load(extra) for extra in extras]
    template = _of_chalice(project, stage)
    for extra in loaded:
        template = TemplateDeepMerger().merge(extra, template)
    return template


def _of_chalice(project: Path, stage: str) -> Template:
    with TemporaryDirectory() as name:
        copy, output = Path(name, "project"), Path(name, "output")
        shutil.copytree(project / "chalicelib", copy / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
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


def _load(extra: Path) -> Template:
    is_yaml = YAMLTemplateSerializer.is_yaml_template(str(extra))
    serializer = YAMLTemplateSerializer() if is_yaml else JSONTemplateSerializer()
    try:
        return serializer.load_template(extra.read_text(), str(extra))
    except RuntimeError as error:
        raise PackageError(str(error)) from error
