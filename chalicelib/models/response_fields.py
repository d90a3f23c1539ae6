"""The fields of what the service sends, as the documents describe them.

Their limits are there to be read: what is the service's own is not checked each time it is sent, or read from a cache.
"""

from typing import Annotated, Any

from msgspec import Meta

from chalicelib.models import event_types, fields


def _as(field: Any) -> Meta:  # Any: an Annotated, for which there is no type
    """The form of a field that is checked where it comes from outside."""
    [meta] = field.__metadata__
    return Meta(examples=meta.examples, extra_json_schema={"pattern": meta.pattern})


def _like(field: Any) -> Meta:  # Any: as above
    """The example alone: a rule for what clients send is none for what was stored before it."""
    return Meta(examples=field.__metadata__[0].examples)


Name = Annotated[str, _like(fields.Name)]
EmailId = Annotated[str, _like(fields.EmailId)]
PhotoUrl = Annotated[str, _like(fields.PhotoUrl)]
Text = Annotated[str, _like(fields.MessageText)]
UserId = Annotated[str, _as(fields.UserId)]
SessionId = Annotated[str, _as(fields.SessionId)]
MessageId = Annotated[str, _as(event_types.MessageId)]
ConversationId = Annotated[str, _as(event_types.ConversationId)]
NotificationId = Annotated[str, _as(fields.NotificationId)]
ClientMessageId = Annotated[str, _as(fields.ClientMessageId)]
Seq = Annotated[int, Meta(examples=[1], extra_json_schema={"minimum": 1})]
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
"""The type of the event that it tells of."""
