"""The environment of the local system's processes."""

from pathlib import Path

from infra.local.environment import Ports, application_environment, read_exports, write_exports
from infra.local.state import StateDirectory

SERVERS = {"REDIS_URL": "redis://127.0.0.1:1/0"}


def test_variables_of_the_user_win_and_empty_ones_count_as_unset(tmp_path: Path) -> None:
    environ = {"JWT_SECRET": "the user's own", "REDIS_URL": ""}

    environment = application_environment(StateDirectory(tmp_path), SERVERS, Ports(8000, 8001), environ)

    assert environment["JWT_SECRET"] == "the user's own"
    assert environment["REDIS_URL"] == SERVERS["REDIS_URL"]


def test_the_secret_is_long_private_and_generated_once(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)

    first, second = (application_environment(state, SERVERS, Ports(8000, 8001), {})["JWT_SECRET"] for _ in range(2))

    assert first == second
    assert len(first.encode()) >= 32
    assert (tmp_path / "jwt-secret").stat().st_mode & 0o777 == 0o600


def test_exports_are_read_back_as_a_shell_would(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    environment = {"URL": "mongodb://h/db?a=b&c=d", "QUOTED": 'it\'s $HOME, "really"'}

    write_exports(state, environment)

    assert read_exports(state) == environment
