"""Files in S3 on a local AWS: written in parts, visible once they are complete, opened by a presigned link."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import httpx
import pytest

from chalicelib.clients.aws import AwsClient
from chalicelib.clients.files.s3 import NAME, PART_BYTES, S3Files
from chalicelib.errors import FilesUnavailable
from tests.seams.local_aws import running_local_aws
from tests.tooling.containers.without_docker import MINISTACK

BUCKET, KEY = "exports", "0123abcd.jsonl"
ACCESS = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@pytest.fixture(scope="module")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not MINISTACK.exists():
        pytest.skip("needs MiniStack: make infra-tools")
    with running_local_aws(tmp_path_factory.mktemp("aws")) as url:
        yield url


@pytest.fixture
def s3(local_aws: str, monkeypatch: pytest.MonkeyPatch) -> Any:  # Any: boto3 has no types
    for name, value in ACCESS.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=local_aws)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def files(local_aws: str, s3: Any) -> S3Files:  # noqa: ARG001 - the bucket is there  # Any: boto3 has no types
    aws = AwsClient(local_aws)
    return S3Files(BUCKET, lambda: aws.s3)


def keys(s3: Any) -> list[str]:  # Any: boto3 has no types
    return [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_file_of_several_parts_is_there_once_it_is_complete(files: S3Files, s3: Any) -> None:  # Any: as above
    line = b"x" * (1024 * 1024 - 1) + b"\n"
    upload = files.begin(KEY)
    for _ in range(2 * PART_BYTES // len(line) + 3):
        upload.write(line)
    assert keys(s3) == []
    upload.complete()
    assert keys(s3) == [KEY]
    answer = httpx.get(files.link(KEY, timedelta(minutes=10)))
    assert answer.status_code == 200
    assert answer.content == line * (2 * PART_BYTES // len(line) + 3)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{NAME}"'
    files.delete(KEY)
    files.delete(KEY)
    assert keys(s3) == []


def test_nothing_is_left_of_an_upload_that_is_aborted(files: S3Files, s3: Any) -> None:  # Any: as above
    upload = files.begin(KEY)
    upload.write(b"x" * PART_BYTES)
    upload.abort()
    assert keys(s3) == []
    assert s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []


def test_a_bucket_that_is_not_there_is_a_server_that_is_down(local_aws: str, s3: Any) -> None:  # noqa: ARG001 # Any: as above
    aws = AwsClient(local_aws)
    with pytest.raises(FilesUnavailable):
        S3Files("no-such-bucket", lambda: aws.s3).begin(KEY)
