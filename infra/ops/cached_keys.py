"""The Redis keys that are copies of data in MongoDB, and may be deleted at any time."""

import click

COPIES = ("session:", "user:", "blockers:", "socket:", "messages:")

NO_COPIES = {
    "presence:": "they say who is online, and are no copies",
    "{presence:": "they keep sockets that are closed from coming back, and end by themselves",
    "refused:": "without them floods would go on for a while",
    "slow:": "they say whose client does not read, and end by themselves",
    "ratelimit:": "without them the limits would begin anew",
}

_SET_BY_THE_CONSUMER = (":last_seen", ":last_login")
"""Keys `user:<userId>` with these suffixes hold data that exist nowhere else."""


def is_copy(key: str) -> bool:
    return key.startswith(COPIES) and not key.endswith(_SET_BY_THE_CONSUMER)


class CopyPatternType(click.ParamType[str]):
    """A glob that can match only keys of copies, as its prefix is literal."""

    name = "PATTERN"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        for prefix, why in NO_COPIES.items():
            if value.startswith(prefix):
                self.fail(f"keys of {prefix} are never cleaned: {why}.", param, ctx)
        if not value.startswith(COPIES):
            self.fail(f"it must begin with {', '.join(COPIES[:-1])} or {COPIES[-1]}", param, ctx)
        return value
