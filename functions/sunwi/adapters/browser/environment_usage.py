"""What a warm function has used up, and what its cold start cost."""

import time
from dataclasses import dataclass, field

import psutil

from sunwi.adapters.browser.browser_folder import temporary_bytes
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.adapters.process.process_tree import tree_usage


@dataclass(slots=True)
class EnvironmentUsage:
    """Measures a function's environment after each invocation."""

    loader: ChromiumPageLoader
    _is_cold: bool = field(default=True, init=False)
    _zombies: frozenset[int] = field(default=frozenset(), init=False)

    def measure(self, *, import_started: float, import_ended: float) -> dict[str, float]:
        """Return this invocation's figures; those of the cold start come once, with the first page.

        Args:
            import_started: `time.monotonic()` when the handler's imports began.
            import_ended: The same, when they were done.

        Returns:
            By metric name, with the unit in the name (else a count). Memory is that of the moment; launches and pages
            are those since the environment began; zombies those that the invocation before has left, since one that
            has just ended waits for its parent for a moment.
        """
        usage = tree_usage()
        zombies, self._zombies = usage.zombies & self._zombies, usage.zombies
        age_seconds = time.time() - psutil.Process().create_time()
        values: dict[str, float] = {
            "BrowserLaunches": self.loader.browser.launches,
            "PagesOpened": self.loader.pages_opened,
            "TreeRssBytes": usage.rss_bytes,
            "TemporaryBytes": temporary_bytes(),
            "Zombies": len(zombies),
            "EnvironmentAgeSeconds": age_seconds,
        }
        if self._is_cold and self.loader.first_page_seconds is not None:
            self._is_cold = False
            import_age_seconds = time.monotonic() - import_started
            values |= {
                "InitSeconds": max(0.0, age_seconds - import_age_seconds),
                "ImportSeconds": import_ended - import_started,
                "LaunchSeconds": self.loader.browser.launch_seconds,
                "FirstPageSeconds": self.loader.first_page_seconds,
            }
        return values
