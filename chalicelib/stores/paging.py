"""Pages of lists that are sorted by time, the newest first, and by `_id` within the same moment."""

from datetime import datetime


def older_than(field: str, at: datetime, last_id: object) -> dict[str, object]:
    """The query for the documents that follow the one with this time in `field` and this `_id`.

    The index is entered by the bound beside the alternatives; with the alternatives alone it would be read twice.
    """
    return {"$and": [{field: {"$lte": at}}, {"$or": [{field: {"$lt": at}}, {"_id": {"$lt": last_id}}]}]}
