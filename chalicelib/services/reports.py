"""Users report others, or messages that these have sent them."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.clock import Clock
from chalicelib.errors import BadRequest, NotFound
from chalicelib.events.publisher import Publisher
from chalicelib.models.case_documents import MessageEvidence, ProfileEvidence, ReportDocument
from chalicelib.models.moderation import Report
from chalicelib.models.pairs import pair_id
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.cases import CaseStore, Thing
from chalicelib.stores.messages import MessageStore
from chalicelib.stores.users import User, UserStore


@dataclass(frozen=True, kw_only=True)
class Reports:
    gate: Gate
    users: UserStore
    messages: MessageStore
    cases: CaseStore
    publisher: Publisher
    clock: Clock

    def report(self, credentials: Credentials, report: Report) -> None:
        """Report a user, or the message at a seq of the conversation with them; a repeat changes nothing.

        So nobody can report, or learn of, a message of a conversation that they are no part of. What is reported is
        kept as it is now, as its author may change it.
        Raises BadRequest, NotFound, Unauthorized, RateLimited, Unavailable.
        """
        if report.userId == credentials.user_id:
            raise BadRequest({"userId": "it is your own"})
        lookup = self.users.lookup(report.userId)
        self.gate.admit(credentials, "reports", lookup)
        reported = lookup.resolve()
        if reported is None or reported.is_absent:
            raise NotFound("There is no such user.")
        message = None if report.seq is None else self._message(credentials, reported, report.seq)
        entry = ReportDocument(userId=credentials.user_id, at=self.clock(), reason=report.reason)
        if report.note is not None:
            entry["note"] = report.note
        written = self.cases.add_report(Thing(reported.userId, _profile(reported), message), entry)
        if written is not None:
            self.publisher.publish(written)

    def _message(self, credentials: Credentials, reported: User, seq: int) -> MessageEvidence:
        """The message, as the one who reports it can read it. Raises NotFound."""
        found = self.messages.at({pair_id(credentials.user_id, reported.userId): seq})
        if not found or found[0].fromUserId != reported.userId:
            raise NotFound("This user has sent you no such message.")
        [message] = found
        return MessageEvidence(
            messageId=message.messageId,
            seq=message.seq,
            text=message.message,
            ts=datetime.fromisoformat(message.ts),
        )


def _profile(user: User) -> ProfileEvidence:
    return ProfileEvidence(firstName=user.firstName, lastName=user.lastName, about=user.about, photoUrl=user.photoUrl)
