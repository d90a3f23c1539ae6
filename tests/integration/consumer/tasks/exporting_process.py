"""A consumer's process that makes an export and stands still in the middle of it, to be killed there.

`python -m tests.integration.consumer.tasks.exporting_process DIRECTORY SECONDS`: the clock is ahead by so much.
"""

import sys
import threading
from datetime import timedelta
from pathlib import Path

from chalicelib.clients.files.directory import DirectoryFiles, FileUpload
from chalicelib.consumer.tasks.exporting import Exporting
from chalicelib.stores.exports import ExportStore
from chalicelib.wiring import Wiring, load_settings
from tests.support.clocks import OffsetClock


class _StandingUpload(FileUpload):
    def write(self, data: bytes) -> None:
        super().write(data)
        threading.Event().wait()


class _StandingFiles(DirectoryFiles):
    def begin(self, key: str) -> FileUpload:
        return _StandingUpload(self._directory / key)


def main(directory: Path, seconds: float) -> None:
    clock = OffsetClock()
    clock.offset = timedelta(seconds=seconds)
    wiring = Wiring(load_settings())
    files = _StandingFiles(directory, address="", keys=wiring.settings.jwt_secrets, clock=clock)
    Exporting(ExportStore(wiring.mongo, clock), wiring.export_lines, files, wiring.publisher).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
