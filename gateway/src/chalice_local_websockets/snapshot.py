"""The runtime's side of a snapshot: calls the hooks that app.py has registered, as Lambda's own runtime does.

Source: `lambda_runtime_hooks_runner.py` of aws-lambda-python-runtime-interface-client 3.
"""

import snapshot_restore_py


def take() -> None:
    """Call the hooks before the snapshot, the last one that was registered first. An exception of a hook goes on."""
    hooks = snapshot_restore_py.get_before_snapshot()
    while hooks:
        hook, arguments, named = hooks.pop()
        hook(*arguments, **named)


def restore() -> None:
    """Call the hooks after the restore, in the order of their registration. An exception of a hook goes on."""
    for hook, arguments, named in snapshot_restore_py.get_after_restore():
        hook(*arguments, **named)
