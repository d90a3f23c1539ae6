"""Listeners to the commands that pymongo sends."""

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent


class StartedCommandListener(CommandListener):
    """A base for listeners that only look at commands when they are sent: a subclass overrides `started`."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class SentCommands(StartedCommandListener):
    """The names of the commands that pymongo sends, without its own housekeeping.

    A write with the write concern w:0 is in `unacknowledged`, every other command in `acknowledged`.
    """

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.unacknowledged: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        unacknowledged = event.command.get("writeConcern", {}).get("w") == 0
        (self.unacknowledged if unacknowledged else self.acknowledged).append(event.command_name)
