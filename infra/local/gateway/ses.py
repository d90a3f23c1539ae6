"""The part of SES that shows which mails are sent: it accepts mails and keeps each as a file.

Source: the SES API v2 reference, SendEmail. Signatures are not checked, as only this machine can call it.
"""

import json
from pathlib import Path
from uuid import uuid4

from chalice_local_websockets.asgi import BodyCutOffError, BodyTooLargeError, Receive, Scope, Send, read_body, respond
from chalice_local_websockets.responses import Response
from infra.local.files import write_atomically

PATH = "/v2/email/outbound-emails"
MAIL_BYTES = 40 * 1024 * 1024
"""SES's own limit (Service quotas in Amazon SES, message size)."""

BAD_REQUEST = Response(
    400,
    b'{"message": "The request is not valid"}',
    (("content-type", "application/json"), ("x-amzn-ErrorType", "BadRequestException")),
)

_REQUIRED = {"FromEmailAddress", "Destination", "Content"}


class Ses:
    """An ASGI application: a mail that is POSTed is stored as `<directory>/<MessageId>.json`, as it was sent."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, MAIL_BYTES)
        except BodyCutOffError:
            return
        except BodyTooLargeError:
            await respond(send, BAD_REQUEST)
            return
        await respond(send, self._take(scope["method"], body))

    def _take(self, method: str, body: bytes) -> Response:
        try:
            mail = json.loads(body)
        except ValueError:
            return BAD_REQUEST
        if method != "POST" or not isinstance(mail, dict) or not mail.keys() >= _REQUIRED:
            return BAD_REQUEST
        message_id = uuid4().hex
        write_atomically(self._directory / f"{message_id}.json", json.dumps(mail, indent=2, ensure_ascii=False))
        return Response(200, json.dumps({"MessageId": message_id}).encode())
