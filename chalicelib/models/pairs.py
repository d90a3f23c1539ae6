"""Pairs of users, whose ids are the `_id` of their conversation and of their connection."""


def pair_id(user_id: str, other_id: str) -> str:
    """Return `<userId1>:<userId2>`, sorted, so that it does not depend on the order of the two."""
    return ":".join(sorted((user_id, other_id)))
