"""Single calls to the @connections API."""

from chalicelib.clients.management_api import Answer, Call, Lane, ManagementApi


def status_of(api: ManagementApi, call: Call) -> int:
    """Makes one call, and returns the status of the response; 0 where there is none."""
    return api.run({0: _only(call)})[0].status


def _only(call: Call) -> Lane[Answer]:
    return (yield call)
