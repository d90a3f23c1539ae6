"""`python -m infra.provision.replica_set HOST:PORT`: initiates a replica set of one MongoDB server."""

import time

import click
from pymongo import MongoClient
from pymongo.errors import ConnectionFailure

_RETRY_SECONDS = 0.2


@click.command()
@click.argument("address")
@click.option("--name", default="rs0", show_default=True, help="The name of the replica set, as in mongod's --replSet.")
@click.option("--seconds", type=float, default=60, show_default=True, help="How long to wait for the server.")
def main(address: str, name: str, seconds: float) -> None:
    """Initiate the replica set at ADDRESS unless there is one, and wait until it accepts writes."""
    deadline = time.monotonic() + seconds
    while not _is_primary(address, name):
        if time.monotonic() > deadline:
            raise click.ClickException(f"{address} takes no writes after {seconds:.0f} s.")
        time.sleep(_RETRY_SECONDS)
    click.echo(f"{address} is the primary of {name}.")


def _is_primary(address: str, name: str) -> bool:
    client: MongoClient[dict[str, object]] = MongoClient(
        f"mongodb://{address}", directConnection=True, serverSelectionTimeoutMS=1000, socketTimeoutMS=5000
    )
    with client:
        try:
            hello = client.admin.command("hello")
            if "setName" not in hello:
                config = {"_id": name, "members": [{"_id": 0, "host": address}]}
                client.admin.command("replSetInitiate", config)
            return bool(hello["isWritablePrimary"])
        except ConnectionFailure:
            return False


if __name__ == "__main__":
    main()
