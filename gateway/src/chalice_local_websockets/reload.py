"""Reloads the functions when the app's source is edited."""

import asyncio
import logging
from pathlib import Path

from watchfiles import Change, PythonFilter, awatch

from chalice_local_websockets.lambda_service import LambdaService

log = logging.getLogger(__name__)


async def reload_on_edits(service: LambdaService, app_dir: Path) -> None:
    """Reload until cancelled: once for each burst of edits to app.py or to chalicelib/*.py."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_watch_app_py(service, app_dir))
            if (app_dir / "chalicelib").is_dir():
                group.create_task(_watch_chalicelib(service, app_dir))
    except* (OSError, RuntimeError) as failed:  # raised by watchfiles, for example at inotify's limit
        log.warning("edits are not noticed any more: %s", failed.exceptions[0])


async def _watch_app_py(service: LambdaService, app_dir: Path) -> None:
    """Watch the directory of app.py, as an editor that saves by renaming would end a watch of the file itself."""
    app_py = str(app_dir / "app.py")

    def is_app_py(_change: Change, path: str) -> bool:
        return path == app_py

    async for _ in awatch(app_dir, watch_filter=is_app_py, recursive=False):
        await service.reload("app.py")


async def _watch_chalicelib(service: LambdaService, app_dir: Path) -> None:
    async for changes in awatch(app_dir / "chalicelib", watch_filter=PythonFilter()):
        names = sorted({str(Path(path).relative_to(app_dir)) for _, path in changes})
        await service.reload(names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more")
