"""The images of the Dockerfile, built without Docker: a directory stands for the root of each image."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.local.state import CHECKOUT
from tests.support.made_once import made_once
from tests.tooling.containers.dockerfile import Stage, stages

_PATHS = ("/srv/devconnect", "/opt/consumer", "/opt/ops", "/build")
"""The directories in which the images of the Dockerfile keep their own files."""

_PACKAGES = CHECKOUT / ".local" / "image-packages"
"""Where the first stage is kept until what it is made of changes, as Docker keeps the layers of an image."""

_KEPT = {"PATH", "HOME", "LANG", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"}


@dataclass(frozen=True)
class UnpackedImage:
    stage: Stage
    root: Path

    def inside(self, text: str) -> str:
        """Returns `text` with the image's paths below its root."""
        for prefix in _PATHS:
            text = text.replace(prefix, f"{self.root}{prefix}")
        return text

    @property
    def directory(self) -> str:
        return self.inside(self.stage.last("WORKDIR"))


def build_images(directory: Path) -> dict[str, UnpackedImage]:
    """Executes the instructions of each stage, in order. Raises CalledProcessError where a RUN fails."""
    images: dict[str, UnpackedImage] = {}
    for name, stage in stages().items():
        images[name] = _packages(stage) if name == "packages" else _build(stage, directory / name, images)
    return images


def _packages(stage: Stage) -> UnpackedImage:
    """Installs the packages, which takes ten times as long as all else, unless they are there."""
    with made_once(_PACKAGES, _made_of(stage)) as is_stale:
        if is_stale:
            shutil.rmtree(_PACKAGES, ignore_errors=True)
            _build(stage, _PACKAGES, {})
    return UnpackedImage(stage, _PACKAGES)


def _made_of(stage: Stage) -> str:
    """Returns a digest of the instructions, of the files that they copy, and of the Python that executes them."""
    copied = [argument.split()[:-1] for name, argument in stage.instructions if name == "COPY"]
    files = [(CHECKOUT / path).read_text() for paths in copied for path in paths]
    python = Path(shutil.which("python") or "").resolve()
    return hashlib.sha256(repr((stage, files, python)).encode()).hexdigest()


def _build(stage: Stage, root: Path, images: dict[str, UnpackedImage]) -> UnpackedImage:
    image = UnpackedImage(stage, root)
    for name, argument in stage.instructions:
        if name == "COPY":
            _copy(argument.split(), image, images)
        elif name == "RUN":
            subprocess.run(["/bin/sh", "-ec", image.inside(argument)], env=_environment(), cwd=root, check=True)
    return image


def _copy(words: list[str], image: UnpackedImage, images: dict[str, UnpackedImage]) -> None:
    source = CHECKOUT
    if words[0].startswith("--from="):
        source = images[words.pop(0).removeprefix("--from=")].root
    *paths, target = words
    for path in paths:
        origin = source / path.lstrip("/")
        copy = Path(f"{image.root}{target}{origin.name if target.endswith('/') else ''}")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            # The .dockerignore leaves bytecode out: images have only their own.
            shutil.copytree(origin, copy, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, copy)


def _environment() -> dict[str, str]:
    """As bare as that of a build, but for what leads pip to its index. ENV is left out: pip may keep its cache.

    Nor are the packages compiled, which would be a quarter of the build's processor time.
    """
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_")) or name in _KEPT}
    return kept | {"PIP_NO_COMPILE": "1"}
