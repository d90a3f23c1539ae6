"""The bill of a month, line by line."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from infra.cost import prices
from infra.cost.choices import Choices
from infra.cost.invocations import REST_MB, Invocations, invocations_of
from infra.cost.plan import DAYS, FRESH, Plan

REQUEST_BYTES, FRAME_BYTES = 1_200, 300
"""What a client is sent: a response with its headers, and a frame."""
PUSH_BYTES = 2_000
"""What a push moves through NAT: 1,400 of signed headers, most of them the session token, a frame, and a response."""
ACCESS_LOG_BYTES = 230
"""A line of the gateway's access log."""
PAGE_REQUESTS, PAGE_BYTES, PAGE_FILES_BYTES = 2, 1_500, 32_000
"""Of one opening of the page: the requests that its browser sends each time, what they are answered with if nothing has
changed, and what is fetched once for each release: three files, compressed, as `make web` makes them."""
PAGE_FILES = 3
EXPORT_BYTES, EXPORT_PART_BYTES, EXPORT_KEPT_DAYS = 20_000_000, 8_388_608, 3
"""The file of a user with years of messages, the parts that it is written in, and how long it is kept."""
METRICS, ALARMS = 250, 20
"""Metrics that are billed: those of each method and route, of the containers, and of the log filters; and alarms."""
TRACED_REST = 0.01
"""The share of REST requests that the sampling rule of the stage traces; one a second comes on top."""
NAT_GATEWAYS, ENDPOINTS = 3, 4 * 3
CONSUMERS, CONSUMER_CPU, CONSUMER_GB = 2, 0.5, 1.0
SNAPSHOT_GB = REST_MB / 1024


@dataclass(frozen=True)
class Line:
    """`arithmetic` says in short what the dollars are made of."""

    name: str
    arithmetic: str
    dollars: float


def bill_of(plan: Plan, choices: Choices) -> list[Line]:
    """Returns the lines, those that grow with use first."""
    invocations = invocations_of(plan, choices)
    return [*_of_use(plan, choices, invocations), *_of_servers(choices)]


def total(lines: list[Line]) -> float:
    return sum(line.dollars for line in lines)


def more_messages(plan: Plan, choices: Choices, number: float, per_frame: float = 1.0) -> float:
    """Returns what so many more private messages cost in a month, with nothing else.

    They come beside those of the plan, so the price is that of the last ones: the least tier of each.
    """
    frames = number / per_frame
    # Further frames with one message each, and what further messages in them add.
    more = replace(plan, messages=plan.messages + frames)
    dollars = total(bill_of(more, choices)) - total(bill_of(plan, choices))
    if per_frame > 1:
        one = replace(plan, messages=frames)
        many = replace(plan, messages=number, messages_per_frame=per_frame)
        dollars += total(bill_of(many, choices)) - total(bill_of(one, choices))
    return dollars


def _of_use(plan: Plan, choices: Choices, invocations: Invocations) -> Iterator[Line]:
    frames_in, frames_out = invocations.frames, choices.frames_out(plan)
    yield Line("REST API", f"{_m(invocations.rest)} requests", prices.tiered(invocations.rest, prices.REST_REQUEST))
    yield Line(
        "websocket frames",
        f"{_m(frames_in)} in, {_m(frames_out)} out",
        prices.tiered(frames_in + frames_out, prices.WEBSOCKET_FRAME),
    )
    minutes = plan.open_sockets * prices.MONTH_SECONDS / 60
    yield Line("websocket minutes", f"{_m(minutes)} minutes", minutes * prices.WEBSOCKET_MINUTE)
    yield Line("Lambda, calls", f"{_m(invocations.count)} calls", invocations.count * prices.LAMBDA_CALL)
    gb_seconds = invocations.gb_seconds
    yield Line(
        "Lambda, time",
        f"{_m(gb_seconds)} GB-s on {choices.architecture}",
        gb_seconds * prices.LAMBDA_GB_SECOND[choices.architecture],
    )
    yield _snapshots(choices, invocations)
    yield Line(
        "firewall",
        f"{_m(invocations.rest)} requests, a list",
        invocations.rest * prices.FIREWALL_REQUEST + prices.FIREWALL_MONTH,
    )
    egress = (invocations.rest * REQUEST_BYTES + frames_out * FRAME_BYTES) / 1e9
    yield Line("egress", f"{egress:,.0f} GB", egress * prices.EGRESS_GB)
    pushed = frames_out * PUSH_BYTES / 1e9
    hours = NAT_GATEWAYS * prices.MONTH_HOURS
    yield Line(
        "NAT, for pushes",
        f"{pushed:,.0f} GB, {NAT_GATEWAYS} gateways",
        pushed * prices.NAT_GB + hours * prices.NAT_HOUR,
    )
    yield _page(plan)
    yield _exports(plan)
    yield _logs(choices, invocations)
    traces = invocations.rest * TRACED_REST + prices.MONTH_SECONDS
    behind = invocations.frames + 2 * invocations.sockets
    if choices.traced_frames:
        traces += behind * choices.traced_frames + 3 * prices.MONTH_SECONDS
    yield Line("traces", f"{_m(traces)}", traces * prices.TRACE)


