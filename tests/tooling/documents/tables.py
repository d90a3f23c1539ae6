"""Reads the tables of a Markdown page."""

from pathlib import Path


def rows(page: Path, heading: str) -> dict[str, str]:
    """{first cell: the rest of its row} of the tables with this first line."""
    tables = [part.partition("\n\n")[0] for part in page.read_text().split(f"{heading}\n")[1:]]
    cells = [row.strip("|").split("|", 1) for table in tables for row in table.splitlines()[1:]]
    assert cells, heading
    return {name.strip(): rest.strip() for name, rest in cells}


def cells(page: Path, heading: str) -> list[list[str]]:
    """The rows of the table with this first line, each as its cells."""
    table = page.read_text().partition(f"{heading}\n")[2].partition("\n\n")[0].splitlines()[1:]
    assert table, heading
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
