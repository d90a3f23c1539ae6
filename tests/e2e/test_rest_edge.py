"""The edge of the REST API: the shape of errors, bodies and parameters, rate limits, origins and health."""

import re
from urllib.parse import urlsplit

import httpx
import pytest

from chalicelib.models.protocol import PROTOCOL_VERSION
from infra.local.running import RunningSystem
from tests.e2e.clients import Person
from tests.support.system import ALLOWED_ORIGIN


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),  # "/" is the page, where it has been made
        ("PUT", "/api/login", 404, "not_found"),
        ("DELETE", "/api/feed", 404, "not_found"),
        ("POST", "/api/login", 400, "bad_request"),
    ],
)
def test_every_error_has_one_shape(system: RunningSystem, method: str, path: str, status: int, code: str) -> None:
    answer = httpx.request(method, system.rest_url + path, headers={"Authorization": "Bearer secret"})
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert answer.json()["error"].endswith((".", "required"))
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "text/plain; application/json"},
        {"Content-Type": "text/plain, application/json"},
        {"Content-Type": "application/json, text/plain"},
        {"Content-Type": "application/jsonp"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
    ids=str,
)
def test_a_body_that_is_not_plain_json_by_its_headers_is_a_415(system: RunningSystem, headers: dict[str, str]) -> None:
    answer = httpx.post(system.rest_url + "/api/login", content=b'{"emailId": 5}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_may_name_its_charset(system: RunningSystem, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answer = httpx.post(system.rest_url + "/api/login", content=b'{"emailId": 5}', headers=headers)
    assert answer.json()["fields"].keys() == {"emailId", "password"}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/profile"), ("DELETE", "/api/blocks/{}"), ("POST", "/api/logout")]
)
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", 'no "type'])
def test_without_a_body_its_type_does_not_matter(
    ada: Person, bob: Person, method: str, path: str, content_type: str
) -> None:
    headers = {**ada.authorization, "Content-Type": content_type}
    assert ada.http.request(method, path.format(bob.user_id), headers=headers).is_success


def test_a_response_tells_the_limit_and_what_is_left(ada: Person) -> None:
    """The fields of draft-ietf-httpapi-ratelimit-headers-10, from what was counted in any case."""
    first, second = (ada.get("/api/feed", limit=1) for _ in range(2))
    [(maximum, seconds)] = re.findall(r'"feed";q=(\d+);w=(\d+)', first.headers["RateLimit-Policy"])
    assert second.headers["RateLimit-Policy"] == first.headers["RateLimit-Policy"]
    assert first.headers["RateLimit"] == f'"feed";r={int(maximum) - 1}'
    assert second.headers["RateLimit"] == f'"feed";r={int(maximum) - 2}'
    assert int(seconds) > 0
    refused = ada.get("/api/feed", limit="many")
    assert refused.status_code == 400
    assert "RateLimit" not in refused.headers  # it was not counted


def test_strangers_are_told_no_limits(system: RunningSystem) -> None:
    """What is left for an account would tell whether others use it."""
    login = {"emailId": "nobody@example.org", "password": "wrong password"}
    answer = httpx.post(system.rest_url + "/api/login", json=login)
    assert not {"ratelimit", "ratelimit-policy"} & {name.lower() for name in answer.headers}


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://["},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_foreign_page_changes_nothing_with_the_cookie(ada: Person, bob: Person, headers: dict[str, str]) -> None:
    with_cookie = {"Cookie": f"token={ada.token}", **headers}
    message = {"toUserId": bob.user_id, "message": "forged"}
    for method, path, body in (
        ("POST", "/api/messages", message),
        ("POST", f"/api/blocks/{bob.user_id}", None),
        ("DELETE", f"/api/blocks/{bob.user_id}", None),
        ("POST", "/api/logout-all", None),
        ("PATCH", "/api/profile", {"about": "forged"}),
    ):
        answer = ada.http.request(method, path, json=body, headers=with_cookie)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed"), (method, path)
    assert ada.get(f"/api/messages/{bob.user_id}").json()["messages"] == []
    assert ada.http.get("/api/profile", headers=with_cookie).status_code == 200, "reading is left to CORS"
    bearer = {**ada.authorization, **headers}
    assert ada.http.post("/api/messages", json=message, headers=bearer).status_code == 201, "a token is no cookie"


