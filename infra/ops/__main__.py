"""`python -m infra.ops`: the operators' commands for books, topics, events, dead letters, caches and users."""

import logging
import signal

import click
from kafka.errors import BrokerResponseError, KafkaError
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError
from redis import RedisError

from chalicelib.errors import RedisUnavailable, SettingsError, Unavailable
from infra.ops.commands.admins import admins
from infra.ops.commands.audit import audit
from infra.ops.commands.cache import cache
from infra.ops.commands.dead_letters import dead_letters
from infra.ops.commands.events import events
from infra.ops.commands.lag import lag
from infra.ops.commands.moderators import moderators
from infra.ops.commands.reconcile import reconcile
from infra.ops.commands.topics import topics
from infra.ops.commands.users import users
from infra.ops.servers import Servers

_INTERRUPTED = 130
"""128 + SIGINT, the exit code that a shell reports for a command that Ctrl-C ended."""


class _Operations(click.Group):
    """Turns every error of a server into one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        except KafkaError as error:
            raise click.ClickException(_kafka_sentence(error)) from error
        except Unavailable as error:
            raise click.ClickException(_mongodb_sentence(error)) from error
        except PyMongoError as error:
            raise click.ClickException(_mongodb_sentence(error)) from error
        except (RedisUnavailable, RedisError) as error:
            raise click.ClickException(_one_line(f"Redis failed: {error}")) from error
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)


def _kafka_sentence(error: KafkaError) -> str:
    # The text of a broker's error response contains the whole request and the whole response.
    return _one_line(f"Kafka failed: {error.description if isinstance(error, BrokerResponseError) else error}")


def _mongodb_sentence(error: Unavailable | PyMongoError) -> str:
    """Return the sentence for a failure, or for a refusal, such as that of a wrong password or a name without DNS."""
    cause = error.__cause__ if isinstance(error, Unavailable) else error
    # The text of a connection failure describes the whole topology.
    if cause is None or isinstance(cause, ConnectionFailure):
        return "MongoDB cannot be reached."
    # That of an operation contains the whole response.
    details = cause.details if isinstance(cause, OperationFailure) else None
    return _one_line(f"MongoDB failed: {(details or {}).get('errmsg') or cause}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


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


for command in (audit, topics, lag, dead_letters, events, cache, admins, moderators, users, reconcile):
    main.add_command(command)

if __name__ == "__main__":
    # A shell without job control starts its background processes with SIGINT ignored, which Python does not undo.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
