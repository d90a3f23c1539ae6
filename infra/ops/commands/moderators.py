"""`moderators`: who decides what becomes of what is reported."""

from chalicelib.stores.users import MODERATOR
from infra.ops.commands.role_commands import role_commands

moderators = role_commands(
    "moderators",
    MODERATOR,
    "a moderator",
    """Name the moderators, who see what users report, and warn and suspend users.

    Only an account whose address is confirmed can be one, and no administrator. `audit` compares what they did with its
    events.
    """,
)
