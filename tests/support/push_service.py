"""A push service (RFC 8030) and its browsers: it checks who sends (RFC 8292), and they open what comes (RFC 8291).

It is written from the RFCs, and shares no code with what it checks.
"""

import json
import os
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Json = dict[str, Any]  # Any: JSON of a notification
CURVE = ec.SECP256R1()


def to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """A browser that has subscribed. `status` is what its push service answers; `shown` what came, decrypted."""

    endpoint: str
    server_key: str
    status: int = 201
    shown: list[Json] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def subscription(self) -> Json:
        """What PushSubscription.toJSON() returns."""
        keys = {"p256dh": to_text(self._public), "auth": to_text(self.secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    @property
    def _public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def open(self, body: bytes) -> Json:
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(body) <= size == 4096
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        material = HKDF(SHA256(), 32, self.secret, b"WebPush: info\x00" + self._public + sender).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(material)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(material)
        padded = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")
        assert padded[-1:] == b"\x02"
        opened: Json = json.loads(padded[:-1])
        return opened


class LocalPushService(ThreadingHTTPServer):
    """Its browsers are subscribed for one application server, whose public key is `server_key`."""

    def __init__(self, server_key: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.server_key = server_key
        self.browsers: dict[str, Browser] = {}
        self.faults: list[str] = []

    def subscribe(self) -> Browser:
        browser = Browser(f"{self.url}/send/{uuid4().hex}", self.server_key)
        self.browsers[browser.endpoint] = browser
        return browser

    def check(self, authorization: str) -> None:
        """Raises AssertionError or jwt.InvalidTokenError where the sender is not the application server."""
        scheme, _, parameters = authorization.partition(" ")
        assert scheme == "vapid", authorization
        named = dict(parameter.strip().split("=", 1) for parameter in parameters.split(","))
        assert named["k"] == self.server_key, "another server than the browser has subscribed for"
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, to_bytes(named["k"]))
        claims = jwt.decode(named["t"], key, algorithms=["ES256"], audience=self.url, options={"require": ["exp"]})
        assert claims["sub"].startswith("mailto:"), claims


class _Handler(BaseHTTPRequestHandler):
    server: LocalPushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        browser = self.server.browsers.get(f"{self.server.url}{self.path}")
        status = browser.status if browser else 404
        if browser and status == 201:
            try:
                self.server.check(self.headers["Authorization"])
                assert self.headers["Content-Encoding"] == "aes128gcm"
                assert int(self.headers["TTL"]) > 0
                assert len(self.headers["Topic"]) <= 32
                browser.topics.append(self.headers["Topic"])
                browser.shown.append(browser.open(body))
            except Exception as error:  # noqa: BLE001 - each is a fault of the sender, which a test then shows
                self.server.faults.append(repr(error))
                status = 400
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 307:
            self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Logs nothing."""


@contextmanager
def local_push_service(server_key: str) -> Iterator[LocalPushService]:
    with LocalPushService(server_key) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
