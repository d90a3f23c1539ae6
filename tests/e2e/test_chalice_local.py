"""Plain `chalice local`, beside the servers, serves the REST API."""

import subprocess
import sys
from pathlib import Path

import httpx

from infra.local.ports import free_port
from infra.local.state import CHECKOUT
from tests.support.addresses import email
from tests.support.waiting import eventually


def test_rest_works_under_chalice_local(environment: dict[str, str]) -> None:
    port = free_port()
    command = [str(Path(sys.executable).with_name("chalice")), "local", "--port", str(port), "--no-autoreload"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:

                def is_live() -> bool:
                    try:
                        return http.get("/api/health").status_code == 200
                    except httpx.TransportError:
                        return False

                eventually(is_live, what="chalice local")
                body = {"firstName": "Ada", "lastName": "L", "emailId": email(), "password": "correct horse"}
                assert http.post("/api/signup", json=body).status_code == 202
                login = {"emailId": body["emailId"], "password": body["password"]}
                assert http.post("/api/login", json=login).status_code == 200
                assert http.get("/api/profile").json()["emailId"] == body["emailId"]
                refused = http.delete("/api/feed")  # API Gateway itself would refuse this method
                assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
        finally:
            process.terminate()
