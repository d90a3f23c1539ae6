"""Cases as moderators are shown them."""

from chalicelib.clock import iso
from chalicelib.models.case_documents import CaseDocument, CaseSummary
from chalicelib.models.moderation import (
    ActResponse,
    CaseDetailsResponse,
    CaseResponse,
    ReportedMessage,
    ReportedProfile,
    ReportResponse,
)

MAX_SHOWN = 100
"""How many reports of a case are shown, and the number of the others."""


def case_response(case: CaseDocument | CaseSummary, count: int) -> CaseResponse:
    """Make an entry of the queue; `count` is the number of reports."""
    return CaseResponse(
        caseId=str(case["_id"]),
        userId=case["userId"],
        status=case["status"],
        openedAt=iso(case["openedAt"]),
        reports=count,
        message=_message(case),
        profile=ReportedProfile(**case["profile"]) if "profile" in case else None,
    )


def case_details(case: CaseDocument) -> CaseDetailsResponse:
    """Make a case with its first reports and all acts."""
    summary = case_response(case, len(case["reports"]))
    return CaseDetailsResponse(
        **{name: getattr(summary, name) for name in CaseResponse.__struct_fields__},
        firstReports=[
            ReportResponse(
                userId=report["userId"], at=iso(report["at"]), reason=report["reason"], note=report.get("note")
            )
            for report in case["reports"][:MAX_SHOWN]
        ],
        acts=[
            ActResponse(
                moderatorId=act["moderatorId"],
                act=act["act"],
                at=iso(act["at"]),
                reason=act.get("reason"),
                note=act.get("note"),
            )
            for act in case["acts"]
        ],
    )


def _message(case: CaseDocument | CaseSummary) -> ReportedMessage | None:
    if "message" not in case:
        return None
    reported = case["message"]
    return ReportedMessage(
        messageId=reported["messageId"], seq=reported["seq"], message=reported["text"], ts=iso(reported["ts"])
    )
