"""The alias `live` of each function: which version it calls, or between which two its calls are divided."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.rehearsal.stage import Stage

_ALIAS = "live"
_FUNCTIONS = ("APIHandler", "WebsocketConnect", "WebsocketMessage", "WebsocketDisconnect", "WarmCaches")


@dataclass(frozen=True)
class Aliases:
    stage: Stage

    def versions(self) -> dict[str, str]:
        """Return {function: the version that its alias calls}."""
        client = self.stage.aws.client("lambda")
        return {
            function: str(client.get_alias(FunctionName=function, Name=_ALIAS)["FunctionVersion"])
            for function in (self.stage.app.stack.physical_ids[name] for name in _FUNCTIONS)
        }

    def divide(self, versions: Mapping[str, str], weight: float) -> None:
        """Have this share of the calls go to the given versions, as CodeDeploy does during a canary release."""
        self._route({function: {version: weight} for function, version in versions.items()})

    def unite(self) -> None:
        """Have all calls go to the versions that the aliases name."""
        self._route({function: {} for function in self.versions()})

    def _route(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        client = self.stage.aws.client("lambda")
        for function, weight in weights.items():
            routing = {"AdditionalVersionWeights": weight}
            client.update_alias(FunctionName=function, Name=_ALIAS, RoutingConfig=routing)
