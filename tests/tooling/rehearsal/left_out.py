"""The tests of tests/e2e that the rehearsal leaves out: they fail on the local AWS, or do not use the stage."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """`test` is a node id below tests/e2e; without parameters it stands for all of them.

    The test is run all the same, and expected to fail, unless `is_run` is false: a failure would then tell nothing, or
    take too long.
    """

    test: str
    reason: str
    is_run: bool = True

    def concerns(self, node_id: str) -> bool:
        name = f"tests/e2e/{self.test}"
        return node_id == name or node_id.startswith((f"{name}[", f"{name}::"))


_REFUSED = "MiniStack refuses every upgrade with a 403; API Gateway does so with the status that $connect answered"
_MAILS = "it follows links of mails that the local gateway keeps as files"

LEFT_OUT = [
    LeftOut(test="test_sockets.py::test_a_ticket_opens_one_socket", reason=_REFUSED),
    LeftOut(test="test_sockets.py::test_an_upgrade_without_valid_credentials_is_refused", reason=_REFUSED),
    LeftOut(test="test_sockets.py::test_an_ended_session_opens_nothing_and_leaves_no_presence", reason=_REFUSED),
    LeftOut(test="test_suspension.py::test_a_ticket_from_before_opens_nothing", reason=_REFUSED),
    LeftOut(test="test_expiry.py::test_an_expired_session_opens_no_websocket", reason=_REFUSED),
    LeftOut(test="test_python_client_refused.py::test_a_refused_upgrade_is_reported_and_retried", reason=_REFUSED),
    LeftOut(
        test="test_accounts.py::test_failed_logins_of_a_stranger_do_not_lock_the_owner_out",
        reason="MiniStack takes a client's address from X-Forwarded-For, which this test forges",
    ),
    LeftOut(
        test="test_rest_edge.py::test_a_path_that_api_gateway_would_not_match_has_no_route[//api/profile]",
        reason="MiniStack answers a path that begins with two slashes by itself, and in words of its own",
    ),
    LeftOut(
        test="test_freeze.py",
        reason="it starts a gateway of its own; MiniStack freezes nothing between two calls",
        is_run=False,
    ),
    LeftOut(
        test="test_other_settings.py",
        reason="it starts a whole local system of its own, with its settings",
        is_run=False,
    ),
    LeftOut(test="test_chalice_local.py", reason="it starts a `chalice local` of its own", is_run=False),
    LeftOut(test="test_web_push.py", reason="the stage is deployed without web push, which is optional", is_run=False),
    LeftOut(test="test_chat.py", reason=_MAILS, is_run=False),
    LeftOut(test="test_first_steps.py", reason=_MAILS, is_run=False),
    LeftOut(test="test_readme.py", reason=_MAILS, is_run=False),
    LeftOut(test="test_demo.py", reason="`make demo` looks for the gateway of `make run`", is_run=False),
]
