"""The made-up kinds in place of the product's."""

from sunwi.bootstrap import works

from . import kinds


def use_made_up_kinds() -> None:
    """Let every container that is imported from now on find them."""
    vars(works).update(KINDS=kinds.KINDS, WORKS=kinds.WORKS)
