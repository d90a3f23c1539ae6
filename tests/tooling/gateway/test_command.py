"""The command `chalice-ws-local`: what it reads of an app's configuration, and what it refuses."""

import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from botocore.session import Session
from click.testing import CliRunner
from websockets.sync.client import connect

from chalice_local_websockets import connections_client
from chalice_local_websockets.chalice_config import ConfigError, StageConfig, read_stage
from chalice_local_websockets.command import main
from chalice_local_websockets.credentials import where_there_are_none
from chalice_local_websockets.testing import running_gateway

APP = """
import os
from chalice import Chalice

app = Chalice("staged")


@app.route("/greeting")
def greeting():
    return os.environ["GREETING"]


@app.on_ws_connect()
def connect(event):
    return {"statusCode": 200}
"""

CONFIG = {
    "version": "2.0",
    "environment_variables": {"GREETING": "of all stages", "OTHER": "1"},
    "stages": {"dev": {}, "prod": {"api_gateway_stage": "live", "environment_variables": {"GREETING": "of prod"}}},
}


@pytest.fixture
def app_dir(tmp_path: Path) -> Path:
    """An app with two stages."""
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / ".chalice").mkdir()
    (tmp_path / ".chalice" / "config.json").write_text(json.dumps(CONFIG))
    return tmp_path


def test_a_stage_gives_the_path_and_the_functions_variables(app_dir: Path, tmp_path: Path) -> None:
    with running_gateway(app_dir, tmp_path, stage="prod") as gateway:
        assert httpx.get(f"{gateway.rest_url}/greeting", timeout=10).text == "of prod"
        missing = httpx.get(f"{gateway.rest_url}/nothing", timeout=10)
        assert (missing.status_code, missing.json()) == (403, {"message": "Missing Authentication Token"})
        for path in ("", "/live", "/live/"):
            with connect(gateway.websocket_url + path):
                pass


def test_values_of_a_stage_win_over_those_of_all_stages(app_dir: Path) -> None:
    assert read_stage(app_dir, "dev") == StageConfig("api", {"GREETING": "of all stages", "OTHER": "1"})
    assert read_stage(app_dir, "prod") == StageConfig("live", {"GREETING": "of prod", "OTHER": "1"})


def test_without_a_configuration_the_stage_is_chalices_default(tmp_path: Path) -> None:
    assert read_stage(tmp_path, "dev") == StageConfig("api", {})
    with pytest.raises(ConfigError, match="has no stage 'prod', but none"):
        read_stage(tmp_path, "prod")


@pytest.mark.parametrize("text", ["{", '{"stages": {"dev": {"environment_variables": {"A": 1}}}}'])
def test_a_configuration_that_is_none_is_told_with_its_file(app_dir: Path, text: str) -> None:
    (app_dir / ".chalice" / "config.json").write_text(text)
    done = CliRunner().invoke(main, ["--app-dir", str(app_dir)])
    assert done.exit_code == 1
    assert "config.json: " in done.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--stage", "nope"], "has no stage 'nope', but dev, prod."),
        (["--workers", "9"], "9 is more than --max-workers, 8"),
        (["--port", "70000"], "70000 is not in the range"),
    ],
)
def test_wrong_arguments_are_told(app_dir: Path, arguments: list[str], told: str) -> None:
    done = CliRunner().invoke(main, ["--app-dir", str(app_dir), *arguments])
    assert done.exit_code in {1, 2}
    assert told in done.output


def test_a_directory_without_app_py_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--app-dir", str(tmp_path)])
    assert done.exit_code == 2
    assert f"there is no app.py in {tmp_path}" in done.output.replace("\n", " ")


@pytest.mark.parametrize(
    ("environ", "has_dummies"),
    [({}, True), ({"AWS_PROFILE": "mine"}, False), ({"AWS_ACCESS_KEY_ID": "mine"}, False)],
)
def test_dummy_credentials_are_set_only_where_there_are_none(
    tmp_path: Path, environ: Mapping[str, str], has_dummies: bool
) -> None:
    assert bool(where_there_are_none({"HOME": str(tmp_path), **environ})) == has_dummies


def test_credentials_in_the_home_directory_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").touch()
    assert where_there_are_none({"HOME": str(tmp_path)}) == {}


@pytest.mark.parametrize(
    ("endpoint", "reached"),
    [
        ("https://local.execute-api.us-east-1.amazonaws.com/api", "http://127.0.0.1:9/api"),
        ("https://localhost:8001/api", "http://127.0.0.1:9/api"),
        ("https://abcdef.execute-api.us-east-1.amazonaws.com/api", None),
        ("http://127.0.0.1:5/api", None),
    ],
)
def test_clients_of_the_gateways_addresses_reach_it_and_others_what_they_name(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, reached: str | None
) -> None:
    monkeypatch.setattr(Session, "create_client", Session.create_client)  # which is put back after the test
    monkeypatch.setenv(connections_client.VARIABLE, "http://127.0.0.1:9")
    connections_client.reach_the_gateway()
    client = Session().create_client(
        "apigatewaymanagementapi",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    assert client.meta.endpoint_url == (reached or endpoint)


def test_an_app_without_boto3_does_not_pay_for_it(app_dir: Path, tmp_path: Path) -> None:
    app = APP.replace("import os\n", "import os, sys\n").replace(
        'os.environ["GREETING"]', 'str("botocore" in sys.modules)'
    )
    (app_dir / "app.py").write_text(app)
    with running_gateway(app_dir, tmp_path) as gateway:
        assert httpx.get(f"{gateway.rest_url}/greeting", timeout=30).text == "False"
