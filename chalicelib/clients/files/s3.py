"""Files in a bucket of S3. Links are presigned: they need nothing but the permission of whoever makes them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from chalicelib.errors import FilesUnavailable

log = logging.getLogger(__name__)

PART_BYTES = 8 * 1024 * 1024
"""Every part but the last has 5 MiB at least, and there are at most 10,000 (S3 User Guide, multipart upload limits)."""

NAME = "devconnect-export.jsonl"
"""What a browser names the file that it downloads."""


class S3Files:
    """`open_client` makes boto3's client of S3, at its first use."""

    def __init__(self, bucket: str, open_client: Callable[[], Any]) -> None:  # Any: boto3 has no types
        self._bucket = bucket
        self._open_client = open_client

    def begin(self, key: str) -> "S3Upload":
        return S3Upload(self._open_client(), self._bucket, key)

    def link(self, key: str, lifetime: timedelta) -> str:
        parameters = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{NAME}"',
        }
        seconds = int(lifetime.total_seconds())
        return str(self._open_client().generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))

    def delete(self, key: str) -> None:
        with _failing():
            self._open_client().delete_object(Bucket=self._bucket, Key=key)

    def sweep(self, older_than: timedelta) -> None:
        """Nothing: the bucket has a rule for that, infra/cloudformation/app/exports.yml."""


class S3Upload:
    """A multipart upload, which holds one part in memory."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:  # Any: boto3 has no types
        self._client = client
        self._place = {"Bucket": bucket, "Key": key}
        self._buffer = bytearray()
        self._parts: list[dict[str, object]] = []
        with _failing():
            began = client.create_multipart_upload(**self._place, ContentType="application/x-ndjson")
        self._upload = {**self._place, "UploadId": began["UploadId"]}

    def write(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) >= PART_BYTES:
            self._send()

    def complete(self) -> None:
        if self._buffer:
            self._send()
        with _failing():
            self._client.complete_multipart_upload(**self._upload, MultipartUpload={"Parts": self._parts})

    def abort(self) -> None:
        try:
            with _failing():
                self._client.abort_multipart_upload(**self._upload)
        except FilesUnavailable:
            # The bucket's lifecycle rule ends it a day later.
            log.warning("An upload was not ended.", extra={"action": "upload_left"})

    def _send(self) -> None:
        number = len(self._parts) + 1
        with _failing():
            sent = self._client.upload_part(**self._upload, PartNumber=number, Body=bytes(self._buffer))
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        self._buffer.clear()


@contextmanager
def _failing() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see AwsClient

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        log.warning("S3 failed: %s", error, extra={"action": "files_failed"})
        raise FilesUnavailable from error
