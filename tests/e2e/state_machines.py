"""Running state machines of Hypothesis against the running system."""

from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run_machine(make: Callable[[], RuleBasedStateMachine], *, examples: int, steps: int) -> None:
    """Runs so many examples of so many steps; no step has a deadline, as each is a request or more."""
    run_state_machine_as_test(
        make,  # type: ignore[arg-type] # documented to take a callable
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
