"""Uses the client that openapi-python-client has made: logs in, sends a message, and reads it back.

`python python_client.py URL OTHER_USER_ID EMAIL PASSWORD`, with the package `devconnect_generated` on the path.
"""

import sys

from devconnect_generated import AuthenticatedClient, Client
from devconnect_generated.api.login import post_login
from devconnect_generated.api.messages import get_messages_by_user_id, post_messages
from devconnect_generated.api.presence import get_presence
from devconnect_generated.models import ErrorResponse, Login, SendMessage


def main(url: str, other_id: str, email_id: str, password: str) -> None:
    session = post_login.sync(client=Client(base_url=url), body=Login(email_id=email_id, password=password))
    client = AuthenticatedClient(base_url=url, token=session.token)
    sent = post_messages.sync(client=client, body=SendMessage(to_user_id=other_id, message="from Python"))
    page = get_messages_by_user_id.sync(other_id, client=client, limit=10)
    assert [(message.seq, message.message) for message in page.messages] == [(sent.seq, "from Python")]
    presence = get_presence.sync(client=client, user_ids=[session.user_id, other_id])
    assert [state.user_id for state in presence.presence] == [session.user_id, other_id]
    refused = post_messages.sync(client=client, body=SendMessage(to_user_id="x", message=""))
    assert isinstance(refused, ErrorResponse)
    assert sorted(refused.fields.additional_properties) == ["message", "toUserId"]


if __name__ == "__main__":
    main(*sys.argv[1:])
