"""Deploys a next version and goes back again, as docs/deploy.md says, while clients talk."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.rehearsal.aliases import Aliases
from infra.rehearsal.consumers import Consumers, require_growth
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.headlines import Headlines
from infra.rehearsal.next_version import FURTHER_ORIGIN
from infra.rehearsal.release import Release
from infra.rehearsal.stage import Stage
from infra.rehearsal.steps import Steps
from infra.rehearsal.talk import Talk
from infra.rehearsal.user import allows_origin

_SHARE = 0.5
"""In prod a tenth of the calls meets the new version at first; here both are met equally often."""

_MESSAGES = 100
"""How many messages are acknowledged in each phase at least."""


@dataclass(frozen=True)
class SecondDeployment:
    """`deploy` deploys a release in the place of another. The consumer `consumer` runs at the beginning."""

    stage: Stage
    deploy: Callable[[Release], None]
    present: Release
    following: Release
    consumers: Consumers
    headlines: Headlines
    steps: Steps

    def rehearse(self, talk: Talk) -> None:
        """Raises RehearsalError where users notice more of it than they may."""
        with self.steps.step("Deploying the next version while clients talk: both versions answer"):
            talk.go_on(_MESSAGES)
            self._deploy_beside()
            before = self.consumers.processed()
            self.headlines.edit_among_both()
            talk.go_on(_MESSAGES)
            require_growth(before, self.consumers.processed())
            self.steps.say(f"    {self._seen()}")
        with self.steps.step("Completing the deployment: the next version alone answers"):
            Aliases(self.stage).unite()
            self.consumers.end("consumer")
            self.headlines.require_next()
            self._require_further_origin(allowed=True)
            talk.go_on(_MESSAGES)
        with self.steps.step("Going back to the version before"):
            self.deploy(self.present)
            self.consumers.start("consumer-again", self.present)
            self.consumers.end("consumer-next")
            self.headlines.require_present()
            self._require_further_origin(allowed=False)
            talk.go_on(_MESSAGES)

    def _deploy_beside(self) -> None:
        """Deploy the next version, and leave half of the calls, and one of two consumers, with the present one."""
        aliases = Aliases(self.stage)
        former = aliases.versions()
        self.deploy(self.following)
        aliases.divide(former, _SHARE)
        self.consumers.start("consumer-next", self.following)

    def _seen(self) -> str:
        answers, refused = self.headlines.answers, self.headlines.refused
        return (
            f"The present version answered {answers['present']} reads and refused a new field {refused} times, the "
            f"next one answered {answers['next']} reads; events by consumer: {self.consumers.processed()}."
        )

    def _require_further_origin(self, *, allowed: bool) -> None:
        if allows_origin(self.stage, FURTHER_ORIGIN) is not allowed:
            raise RehearsalError(f"The changed setting has not come, or not gone: {FURTHER_ORIGIN}.")
