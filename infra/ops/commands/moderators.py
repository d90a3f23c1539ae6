"""`moderators`: who decides what becomes of what is reported, and what they have decided."""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from chalicelib.clock import iso
from chalicelib.stores.users import MODERATOR
from infra.ops.commands.role_commands import role_commands
from infra.ops.rendering import json_option, print_json, print_table
from infra.ops.servers import Servers

moderators = role_commands(
    "moderators",
    MODERATOR,
    "a moderator",
    """Name the moderators, who see what users report, and warn and suspend users.

    Only an account whose address is confirmed can be one, and no administrator. `audit` compares what they did with its
    events.
    """,
)

_SHOWN = ("at", "act", "userId", "reason", "note", "moderatorId", "caseId")


@moderators.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The most acts to show.")
@json_option
@click.pass_obj
def acts(servers: Servers, limit: int, as_json: bool) -> None:
    """Show what moderators did, the newest first."""
    found: Iterable[Mapping[str, Any]] = servers.wiring.mongo.cases.aggregate(  # Any: fields that it computes
        [
            {"$match": {"acts.0": {"$exists": True}}},
            {"$project": {"userId": 1, "acts": 1}},
            {"$unwind": "$acts"},
            {"$sort": {"acts.at": -1}},
            {"$limit": limit},
        ]
    )
    rows = [
        {**case["acts"], "at": iso(case["acts"]["at"]), "userId": case["userId"], "caseId": str(case["_id"])}
        for case in found
    ]
    if as_json:
        print_json([{name: row.get(name) for name in _SHOWN} for row in rows])
    else:
        print_table(list(_SHOWN), [[row.get(name) for name in _SHOWN] for row in rows])
