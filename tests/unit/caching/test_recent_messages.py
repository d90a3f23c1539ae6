"""A page of history from the cache is the page that MongoDB would return, or None where the cache cannot know it."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.caching.recent import Recent
from chalicelib.caching.recent_messages import SIZE
from chalicelib.models.requests import HistoryQuery
from chalicelib.models.responses import MessageResponse


def message(seq: int) -> MessageResponse:
    return MessageResponse(
        messageId=str(seq), conversationId="a:b", seq=seq, fromUserId="a", toUserId="b", message="hi", ts="now"
    )


def expected(total: int, query: HistoryQuery) -> tuple[list[int], bool]:
    """(The seqs, hasMore) of the page by its definition, from all seqs of the conversation."""
    seqs = list(range(1, total + 1))
    if query.after is not None:
        later = [seq for seq in seqs if seq > query.after]
        return later[: query.limit], len(later) > query.limit
    earlier = [seq for seq in seqs if query.before is None or seq < query.before]
    return earlier[-query.limit :], len(earlier) > query.limit


positions = st.integers(0, 130)
queries = st.one_of(
    st.builds(HistoryQuery, limit=st.integers(1, 100)),
    st.builds(HistoryQuery, before=positions, limit=st.integers(1, 100)),
    st.builds(HistoryQuery, after=positions, limit=st.integers(1, 100)),
)


@given(total=st.integers(0, 120), cached=st.integers(0, SIZE), query=queries)
def test_a_page_from_the_cache_equals_the_page_from_mongodb(total: int, cached: int, query: HistoryQuery) -> None:
    first = max(1, total - cached + 1)
    recent = Recent([message(seq) for seq in range(first, total + 1)], from_beginning=cached >= total)
    page = recent.page(before=query.before, after=query.after, limit=query.limit)
    if page is not None:
        assert ([message.seq for message in page.messages], page.hasMore) == expected(total, query)


@given(total=st.integers(0, 120), limit=st.integers(1, SIZE))
def test_a_full_cache_always_has_the_newest_page(total: int, limit: int) -> None:
    first = max(1, total - SIZE + 1)
    recent = Recent([message(seq) for seq in range(first, total + 1)], from_beginning=total < SIZE)
    assert recent.page(before=None, after=None, limit=limit) is not None
