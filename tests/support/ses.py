"""An SES that accepts emails and keeps them, rejects them, or is unreachable."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Sent = dict[str, Any]  # Any: JSON as SES takes it


class StubSes:
    """Answers with `error`, named as SES names it, or accepts the email if there is none."""

    def __init__(self) -> None:
        self.error: str | None = None
        self.address = ""
        self.calls = 0
        self.accepted: list[Sent] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.calls += 1
                self.send_response(429 if outer.error == "TooManyRequestsException" else 400 if outer.error else 200)
                if outer.error:
                    self.send_header("x-amzn-ErrorType", outer.error)
                else:
                    outer.accepted.append(json.loads(body))
                self.end_headers()
                # SES names the address in the text of its errors.
                said = f"Email address is not verified: {outer.address}" if outer.error else ""
                self.wfile.write(json.dumps({"MessageId": "1", "message": said}).encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def stub_ses() -> Iterator[StubSes]:
    stub = StubSes()
    thread = threading.Thread(target=stub.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        stub.server.shutdown()
        stub.server.server_close()
        thread.join()
