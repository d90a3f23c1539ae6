"""The version of the protocol is one: in the code, in its changelog, in the documents."""

import re
from itertools import pairwise

from chalicelib.models.protocol import PROTOCOL_VERSION
from infra.documents.files import ASYNCAPI, OPENAPI, made
from infra.local.state import CHECKOUT

CHANGELOG = CHECKOUT / "docs" / "protocol" / "CHANGELOG.md"
PROTOCOL = CHECKOUT / "docs" / "protocol.md"


def versions() -> list[tuple[int, int]]:
    """The versions of the changelog, as they stand there."""
    found = re.findall(r"(?m)^## (\d+)\.(\d+)$", CHANGELOG.read_text())
    return [(int(major), int(minor)) for major, minor in found]


def test_the_newest_version_of_the_changelog_is_that_of_the_code_and_the_documents() -> None:
    assert "{}.{}".format(*versions()[0]) == PROTOCOL_VERSION
    documents = made()
    assert {documents[name]["info"]["version"] for name in (OPENAPI, ASYNCAPI)} == {PROTOCOL_VERSION}


def test_the_versions_of_the_changelog_descend_one_by_one_and_each_says_something() -> None:
    numbered = versions()
    assert numbered[-1] == (1, 0)
    for (major, minor), before in pairwise(numbered):
        assert before == (major, minor - 1) or (minor == 0 and before[0] == major - 1), (major, minor)
    sections = re.split(r"(?m)^## \d+\.\d+$", CHANGELOG.read_text())[1:]
    assert all(re.search(r"(?m)^- \S", section) for section in sections)
