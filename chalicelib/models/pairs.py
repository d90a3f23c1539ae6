"""Two users together: the `_id` of their conversation, and of their connection."""


def pair_id(one: str, other: str) -> str:
    """`<userId1>:<userId2>`, sorted: the same for both."""
    return ":".join(sorted((one, other)))
