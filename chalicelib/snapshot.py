"""The snapshot of a process: what is done before it is taken, and what each copy of it does anew.

Lambda SnapStart initialises a function once for each published version, keeps a snapshot of its memory, and restores as
many copies from it as there are invocations at once. The local gateway forks its workers from one process in the same
way. A snapshot holds every module and nothing that is connected; nothing is wired either, as `wired()` reads secrets.

Everything else that makes identifiers or secrets here takes them from the kernel at each call: `secrets`, `uuid4`,
bcrypt. Source: "Handling uniqueness with Lambda SnapStart" in Lambda's developer guide.
"""

import gc
import os
import random
import ssl

import uuid_utils
from bson import ObjectId

from chalicelib import settings
from chalicelib.clients import aws
from chalicelib.clients.kafka import producer


def prepare() -> None:
    """Import what invocations would import later, and register the hooks. Connects to nothing, and reads no secret.

    `snapshot_restore_py` is part of Lambda's runtimes from Python 3.12 on, which are those that have SnapStart.
    """
    import encodings.idna  # noqa: F401, PLC0415 - somebody would wait for these at a cold start without a snapshot

    import dns.resolver  # noqa: F401, PLC0415 - for addresses mongodb+srv://
    import snapshot_restore_py  # noqa: PLC0415

    producer.import_ahead()
    if settings.names_secrets():
        aws.import_ahead()
    snapshot_restore_py.register_before_snapshot(_settle)
    snapshot_restore_py.register_after_restore(make_unique)


def _settle() -> None:
    """Exempt what is there from the collection of garbage, which would touch, and so copy, every page of it."""
    gc.collect()
    gc.freeze()


def make_unique() -> None:
    """Make the random numbers of this copy its own: of all generators that took their state before the snapshot.

    Two of them notice a fork, but a restored process has the same process id, and no handler of a fork is called in it.
    """
    random.seed()
    ssl.RAND_add(os.urandom(32), 0.0)
    uuid_utils.reseed_rng()
    # Else two copies that make their first ids within one second would make the same ones. pymongo 4.20 takes a new
    # random part where this is not the id of the process.
    ObjectId._pid = 0
