"""A client of the @connections API that shows statuses and headers as they come, and signs as AWS wants it."""

import asyncio
from dataclasses import dataclass
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from botocore.session import Session

_DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Answer:
    """`error_type` is what x-amzn-ErrorType says, without what may follow a colon."""

    status: int
    error_type: str | None
    body: bytes


class Management:
    """`url` ends with the stage's path."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        session = Session()
        self._region = session.get_config_variable("region") or _DEFAULT_REGION
        self._credentials = session.get_credentials() or Credentials("local", "local")
        self._http = URLLib3Session(proxies={})

    async def post(self, connection_id: str, body: bytes) -> Answer:
        return await self.send("POST", connection_id, body)

    async def get(self, connection_id: str) -> Answer:
        return await self.send("GET", connection_id)

    async def delete(self, connection_id: str) -> Answer:
        return await self.send("DELETE", connection_id)

    async def send(self, method: str, connection_id: str, body: bytes = b"") -> Answer:
        url = f"{self._url}/@connections/{quote(connection_id, safe='')}"
        request = AWSRequest(method, url, data=body)
        SigV4Auth(self._credentials, "execute-api", self._region).add_auth(request)
        response = await asyncio.to_thread(self._http.send, request.prepare())
        error_type = response.headers.get("x-amzn-ErrorType")
        return Answer(response.status_code, error_type and error_type.partition(":")[0], response.content)
