"""`topics`: creates and describes topics, and gives them more partitions."""

from datetime import timedelta

import click
import msgspec
from kafka.admin import ConfigResource, ConfigResourceType

from chalicelib.clients.kafka.consumer import Partition
from chalicelib.events.topics import TOPICS
from infra.ops.kafka_clients import Admin, TopicMetadata
from infra.ops.rendering import json_option, print_json, print_table
from infra.ops.servers import Servers
from infra.ops.topic_log import TopicLog
from infra.provision.topics import create_topics


class PartitionDescription(msgspec.Struct, frozen=True):
    """`begin` is the first offset that the partition holds, `end` is the offset of the next record."""

    partition: int
    leader: int
    replicas: list[int]
    inSyncReplicas: list[int]
    begin: int
    end: int


class TopicDescription(msgspec.Struct, frozen=True):
    """`retentionMs` is None if the topic keeps everything."""

    topic: str
    retentionMs: int | None
    partitions: list[PartitionDescription]


@click.group()
def topics() -> None:
    """Create, describe and grow topics."""


MAX_PARTITIONS = 10_000
"""More of one topic is a slip of the keyboard, and what Kafka's protocol cannot encode is far above it."""


@topics.command()
@click.option(
    "--replication-factor", type=click.IntRange(1, 100), default=1, show_default=True, help="Use 3 in production."
)
@click.option(
    "--partitions",
    type=click.IntRange(1, MAX_PARTITIONS),
    help="Partitions of each topic, instead of the usual number.",
)
@json_option
@click.pass_obj
def create(servers: Servers, replication_factor: int, partitions: int | None, as_json: bool) -> None:
    """Create the missing topics; existing ones stay as they are."""
    if servers.settings.kafka.api_version is not None:
        raise click.ClickException("KAFKA_API_VERSION is set: the in-process broker makes topics at their first use.")
    created = create_topics(servers.reachable_kafka, replication_factor=replication_factor, partitions=partitions)
    existing = [topic.name for topic in TOPICS if topic.name not in created]
    if as_json:
        print_json({"created": created, "existing": existing})
    else:
        click.echo(f"Created: {', '.join(created) or 'none'}. There before: {', '.join(existing) or 'none'}.")


@topics.command()
@click.argument("names", metavar="[TOPIC]...", nargs=-1)
@json_option
@click.pass_obj
def describe(servers: Servers, names: tuple[str, ...], as_json: bool) -> None:
    """Show partitions, leaders, replicas, retention and offsets of all of DevConnect's topics, or of the named ones."""
    log = servers.open_log()
    described = [_describe(servers.admin, log, name) for name in names or (topic.name for topic in TOPICS)]
    if as_json:
        print_json(described)
        return
    print_table(
        ["topic", "retention", "partition", "leader", "replicas", "in sync", "begin", "end"],
        (
            [
                topic.topic,
                _retention(topic.retentionMs),
                partition.partition,
                partition.leader,
                ",".join(map(str, partition.replicas)),
                ",".join(map(str, partition.inSyncReplicas)),
                partition.begin,
                partition.end,
            ]
            for topic in described
            for partition in topic.partitions
        ),
    )


@topics.command()
@click.argument("topic")
@click.argument("partitions", type=click.IntRange(1, MAX_PARTITIONS))
@json_option
@click.pass_obj
def grow(servers: Servers, topic: str, partitions: int, as_json: bool) -> None:
    """Give TOPIC more partitions, PARTITIONS in total. This cannot be undone.

    Most keys move to another partition: a user's events written before stay in the old one, later events go to the
    new one, and there is no order between the two.
    """
    before = len(_metadata(servers.admin, topic)["partitions"])
    if partitions < before:
        raise click.ClickException(f"{topic} has {before} partitions, and Kafka cannot take any away.")
    if partitions > before:
        servers.admin.create_partitions({topic: partitions})
        click.echo(
            "From now on most keys are in another partition than before: wait until `lag` is 0 where order matters.",
            err=True,
        )
    if as_json:
        print_json({"topic": topic, "before": before, "partitions": partitions})
    else:
        click.echo(f"{topic} has {partitions} partitions; it had {before}.")


def _describe(admin: Admin, log: TopicLog, name: str) -> TopicDescription:
    metadata = {partition["partition_index"]: partition for partition in _metadata(admin, name)["partitions"]}
    held = log.held(Partition(name, number) for number in sorted(metadata))
    return TopicDescription(
        name,
        _retention_ms(admin, name),
        [
            PartitionDescription(
                partition=partition.partition,
                leader=metadata[partition.partition]["leader_id"],
                replicas=metadata[partition.partition]["replica_nodes"],
                inSyncReplicas=metadata[partition.partition]["isr_nodes"],
                begin=offsets.start,
                end=offsets.stop,
            )
            for partition, offsets in held.items()
        ],
    )


def _metadata(admin: Admin, name: str) -> TopicMetadata:
    [metadata] = admin.describe_topics([name])
    if metadata["error_code"]:
        raise click.ClickException(f"There is no topic {name}.")
    return metadata


def _retention_ms(admin: Admin, name: str) -> int | None:
    resource = ConfigResource(ConfigResourceType.TOPIC, name, ["retention.ms"])
    value = int(admin.describe_configs([resource], config_filter="all")["topic"][name]["retention.ms"]["value"])
    return None if value < 0 else value


def _retention(milliseconds: int | None) -> str:
    return "unlimited" if milliseconds is None else str(timedelta(milliseconds=milliseconds)).removesuffix(", 0:00:00")
