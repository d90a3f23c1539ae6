"""`python -m infra.provision`: creates topics and indexes on the servers that the environment names."""

import click
from kafka.errors import KafkaError
from pymongo.errors import PyMongoError

from chalicelib.errors import SettingsError
from chalicelib.wiring import load_settings
from infra.provision.servers import provision_servers


@click.command()
@click.option(
    "--replication-factor",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="The replication factor of each topic; use 3 in production.",
)
def main(replication_factor: int) -> None:
    """Create the topics and indexes that are missing on KAFKA_BOOTSTRAP_SERVERS and MONGODB_URI.

    The environment variables are those of the functions and the consumer, and are read in the same way.
    """
    try:
        provision_servers(load_settings(), replication_factor=replication_factor)
    except (SettingsError, KafkaError, PyMongoError) as error:
        raise click.ClickException(" ".join(str(error).split())) from error
    click.echo("Topics and indexes are in place.")


if __name__ == "__main__":
    main()
