"""Two packages, from wheels that are downloaded once.

One is what .chalice/config.json says, which is deployed. The other is for this machine, where it can be imported.
"""

import pytest

from infra.local.state import CHECKOUT
from infra.package.errors import PackageError
from infra.package.interpreter import find_interpreter
from infra.package.target import target_of, target_of_this_machine
from tests.tooling.package.building import Built, build


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The package that is deployed, with bytecode where this machine has the Python for it."""
    target = target_of(CHECKOUT, "prod")
    return build(target, find_interpreter(target.python), tmp_path_factory.mktemp("deployed"))


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A package for this Python and this machine, as the rehearsal makes it."""
    try:
        target = target_of_this_machine()
    except PackageError as error:
        pytest.skip(str(error))
    return build(target, find_interpreter(target.python), tmp_path_factory.mktemp("local"))


@pytest.fixture(params=["deployed", "local"])
def built(request: pytest.FixtureRequest) -> Built:
    """Each of the two."""
    fixture: Built = request.getfixturevalue(request.param)
    return fixture
