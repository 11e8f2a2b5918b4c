import logging
from collections.abc import Iterator

import pytest
import structlog

from infra.local.standin import StandinSite
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from tests.integration.browser.conftest import page_loader
from tests.integration.truth.matrix import Matrix
from tests.integration.truth.table import Table


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinSite]:
    with StandinSite(seed=11, state_dir=tmp_path_factory.mktemp("standin")) as running:
        yield running


@pytest.fixture(autouse=True)
def healthy(site: StandinSite) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    site.clear_faults()


@pytest.fixture(scope="session")
def loader(site: StandinSite) -> Iterator[ChromiumPageLoader]:
    running = page_loader(site.address, timeout_seconds=30)
    yield running
    running.close()


@pytest.fixture(scope="session")
def matrix() -> Iterator[Matrix]:
    filled = Matrix()
    yield filled
    filled.show()


@pytest.fixture(scope="session")
def table() -> Iterator[Table]:
    filled = Table()
    yield filled
    filled.show()
