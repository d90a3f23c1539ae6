"""librdkafka's in-process broker in a process of its own: a substitute for Kafka on machines without Java.

It supports Kafka's protocol as of 2.3, and loses all data when its process ends. It picks its own port, so a fixed
port is forwarded to it, at which clients find it again after a restart.
"""

import asyncio
import contextlib
import sys

import click
from confluent_kafka import Producer

from infra.local.process import Child

API_VERSION = "2.3"
_READY = "The in-process broker is ready"


def kafka_in_process(port: int) -> Child:
    """Returns the in-process broker, reached through `port`. Clients must set their API version to `API_VERSION`."""
    return Child(
        name="kafka",
        argv=[sys.executable, "-m", "infra.local.servers.kafka_in_process", "--port", str(port)],
        address=f"127.0.0.1:{port}",
        ready=lambda output: _READY in output,
    )


@click.command()
@click.option("--port", type=int, required=True, help="The loopback port to listen on.")
def main(port: int) -> None:
    """Serve librdkafka's in-process broker until a signal ends this process."""
    broker = Producer({"test.mock.num.brokers": 1})
    (member,) = broker.list_topics(timeout=10).brokers.values()
    asyncio.run(_forward(port, member.port))


async def _forward(port: int, broker_port: int) -> None:
    """Forwards connections on `port` to the broker. Its first response names the broker's own port to the client."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        broker_reader, broker_writer = await asyncio.open_connection("127.0.0.1", broker_port)
        await asyncio.gather(_copy(reader, broker_writer), _copy(broker_reader, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        click.echo(f"{_READY} on 127.0.0.1:{port}, by way of {broker_port}.")
        await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    main()
