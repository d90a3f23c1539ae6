"""Runs MiniStack from the packages of another environment: `python ministack.py DIRECTORY`.

This is a stand-alone program for the Python of infra/rehearsal/runtime.py. The path is set only in this process, so
the functions, which are processes of the same Python, do not see MiniStack's packages.

MiniStack 1.5.33 differs from Lambda in two ways that would hide what a deployment does, so both are put right here. It
stores the weights of an alias and sends every call to its first version; and it keeps the process of a websocket
function under the name of the alias, so that a frame would meet the old code after the alias has moved on.
"""

import random
import runpy
import sys
from typing import Any

sys.path.insert(0, sys.argv.pop())

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

Record = dict[str, Any]  # Any: MiniStack has no types

_worker_key = lambda_runtime._worker_key
_record_of = lambda_svc._effective_func_record_for_qualifier


def _key_of_version(function: str, config: Record, qualifier: str) -> str:
    """Return the key of a function's processes, by the version that `config` is of."""
    return str(_worker_key(function, config, config.get("Version", qualifier)))


def _weighted_record(function: Record | None, qualifier: str | None) -> tuple[Record | None, Record | None]:
    """Return what a call of this alias meets, each version as often as the alias says."""
    alias = (function or {}).get("aliases", {}).get(qualifier, {})
    left = random.random()  # noqa: S311 - this is no secret
    for version, weight in alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}).items():
        left -= weight
        if left < 0:
            return _record_of(function, version)  # type: ignore[no-any-return]
    return _record_of(function, qualifier)  # type: ignore[no-any-return]


lambda_runtime._worker_key = _key_of_version
lambda_svc._effective_func_record_for_qualifier = _weighted_record

runpy.run_module("ministack", run_name="__main__", alter_sys=True)
