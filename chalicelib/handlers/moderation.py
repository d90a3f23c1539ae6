"""GET /api/moderation/cases and /api/moderation/cases/{caseId}, POST /api/moderation/cases/{caseId}/acts."""

from chalice.app import Blueprint, Response

from chalicelib.errors import Conflict, Forbidden, NotFound
from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models import fields
from chalicelib.models.moderation import CaseDetailsResponse, CasesQuery, CasesResponse, Decision
from chalicelib.models.requests import Empty
from chalicelib.services.moderation import NO_SUCH_CASE
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/moderation/cases", CasesQuery, {200: CasesResponse}, raises=(Forbidden,))
def get_cases(request: HttpRequest[CasesQuery]) -> Response:
    """The queue of what was reported, the oldest first, for moderators. Cases about oneself are left out."""
    return json_response(200, wired().moderation.queue(request.credentials, request.input))


@route(
    blueprint,
    "GET",
    "/api/moderation/cases/{caseId}",
    Empty,
    {200: CaseDetailsResponse},
    raises=(Forbidden, NotFound),
)
def get_case(request: HttpRequest[Empty], caseId: str) -> Response:  # noqa: N803 - the path's own name
    """A case with its reports, and what moderators have done with it."""
    return json_response(200, wired().moderation.case(request.credentials, _case_id_in_path(caseId)))


@route(
    blueprint,
    "POST",
    "/api/moderation/cases/{caseId}/acts",
    Decision,
    {200: CaseDetailsResponse},
    raises=(Forbidden, NotFound, Conflict),
)
def post_act(request: HttpRequest[Decision], caseId: str) -> Response:  # noqa: N803 - the path's own name
    """Decide a case: dismiss it, warn or suspend the user, or reinstate them. The same decision may be repeated."""
    decided = wired().moderation.decide(request.credentials, _case_id_in_path(caseId), request.input)
    return json_response(200, decided)


def _case_id_in_path(case_id: str) -> str:
    """Raises NotFound for a malformed id, as no case has it."""
    if not fields.CASE_ID.fullmatch(case_id):
        raise NotFound(NO_SUCH_CASE)
    return case_id
