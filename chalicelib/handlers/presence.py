"""GET /api/presence, and the websocket actions `register` and `presence:query`, `:subscribe`, `:unsubscribe`."""

import msgspec
from chalice.app import Blueprint, Response

from chalicelib.errors import BadRequest
from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.handlers.socket_request import SocketRequest
from chalicelib.models.frames import PresenceQueryFrame, PresenceSubscribeFrame, PresenceUnsubscribeFrame, RegisterFrame
from chalicelib.models.pushed import PresenceStateEvent, RegisteredEvent
from chalicelib.models.requests import PresenceQuery
from chalicelib.models.responses import PresenceResponse, PresenceState
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/presence", PresenceQuery, {200: PresenceResponse})
def get_presence(request: HttpRequest[PresenceQuery]) -> Response:
    """Which of up to 100 users are online."""
    states = wired().presence_queries.states(request.credentials, request.input.ids)
    return json_response(200, PresenceResponse(presence=states))


def register(request: SocketRequest, frame: RegisterFrame) -> None:
    if frame.userId not in (None, request.identity.userId):
        raise BadRequest({"userId": "it is not your own: a socket acts for the user of its session"})
    expires_in = wired().socket_lifecycle.heartbeat(request.connection_id, request.identity)
    if expires_in is None:
        request.close_socket()
    elif frame.answer:
        request.reply(RegisteredEvent(userId=request.identity.userId, expiresIn=expires_in))


def presence_query(request: SocketRequest, frame: PresenceQueryFrame) -> None:
    _reply_with_states(request, wired().presence_queries.states(request.identity.credentials, frame.ids))


def presence_subscribe(request: SocketRequest, frame: PresenceSubscribeFrame) -> None:
    user_ids = list(dict.fromkeys(frame.userIds))
    states = wired().presence_queries.subscribe(request.identity.credentials, request.connection_id, user_ids)
    _reply_with_states(request, states)


def presence_unsubscribe(request: SocketRequest, frame: PresenceUnsubscribeFrame) -> None:
    wired().presence_queries.unsubscribe(request.identity.credentials, request.connection_id, frame.userIds)


def _reply_with_states(request: SocketRequest, states: list[PresenceState]) -> None:
    request.reply(*(PresenceStateEvent(**msgspec.structs.asdict(state)) for state in states))
