"""Apache Kafka in KRaft mode: one node that is broker and controller."""

import base64
import subprocess
import uuid
from pathlib import Path

from infra.local.errors import LocalError
from infra.local.files import write_atomically
from infra.local.process import Child
from infra.local.servers.kafka_jars import kafka_jars

_JVM = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=INFO")


def kafka(data: Path, port: int, controller_port: int) -> Child:
    """A Kafka broker on `port`. Its storage is formatted here at the first start, which takes a second.

    Raises LocalError where the jars cannot be fetched or the storage cannot be formatted.
    """
    configuration = data / "server.properties"
    java = ["java", *_JVM, "-cp", f"{kafka_jars()}/*"]
    storage = data / "storage"
    write_atomically(configuration, _properties(storage, port, controller_port))
    if not (storage / "meta.properties").exists():
        _format(java, configuration)
    return Child(
        name="kafka",
        argv=[*java, "kafka.Kafka", str(configuration)],
        address=f"127.0.0.1:{port}",
        # said once the broker is registered and its partitions have their leader; the port opens before
        ready=lambda output: "Kafka Server started" in output,
        start_timeout=60,
        stop_timeout=8,
    )


def _properties(storage: Path, port: int, controller_port: int) -> str:
    properties = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "log.dirs": str(storage),
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": "0",
        # a killed broker registers again only when its old session is over: 3 s instead of 9
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        # Kafka's own topics, which default to three replicas
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
    }
    return "".join(f"{name}={value}\n" for name, value in properties.items())


def _format(java: list[str], configuration: Path) -> None:
    """Gives the storage its cluster id. An interrupted run is taken up again: meta.properties comes last."""
    cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    command = [
        *java,
        "kafka.tools.StorageTool",
        "format",
        "--ignore-formatted",
        "-t",
        cluster_id,
        "-c",
        str(configuration),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise LocalError(f"Kafka's storage could not be formatted:\n{result.stdout}{result.stderr}")
