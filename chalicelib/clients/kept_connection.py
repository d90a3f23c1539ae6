"""One HTTP/1.1 connection that is kept, and never blocks: several of them are driven side by side by one thread."""

import errno
import select
import socket
import ssl

CHUNK_BYTES = 65_536
MAX_RESPONSE_BYTES = 1_048_576


class ConnectionLost(Exception):
    """The connection failed, or the other side does not speak HTTP. The message says how.

    `unanswered` is true where nothing of a response has arrived, as when a kept connection was closed meanwhile.
    """

    def __init__(self, reason: str, *, unanswered: bool) -> None:
        super().__init__(reason)
        self.unanswered = unanswered


class KeptConnection:
    """Begins to connect when it is made. Then, for each request: `begin`, and `advance` whenever it may go on.

    With `tls` it verifies the certificate of `host`.
    """

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        """Raises ConnectionLost where the name cannot be resolved."""
        try:
            family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        except OSError as error:
            raise ConnectionLost(f"{host}: {error.strerror}", unanswered=True) from error
        raw = socket.socket(family, kind, protocol)
        raw.setblocking(False)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = raw.connect_ex(address)
        if code not in {0, errno.EINPROGRESS}:
            raw.close()
            raise ConnectionLost(f"{host}:{port}: {errno.errorcode.get(code, code)}", unanswered=True)
        self._socket = raw
        self._tls = tls
        self._host = host
        self._connected = False
        self.request = b""
        """The bytes of the request that was begun last."""
        self._unsent = memoryview(b"")
        self._received = bytearray()
        self.is_fresh = True
        """Whether it has not yet been used for a whole exchange."""
        self.keeps_alive = True
        """Whether the server lets it be used for another request."""
        self.waits_for = select.POLLOUT
        """What poll(2) should wait for before `advance` is called again: POLLIN or POLLOUT."""

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def begin(self, request: bytes) -> None:
        """Set the bytes of the next request; `advance` sends them."""
        self.request = request
        self._unsent = memoryview(request)
        self._received.clear()

    def advance(self) -> int | None:
        """Go on as far as is possible without waiting. Return the status of the response once all of it is there.

        Raises ConnectionLost.
        """
        try:
            if not self._connected and not self._connect():
                return None
            return self._exchange()
        except ssl.SSLWantReadError:
            self.waits_for = select.POLLIN
        except ssl.SSLWantWriteError:
            self.waits_for = select.POLLOUT
        except BlockingIOError:
            self.waits_for = select.POLLOUT if self._unsent else select.POLLIN
        except OSError as error:  # ssl.SSLError is one too
            reason = getattr(error, "reason", None) or error.strerror or str(error)
            raise ConnectionLost(str(reason), unanswered=not self._received) from error
        return None

    def _connect(self) -> bool:
        """Finish connecting; False where it takes longer. Raises OSError."""
        if not isinstance(self._socket, ssl.SSLSocket):
            code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise OSError(code, errno.errorcode.get(code, "unknown error"))
            try:
                self._socket.getpeername()
            except OSError as error:
                if error.errno == errno.ENOTCONN:
                    return False
                raise
            if self._tls is not None:
                self._socket = self._tls.wrap_socket(
                    self._socket, server_hostname=self._host, do_handshake_on_connect=False
                )
        if isinstance(self._socket, ssl.SSLSocket):
            self._socket.do_handshake()
        self._connected = True
        return True

    def _exchange(self) -> int | None:
        while self._unsent:
            self._unsent = self._unsent[self._socket.send(self._unsent) :]
        while True:
            chunk = self._socket.recv(CHUNK_BYTES)
            if not chunk:
                raise ConnectionLost("the connection was closed", unanswered=not self._received)
            self._received += chunk
            status = self._status()
            if status is not None:
                self.is_fresh = False
                return status
            if len(self._received) > MAX_RESPONSE_BYTES:
                raise ConnectionLost("the response is too long", unanswered=False)

    def _status(self) -> int | None:
        """The status once the whole response has been received (RFC 9112, 6.3). Its body is not looked at."""
        head, found, body = bytes(self._received).partition(b"\r\n\r\n")
        if not found:
            return None
        version, _, rest = head.partition(b" ")
        code = rest[:3]
        if not version.startswith(b"HTTP/1.") or not code.isdigit():
            raise ConnectionLost("the response is not HTTP", unanswered=False)
        status = int(code)
        headers = dict(_header(line) for line in head.split(b"\r\n")[1:])
        if status == 204:
            complete = True
        elif headers.get(b"transfer-encoding", b"").lower() == b"chunked":
            complete = body == b"0\r\n\r\n" or body.endswith(b"\r\n0\r\n\r\n")
        elif headers.get(b"content-length", b"").isdigit():
            complete = len(body) >= int(headers[b"content-length"])
        else:
            raise ConnectionLost("the response does not say how long it is", unanswered=False)
        if complete and (headers.get(b"connection", b"").lower() == b"close" or version == b"HTTP/1.0"):
            self.keeps_alive = False
        return status if complete else None


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), value.strip()
