"""JWT_SECRET is rotated by docs/deploy.md while processes with the old and the new secret run side by side."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.errors import Unauthorized
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring, load_settings
from tests.seams.local_aws import running_local_aws
from tests.support.users import log_in, sign_up
from tests.tooling.containers.without_docker import MINISTACK

ACCESS = {"AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Stage:
    """The secret on the local AWS, and processes that each have read it once, when they started."""

    def __init__(self, environment: dict[str, str], local_aws: str, processes: ExitStack) -> None:
        self._store: Any = boto3.client("secretsmanager", endpoint_url=local_aws)  # Any: boto3 is not typed
        first = self._store.create_secret(Name=f"seams/{secrets.token_hex(4)}", SecretString="o" * 64)
        self._arn: str = first["ARN"]
        others = {name: value for name, value in environment.items() if name != "JWT_SECRET"}
        self._environment = others | {"JWT_SECRET_SECRET_ARN": self._arn, "AWS_ENDPOINT_URL": local_aws}
        self._processes = processes

    def store(self, value: str) -> None:
        self._store.put_secret_value(SecretId=self._arn, SecretString=value)

    def start(self) -> Wiring:
        """A process as a deployment starts it."""
        wiring = Wiring(load_settings(self._environment))
        self._processes.callback(wiring.close)
        return wiring


@pytest.fixture
def stage(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    if not MINISTACK.exists():
        pytest.skip("needs MiniStack: make infra-tools")
    for name, value in ACCESS.items():
        monkeypatch.setenv(name, value)
    with running_local_aws(tmp_path) as local_aws, ExitStack() as processes:
        yield Stage(environment, local_aws, processes)


def accepts(process: Wiring, session: NewSession) -> bool:
    """Whether a process lets the bearer of the session's token see their profile."""
    try:
        process.profiles.own(process.tokens.verify_session(session.token))
    except Unauthorized:
        return False
    return True


def test_no_step_of_a_rotation_ends_a_session_whichever_process_answers(stage: Stage) -> None:
    old, new = "o" * 64, secrets.token_hex(32)
    before = stage.start()
    open_sessions = [sign_up(before)]
    for value in (f"{old},{new}", f"{new},{old}"):
        stage.store(value)
        after = stage.start()
        # For a while, both versions of a function sign and answer.
        open_sessions += [log_in(before, open_sessions[0]), log_in(after, open_sessions[0])]
        assert all(accepts(process, session) for process in (before, after) for session in open_sessions)
        before = after
    signed_by_new = open_sessions[-1]
    stage.store(new)
    last = stage.start()
    assert accepts(last, signed_by_new)
    assert accepts(before, log_in(last, open_sessions[0]))
    assert not accepts(last, open_sessions[0]), "a day later no session with the old key is left"


def test_a_step_that_is_left_out_would_end_sessions(stage: Stage) -> None:
    """That is why a rotation has three: a token of the new key reaches a process that does not know it."""
    before = stage.start()
    user = sign_up(before)
    stage.store(f"{secrets.token_hex(32)},{'o' * 64}")
    assert not accepts(before, log_in(stage.start(), user))


def test_a_leaked_key_opens_nothing_once_it_is_replaced(stage: Stage) -> None:
    before = stage.start()
    user = sign_up(before)
    stage.store(secrets.token_hex(32))
    assert accepts(before, user), "a process reads its secrets once: only a deployment ends this"
    after = stage.start()
    forged = before.tokens.sign_session(before.tokens.verify_session(user.token))
    with pytest.raises(Unauthorized):
        after.tokens.verify_session(forged)
    assert not accepts(after, user)
    assert accepts(after, log_in(after, user))
