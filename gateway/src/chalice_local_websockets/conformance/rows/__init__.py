"""The rows of the suite, by subject."""

from chalice_local_websockets.conformance.rows import ageing, closing, connections, errors, handshake, limits, routes

ROWS = (
    *handshake.ROWS,
    *routes.ROWS,
    *errors.ROWS,
    *limits.ROWS,
    *connections.ROWS,
    *closing.ROWS,
    *ageing.ROWS,
)
