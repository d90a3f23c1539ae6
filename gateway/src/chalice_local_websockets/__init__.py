"""A small local Lambda and API Gateway: REST, websockets and @connections over one pool of workers."""
