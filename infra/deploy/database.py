"""What the stack of `infra/database.yaml` says of the database, as parameters of Sunwi's own stack."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from infra.deploy.choices import BadChoice
from infra.deploy.sam_cli import ROOT

#: Its outputs that are parameters of the same name. Not the login by IAM: its user must be made first.
PARAMETERS = ("DatabaseSecretArn", "DatabaseHost", "DatabaseName", "VpcSubnetIds", "VpcSecurityGroupIds")

#: AWS's own list of the authorities of RDS, and where the images have it.
BUNDLE = ROOT / "infra" / "docker" / "certificates" / "global-bundle.pem"
BUNDLE_IN_IMAGE = "/var/certificates/global-bundle.pem"


class Stacks(Protocol):
    """Where stacks are."""

    def outputs(self, stack: str) -> Mapping[str, str] | None:
        """Return a stack's outputs; None when there is none."""
        ...


def parameters_of(account: Stacks, stack: str, *, bundle: Path = BUNDLE) -> dict[str, str]:
    """Return the template parameters for the database of a stack.

    Raises:
        BadChoice: There is no such stack, or the images would lack the authorities of its certificate.
    """
    outputs = account.outputs(stack)
    if outputs is None or "DatabaseSecretArn" not in outputs:
        raise BadChoice(f"there is no database in the stack {stack}: make one by: make deploy-database")
    if not bundle.is_file():
        raise BadChoice(
            "the images need the authorities of RDS: save "
            f"https://truststore.pki.rds.amazonaws.com/global/{bundle.name} as {bundle}"
        )
    found = {name: outputs[name] for name in PARAMETERS if name in outputs}
    return {**found, "DatabaseCaBundle": BUNDLE_IN_IMAGE}
