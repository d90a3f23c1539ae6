"""Our signatures are those of botocore's signer, for every request that the @connections API could get."""

import re
import string
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clients import sigv4
from chalicelib.clients.sigv4 import AwsCredentials, Signer, credentials_of_this_process, region_of

KEYS = st.text(string.ascii_letters + string.digits + "/+=", min_size=16, max_size=60)
REGIONS = st.sampled_from(["us-east-1", "eu-central-1", "ap-southeast-2"])


@given(
    method=st.sampled_from(["POST", "DELETE"]),
    stage=st.text(string.ascii_letters + string.digits + "_-", max_size=10),
    # A segment of dots would lead elsewhere (RFC 3986, 5.2.4). API Gateway's ids are base64.
    connection_id=st.text(string.printable, min_size=1, max_size=30).filter(lambda name: name not in {".", ".."}),
    body=st.binary(max_size=200),
    region=REGIONS,
    access_key=KEYS,
    secret_key=KEYS,
    token=st.none() | KEYS,
    port=st.sampled_from(["", ":8001"]),
)
def test_a_signature_is_the_one_of_botocore(
    *,
    method: str,
    stage: str,
    connection_id: str,
    body: bytes,
    region: str,
    access_key: str,
    secret_key: str,
    token: str | None,
    port: str,
) -> None:
    host = f"a1b2c3.execute-api.{region}.amazonaws.com{port}"
    path = f"/{stage}/@connections/".replace("//", "/") + quote(connection_id, safe="")
    theirs = AWSRequest(method=method, url=f"https://{host}{path}", data=body)
    SigV4Auth(Credentials(access_key, secret_key, token), "execute-api", region).add_auth(theirs)
    at = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    signer = Signer(host=host, region=region, service="execute-api")
    ours = signer.headers(method, path, body, AwsCredentials(access_key, secret_key, token), at)

    assert ours["authorization"] == theirs.headers["Authorization"]
    assert ours["x-amz-date"] == theirs.headers["X-Amz-Date"]
    assert ours.get("x-amz-security-token") == theirs.headers.get("X-Amz-Security-Token")


def test_the_key_of_another_day_and_of_other_credentials_is_another_one() -> None:
    signer = Signer(host="example.org", region="eu-central-1", service="execute-api")

    def signature(secret_key: str, day: int) -> str:
        at = datetime(2026, 1, day, tzinfo=UTC)
        authorization = signer.headers("POST", "/", b"", AwsCredentials("key", secret_key), at)["authorization"]
        return re.sub(r".*Signature=", "", authorization)

    first = [signature("one", 1), signature("one", 2), signature("two", 2), signature("one", 1)]
    assert len(set(first)) == 3
    assert first[0] == first[3]


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("a1b2c3.execute-api.eu-central-1.amazonaws.com", "eu-central-1"),
        ("a1b2c3.execute-api.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("a1b2c3.execute-api.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("ws.example.org", "af-south-1"),
        ("127.0.0.1:8001", "af-south-1"),
    ],
)
def test_the_region_is_that_of_the_host_or_else_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, host: str, region: str
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "af-south-1")
    assert region_of(host) == region


def test_credentials_are_those_of_the_environment_at_each_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    current = credentials_of_this_process()
    for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "SESSION_TOKEN": ""}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    assert current() == AwsCredentials("a", "b", None)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "c")
    assert current() == AwsCredentials("a", "b", "c")


def test_without_an_environment_botocore_finds_the_credentials_or_says_that_there_are_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("aws") / "credentials"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file.with_name("config")))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert sigv4.credentials_of_this_process()() is None
    file.write_text("[default]\naws_access_key_id = a\naws_secret_access_key = b\naws_session_token = c\n")
    assert sigv4.credentials_of_this_process()() == AwsCredentials("a", "b", "c")
