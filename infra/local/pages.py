"""The pages about the API that a local system serves beside it. On AWS they do not exist."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.documents.reference import rendered

OPENAPI = Path(__file__).parents[1] / "documents" / "openapi.json"


@dataclass(frozen=True)
class Page:
    content_type: str
    text: str


def pages(openapi: Path = OPENAPI) -> Mapping[str, Page]:
    """Returns the pages by their paths: the OpenAPI document, and a reference that people can read."""
    text = openapi.read_text()
    return {
        "/api/openapi.json": Page("application/json", text),
        "/api/reference": Page("text/html; charset=utf-8", rendered(json.loads(text))),
    }
