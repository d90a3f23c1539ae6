"""The name of the stage of DevConnect's websocket API, here as on AWS."""

STAGE = "v1"
