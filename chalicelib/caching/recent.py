"""The newest messages of a conversation, and the pages that they contain."""

from dataclasses import dataclass

from chalicelib.models.responses import HistoryResponse, MessageResponse


@dataclass(frozen=True)
class Recent:
    """The newest messages, ascending by seq. `from_beginning` says that no message comes before them.

    They have all their changes up to `last_change`, which is 0 where it is not known, and perhaps later ones.
    A page is None where these messages do not contain all of it. As seq has no gaps, that shows without a query.
    """

    messages: list[MessageResponse]
    from_beginning: bool
    last_change: int = 0

    def page(self, *, before: int | None, after: int | None, limit: int) -> HistoryResponse | None:
        """Return the first `limit` messages above `after`, or else the last ones below `before`, both exclusive."""
        return self._after(after, limit) if after is not None else self._before(before, limit)

    def _after(self, after: int, limit: int) -> HistoryResponse | None:
        lowest_after = 0 if self.from_beginning else (self.messages[0].seq - 1 if self.messages else None)
        if lowest_after is None or after < lowest_after:
            return None
        later = [message for message in self.messages if message.seq > after]
        return self._page_of(later[:limit], has_more=len(later) > limit)

    def _before(self, before: int | None, limit: int) -> HistoryResponse | None:
        earlier = [message for message in self.messages if before is None or message.seq < before]
        if len(earlier) > limit:
            return self._page_of(earlier[-limit:], has_more=True)
        if self.from_beginning:
            return self._page_of(earlier, has_more=False)
        if len(earlier) == limit:
            return self._page_of(earlier, has_more=earlier[0].seq > 1)
        return None

    def _page_of(self, messages: list[MessageResponse], *, has_more: bool) -> HistoryResponse:
        return HistoryResponse(messages=messages, hasMore=has_more, lastChange=self.last_change)