def _page(plan: Plan) -> Line:
    """The page's files by way of CloudFront; their own place on S3 costs nothing that could be seen."""
    requests = PAGE_REQUESTS * plan.pages + PAGE_FILES * plan.fresh_pages
    sent = (PAGE_BYTES * plan.pages + PAGE_FILES_BYTES * plan.fresh_pages) / 1e9
    return Line(
        "page",
        f"{_m(requests)} requests, {sent:,.0f} GB",
        requests * prices.PAGE_REQUEST + sent * prices.PAGE_EGRESS_GB,
    )


def _exports(plan: Plan) -> Line:
    """The files are fetched once each. Two requests more begin and end the writing of one."""
    written = plan.exports * EXPORT_BYTES / 1e9
    parts = plan.exports * (math.ceil(EXPORT_BYTES / EXPORT_PART_BYTES) + 2)
    return Line(
        "exports",
        f"{plan.exports:,.0f} files, {written:,.0f} GB",
        written * (EXPORT_KEPT_DAYS / DAYS * prices.FILES_GB_MONTH + prices.EGRESS_GB) + parts * prices.FILE_PART,
    )


def _snapshots(choices: Choices, invocations: Invocations) -> Line:
    if not choices.snapshots:
        return Line("snapshots", "none", 0.0)
    kept = SNAPSHOT_GB + 2 * choices.memory_mb / 1024
    restored = invocations.count * FRESH * kept / 3
    return Line(
        "snapshots",
        f"{kept:g} GB kept, {_m(restored)} GB restored",
        kept * prices.MONTH_SECONDS * prices.SNAPSHOT_GB_SECOND + restored * prices.RESTORED_GB,
    )


def _logs(choices: Choices, invocations: Invocations) -> Line:
    functions = invocations.count * choices.function_log_bytes / 1e9
    access = invocations.count * ACCESS_LOG_BYTES / 1e9
    price = prices.RARE_LOG_GB if choices.access_logs_are_rare else prices.LOG_GB
    return Line(
        "logs",
        f"{functions:,.0f} GB of functions, {access:,.0f} GB of access",
        functions * prices.LOG_GB + access * price + (functions + access) * prices.LOG_GB_MONTH,
    )


def _of_servers(choices: Choices) -> Iterator[Line]:
    yield Line(
        "metrics and alarms",
        f"{METRICS} and {ALARMS}",
        METRICS * prices.METRIC_MONTH + ALARMS * prices.ALARM_MONTH,
    )
    yield Line(
        "MongoDB",
        "Atlas M50, 1 TB, backup",
        prices.MONGODB_HOUR * prices.MONTH_HOURS + prices.MONGODB_STORAGE_MONTH,
    )
    yield Line(
        "Kafka",
        "3 kafka.m7g.large, 450 GB",
        3 * prices.KAFKA_BROKER_HOUR * prices.MONTH_HOURS + 450 * prices.KAFKA_GB_MONTH,
    )
    yield Line(
        "cache",
        f"2 {choices.cache}",
        2 * prices.CACHE_NODE_HOUR[choices.cache] * prices.MONTH_HOURS,
    )
    cpu, memory = (table[choices.architecture] for table in (prices.FARGATE_CPU_HOUR, prices.FARGATE_GB_HOUR))
    hourly = CONSUMER_CPU * cpu + CONSUMER_GB * memory
    yield Line(
        "consumer",
        f"{CONSUMERS} tasks on {choices.architecture}",
        CONSUMERS * hourly * prices.MONTH_HOURS,
    )
    yield Line("endpoints", f"{ENDPOINTS}", ENDPOINTS * prices.ENDPOINT_HOUR * prices.MONTH_HOURS)
    yield Line("key, secrets, emails", "", prices.KEYS_AND_SECRETS_MONTH)


def _m(number: float) -> str:
    """Formats a large number in millions."""
    return f"{number / 1e6:,.1f} M" if number < 10e6 else f"{number / 1e6:,.0f} M"
