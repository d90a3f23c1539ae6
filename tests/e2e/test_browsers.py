"""What docs/browsers.md says of pages: origins, the cookie, and where the reasons of a refused upgrade show."""

import httpx
import pytest

from chalicelib.settings.rate_limits import DEFAULT_LIMITS
from infra.local.running import RunningSystem
from tests.e2e.clients import PASSWORD, Person, open_socket
from tests.support.system import ALLOWED_ORIGIN

PAGE = {"Origin": ALLOWED_ORIGIN}


def readable(answer: httpx.Response) -> set[str]:
    """The headers that the page may read (Fetch, 3.3.4), where a browser shows it the response at all."""
    assert answer.headers["access-control-allow-origin"] == ALLOWED_ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    return {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}


def test_the_ticket_call_tells_a_page_that_the_session_has_ended(ada: Person) -> None:
    ada.post("/api/logout")
    answer = ada.http.post("/api/websocket-ticket", json={}, headers={**PAGE, **ada.authorization})
    assert answer.status_code == 401
    readable(answer)


def test_the_ticket_call_tells_a_page_that_it_asks_too_often(ada: Person) -> None:
    for _ in range(DEFAULT_LIMITS.default.maximum):
        assert ada.post("/api/websocket-ticket").status_code == 201
    answer = ada.http.post("/api/websocket-ticket", json={}, headers={**PAGE, **ada.authorization})
    assert answer.status_code == 429
    assert "Retry-After" in readable(answer)
    assert answer.json()["retryAfter"] == int(answer.headers["Retry-After"])


@pytest.mark.parametrize("host", ["127.0.0.1", "api.example.org"])
def test_the_cookie_is_hidden_from_javascript_and_kept_from_other_sites(ada: Person, host: str) -> None:
    login = {"emailId": ada.email_id, "password": PASSWORD}
    answer = ada.http.post("/api/login", json=login, headers={"Host": host})
    attributes = {part.strip() for part in answer.headers["set-cookie"].split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
    assert ("Secure" in attributes) == (host != "127.0.0.1")


def test_a_page_of_an_allowed_origin_opens_a_socket_with_a_ticket(ada: Person) -> None:
    answer = ada.http.post("/api/websocket-ticket", json={}, headers={**PAGE, **ada.authorization})
    readable(answer)
    with open_socket(answer.json()["url"], origin=ALLOWED_ORIGIN) as device:
        device.send("register")
        device.expect("registered")


def preflight(system: RunningSystem, path: str, origin: str, method: str = "POST", headers: str = "") -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return httpx.options(system.rest_url + path, headers={name: value for name, value in asked.items() if value})


def names(answer: httpx.Response, header: str) -> set[str]:
    return {name.strip().lower() for name in answer.headers[header].split(",")}


def test_a_foreign_page_is_shown_nothing_and_its_developer_is_told_why(system: RunningSystem) -> None:
    answer = preflight(system, "/api/websocket-ticket", "https://evil.example")
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")
    assert "https://evil.example" in answer.json()["error"]
    assert "ALLOWED_ORIGINS" in answer.json()["error"]
    assert "access-control-allow-origin" not in answer.headers


def test_a_page_may_send_any_header_and_any_method(system: RunningSystem) -> None:
    answer = preflight(system, "/api/login", ALLOWED_ORIGIN, "PUT", "content-type,traceparent,x-request-id")
    assert answer.status_code == 204
    assert names(answer, "access-control-allow-headers") == {"content-type", "traceparent", "x-request-id"}
    assert "put" in names(answer, "access-control-allow-methods")
    assert answer.headers["access-control-max-age"] == "600"
    plain = preflight(system, "/api/login", ALLOWED_ORIGIN)
    assert names(plain, "access-control-allow-headers") == {"authorization", "content-type"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/nothing"), ("PUT", "/api/login")])
def test_a_page_with_credentials_reads_what_the_gateway_answers_itself(
    system: RunningSystem, method: str, path: str
) -> None:
    answer = httpx.request(method, system.rest_url + path, headers={**PAGE, "Cookie": "token=x"})
    assert answer.status_code == 404
    assert answer.headers["access-control-allow-origin"] == ALLOWED_ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"] == "Origin"
