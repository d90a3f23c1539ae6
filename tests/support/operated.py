"""A system that a test runs commands of infra.ops on."""

import json
from collections.abc import Sequence

from click.testing import CliRunner

from chalicelib.models.responses import MessageResponse
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.wiring import Wiring
from infra.ops.__main__ import main
from tests.support.pending import pending_events
from tests.support.waiting import PATIENCE, eventually


class Operated:
    """What such systems have in common. `wiring` stands for the functions."""

    environment: dict[str, str]
    wiring: Wiring

    def ops(self, *arguments: str, code: int = 0) -> str:
        """Runs a command of infra.ops, asserts its exit code, and returns what it printed."""
        result = CliRunner(catch_exceptions=False).invoke(main, arguments, env=self.environment, prog_name="ops")
        assert result.exit_code == code, result.output
        return result.stdout

    def settle(self, *, seconds: float = PATIENCE) -> None:
        """Waits until everything is published and consumed."""
        eventually(lambda: not pending_events(self.wiring.mongo), what="no pending event", seconds=seconds)
        eventually(lambda: json.loads(self.ops("lag", "--json"))["total"] == 0, what="no lag", seconds=seconds)

    def send_texts(self, sender: NewSession, receiver: NewSession, texts: Sequence[str]) -> list[MessageResponse]:
        outcomes = self.wiring.messages.send_all(
            sender.credentials, to_user_id=receiver.user.userId, drafts=[Draft(text) for text in texts]
        )
        return [outcome.message for outcome in outcomes.values() if isinstance(outcome, Stored)]
