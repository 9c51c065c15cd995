"""The server as an ASGI application: what takes a request from its connection to what answers it."""
