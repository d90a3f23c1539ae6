"""What the responses of the REST API look like, as far as this client reads them."""

from devconnect_client.shapes import (
    MESSAGE,
    Shape,
    is_count,
    is_list,
    is_object,
    is_text,
    is_truth,
    is_websocket_url,
    optional,
)

ANYTHING: Shape = {}
SESSION: Shape = {"userId": is_text, "token": is_text}
FOUND: Shape = {
    "users": is_list(dict.fromkeys(("userId", "firstName", "lastName"), is_text)),
    "next": optional(is_text),
}
TICKET: Shape = {"url": is_websocket_url}
CONVERSATIONS: Shape = {
    "conversations": is_list(
        {
            "userId": is_text,
            **dict.fromkeys(("lastSeq", "readSeq", "lastChange"), is_count),
            "lastMessage": is_object({"message": is_text}),
        }
    ),
    "hasMore": is_truth,
}
HISTORY: Shape = {"messages": is_list(MESSAGE), "hasMore": is_truth}
PRESENCE: Shape = {"presence": is_list({"userId": is_text, "online": is_truth})}
PROFILE: Shape = {"firstName": is_text}
