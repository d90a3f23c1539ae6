"""Pages of a conversation, out of its newest messages."""

from dataclasses import dataclass

from chalicelib.models.answers import HistoryAnswer, MessageAnswer


@dataclass(frozen=True)
class Recent:
    """The newest messages, ascending by seq; `from_beginning` where nothing came before them.

    A page is None where these messages do not hold all of it. As seq has no gaps, they tell that without looking.
    """

    messages: list[MessageAnswer]
    from_beginning: bool

    def page(self, *, before: int | None, after: int | None, limit: int) -> HistoryAnswer | None:
        """The first `limit` messages above `after`, or else the last ones below `before`; both are exclusive."""
        return self._after(after, limit) if after is not None else self._before(before, limit)

    def _after(self, after: int, limit: int) -> HistoryAnswer | None:
        known_from = 0 if self.from_beginning else (self.messages[0].seq - 1 if self.messages else None)
        if known_from is None or after < known_from:
            return None
        later = [message for message in self.messages if message.seq > after]
        return HistoryAnswer(messages=later[:limit], hasMore=len(later) > limit)

    def _before(self, before: int | None, limit: int) -> HistoryAnswer | None:
        earlier = [message for message in self.messages if before is None or message.seq < before]
        if len(earlier) > limit:
            return HistoryAnswer(messages=earlier[-limit:], hasMore=True)
        if self.from_beginning:
            return HistoryAnswer(messages=earlier, hasMore=False)
        if len(earlier) == limit:
            return HistoryAnswer(messages=earlier, hasMore=earlier[0].seq > 1)
        return None
