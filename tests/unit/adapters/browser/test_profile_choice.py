from collections import Counter
from dataclasses import replace

import pytest

from sunwi.adapters.browser.browser_profile import MACHINES, MAX_POOL, choose_machine
from sunwi.domain.tracking import Device
from sunwi.sites.naver.pages import page_address
from tests.examples import page_key

KEYS = [page_key(f"말 {number}", device) for number in range(100) for device in Device]


def test_a_pool_of_one_always_chooses_the_first() -> None:
    assert {choose_machine(page_address(key), pool=1, fresh=fresh) for key in KEYS for fresh in (False, True)} == {
        MACHINES[Device.PC][0],
        MACHINES[Device.MOBILE][0],
    }


@pytest.mark.parametrize("pool", range(2, MAX_POOL + 1))
def test_a_page_keeps_its_machine_and_a_fresh_look_takes_another_of_its_device(pool: int) -> None:
    used: Counter[str] = Counter()
    for key in KEYS:
        machine = choose_machine(page_address(key), pool=pool, fresh=False)
        assert machine == choose_machine(page_address(replace(key)), pool=pool, fresh=False)
        assert machine in MACHINES[key.device][:pool]
        assert choose_machine(page_address(key), pool=pool, fresh=True) in set(MACHINES[key.device][:pool]) - {machine}
        used[machine.name] += 1
    assert len(used) == 2 * pool
    assert min(used.values()) >= 50 / pool


def test_every_machine_has_a_name_of_its_own_and_a_page_fits_on_its_screen() -> None:
    machines = [machine for of_device in MACHINES.values() for machine in of_device]
    assert len({machine.name for machine in machines}) == len(machines)
    for machine in machines:
        assert machine.viewport[0] == machine.screen[0]
        assert machine.viewport[1] < machine.screen[1]
