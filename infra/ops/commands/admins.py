"""`admins`: who may read the analytics."""

from chalicelib.stores.users import ADMIN
from infra.ops.commands.role_commands import role_commands

admins = role_commands(
    "admins",
    ADMIN,
    "an administrator",
    """Name the administrators, who may read the analytics.

    Only an account whose address is confirmed can be one: anybody can sign up with an address that is not theirs.
    """,
)