def test_pages_of_allowed_origins_and_of_the_api_s_own_may_use_the_cookie(ada: Person, system: RunningSystem) -> None:
    own = urlsplit(system.rest_url)
    for origin in (ALLOWED_ORIGIN, f"{own.scheme}://{own.netloc}"):
        headers = {"Cookie": f"token={ada.token}", "Origin": origin}
        assert ada.http.patch("/api/profile", json={"about": origin}, headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/api/profile", "/api/profile;x=1", "//api/profile"])
def test_a_path_that_api_gateway_would_not_match_has_no_route(system: RunningSystem, ada: Person, path: str) -> None:
    url = httpx.URL(system.rest_url)
    url = url.copy_with(raw_path=url.raw_path.rstrip(b"/") + path.encode())
    answer = httpx.get(url, headers=ada.authorization)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/api/health", "/api/profile", "/api/nothing"])
def test_no_response_is_stored_or_sniffed(system: RunningSystem, path: str) -> None:
    headers = httpx.get(system.rest_url + path).headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"[" * 100_000, b'"text"', b"null", b'{"a": 1e999}'])
def test_a_hostile_body_is_a_400(system: RunningSystem, body: bytes) -> None:
    answer = httpx.post(system.rest_url + "/api/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["fields"]


@pytest.mark.parametrize("others", ['g_state={"i_l":0}', "a[b]=1", "x=é", "bare", "=", "token2=x", ""])
def test_the_session_cookie_is_found_among_any_other_cookies(ada: Person, others: str) -> None:
    cookie = f"{others}; token={ada.token}; last=1"
    answer = ada.http.get("/api/profile", headers={b"Cookie": cookie.encode()})
    assert answer.status_code == 200


def test_a_parameter_given_twice_is_a_400(ada: Person) -> None:
    answer = ada.http.get(f"/api/messages/{ada.user_id}?limit=1&limit=2", headers=ada.authorization)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["limit"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/messages"), ("PATCH", "/api/profile"), ("POST", "/api/logout"), ("POST", "/api/websocket-ticket")],
)
def test_a_query_parameter_of_a_route_that_takes_a_body_is_a_400_that_names_it(
    ada: Person, method: str, path: str
) -> None:
    answer = ada.http.request(method, f"{path}?limit=1", json={}, headers=ada.authorization)
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"limit": "there is no such field"}
    assert ada.get("/api/profile").status_code == 200


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/api/blocks/{}"), ("GET", "/api/profile")])
def test_a_body_of_a_route_that_takes_none_is_a_400(ada: Person, bob: Person, method: str, path: str) -> None:
    url = path.format(bob.user_id)
    answer = ada.http.request(method, url, json={"status": "x"}, headers=ada.authorization)
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"status": "there is no such field"}
    for content_type in ("application/json", "text/plain"):
        typed = {**ada.authorization, "Content-Type": content_type}
        assert ada.http.request(method, url, content=b"\xff", headers=typed).status_code == 400
    assert ada.http.request(method, url, json={}, headers=ada.authorization).is_success  # {} is nothing at all


def test_without_a_session_a_wrong_parameter_is_not_named(system: RunningSystem) -> None:
    assert httpx.post(system.rest_url + "/api/logout?limit=1").status_code == 401


def test_each_user_has_a_rate_limit_for_each_endpoint(ada: Person, bob: Person) -> None:
    statuses = [ada.get("/api/profile").status_code for _ in range(101)]
    assert statuses == [200] * 100 + [429]
    assert bob.get("/api/profile").status_code == 200


def test_presence_over_rest_and_websocket_has_one_rate_limit(ada: Person, bob: Person) -> None:
    with ada.device() as device:
        statuses = [ada.get("/api/presence", userIds=bob.user_id).status_code for _ in range(100)]
        assert statuses == [200] * 100
        for action in ("presence:query", "presence:subscribe", "presence:unsubscribe"):
            device.send(action, userIds=[bob.user_id])
            device.expect("error", code="rate_limited", action=action)


def test_allowed_origins_are_answered_and_others_are_not(system: RunningSystem, ada: Person) -> None:
    headers = {"Origin": ALLOWED_ORIGIN, "Access-Control-Request-Method": "PATCH"}
    preflight = httpx.options(system.rest_url + "/api/profile", headers=headers)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == ALLOWED_ORIGIN
    assert preflight.headers["access-control-allow-credentials"] == "true"
    assert preflight.headers["vary"] == "Origin"
    for answer in (
        ada.http.get("/api/profile", headers={**ada.authorization, "Origin": ALLOWED_ORIGIN}),
        ada.http.get("/api/profile", headers={"Origin": ALLOWED_ORIGIN}),  # the page may read errors, too
    ):
        assert answer.headers["access-control-allow-origin"] == ALLOWED_ORIGIN
    foreign = ada.http.get("/api/profile", headers={**ada.authorization, "Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in foreign.headers
    assert foreign.headers["vary"] == "Origin"
    assert ada.get("/api/profile").headers["vary"] == "Origin"  # a cache must not answer the next origin with it


def test_health(system: RunningSystem) -> None:
    assert httpx.get(system.rest_url + "/api/health").json() == {"status": "ok", "protocolVersion": PROTOCOL_VERSION}
    ready = httpx.get(system.rest_url + "/api/health/ready")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ok", "dependencies": {"mongodb": "ok", "redis": "ok", "kafka": "ok"}}
