from collections.abc import Iterator

import pytest

from infra.local.standin import StandinSite
from tests.integration.standin.client import Client


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinSite]:
    with StandinSite(seed=5, state_dir=tmp_path_factory.mktemp("standin")) as running:
        yield running


@pytest.fixture
def client(site: StandinSite) -> Client:
    site.clear_faults()
    site.requests.clear()
    return Client(site)
