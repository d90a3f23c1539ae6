"""The gateway's stand-in for SES, called by boto3's own client."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from tests.tooling.gateway.running import PROBE, Running, running

CONTENT = {"Simple": {"Subject": {"Data": "Grüße"}, "Body": {"Text": {"Data": "…"}}}}


class EmailApi(Protocol):
    """The part of boto3's client that these tests use; boto3 makes its class at run time."""

    def send_email(self, **fields: object) -> dict[str, str]: ...


@pytest.fixture(scope="module")
def mail_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mail")


@pytest.fixture(scope="module")
def gateway(mail_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(PROBE, tmp_path_factory.mktemp("probe"), "--no-reload", "--mail-dir", str(mail_dir)) as started:
        yield started


@pytest.fixture
def api(gateway: Running) -> EmailApi:
    client: EmailApi = boto3.client(
        "sesv2",
        endpoint_url=gateway.management_url,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    return client


def test_a_mail_is_kept_as_it_was_sent(api: EmailApi, mail_dir: Path) -> None:
    mail = {"FromEmailAddress": "a@example.org", "Destination": {"ToAddresses": ["b@example.org"]}, "Content": CONTENT}
    message_id = api.send_email(**mail)["MessageId"]
    assert json.loads((mail_dir / f"{message_id}.json").read_text()) == mail


def test_a_mail_without_a_sender_is_a_bad_request(api: EmailApi) -> None:
    with pytest.raises(ClientError) as refused:
        api.send_email(Destination={"ToAddresses": ["b@example.org"]}, Content=CONTENT)
    assert refused.value.response["Error"]["Code"] == "BadRequestException"


@pytest.mark.parametrize("body", ["", "nonsense", "[]", "1"])
def test_a_malformed_mail_is_a_400(gateway: Running, body: str) -> None:
    answer = httpx.post(f"{gateway.management_url}/v2/email/outbound-emails", content=body)
    assert answer.status_code == 400
