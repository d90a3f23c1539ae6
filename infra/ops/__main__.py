"""`python -m infra.ops`: the operators' commands for books, topics, events, dead letters, caches and users."""

import logging
import signal

import click

from infra.ops.commands.admins import admins
from infra.ops.commands.audit import audit
from infra.ops.commands.cache import cache
from infra.ops.commands.dead_letters import dead_letters
from infra.ops.commands.events import events
from infra.ops.commands.lag import lag
from infra.ops.commands.moderators import moderators
from infra.ops.commands.reconcile import reconcile
from infra.ops.commands.top import top
from infra.ops.commands.topics import topics
from infra.ops.commands.users import users
from infra.ops.sentences import ServerFailure, sentence
from infra.ops.servers import Servers

_INTERRUPTED = 130
"""128 + SIGINT, the exit code that a shell reports for a command that Ctrl-C ended."""


class _Operations(click.Group):
    """Turns every error of a server into one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ServerFailure as error:
            raise click.ClickException(sentence(error)) from error
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)


@click.group(cls=_Operations)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Operate DevConnect.

    The servers are those that the environment names (REDIS_URL, MONGODB_URI, KAFKA_BOOTSTRAP_SERVERS and the other
    variables that the functions read). If it names none of these three, they are those of `make run` in this checkout.
    """
    # The clients' log lines are dropped, as each failure is reported in one sentence.
    logging.getLogger().addHandler(logging.NullHandler())
    ctx.obj = ctx.with_resource(Servers())


for command in (audit, top, topics, lag, dead_letters, events, cache, admins, moderators, users, reconcile):
    main.add_command(command)

if __name__ == "__main__":
    # A shell without job control starts its background processes with SIGINT ignored, which Python does not undo.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
