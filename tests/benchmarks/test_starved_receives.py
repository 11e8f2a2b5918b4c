"""One crawler behind many pollers: our queue, a plain one, FIFO with one group, and a table of leases, on paper."""

from dataclasses import replace

import pytest

from tests.benchmarks.queue_designs import fifo_queue, lease_table, own_rules, plain_queue, standard_queue
from tests.benchmarks.simulated_night import Night, Result

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

#: Messages by the batch timeout that has room for them.
SIZES = ((100, 3_600), (1_000, 7_200), (3_000, 14_400))
POLLERS = (2, 10, 50)
SEEDS = range(20)
HEADINGS = (
    f"{'msgs':>5} {'pollers':>7} {'night':14} {'design':26} {'measured':>11} {'wrong':>6} {'expired':>7} "
    f"{'starved':>7} {'receives':>8} {'limit':>5} {'finished':>8} {'deadline':>8} {'to DLQ':>8}"
)


def nights(messages: int, batch: int) -> list[Night]:
    """List the kinds of night, of as many messages."""
    calm = Night(name="calm", messages=messages, pollers=POLLERS[0], batch_timeout=batch)
    away = (batch // 10, batch // 10 + 900)
    refusing = (batch // 20, batch // 20 + 1800)
    slow = (batch // 10, batch // 10 + 1500)
    return [
        calm,
        replace(calm, name="database away", away=away),
        replace(calm, name="site refuses", refusing=refusing),
        replace(calm, name="slow pages", slow=slow),
    ]


def show(result: Result) -> None:
    night, to_dead = result.night, result.to_dead
    pollers = night.pollers if result.design.startswith("standard") else "one"
    print(
        f"{night.messages:5} {pollers:>7} {night.name:14} {result.design:26} "
        f"{result.measured:5}/{len(result.healthy):<5} {result.wrongly_dead:6} {result.expired:7} "
        f"{result.starved:7} {result.receives:8} {own_rules(night).limit:5} {result.finished_at:8.0f} "
        f"{night.batch_timeout:8} {'-' if to_dead is None else f'{to_dead:.1f}':>8}"
    )


def check_ours(result: Result) -> None:
    assert (result.measured, result.wrongly_dead, result.expired) == (len(result.healthy), 0, 0)
    assert result.receives <= own_rules(result.night).limit
    assert result.to_dead is not None
    assert result.finished_at < result.night.batch_timeout


def test_of_four_designs_ours_measures_every_healthy_message_and_buries_only_what_is_doomed() -> None:
    print(f"\nseconds; starved, receives and to DLQ: the most of any message; limit: our maxReceiveCount\n{HEADINGS}")
    for messages, batch in SIZES:
        for night in nights(messages, batch):
            for crowded in (replace(night, pollers=pollers) for pollers in POLLERS):
                ours = standard_queue(crowded)
                show(ours)
                check_ours(ours)
                show(plain_queue(crowded))
            show(fifo_queue(night))
            show(lease_table(night))


def test_no_seed_of_a_crowded_night_loses_a_message_of_ours() -> None:
    results = [
        standard_queue(replace(night, pollers=50, seed=seed)) for seed in SEEDS for night in nights(1_000, 7_200)
    ]
    print(
        f"\n{len(results)} nights of 1,000 messages and 50 pollers: starved at most "
        f"{max(result.starved for result in results)} times, received at most "
        f"{max(result.receives for result in results)} of {own_rules(results[0].night).limit} times, "
        f"{sum(result.measured for result in results)} of {sum(len(result.healthy) for result in results)} measured, "
        f"{sum(result.wrongly_dead for result in results)} in the DLQ wrongly"
    )
    for result in results:
        check_ours(result)


@pytest.mark.parametrize(("batch", "within"), [(3_600, 5), (14_400, 15)])
def test_a_doomed_message_alone_in_its_queue_is_in_the_dlq_seconds_after_its_third_look(
    batch: int, within: float
) -> None:
    night = Night(name="alone", messages=1, pollers=2, batch_timeout=batch, doomed_share=1, crash_share=0)
    result = standard_queue(night)
    assert result.to_dead is not None
    print(f"\nalone, maxReceiveCount {own_rules(night).limit}: {result.to_dead:.1f} s from the third look to the DLQ")
    assert result.doomed[0].attempts == 3
    assert result.to_dead < within


def test_many_doomed_messages_take_time_on_their_way_out_and_no_healthy_one_with_them() -> None:
    print(f"\n{HEADINGS}")
    for messages, batch in SIZES:
        night = replace(nights(messages, batch)[0], name="a tenth doomed", doomed_share=0.1)
        ours = standard_queue(night)
        for result in (ours, fifo_queue(night), lease_table(night)):
            show(result)
        assert (ours.measured, ours.wrongly_dead) == (len(ours.healthy), 0)


def test_a_night_is_the_same_each_time_it_is_simulated() -> None:
    night = replace(nights(100, 3_600)[3], pollers=50)
    assert standard_queue(night).messages == standard_queue(night).messages
    assert standard_queue(night).messages != standard_queue(replace(night, seed=6)).messages
