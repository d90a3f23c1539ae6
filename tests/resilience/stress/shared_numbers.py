"""Whole numbers that several processes see at once."""

import mmap
from pathlib import Path
from typing import Self


class SharedNumbers:
    """The 64-bit numbers in a file, which is memory that all who open it share. Each has one writer.

    A number is stored by one move of 8 aligned bytes, so that nobody sees a half of it.
    """

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)
        self._numbers = memoryview(self._memory).cast("q")

    @classmethod
    def create(cls, path: Path, count: int) -> Self:
        """All of them 0."""
        path.write_bytes(bytes(8 * count))
        return cls(path)

    def __getitem__(self, place: int) -> int:
        return self._numbers[place]

    def __setitem__(self, place: int, number: int) -> None:
        self._numbers[place] = number

    def close(self) -> None:
        self._numbers.release()
        self._memory.close()
