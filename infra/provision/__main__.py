"""`python -m infra.provision`: topics and indexes, for the servers that the environment names."""

import os

import click
from kafka.errors import KafkaError
from pymongo.errors import PyMongoError

from infra.provision.servers import provision_servers


@click.command()
@click.option("--replication-factor", type=int, default=1, show_default=True, help="Of each topic; 3 in production.")
def main(replication_factor: int) -> None:
    """Make the topics and indexes that are missing on KAFKA_BOOTSTRAP_SERVERS and MONGODB_URI."""
    for variable in ("MONGODB_URI", "KAFKA_BOOTSTRAP_SERVERS"):
        if not os.environ.get(variable):
            raise click.ClickException(f"{variable} is not set.")
    try:
        provision_servers(os.environ, replication_factor=replication_factor)
    except (KafkaError, PyMongoError) as error:
        raise click.ClickException(str(error)) from error
    click.echo("Topics and indexes are in place.")


if __name__ == "__main__":
    main()
