"""The page beside the API, at the REST address."""

from pathlib import Path

import pytest

from infra.local.gateway.responses import NO_SUCH_ROUTE
from tests.support.web_page import served


@pytest.fixture
def built(tmp_path: Path) -> Path:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>")
    (built / "assets" / "index-1a2b.js").write_text("1")
    (built / "api").write_text("not the API")
    (tmp_path / "secret").write_text("secret")
    return built


def test_the_page_may_connect_to_its_own_service_alone(built: Path) -> None:
    answer = served(built, "/")
    assert (answer.status_code, answer.text) == (200, "<!doctype html>")
    assert answer.headers["content-type"] == "text/html"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "connect-src 'self' ws://127.0.0.1:8001 ws://localhost:8001;" in policy


@pytest.mark.parametrize("path", ["/console", "/console/"])
def test_a_page_is_found_without_its_ending(built: Path, path: str) -> None:
    (built / "console.html").write_text("<title>Console</title>")
    answer = served(built, path)
    assert answer.text == "<title>Console</title>"
    assert answer.headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_what_changes_its_name_with_its_content_is_kept_by_browsers(built: Path) -> None:
    assert "immutable" in served(built, "/assets/index-1a2b.js").headers["cache-control"]
    assert served(built, "/").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/api", "/api/health", "/nothing", "/assets", "/..%2Fsecret", "/assets/%2E%2E/%2E%2E/secret", "/a%00b"]
)
def test_what_is_no_file_of_the_page_is_answered_by_the_api(built: Path, path: str) -> None:
    assert served(built, path).content == NO_SUCH_ROUTE.body


def test_another_method_is_answered_by_the_api(built: Path) -> None:
    assert served(built, "/", "POST").content == NO_SUCH_ROUTE.body


def test_without_files_there_is_no_page(tmp_path: Path) -> None:
    assert served(tmp_path / "nowhere", "/").content == NO_SUCH_ROUTE.body
