"""Integers that several processes share."""

import mmap
from pathlib import Path
from typing import Self


class SharedNumbers:
    """The 64-bit integers of a file, which is mapped into the memory of all processes that open it.

    Each integer has one writer. It is stored by one move of 8 aligned bytes, so that no process reads half of it.
    """

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)
        self._numbers = memoryview(self._memory).cast("q")

    @classmethod
    def create(cls, path: Path, count: int) -> Self:
        """Creates the file; all numbers are 0."""
        path.write_bytes(bytes(8 * count))
        return cls(path)

    def __getitem__(self, place: int) -> int:
        return self._numbers[place]

    def __setitem__(self, place: int, number: int) -> None:
        self._numbers[place] = number

    def close(self) -> None:
        self._numbers.release()
        self._memory.close()
