"""Signatures of requests to AWS: Signature Version 4.

Source: the IAM User Guide, "Create a signed AWS API request". A tenth of what botocore's signer takes, which builds and
parses objects for every service's peculiarities; tests compare the two.
"""

import functools
import hashlib
import hmac
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class AwsCredentials:
    access_key: str
    secret_key: str
    session_token: str | None = None


class _Frozen(Protocol):
    """botocore's `ReadOnlyCredentials`."""

    access_key: str
    secret_key: str
    token: str | None


def credentials_of_this_process() -> Callable[[], AwsCredentials | None]:
    """Return a function that returns the credentials as they are now, or None where there are none.

    A function has them in its environment. A container has to fetch them, and again before they expire: botocore does,
    which is imported for that alone.
    """
    fetched: list[Callable[[], _Frozen]] = []

    def current() -> AwsCredentials | None:
        access_key, secret_key = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
        if access_key and secret_key:
            return AwsCredentials(access_key, secret_key, os.environ.get("AWS_SESSION_TOKEN") or None)
        if not fetched:
            from botocore.session import Session  # noqa: PLC0415 - slow to import, and not needed in functions

            found = Session().get_credentials()
            if found is None:
                return None
            fetched.append(found.get_frozen_credentials)
        frozen = fetched[0]()
        return AwsCredentials(frozen.access_key, frozen.secret_key, frozen.token)

    return current


def region_of(host: str) -> str:
    """Return the region that a host of AWS names, or else that of the environment, as boto3 does."""
    named = re.search(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com", host)
    if named is not None:
        return named[1]
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"


class Signer:
    """Signs the requests to one host of one service. The key of a day is derived once. Thread-safe."""

    def __init__(self, *, host: str, region: str, service: str) -> None:
        self._host = host
        self._region = region
        self._service = service
        self._key: tuple[tuple[str, str], bytes] = (("", ""), b"")
        """((secret key, date), the signing key)."""

    def headers(
        self, method: str, path: str, body: bytes, credentials: AwsCredentials, now: datetime
    ) -> dict[str, str]:
        """Return the headers to add, `Host` among them. `path` is as it is sent, percent-encoded and without a query.

        `now` is in UTC; AWS takes a signature for 5 minutes.
        """
        timestamp = now.strftime("%Y%m%dT%H%M%SZ")
        date = timestamp[:8]
        headers = {"host": self._host, "x-amz-date": timestamp}
        if credentials.session_token:
            headers["x-amz-security-token"] = credentials.session_token
        names = ";".join(headers)  # they are in alphabetical order
        canonical = "\n".join(
            [
                method,
                _encoded(path),  # once more, as for every service but S3
                "",  # the query
                *(f"{name}:{value}" for name, value in headers.items()),
                "",
                names,
                hashlib.sha256(body).hexdigest(),
            ]
        )
        scope = f"{date}/{self._region}/{self._service}/aws4_request"
        text = "\n".join([_ALGORITHM, timestamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        signature = hmac.digest(self._signing_key(credentials.secret_key, date), text.encode(), "sha256").hex()
        authorization = (
            f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        return headers | {"authorization": authorization}

    def _signing_key(self, secret_key: str, date: str) -> bytes:
        known, key = self._key
        if known != (secret_key, date):
            key = f"AWS4{secret_key}".encode()
            for part in (date, self._region, self._service, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._key = ((secret_key, date), key)
        return key


@functools.lru_cache(maxsize=1000)
def _encoded(path: str) -> str:
    """Return the path percent-encoded. A function pushes to few sockets, and to each of them many times."""
    return quote(path, safe="/-_.~")
