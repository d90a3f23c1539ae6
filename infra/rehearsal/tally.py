"""What has become of the messages of clients who talk."""

import msgspec


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """`acknowledged` were told their senders, `received` came to the other user, `stored` are in the history.

    `different` is how many messageIds there are in all three together: the counts are equal to it where no message was
    lost, doubled, or stored without an acknowledgement. `sockets` were opened by `clients`, and `dropped` says why one
    ended while its client still talked.
    """

    acknowledged: int
    received: int
    stored: int
    different: int
    clients: int
    sockets: int
    dropped: list[str]

    @property
    def fault(self) -> str | None:
        """A sentence where a message was lost or doubled, or a socket dropped; None where all is well."""
        if not self.acknowledged:
            return "No message was acknowledged."
        if {self.acknowledged, self.received, self.stored} != {self.different}:
            return (
                f"Of {self.different} messages {self.acknowledged} were acknowledged, {self.received} received and "
                f"{self.stored} stored."
            )
        if self.dropped or self.sockets != self.clients:
            return f"{self.clients} clients opened {self.sockets} sockets: {'; '.join(self.dropped)}"
        return None

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} messages acknowledged, received and stored; {self.sockets} sockets opened, "
            f"{len(self.dropped)} dropped"
        )
