"""Plain `chalice local`, beside the servers, serves the REST API."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from infra.documents.files import DIRECTORY, OPENAPI
from infra.local.environment import ADDRESSES, write_exports
from infra.local.ports import free_port
from infra.local.state import CHECKOUT, StateDirectory
from tests.support.addresses import email
from tests.support.waiting import eventually

CHALICE = str(Path(sys.executable).with_name("chalice"))


@contextmanager
def chalice_local(environment: Mapping[str, str], checkout: Path = CHECKOUT) -> Iterator[httpx.Client]:
    """Runs it, and yields a client of it once it answers."""
    port = free_port()
    command = [CHALICE, "local", "--port", str(port), "--no-autoreload"]
    with subprocess.Popen(
        command, cwd=checkout, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:

                def is_live() -> bool:
                    try:
                        return http.get("/api/health").status_code == 200
                    except httpx.TransportError:
                        return False

                eventually(is_live, what="chalice local")
                yield http
        finally:
            process.terminate()


def log_in(http: httpx.Client) -> dict[str, str]:
    """Signs up and logs in, by the cookie that the client keeps too, and returns the header with the token."""
    body = {"firstName": "Ada", "lastName": "L", "emailId": email(), "password": "correct horse"}
    assert http.post("/api/signup", json=body).status_code == 202
    login = http.post("/api/login", json={"emailId": body["emailId"], "password": body["password"]})
    assert login.status_code == 200
    assert http.get("/api/profile").json()["emailId"] == body["emailId"]
    return {"Authorization": f"Bearer {login.json()['token']}"}


def test_rest_works_under_chalice_local(environment: dict[str, str]) -> None:
    with chalice_local(environment) as http:
        log_in(http)
        refused = http.delete("/api/feed")  # API Gateway itself would refuse this method
        assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")


def test_an_unknown_route_does_not_echo_the_token(environment: dict[str, str]) -> None:
    with chalice_local(environment) as http:
        answer = http.get("/api/nothing", headers={"Authorization": "Bearer secret"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert "secret" not in answer.text + str(answer.headers)


def test_a_ticket_names_an_address_at_which_somebody_listens_or_is_refused(environment: dict[str, str]) -> None:
    with chalice_local(environment) as http:
        authorization = log_in(http)
        assert http.post("/api/websocket-ticket", json={}, headers=authorization).status_code == 201
    nobody = {"WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
    with chalice_local({**environment, **nobody}) as http:
        answer = http.post("/api/websocket-ticket", json={}, headers=authorization)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "`make run`" in answer.json()["error"]


def test_the_document_and_the_reference_are_served(environment: dict[str, str]) -> None:
    with chalice_local(environment) as http:
        assert http.get("/api/openapi.json").json() == json.loads((DIRECTORY / OPENAPI).read_text())
        assert http.get("/api/reference").headers["content-type"].startswith("text/html")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The checkout with another `.local`, in which nothing runs yet."""
    for name in ("app.py", "chalicelib", "chalice_local_websockets", "infra", ".chalice", "pyproject.toml"):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    return tmp_path


def bare(environment: Mapping[str, str]) -> dict[str, str]:
    """What a terminal has in which nothing is set."""
    return {name: environment[name] for name in ("PATH", "HOME") if name in environment}


def test_chalice_local_finds_the_servers_of_the_checkout(environment: dict[str, str], checkout: Path) -> None:
    state = StateDirectory(checkout / ".local")
    state.path.mkdir()
    ours = {name: value for name, value in environment.items() if os.environ.get(name) != value}
    assert {*ADDRESSES} & ours.keys()
    with state.in_use():
        write_exports(state, ours)
        with chalice_local(bare(environment), checkout) as http:
            log_in(http)


def test_chalice_local_says_what_to_start_where_nothing_runs(environment: dict[str, str], checkout: Path) -> None:
    ended = subprocess.run(
        [CHALICE, "local", "--port", str(free_port()), "--no-autoreload"],
        cwd=checkout,
        env=bare(environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    [sentence] = ended.stderr.splitlines()
    assert "start some with `make run` or `make servers`" in sentence
    assert str(checkout / ".local") in sentence
