"""The processor that images are built for: the one that the functions have."""

from collections.abc import Mapping

from infra.deploy.choices import BadChoice, Choices, value_after

ARCHITECTURE = "Architecture"


def wanted_architecture(choices: Choices, stack: Mapping[str, str]) -> str:
    """Return the processor that the functions will have once `sam deploy` is through.

    Args:
        choices: What is deployed.
        stack: Parameters of the stack as it is, which keeps those that are not given; none for a first deployment.
    """
    return value_after(ARCHITECTURE, choices, stack)


def insist_on(wanted: str, *, engine: str) -> None:
    """Refuse to build for another processor than the engine's own: the images' base is made for no other.

    Raises:
        BadChoice: They differ.
    """
    if wanted != engine:
        raise BadChoice(
            f"the functions have {wanted} processors and this machine's Docker engine builds for {engine}: deploy from "
            f"a machine with {wanted}, or change the functions by PARAMETERS={ARCHITECTURE}={engine}"
        )
