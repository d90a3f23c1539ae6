"""What a stage of .chalice/config.json says about the functions and the API.

Source: Chalice's documentation, "Configuration File". A stage's own values win over those of all stages.
"""

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

_DEFAULT_STAGE = "dev"
_DEFAULT_API_STAGE = "api"


class ConfigError(Exception):
    """The configuration cannot be read, or has no such stage."""


@dataclass(frozen=True)
class StageConfig:
    """The API's stage, as in the path of its addresses, and the functions' environment variables."""

    api_stage: str = _DEFAULT_API_STAGE
    environment: dict[str, str] = field(default_factory=dict)


class _Settings(msgspec.Struct, frozen=True):
    api_gateway_stage: str | None = None
    environment_variables: dict[str, str] = {}


class _Config(_Settings, frozen=True):
    stages: dict[str, _Settings] = {}


def read_stage(app_dir: Path, stage: str) -> StageConfig:
    """Returns the configuration of a stage, Chalice's defaults where there is no configuration.

    Raises ConfigError for a file that is no such configuration, and for a stage that it does not have.
    """
    path = app_dir / ".chalice" / "config.json"
    try:
        config = msgspec.json.decode(path.read_bytes(), type=_Config)
    except FileNotFoundError:
        config = _Config()
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    if stage not in config.stages and stage != _DEFAULT_STAGE:
        raise ConfigError(f"{path} has no stage {stage!r}, but {', '.join(sorted(config.stages)) or 'none'}.")
    own = config.stages.get(stage, _Settings())
    return StageConfig(
        own.api_gateway_stage or config.api_gateway_stage or _DEFAULT_API_STAGE,
        {**config.environment_variables, **own.environment_variables},
    )
