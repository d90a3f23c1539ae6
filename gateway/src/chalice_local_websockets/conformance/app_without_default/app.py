"""An app that has no route for messages."""

from chalice.app import Chalice, WebsocketEvent

app = Chalice("websocket-conformance-without-default")
app.experimental_feature_flags.add("WEBSOCKETS")


@app.on_ws_connect()
def connect(_event: WebsocketEvent) -> dict[str, object]:
    return {"statusCode": 200}
