"""Pages of what is listed with the newest first, and within the same moment by `_id`."""

from datetime import datetime


def older_than(field: str, at: datetime, last_id: object) -> dict[str, object]:
    """The query for what comes after a document with this time in `field` and this `_id`.

    The bound beside the alternatives is what an index is entered by: from alternatives alone it would be read twice.
    """
    return {"$and": [{field: {"$lte": at}}, {"$or": [{field: {"$lt": at}}, {"_id": {"$lt": last_id}}]}]}
