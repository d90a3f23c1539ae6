"""Mails, against an SES that takes them, refuses them, or is not there."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from chalicelib import settings
from chalicelib.clock import utc_now
from chalicelib.models.documents import EmailDocument
from chalicelib.services.email_sending import EmailSender
from chalicelib.stores.emails import TRY_AGAIN_AFTER, Email
from chalicelib.wiring import Wiring


class Ses:
    """Answers with `error`, as SES names it, or takes the mail."""

    def __init__(self) -> None:
        self.error: str | None = None
        self.calls = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                outer.calls += 1
                self.send_response(429 if outer.error == "TooManyRequestsException" else 400 if outer.error else 200)
                if outer.error:
                    self.send_header("x-amzn-ErrorType", outer.error)
                self.end_headers()
                self.wfile.write(json.dumps({"MessageId": "1"}).encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


class Clock:
    """Now, moved on by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@pytest.fixture
def ses() -> Iterator[Ses]:
    stand_in = Ses()
    thread = threading.Thread(target=stand_in.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield stand_in
    stand_in.server.shutdown()
    stand_in.server.server_close()
    thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wiring(environment: dict[str, str], ses: Ses, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wiring]:
    """On a database of its own, from which the running consumer sends nothing."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", ses.url)
    database = f"mails_{uuid4().hex[:8]}"
    uri = urlsplit(environment["MONGODB_URI"])._replace(path=f"/{database}").geturl()
    wiring = Wiring(settings.load({**environment, "MONGODB_URI": uri, "EMAIL_FROM": "us@example.org"}), clock)
    yield wiring
    wiring.mongo.client.drop_database(database)
    wiring.close()


@pytest.fixture
def sender(wiring: Wiring) -> EmailSender:
    assert wiring.email_sender is not None
    return wiring.email_sender


@pytest.fixture
def mail(wiring: Wiring) -> Callable[[str], EmailDocument]:
    def read(email_id: str) -> EmailDocument:
        document = wiring.mongo.emails.find_one({"_id": email_id})
        assert document is not None
        return document

    return read


def email(email_id: str) -> Email:
    return Email(email_id, f"{email_id}@example.org", "Hello", "Hello!")


def test_a_mail_that_is_added_again_is_not_sent_again(sender: EmailSender, ses: Ses) -> None:
    sender.emails.add([email("a"), email("b"), email("a")])
    assert sender.send_due() == 2
    sender.emails.add([email("a")])
    assert sender.send_due() == 0
    assert ses.calls == 2


@pytest.mark.parametrize("error", ["TooManyRequestsException", "SendingPausedException", "AccessDeniedException"])
def test_a_service_that_fails_is_left_alone_for_a_while(
    sender: EmailSender, ses: Ses, clock: Clock, error: str
) -> None:
    sender.emails.add([email("a"), email("b")])
    ses.error = error
    assert [sender.send_due(), sender.send_due()] == [0, 0]
    assert ses.calls == 1
    ses.error = None
    clock.ahead = TRY_AGAIN_AFTER + timedelta(seconds=1)
    assert sender.send_due() == 2


def test_a_service_that_is_not_there_is_left_alone_too(sender: EmailSender, ses: Ses, clock: Clock) -> None:
    ses.server.server_close()
    sender.emails.add([email("a")])
    assert sender.send_due() == 0
    clock.ahead = timedelta(seconds=31)
    assert sender.send_due() == 0  # probed again, and still claimed


def test_a_mail_that_is_refused_keeps_none_back(
    sender: EmailSender, ses: Ses, clock: Clock, mail: Callable[[str], EmailDocument]
) -> None:
    sender.emails.add([email("a")])
    ses.error = "MessageRejected"
    assert sender.send_due() == 0
    assert "refusedAt" in mail("a")
    ses.error = None
    sender.emails.add([email("b")])
    assert sender.send_due() == 1
    clock.ahead = TRY_AGAIN_AFTER * 2
    assert sender.send_due() == 0
    assert "sentAt" in mail("b")


@pytest.mark.parametrize("to", ["free money<ada@example.org>", "<ada@example.org>", "ada@example.org,eve@example.org"])
def test_a_text_that_is_no_address_of_a_mailbox_never_reaches_ses(
    sender: EmailSender, ses: Ses, mail: Callable[[str], EmailDocument], to: str
) -> None:
    sender.emails.add([Email("a", to, "Hello", "Hello!")])
    assert sender.send_due() == 0
    assert ses.calls == 0
    assert "refusedAt" in mail("a")


def test_a_mail_whose_sender_died_is_sent_after_all(sender: EmailSender, ses: Ses, clock: Clock) -> None:
    sender.emails.add([email("a")])
    assert sender.emails.claim() is not None
    assert sender.send_due() == 0
    clock.ahead = TRY_AGAIN_AFTER
    assert sender.send_due() == 1
    assert ses.calls == 1


def test_without_a_sender_there_is_no_outbox(environment: dict[str, str]) -> None:
    nameless = {name: value for name, value in environment.items() if name != "EMAIL_FROM"}
    assert Wiring(settings.load(nameless)).email_sender is None
