"""The services of docker-compose.yml as plain processes with their own command lines, environments and health checks.

What a container would provide is replaced: each image's files are below a directory of its own, and every port is a
free one of the loopback interface.
"""

import os
import re
import shlex
import signal
import subprocess
from functools import partial
from pathlib import Path

from infra.local.ports import free_port
from infra.local.process import end_with_parent
from infra.local.servers.kafka import kafka_java
from infra.local.servers.mongodb import mongodb
from infra.local.servers.redis import redis
from infra.local.state import CHECKOUT
from tests.support.debian_packages import unpacked
from tests.support.waiting import eventually
from tests.tooling.containers.compose import Service, services
from tests.tooling.containers.unpacked_image import UnpackedImage, build_images

MINISTACK = CHECKOUT / ".local" / "infra" / "bin" / "python"
_PORTS = ("6379", "27017", "9092", "9093", "4566", "8080", "8001", "9090")
_DATA = ("/var/lib/kafka/data", "/data/db", "/data", "/prometheus")
_START_SECONDS = 60.0


class WithoutDocker:
    """Starts services after those that they depend on; `stop` ends them in the reverse order."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._services = services()
        self._images: dict[str, UnpackedImage] = {}
        self._ports = {port: str(free_port()) for port in _PORTS}
        self._bin = directory / "bin"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def up(self, name: str) -> None:
        """Starts a service once its `depends_on` is fulfilled. Raises AssertionError where that takes too long."""
        service = self._services[name]
        for needed, dependency in service.depends_on.items():
            if needed not in self._running:
                self.up(needed)
            if dependency.condition == "service_completed_successfully":
                assert self._running[needed].wait(_START_SECONDS) == 0, self.log(needed)
            else:
                eventually(partial(self.is_healthy, needed), seconds=_START_SECONDS, what=f"the health of {needed}")
        self._running[name] = self._start(name, service)

    def is_healthy(self, name: str) -> bool:
        """Whether a service passes its health check. Raises AssertionError where it has ended."""
        assert self._running[name].poll() is None, self.log(name)
        return self.passes(name)

    def passes(self, name: str) -> bool:
        """Whether the service's own health check passes, or its image's where it has none of its own."""
        service = self._services[name]
        test = service.healthcheck.test[1:] if service.healthcheck else self._image(service).stage.health_argv()
        argv = [self._translated(word, service) for word in test]
        environment = {"PATH": self._path()}
        return subprocess.run(argv, env=environment, capture_output=True, timeout=10, check=False).returncode == 0

    def environment(self, name: str) -> dict[str, str]:
        service = self._services[name]
        image = self._image(service).stage.environment() if service.build else {}
        return {key: self._translated(value, service) for key, value in (image | service.environment).items()}

    def translated(self, name: str, text: str) -> str:
        """Returns an address of a service's command line as it is here."""
        return self._translated(text, self._services[name])

    def ended(self, name: str, seconds: float) -> int:
        """Sends the signal of `docker stop`, and returns the exit code. Raises TimeoutExpired."""
        process = self._running[name]
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds)

    def run(self, target: str, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Does what `docker run` does with one of the project's images, until the command ends."""
        image = self._images[target]
        argv = [image.inside(word) for word in (*image.stage.argv("ENTRYPOINT"), *(command or image.stage.argv("CMD")))]
        environment = {"PATH": self._path(), **image.stage.environment(), **environment}
        return subprocess.run(
            argv, cwd=image.directory, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def log(self, name: str) -> str:
        return (self._directory / f"{name}.log").read_text(errors="replace")

    def stop(self) -> None:
        for process in reversed(self._running.values()):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, name: str, service: Service) -> subprocess.Popen[bytes]:
        if service.build:
            image = self._image(service)
            argv = [*(service.entrypoint or image.stage.argv("ENTRYPOINT")), *service.command]
            directory = image.directory
        else:
            argv, directory = [*service.entrypoint, *service.command], str(self._directory)
        self._prepare(service)
        with (self._directory / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [self._translated(word, service) for word in argv],
                cwd=directory,
                env={"PATH": self._path(), "HOME": str(self._directory), **self.environment(name)},
                stdout=log,
                stderr=subprocess.STDOUT,
                # This is safe, as the thread that starts the process outlives it.
                preexec_fn=partial(end_with_parent, os.getpid(), signal.SIGKILL),  # noqa: PLW1509
            )

    def _prepare(self, service: Service) -> None:
        """Makes the files of an image that the project does not build: its programs and its mounts."""
        for path in _DATA:
            Path(f"{self._directory}{path}").mkdir(parents=True, exist_ok=True)
        programs = self._directory / "opt" / "kafka" / "bin"
        programs.mkdir(parents=True, exist_ok=True)
        if service.image.startswith("redis:"):
            self._script(self._bin / "redis-server", f'exec {redis(self._directory, 1).argv[0]} "$@"')
        elif service.image.startswith("mongo:"):
            self._script(self._bin / "mongod", f'exec {mongodb(self._directory, 1).argv[0]} "$@"')
        elif service.image.startswith("apache/kafka:"):
            # With an archive of the classes, as locally: without one the two JVMs take 10 s of processor time.
            java = f"exec {shlex.join(kafka_java())}"
            self._script(programs / "kafka-storage.sh", f'{java} kafka.tools.StorageTool "$@"')
            self._script(programs / "kafka-server-start.sh", f'{java} kafka.Kafka "$@"')
            self._mount("kafka/server.properties", service)
        elif service.image.startswith("ministackorg/"):
            self._script(self._bin / "python", f'exec {MINISTACK} "$@"')
        elif service.image.startswith("prom/prometheus:"):
            self._script(
                self._bin / "prometheus", f'exec {unpacked("prometheus", "prometheus")}/usr/bin/prometheus "$@"'
            )
            self._mount("prometheus/prometheus.yml", service)

    def _mount(self, path: str, service: Service) -> None:
        """Puts a file of infra/ to where the container would see it."""
        mounted = CHECKOUT / "infra" / path
        target = self._directory / "etc" / "devconnect" / mounted.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self._translated(mounted.read_text(), service))

    def _script(self, path: Path, line: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)

    def _translated(self, text: str, service: Service) -> str:
        """Returns `text` with the ports, addresses and paths that stand for those of the container here."""
        text = re.sub(r"\b\d{4,5}\b", lambda match: self._ports.get(match[0], match[0]), text)
        text = text.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - what is replaced
        if service.build:
            return self._image(service).inside(text)
        return re.sub(
            r"(?<![\w/.])/(data|var/lib/kafka|opt/kafka|etc/devconnect|prometheus)\b", rf"{self._directory}/\1", text
        )

    def _image(self, service: Service) -> UnpackedImage:
        assert service.build is not None, "only the project's own images are built"
        if not self._images:
            self._images = build_images(self._directory / "images")
        return self._images[service.build.target]

    def _path(self) -> str:
        return f"{self._bin}:{os.environ['PATH']}"
