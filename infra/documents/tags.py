"""What each group of routes is about, one sentence for each file of handlers."""

from collections.abc import Mapping

TAGS: Mapping[str, str] = {
    "analytics": "Daily counts, for administrators.",
    "blocks": "Users who may neither write nor connect.",
    "connections": "Requests to connect, and the users whom one is connected with.",
    "conversations": "The list of conversations, and what a user has made of one: muted, archived.",
    "exports": "A file of everything that the service has of the user.",
    "feed": "People to connect with.",
    "health": "Whether the service works, and which version of the protocol it speaks.",
    "login": "Accounts and sessions: signup, login, logout, password, address, leaving.",
    "message_changes": "Edits, deletions and reactions.",
    "messages": "Sending messages, and the history of a conversation.",
    "moderation": "The queue of what was reported, for moderators.",
    "notifications": "The list of notifications, and which of them a user wants.",
    "password_reset": "A new password by a mailed link.",
    "presence": "Who is online.",
    "profile": "The user's own profile, and those of others.",
    "push_subscriptions": "Browsers that are told by web push.",
    "reports": "Telling moderators of a user or of a message.",
    "search": "People by name and skill.",
    "sessions": "Where the user is logged in.",
    "unsubscribe": "The link in a mail that ends mails of its kind.",
    "verification": "Confirming an address by a mailed link.",
    "websocket_ticket": "Opening a websocket.",
}
