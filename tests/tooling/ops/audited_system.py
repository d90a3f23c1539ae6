"""A system without a gateway whose books a test may falsify: servers and a consumer of its own."""

import json
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib import settings
from chalicelib.clock import iso, utc_now
from chalicelib.events.envelope import Envelope
from chalicelib.models.moderation import Decision, Report
from chalicelib.models.responses import MessageResponse
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_moves import KEEP_FOR, MessageMoves
from chalicelib.stores.users import MODERATOR
from chalicelib.wiring import Wiring
from infra.local.applications import consumer
from infra.local.running import running_servers
from tests.support.clocks import OffsetClock
from tests.support.controlled import Controlled, controlled
from tests.support.event_log import Event, EventLog
from tests.support.operated import Operated
from tests.support.users import sign_up
from tests.support.waiting import eventually

Audit = dict[str, Any]  # Any: JSON as a script sees it


def only(audit: Audit, kind: str) -> dict[str, str]:
    """The one difference of a kind."""
    [difference] = [difference for difference in audit["shown"] if difference["kind"] == kind]
    return dict(difference)


@dataclass(frozen=True)
class AuditedSystem(Operated):
    environment: dict[str, str]
    wiring: Wiring
    consumer: Controlled
    log: EventLog

    def mend(self, difference: Mapping[str, str]) -> None:
        """Runs the command that mends a difference, as it was printed."""
        python, dash, module, *arguments = shlex.split(difference["mend"])
        assert (python, dash, module) == ("python", "-m", "infra.ops")
        confirmed = ["--yes"] if arguments[:2] == ["events", "replay"] else []
        self.ops(*arguments, *confirmed)

    def audit(self, *arguments: str, since: datetime | None = None, code: int = 0) -> Audit:
        """Audits what has happened since a time, or everything."""
        start = ["--from", iso(since)] if since else []
        printed = self.ops("audit", *start, "--to", iso(utc_now()), *arguments, "--json", code=code)
        audited: Audit = json.loads(printed)
        assert sum(audited["differences"].values()) == len(audited["shown"])
        return audited

    def pair(self) -> tuple[NewSession, NewSession]:
        return sign_up(self.wiring), sign_up(self.wiring)

    def send(self, sender: NewSession, receiver: NewSession, count: int = 1) -> list[MessageResponse]:
        return self.send_texts(sender, receiver, [f"message {number}" for number in range(count)])

    def decided_case(self, reporter: NewSession) -> str:
        """Has a user reported, suspended and reinstated, and returns the caseId."""
        reported, mod = self.pair()
        self.wiring.roles.give(MODERATOR, mod.user.emailId)
        self.wiring.reports.report(reporter.credentials, Report(userId=reported.user.userId, reason="spam"))
        case = self.wiring.mongo.cases.find_one({"userId": reported.user.userId})
        assert case is not None
        for decision in (Decision(act="suspend", reason="spam"), Decision(act="reinstate")):
            self.wiring.moderation.decide(mod.credentials, str(case["_id"]), decision)
        return str(case["_id"])

    def move(self, conversation_id: str) -> None:
        """Moves all messages but those that a tail always keeps, once their events are published."""
        self.settle()
        clock = OffsetClock()
        clock.offset += KEEP_FOR
        MessageMoves(self.wiring.mongo, clock).move(conversation_id)
        messages = self.wiring.mongo.messages
        eventually(lambda: messages.find_one({"conversationId": conversation_id}), what="moved messages")

    def events(self, user_id: str, event_type: str, count: int) -> list[Event]:
        """Waits for so many events of a user, and returns them."""
        eventually(lambda: len(self.log.of(user_id, event_type)) >= count, what=f"{count} times {event_type}")
        return self.log.of(user_id, event_type)

    def sent_event(self, message: MessageResponse) -> Envelope:
        """Returns the MESSAGE_SENT of a message."""

        def found() -> Event | None:
            sent = self.log.of(message.fromUserId, "MESSAGE_SENT")
            return next((event for event in sent if event["data"]["messageId"] == message.messageId), None)

        return Envelope(**eventually(found, what="the event of a message"))  # type: ignore[arg-type] # is never None


@contextmanager
def audited_system(directory: Path, environ: Mapping[str, str]) -> Iterator[AuditedSystem]:
    with running_servers(directory, environ) as servers:
        environment = {**environ, **servers.environment}
        wiring = Wiring(settings.load(environment))
        log = EventLog(environment)
        try:
            with controlled([consumer(environment, health_port=0)], directory) as [process]:
                yield AuditedSystem(environment, wiring, process, log)
        finally:
            log.close()
            wiring.close()
