"""The addresses of the two APIs, for both documents: on one machine, as `make run` starts them, and on AWS."""

from infra.documents.components import Json
from infra.local.gateway.stage import STAGE

REST_PORT = 8000
WEBSOCKET_PORT = 8001

_AWS_HOST = "{apiId}.execute-api.{region}.amazonaws.com"
_API_ID = {"default": "abcde12345", "description": "An output of the stack; each of the two APIs has its own."}
_REGION = {"default": "eu-central-1", "description": "The region of the stack."}


def rest() -> list[Json]:
    """Returns the servers in OpenAPI's form. Each variable must have a default."""
    return [
        {
            "url": "http://127.0.0.1:{port}",
            "description": "This machine.",
            "variables": {"port": {"default": str(REST_PORT), "description": "REST_PORT."}},
        },
        {
            "url": f"https://{_AWS_HOST}/{STAGE}",
            "description": "AWS, without a custom domain.",
            "variables": {"apiId": _API_ID, "region": _REGION},
        },
    ]


def websocket(refused: str) -> Json:
    """Returns the servers in AsyncAPI's form, without security; `refused` describes refused upgrades."""
    return {
        "local": {
            "host": "127.0.0.1:{port}",
            "pathname": "/",
            "protocol": "ws",
            "description": f"This machine. {refused}",
            "variables": {"port": {"default": str(WEBSOCKET_PORT), "description": "WEBSOCKET_PORT."}},
        },
        "aws": {
            "host": _AWS_HOST,
            "pathname": f"/{STAGE}",
            "protocol": "wss",
            "description": f"AWS, without a custom domain. {refused}",
            "variables": {"apiId": _API_ID, "region": _REGION},
        },
    }
