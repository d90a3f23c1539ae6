"""How a module of this package is run as a program, which a checkout need not have installed."""

import sys
from pathlib import Path

_HERE = str(Path(__file__).parents[1])


def program(module: str) -> list[str]:
    """Returns the command that calls `main` of one of this package's modules; the arguments follow it."""
    call = f"from chalice_local_websockets.{module} import main; main()"
    # -P: the working directory is the app's, whose modules must not be taken for those of the standard library.
    return [sys.executable, "-P", "-c", f"import sys; sys.path.append({_HERE!r}); {call}"]
