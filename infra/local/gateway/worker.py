"""A worker's whole life: read an invocation, run it, send the reply, be frozen until the next."""

import socket

from infra.local.gateway.functions import Functions
from infra.local.gateway.invocation import LENGTH, decode_invocation, encode


def serve(connection: socket.socket, functions: Functions) -> None:
    """Answer invocations one at a time until the gateway closes the connection."""
    with connection.makefile("rwb") as stream:
        while header := stream.read(LENGTH.size):
            (length,) = LENGTH.unpack(header)
            reply = functions.call(decode_invocation(stream.read(length)))
            stream.write(encode(reply))
            stream.flush()
