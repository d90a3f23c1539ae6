"""Tasks of the consumer, built from a wiring for a test that runs them itself."""

from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.wiring import Wiring


def presence_maintenance(wiring: Wiring) -> PresenceMaintenance:
    return PresenceMaintenance(
        mongo=wiring.mongo,
        redis=wiring.redis,
        presence=wiring.presence_store,
        publisher=wiring.publisher,
        clock=wiring.clock,
    )
