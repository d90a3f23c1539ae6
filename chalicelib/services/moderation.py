"""Moderators decide cases: they dismiss them, warn or suspend the user, and reinstate who is suspended.

    open --dismiss--> dismissed
     |-----warn-----> warned
     '----suspend---> suspended --reinstate--> reinstated

The decision is one write to the case; of two moderators at once, one decides. What follows from it is done by the
request, by a repeat of it, and by the effects of the act's event, whichever comes.
"""

from dataclasses import dataclass

import msgspec

from chalicelib.clock import Clock
from chalicelib.errors import Conflict, Forbidden, NotFound
from chalicelib.events.outbox import Written
from chalicelib.events.publisher import Publisher
from chalicelib.models.case_documents import ActDocument, CaseDocument
from chalicelib.models.event_types import UserLogout
from chalicelib.models.moderation import CaseDetailsResponse, CasesQuery, CasesResponse, Decision
from chalicelib.push.ended_sockets import EndedSockets
from chalicelib.security.tokens import Credentials
from chalicelib.services.case_responses import case_details, case_response
from chalicelib.services.gate import Gate
from chalicelib.stores.cases import CaseStore
from chalicelib.stores.suspensions import Suspensions
from chalicelib.stores.users import MODERATOR, USER, UserStore

NO_SUCH_CASE = "There is no such case."


@dataclass(frozen=True, kw_only=True)
class Moderation:
    """Every method raises Unauthorized, RateLimited, Unavailable. Nobody decides, or sees, a case about themselves."""

    gate: Gate
    users: UserStore
    cases: CaseStore
    suspensions: Suspensions
    ended_sockets: EndedSockets
    publisher: Publisher
    clock: Clock

    def queue(self, credentials: Credentials, query: CasesQuery) -> CasesResponse:
        """Return a page of cases with one status, the oldest first. Raises Forbidden for all but moderators."""
        self._admit(credentials)
        found = self.cases.page(query.status, not_about=credentials.user_id, after=query.after, limit=query.limit + 1)
        return CasesResponse(
            cases=[case_response(case, case["count"]) for case in found[: query.limit]],
            hasMore=len(found) > query.limit,
        )

    def case(self, credentials: Credentials, case_id: str) -> CaseDetailsResponse:
        """Return a case with its reports and acts. Raises Forbidden for all but moderators, NotFound."""
        self._admit(credentials)
        return case_details(self._case(credentials, case_id))

    def decide(self, credentials: Credentials, case_id: str, decision: Decision) -> CaseDetailsResponse:
        """Decide a case, or decide it again in the same way, which only completes what was begun.

        Raises Forbidden for all but moderators, for one who has reported it themselves, and about users with a role;
        NotFound; Conflict where another decision was made, or this one cannot be carried out.
        """
        self._admit(credentials)
        case = self._case(credentials, case_id)
        if any(report["userId"] == credentials.user_id for report in case["reports"]):
            raise Forbidden("You have reported this yourself: another moderator decides it.")
        written: Written | None = None
        if not _has_decided(case, credentials.user_id, decision):
            self._check_user(case["userId"], decision)
            written = self.cases.add_act(case, self._act(credentials, decision))
            case = self._case(credentials, case_id)
            if written is None and not _has_decided(case, credentials.user_id, decision):
                raise Conflict(_what_stands(case))
        self._carry_out(case, decision, written)
        return case_details(case)

    def _admit(self, credentials: Credentials) -> None:
        if self.gate.admit(credentials, "moderation").user.role != MODERATOR:
            raise Forbidden("Only moderators may do this.")

    def _case(self, credentials: Credentials, case_id: str) -> CaseDocument:
        case = self.cases.find(case_id)
        if case is None or case["userId"] == credentials.user_id:
            raise NotFound(NO_SUCH_CASE)
        return case

    def _check_user(self, user_id: str, decision: Decision) -> None:
        """Check that the user can be warned or suspended. Raises Conflict, Forbidden."""
        if decision.act not in {"warn", "suspend"}:
            return
        user = self.users.reload(user_id)
        if user is None or user.has_left:
            raise Conflict("This user has left: dismiss the case.")
        if user.role != USER:
            raise Forbidden("Only an operator can act on moderators and administrators.")
        if user.suspension is not None:
            raise Conflict("This user is suspended already: dismiss the case, or reinstate them first.")

    def _act(self, credentials: Credentials, decision: Decision) -> ActDocument:
        act = ActDocument(moderatorId=credentials.user_id, act=decision.act, at=self.clock())
        if decision.reason is not None:
            act["reason"] = decision.reason
        if decision.note is not None:
            act["note"] = decision.note
        return act

    def _carry_out(self, case: CaseDocument, decision: Decision, decided: Written | None) -> None:
        user_id, case_id = case["userId"], str(case["_id"])
        ended: Written | None = None
        with self.publisher.publishing(decided):
            if decision.act == "suspend" and decision.reason is not None:
                ended = self.suspensions.begin(user_id, case_id, decision.reason)
            elif decision.act == "reinstate":
                ended = self.suspensions.end(user_id, case_id)
        if ended is not None:
            with self.publisher.publishing(ended):
                self.ended_sockets.end_before(user_id, msgspec.convert(ended.event.data, UserLogout).epoch or 0)


def _has_decided(case: CaseDocument, moderator_id: str, decision: Decision) -> bool:
    """Whether this decision is the last that was made, and this moderator has made it."""
    last = case["acts"][-1] if case["acts"] else None
    return (
        last is not None
        and last["moderatorId"] == moderator_id
        and last["act"] == decision.act
        and last.get("reason") == decision.reason
    )


def _what_stands(case: CaseDocument) -> str:
    if case["status"] == "open":
        return "Nobody is suspended by this case."
    return f"This case is {case['status']} already."
