"""A conformance suite for websocket APIs of API Gateway: what AWS's pages say, asked of an endpoint."""
