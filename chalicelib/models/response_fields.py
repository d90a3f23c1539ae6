"""The fields of responses and pushed frames, as the API documents describe them.

Their limits are only documentation: the service does not check its own data whenever it sends it or reads a cache.
"""

from typing import Annotated, Any

from msgspec import Meta

from chalicelib.models import event_types, fields


def _with_pattern(field: Any) -> Meta:  # Any: an Annotated, for which there is no type
    """Document the pattern and the examples of a field, which is checked where it comes from a client."""
    [meta] = field.__metadata__
    return Meta(examples=meta.examples, extra_json_schema={"pattern": meta.pattern})


def _with_examples(field: Any) -> Meta:  # Any: as above
    """Document only the examples of a field: data may have been stored before a rule for clients was made."""
    return Meta(examples=field.__metadata__[0].examples)


Name = Annotated[str, _with_examples(fields.Name)]
EmailId = Annotated[str, _with_examples(fields.EmailId)]
PhotoUrl = Annotated[str, _with_examples(fields.PhotoUrl)]
Text = Annotated[str, _with_examples(fields.MessageText)]
UserId = Annotated[str, _with_pattern(fields.UserId)]
SessionId = Annotated[str, _with_pattern(fields.SessionId)]
CaseId = Annotated[str, _with_pattern(fields.CaseId)]
MessageId = Annotated[str, _with_pattern(event_types.MessageId)]
ConversationId = Annotated[str, _with_pattern(event_types.ConversationId)]
NotificationId = Annotated[str, _with_pattern(fields.NotificationId)]
ClientMessageId = Annotated[str, _with_pattern(fields.ClientMessageId)]
RequestId = Annotated[str, _with_pattern(fields.RequestId)]
Seq = Annotated[int, Meta(examples=[1], extra_json_schema={"minimum": 1})]
Change = Annotated[int, Meta(examples=[1], extra_json_schema={"minimum": 1})]
Reactions = Annotated[dict[str, str], Meta(examples=[{"697df8b1e1b5a40007c4d2e8": "👍"}])]
"""{userId: the emoji of that user}."""
ReadSeqs = Annotated[dict[str, int], Meta(examples=[{"697df8b1e1b5a40007c4d2e8": 4}])]
"""{userId: the seq up to which that user has read}, without users who have read nothing."""

ProtocolVersion = Annotated[
    str,
    Meta(
        description="The version of the protocol. The number before the point stays while no change breaks a client.",
        extra_json_schema={"pattern": r"^[0-9]+\.[0-9]+$"},
    ),
]
Unread = Annotated[int, Meta(examples=[2], extra_json_schema={"minimum": 0, "maximum": fields.MAX_UNREAD})]
Time = Annotated[str, Meta(examples=["2026-01-31T12:00:00.000Z"], extra_json_schema={"format": "date-time"})]
Day = Annotated[str, Meta(examples=["2026-01-31"], extra_json_schema={"format": "date"})]
Seconds = Annotated[int, Meta(extra_json_schema={"minimum": 0}, description="In seconds.")]
NotificationType = Annotated[
    str,
    Meta(
        extra_json_schema={
            "enum": [
                name
                for name, declared in event_types.EVENT_TYPES.items()
                if issubclass(declared.data, event_types.Notification)
            ]
        }
    ),
]
"""The type of the notification's event."""
