"""The life of a worker: it reads an invocation, runs it, sends the reply, and is frozen until the next one."""

import socket

from chalice_local_websockets.functions import Functions
from chalice_local_websockets.in_flight.report import reporter
from chalice_local_websockets.invocation import LENGTH, decode_invocation, encode


def serve(connection: socket.socket, functions: Functions) -> None:
    """Run invocations one at a time until the gateway closes the connection."""
    report = reporter(connection.fileno())
    with connection.makefile("rwb") as stream:
        while header := stream.read(LENGTH.size):
            (length,) = LENGTH.unpack(header)
            invocation = decode_invocation(stream.read(length))
            reply = functions.call(invocation)
            if report:
                report(invocation)
            stream.write(encode(reply))
            stream.flush()
