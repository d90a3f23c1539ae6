"""The page that is made of openapi.json for people."""

import json
import re
from html.parser import HTMLParser

from infra.documents.files import DIRECTORY, OPENAPI
from infra.documents.reference import rendered

DOCUMENT = json.loads((DIRECTORY / OPENAPI).read_text())


class Page(HTMLParser):
    """The ids and links of a page, and whether it loads or runs anything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids |= {str(given["id"])} if "id" in given else set()
        self.links |= {str(given["href"])} if "href" in given else set()
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_has_every_operation_and_schema_and_no_link_leads_nowhere() -> None:
    page = Page(rendered(DOCUMENT))
    assert page.open == []
    operations = {operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values()}
    assert page.ids == operations | DOCUMENT["components"]["schemas"].keys()
    assert page.links == {f"#{name}" for name in DOCUMENT["components"]["schemas"]} & page.links | {"openapi.json"}
    assert not page.tags & {"script", "link", "img", "iframe"}


def test_text_of_the_document_is_no_markup() -> None:
    described = {**DOCUMENT, "info": {**DOCUMENT["info"], "description": "<script>alert(1)</script>"}}
    assert not re.search("<script", rendered(described))
