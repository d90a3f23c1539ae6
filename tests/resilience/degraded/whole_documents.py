"""All documents of a database, and the changes between two reads of them, independent of ids and times."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from infra.provision.indexes import INDEXES

Document = dict[str, Any]  # Any: BSON
Documents = dict[str, list[Document]]
"""{collection: its documents}"""

Changes = dict[tuple[str, str], dict[str, object]]
"""{(collection, which document): {field: its new value}}"""

GONE = {"gone": True}
"""What stands for the fields of a document that is no longer there."""

_MADE_UP = {
    "<objectId>": re.compile(r"[0-9a-f]{24}"),
    "<hex>": re.compile(r"[0-9a-f]{32}"),
    "<listId>": re.compile(r"[0-9a-f]{8}"),
    "<uuid>": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "<email>": re.compile(r"user-[0-9a-f]{16}@example\.org"),
    "<socket>": re.compile(r"new-\d+="),
    "<time>": re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"),
}


def read_all(database: Database[Document]) -> Documents:
    return {name: sorted(database[name].find(), key=lambda document: str(document["_id"])) for name in INDEXES}


def write_all(database: Database[Document], documents: Documents) -> None:
    """Writes only the collections that differ."""
    now = read_all(database)
    for name, of_collection in documents.items():
        if now[name] != of_collection:
            database[name].delete_many({})
            if of_collection:
                database[name].insert_many(of_collection)


def changes(before: Documents, after: Documents) -> Changes:
    known = {str(document["_id"]) for documents in before.values() for document in documents}
    found: Changes = {}
    for name in before:
        old, new = ({str(each["_id"]): each for each in documents[name]} for documents in (before, after))
        for document_id, document in new.items():
            fields = _changed(old.get(document_id, {}), document, known)
            if fields:
                found[name, _free_name(found, name, str(_normal(document_id, known)))] = fields
        found |= {(name, document_id): dict(GONE) for document_id in old.keys() - new.keys()}
    return found


def _changed(old: Document, new: Document, known: Collection[str]) -> dict[str, object]:
    names = (old.keys() | new.keys()) - {"_id"}
    absent = object()
    return {
        name: _normal(new.get(name), known) for name in sorted(names) if old.get(name, absent) != new.get(name, absent)
    }


def _free_name(taken: Collection[tuple[str, str]], collection: str, name: str) -> str:
    number = 1
    while (collection, f"{name} {number}") in taken:
        number += 1
    return f"{name} {number}"


def _normal(value: object, known: Collection[str]) -> object:
    """Returns the value with placeholders for what differs each time: times, hashes, and ids that are not `known`."""
    if isinstance(value, Mapping):
        return {name: _normal(inner, known) for name, inner in value.items()}
    if isinstance(value, list):
        return [_normal(inner, known) for inner in value]
    if isinstance(value, datetime | bytes):
        return f"<{type(value).__name__}>"
    if isinstance(value, str | ObjectId) and str(value) not in known:
        return next((name for name, form in _MADE_UP.items() if form.fullmatch(str(value))), str(value))
    return value
