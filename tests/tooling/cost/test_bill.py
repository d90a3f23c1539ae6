"""The arithmetic of the bill, and that docs/cost.md is what `make cost` prints."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cost import measured, prices
from infra.cost.__main__ import main
from infra.cost.bill import bill_of, more_messages, total
from infra.cost.choices import BEFORE, NOW
from infra.cost.invocations import invocations_of
from infra.cost.plan import Plan, plan_of
from infra.local.state import CHECKOUT

QUIET = Plan(
    users=0,
    messages=0,
    reads=0,
    typing=0,
    questions=0,
    requests=0,
    logins=0,
    sockets=0,
    heartbeats=0,
    open_sockets=1,
)
"""A plan in which one socket is open and says nothing."""


def dollars(plan: Plan, name: str) -> float:
    [line] = [line for line in bill_of(plan, BEFORE) if line.name == name]
    return line.dollars


def test_each_tier_has_its_own_price() -> None:
    tiers = ((10.0, 3.0), (20.0, 2.0), (float("inf"), 1.0))
    assert [prices.tiered(amount, tiers) for amount in (0, 10, 15, 20, 25)] == [0, 30, 40, 50, 55]


def test_the_plan_is_that_of_the_deployment_page() -> None:
    plan = plan_of(1_000_000, storms=0)
    assert plan.messages / 30 == 6_000_000
    assert plan.requests / 30 == 9_000_000
    assert plan.logins / 30 == 300_000
    assert plan.sockets / 30 == 1_200_000
    assert plan.heartbeats / 30 == 7_200_000
    assert plan.other_frames / 30 == 6_600_000


def test_messages_of_a_day_replace_those_that_are_usual() -> None:
    usual, more = plan_of(1_000_000), plan_of(1_000_000, 12_000_000)
    assert more.messages == 2 * usual.messages
    assert more.requests == usual.requests


def test_a_message_is_a_frame_in_an_ack_and_a_push_to_each_of_two_other_devices() -> None:
    plan = replace(QUIET, messages=1_000_000)
    assert dollars(plan, "websocket frames") == pytest.approx(4.00)
    in_pairs = replace(plan, messages_per_frame=2.0)
    assert dollars(in_pairs, "websocket frames") == pytest.approx(2.00)


def test_a_heartbeat_that_is_not_answered_is_one_frame() -> None:
    plan = replace(QUIET, heartbeats=1_000_000, open_sockets=100)
    assert BEFORE.frames_out(plan) == 1_000_000
    assert NOW.frames_out(plan) == 1_000_000, "where nothing else arrives, each asks"
    busy = replace(plan, typing=1e9)
    assert NOW.frames_out(busy) - 1e9 == pytest.approx(0, abs=1)


def test_every_open_socket_is_billed_by_the_minute() -> None:
    assert dollars(replace(QUIET, open_sockets=1_000), "websocket minutes") == pytest.approx(43_200_000 * 0.25e-6)


def test_calls_and_requests_are_billed_each() -> None:
    plan = replace(QUIET, requests=2e6, logins=1e6, sockets=1e6, messages=1e6, reads=1e6)
    assert invocations_of(plan, BEFORE).count == 3e6 + 2e6 + 2e6
    assert dollars(plan, "Lambda, calls") == pytest.approx(1.40)
    assert dollars(plan, "REST API") == pytest.approx(10.50)


def test_a_page_costs_its_requests_and_after_a_release_its_files() -> None:
    assert dollars(replace(QUIET, pages=1e6), "page") == pytest.approx(2.00 + 1.5 * 0.085)
    fetched = replace(QUIET, pages=1e6, fresh_pages=1e6)
    assert dollars(fetched, "page") == pytest.approx(5.00 + 33.5 * 0.085)


def test_files_of_the_page_are_fetched_no_more_often_than_it_is_opened() -> None:
    plan = plan_of(1_000_000)
    assert plan.fresh_pages == 4_000_000
    assert plan_of(10).fresh_pages <= plan_of(10).pages


def test_an_export_is_written_in_parts_kept_for_days_and_fetched_once() -> None:
    assert dollars(replace(QUIET, exports=1_000), "exports") == pytest.approx(20 * (0.0023 + 0.09) + 5_000 * 5e-6)


def test_the_time_of_functions_is_memory_times_what_is_billed_for_each_invocation() -> None:
    plan = replace(QUIET, messages=1_000_000)
    half = replace(BEFORE, memory_mb=512)
    assert invocations_of(plan, BEFORE).gb_seconds == measured.billed_milliseconds("message", 1024) * 1_000
    assert invocations_of(plan, half).gb_seconds == measured.billed_milliseconds("message", 512) * 500


def test_a_further_message_in_a_frame_takes_what_fifty_take_more_than_one() -> None:
    fifty = replace(QUIET, messages=50_000, messages_per_frame=50.0)
    billed = measured.billed_milliseconds("batch", 1024)
    assert invocations_of(fifty, BEFORE).gb_seconds == pytest.approx(1_000 * billed / 1_000)


def test_durations_come_from_the_page_of_measurements_and_grow_as_memory_shrinks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "performance.md"
    head = "| in this process | p50 ms | p99 ms | processor ms |\n| --- | --- | --- | --- |\n"
    page.write_text(f"Text\n\n{head}| heartbeat, frame | 9.99 | 9.99 | 2.00 |\n\n| other | 1.00 | 1.00 | 7.00 |\n")
    monkeypatch.setattr(measured, "PAGE", page)

    assert measured.processor_milliseconds() == {"heartbeat, frame": 2.0}
    waits = measured.RUNTIME + measured.OPERATIONS["heartbeat"].waits
    assert measured.billed_milliseconds("heartbeat", 1769) == pytest.approx(waits + 2, abs=1)
    assert measured.billed_milliseconds("heartbeat", 3538) == measured.billed_milliseconds("heartbeat", 1769)
    assert measured.billed_milliseconds("heartbeat", 512) >= waits + 2 * 1769 / 512


def test_every_operation_was_measured() -> None:
    assert {operation.row for operation in measured.OPERATIONS.values()} <= measured.processor_milliseconds().keys()


def test_more_messages_cost_what_the_bill_grows_by() -> None:
    plan = plan_of(1_000_000)
    one_more = replace(plan, messages=plan.messages + 1_000_000)
    assert more_messages(plan, NOW, 1_000_000) == pytest.approx(
        total(bill_of(one_more, NOW)) - total(bill_of(plan, NOW))
    )
    assert more_messages(plan, NOW, 1_000_000, 2.0) < 0.6 * more_messages(plan, NOW, 1_000_000)


def test_no_choice_of_now_makes_a_line_dearer_but_for_snapshots() -> None:
    plan = plan_of(1_000_000)
    dearer = {
        new.name
        for old, new in zip(bill_of(plan, BEFORE), bill_of(plan, NOW), strict=True)
        if new.dollars > old.dollars
    }
    assert dearer == {"snapshots"}


def test_the_page_is_what_the_command_prints() -> None:
    printed = CliRunner().invoke(main, [])

    assert printed.exit_code == 0, printed.output
    page = (CHECKOUT / "docs" / "cost.md").read_text()
    assert page.partition("<!-- made by `make cost` -->\n")[2].partition("<!-- end -->")[0] == printed.output


def test_a_measurement_that_is_missing_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "PAGE", tmp_path / "performance.md")
    (tmp_path / "performance.md").write_text("Nothing was measured.\n")

    printed = CliRunner().invoke(main, [])

    assert printed.exit_code == 1
    assert "Error: the measured figures cannot be read: " in printed.output
    assert "has no table that begins with" in printed.output


def test_users_and_messages_must_be_numbers_that_can_be() -> None:
    for wrong in (["--users", "0"], ["--messages", "-1"], ["--users", "many"]):
        assert CliRunner().invoke(main, wrong).exit_code == 2
    small = CliRunner().invoke(main, ["--users", "1000", "--messages", "0"])
    assert small.exit_code == 0, small.output
    assert small.output.startswith("1,000 users, 0 messages a day, in dollars a month:")
