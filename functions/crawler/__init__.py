"""The crawler Lambda: SQS → Chromium → ledger."""

import time

#: When the first import of the handler's own began, by `time.monotonic`.
IMPORT_STARTED = time.monotonic()
