"""Reads a little of a connection at a time, so that one who sends much does not keep the others waiting."""

import asyncio

READ_BYTES = 4 * 1024
"""All frames and requests in what is read at once are parsed before any other connection is served.

Event loops read up to 256 KiB. There may be forty thousand frames in it, which take 80 ms, or ten thousand requests,
which take 50, and 1 in this; a message of others has several such waits.
"""


class SmallReads(asyncio.BufferedProtocol):
    """Passes at most READ_BYTES to a protocol in each iteration of the event loop.

    Give it to `set_protocol` in place of the protocol, which goes on to use the transport itself. A limit on the size
    alone would not do: uvloop goes on reading, up to 32 times, until it is told to pause.
    """

    def __init__(self, protocol: asyncio.Protocol, transport: asyncio.Transport) -> None:
        self._protocol = protocol
        self._transport = transport
        self._buffer = bytearray(READ_BYTES)

    def get_buffer(self, _sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._protocol.data_received(bytes(memoryview(self._buffer)[:nbytes]))
        if nbytes == READ_BYTES and self._transport.is_reading():  # there may be more, and the protocol would take it
            self._transport.pause_reading()
            asyncio.get_running_loop().call_soon(self._transport.resume_reading)

    def eof_received(self) -> bool | None:
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._protocol.connection_lost(exc)

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()
