"""Requests as bytes, with methods, paths, queries, headers and bodies that no client library would write."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

import app  # noqa: F401 - importing it registers the routes
from chalicelib.handlers.http import ENDPOINTS


@dataclass(frozen=True)
class RawRequest:
    """A request; `large` is the number of bytes "x" that its body ends with."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, bytes], ...]
    body: bytes
    large: int

    def written(self, authorization: bytes) -> bytes:
        """Returns the bytes of a client that sends one request and reads until the connection closes."""
        body = self.body + b"x" * self.large
        target = self.path + (f"?{self.query}" if self.query else "")
        lines = [
            f"{self.method} {target} HTTP/1.1".encode("latin-1"),
            b"Host: 127.0.0.1",
            b"Connection: close",
            b"Authorization: " + authorization,
            *(name.encode() + b": " + value for name, value in self.headers),
        ]
        if body or self.method in {"POST", "PATCH", "PUT"}:
            lines.append(b"Content-Length: %d" % len(body))
        return b"\r\n".join([*lines, b"", body])


ROUTES = [endpoint for endpoint in ENDPOINTS if not endpoint.path.startswith("/api/logout")]
"""All routes except those of logout, which would end the session of the requests that follow."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY")

PIECES = (
    "", "%00", "%0a", "%2F", "%2f..%2f", "%2e%2e", "..", "%ff", "%C3%A9", "%c3", "%", "%zz", "%u0041", "%25", ";a=1",
    "+", "%20", "~", "*", "{userId}", "a:b", "x" * 3_000, "$where", "__proto__", "null", "0" * 24, "F" * 24, "0" * 25,
)  # fmt: skip

TYPES = (
    b"application/json", b"application/JSON; charset=utf-8", b"application/json; charset=utf-16", b"application/json,x",
    b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data", b"application/octet-stream",
    b"image/png", b"", b"/", b"\xff", b"x" * 3_000,
)  # fmt: skip

HEADERS = (
    ("Accept", b"image/png"),
    ("Accept", b"\xff"),
    ("Accept-Encoding", b"gzip, \xfe"),
    ("Authorization", b"Bearer x"),
    ("Cookie", b"token"),
    ("Cookie", b"token=\xff; token=x; =; ;"),
    ("Content-Encoding", b"gzip"),
    ("Expect", b"100-continue"),
    ("If-None-Match", b"*"),
    ("Origin", b"https://app.example.org"),
    ("Origin", b"null"),
    ("Origin", b"\xff"),
    ("Range", b"bytes=0-1"),
    ("User-Agent", b"\xe9\xff"),
    ("X-Forwarded-For", b"1.2.3.4, \xff"),
    ("X-HTTP-Method-Override", b"DELETE"),
)

BODIES = (
    b"", b"{}", b"[]", b"null", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"{} {}", b'{"emailId":"a@b.cd","emailId":5}',
    b'{"message":"a","message":"b"}', b'{"status":"interested","status":"ignored"}', b"a=1&a=2", b"\x1f\x8b\x08",
    b'{"age":' + b"9" * 400 + b"}", b'{"about":"\\ud800"}', b"[" * 5_000, json.dumps({"notificationIds": []}).encode(),
)  # fmt: skip


@st.composite
def raw_requests(draw: st.DrawFn, user_ids: Sequence[str]) -> RawRequest:
    """Draws a request to a route, or to a path that resembles one."""
    piece = st.sampled_from([*PIECES, *user_ids])
    route = draw(st.sampled_from(ROUTES))
    path = route.path
    for name in ("{userId}", "{sessionId}"):
        path = path.replace(name, draw(piece))
    path += draw(st.sampled_from([""] * 15 + ["/", "/x", "//", "%20", "%00"]))
    names = st.sampled_from(["limit", "before", "userIds", "from", "%6c%69mit", "limit%00", "a", "", "%ff"])
    pairs = draw(st.lists(st.tuples(names, piece, st.sampled_from(["=", "=", "", "=="])), max_size=3))
    types = draw(st.just([]) | st.lists(st.sampled_from(TYPES).map(lambda value: ("Content-Type", value)), max_size=2))
    return RawRequest(
        method=draw(st.sampled_from([route.method] * len(METHODS) + list(METHODS))),
        path=path,
        query=draw(st.sampled_from(["&", "&&", ";"])).join(name + sign + value for name, value, sign in pairs),
        headers=(*types, *draw(st.lists(st.sampled_from(HEADERS), max_size=3))),
        body=draw(st.sampled_from(BODIES) | st.binary(max_size=60)),
        large=draw(st.sampled_from([0] * 19 + [100_000])),
    )
