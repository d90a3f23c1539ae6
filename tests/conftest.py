"""The environment of every test, and the real servers."""

import os

for name in list(os.environ):
    if name.startswith(("AWS_", "RATE_LIMIT_", "LOCALSTACK_")) or name in {"JWT_SECRET", "ALLOWED_ORIGINS"}:
        del os.environ[name]

import pytest


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    return dict(os.environ) | {"JWT_SECRET":"0"*32, "BCRYPT_ROUNDS": "4", "WEBSOCKET_ENDPOINT":"http://127.0.0.1:18001"}
