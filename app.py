"""The Lambda functions of DevConnect: the REST API, the three functions of the websocket API, and the cache warmer."""

from chalice.app import Chalice, CloudWatchEvent, Rate, WebsocketEvent

from chalicelib import logs, settings, snapshot
from chalicelib.handlers import (
    analytics,
    blocks,
    connections,
    conversations,
    cors,
    exports,
    feed,
    health,
    login,
    message_changes,
    messages,
    moderation,
    notifications,
    password_reset,
    presence,
    profile,
    push_subscriptions,
    reports,
    search,
    sessions,
    unsubscribe,
    verification,
    warming,
    websocket,
    websocket_ticket,
)

if settings.is_copied_once_imported():
    snapshot.prepare()

if settings.is_served_by_chalice_local():
    from infra.local import chalice_local  # which only a checkout has

    chalice_local.prepare()

app = Chalice(app_name="devconnect", configure_logs=False)
app.experimental_feature_flags.add("WEBSOCKETS")
logs.configure(settings.function_version())

for module in (
    login,
    verification,
    password_reset,
    profile,
    messages,
    message_changes,
    conversations,
    presence,
    connections,
    blocks,
    reports,
    moderation,
    feed,
    search,
    analytics,
    sessions,
    notifications,
    exports,
    unsubscribe,
    push_subscriptions,
    websocket_ticket,
    health,
):
    app.register_blueprint(module.blueprint)
cors.install(app)


# Registered on the app itself: in Chalice 1.34, Blueprint.on_ws_* does not wrap the function to pass it the event.
@app.on_ws_connect()
def websocket_connect(event: WebsocketEvent) -> dict[str, object]:
    return websocket.connect(event)


@app.on_ws_message()
def websocket_message(event: WebsocketEvent) -> None:
    websocket.message(event)


@app.on_ws_disconnect()
def websocket_disconnect(event: WebsocketEvent) -> None:
    websocket.disconnect(event)


# Registered on the app itself as well: a Blueprint's scheduled function runs without app.py being imported.
@app.schedule(Rate(10, unit=Rate.MINUTES))
def warm_caches(event: CloudWatchEvent) -> None:
    warming.warm(event)
