"""The mails that the system has sent, read from what stands in for SES."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from infra.rehearsal.deployed import DeployedSystem
from tests.support.system import System


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    html: str


def mails_to(system: System, address: str) -> list[Mail]:
    if isinstance(system, DeployedSystem):
        return list(_kept_by_ministack(system, address))
    return list(_kept_by_the_gateway(system, address))


def _kept_by_the_gateway(system: System, address: str) -> Iterator[Mail]:
    for path in system.state.mail.glob("*.json"):
        mail = json.loads(path.read_text())
        if mail["Destination"]["ToAddresses"] == [address]:
            content = mail["Content"]["Simple"]
            body = content["Body"]
            yield Mail(content["Subject"]["Data"], body["Text"]["Data"], body["Html"]["Data"])


def _kept_by_ministack(system: System, address: str) -> Iterator[Mail]:
    accounts = httpx.get(f"{system.environment['AWS_ENDPOINT_URL']}/_ministack/ses/messages").json()["messages"]
    for mail in (mail for mails in accounts.values() for mail in mails):
        if mail["To"] == [address]:
            yield Mail(mail["Subject"], mail["BodyText"], mail["BodyHtml"])
