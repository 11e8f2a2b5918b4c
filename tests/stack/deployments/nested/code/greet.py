"""The function of the nested stack."""

import os


def handler(_event: object, _context: object) -> dict[str, str]:
    """Return what the root stack has handed down."""
    return {"said": os.environ["GREETING"], "queue": os.environ["QUEUE_ARN"]}
