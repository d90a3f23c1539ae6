"""List prices in dollars, of us-east-1 and of MongoDB Atlas there, before discounts and free tiers.

Sources: the pricing pages of the services. What has grown cheaper since then makes the plan an upper bound.
"""

from collections.abc import Sequence
from math import inf
from typing import Final

WRITTEN_DOWN: Final = "2026-11-28"
"""When they were written down, from memory of the pages of 2025. The first tiers of REST and of frames, egress and
Lambda's time agree with what others have published since. Look all of them up before you rely on them."""

MONTH_HOURS: Final = 730
MONTH_SECONDS: Final = 2_592_000
"""Of 30 days."""

Tiers = Sequence[tuple[float, float]]
"""(up to which amount, price of one), ascending."""

REST_REQUEST: Tiers = ((333e6, 3.50e-6), (1_000e6, 2.80e-6), (inf, 2.38e-6))
WEBSOCKET_FRAME: Tiers = ((1_000e6, 1.00e-6), (inf, 0.80e-6))
"""For each 32 KB of a frame that a client sends or receives; control frames are free."""
WEBSOCKET_MINUTE: Final = 0.25e-6
EGRESS_GB: Final = 0.09

LAMBDA_CALL: Final = 0.20e-6
LAMBDA_GB_SECOND: Final = {"x86_64": 16.6667e-6, "arm64": 13.3334e-6}
SNAPSHOT_GB_SECOND: Final = 1.5046e-6
RESTORED_GB: Final = 139.7998e-6

PAGE_REQUEST: Final = 1.00e-6
"""An HTTPS request to CloudFront in North America and Europe, where it is cheapest."""
PAGE_EGRESS_GB: Final = 0.085
FILES_GB_MONTH: Final = 0.023
"""S3's standard class."""
FILE_PART: Final = 5e-6
"""A request that writes to S3; those that read cost a tenth."""

FIREWALL_REQUEST: Final = 0.60e-6
FIREWALL_MONTH: Final = 9.0
"""A list with four rules."""

NAT_HOUR: Final = 0.045
NAT_GB: Final = 0.045
ENDPOINT_HOUR: Final = 0.01

LOG_GB: Final = 0.50
RARE_LOG_GB: Final = 0.25
"""The class "Infrequent Access"."""
LOG_GB_MONTH: Final = 0.03
METRIC_MONTH: Final = 0.30
ALARM_MONTH: Final = 0.10
TRACE: Final = 5e-6

FARGATE_CPU_HOUR: Final = {"x86_64": 0.04048, "arm64": 0.03238}
FARGATE_GB_HOUR: Final = {"x86_64": 0.004445, "arm64": 0.00356}

CACHE_NODE_HOUR: Final = {"cache.r7g.large with Redis": 0.219, "cache.m7g.large with Valkey": 0.1264}
KAFKA_BROKER_HOUR: Final = 0.204
"""A kafka.m7g.large."""
KAFKA_GB_MONTH: Final = 0.10
MONGODB_HOUR: Final = 2.00
"""An M50 of Atlas, three members."""
MONGODB_STORAGE_MONTH: Final = 340.0
"""1 TB, and its backup."""
KEYS_AND_SECRETS_MONTH: Final = 15.0
"""A key, five secrets, and the first emails."""


def tiered(amount: float, tiers: Tiers) -> float:
    """Returns what an amount costs where the price of one falls with the amount."""
    cost, begun = 0.0, 0.0
    for upto, price in tiers:
        cost += max(0.0, min(amount, upto) - begun) * price
        begun = upto
    return cost
