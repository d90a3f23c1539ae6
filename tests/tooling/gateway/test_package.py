"""The package of the gateway: what it depends on is what is tested here, and its page of results is true."""

import tomllib

from packaging.requirements import Requirement

from chalice_local_websockets.conformance.pages import title
from chalice_local_websockets.conformance.rows import ROWS
from infra.local.state import CHECKOUT

PACKAGE = CHECKOUT / "gateway"
TESTED = {"requirements", "requirements-consumer", "requirements-ops", "requirements-dev"}


def pinned() -> dict[str, str]:
    """The versions with which the tests run."""
    lines = [
        line for path in CHECKOUT.glob("requirements*.txt") if path.stem in TESTED for line in path.read_text().split()
    ]
    return dict(line.lower().split("==") for line in lines if "==" in line)


def test_every_dependency_admits_the_version_that_is_tested() -> None:
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    versions = pinned()
    for requirement in map(Requirement, project["dependencies"]):
        assert requirement.specifier.contains(versions[requirement.name.lower()]), requirement


def test_the_package_is_found_in_the_checkout_and_has_the_projects_licence() -> None:
    assert (CHECKOUT / "chalice_local_websockets").resolve() == PACKAGE / "src" / "chalice_local_websockets"
    assert (PACKAGE / "LICENSE").read_bytes() == (CHECKOUT / "LICENSE").read_bytes()


def test_the_page_of_results_has_each_row_with_what_the_suite_finds_here() -> None:
    page = (CHECKOUT / "docs" / "conformance.md").read_text()
    table = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")][1:]
    assert [(sentence, link) for sentence, _, _, link in table] == [
        (row.sentence, f"[{title(row.page)}]({row.page})") for row in ROWS
    ]
    # test_conformance.py runs the rows, and knows the one that is skipped.
    assert {own.partition(":")[0] for sentence, own, _, _ in table} == {"holds", "skipped"}
    assert [sentence for sentence, own, _, _ in table if own != "holds"] == [
        row.sentence for row in ROWS if row.name == "a route of its own"
    ]
