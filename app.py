"""The functions of DevConnect: the REST API, and the three functions of the websocket API."""

from chalice.app import Chalice, WebsocketEvent

from chalicelib import logs
from chalicelib.handlers import (
    analytics,
    blocks,
    connections,
    cors,
    feed,
    health,
    login,
    messages,
    presence,
    profile,
    websocket,
    websocket_ticket,
)

app = Chalice(app_name="devconnect", configure_logs=False)
app.experimental_feature_flags.add("WEBSOCKETS")
logs.configure()

for module in (login, profile, messages, presence, connections, blocks, feed, analytics, websocket_ticket, health):
    app.register_blueprint(module.blueprint)
cors.install(app)


# On the app itself: Blueprint.on_ws_* of Chalice 1.34 leaves the function as it is, without its event.
@app.on_ws_connect()
def websocket_connect(event: WebsocketEvent) -> dict[str, object]:
    return websocket.connect(event)


@app.on_ws_message()
def websocket_message(event: WebsocketEvent) -> None:
    websocket.message(event)


@app.on_ws_disconnect()
def websocket_disconnect(event: WebsocketEvent) -> None:
    websocket.disconnect(event)
