"""What a warm function has used up, and what its cold start cost."""

import time
from dataclasses import dataclass, field

import psutil

from sunwi.adapters.browser_folder import temporary_bytes
from sunwi.adapters.chromium import ChromiumPageLoader
from sunwi.adapters.process_tree import tree_usage


@dataclass(frozen=True, slots=True)
class ColdStart:
    """How a process came to its first invocation.

    Attributes:
        init_seconds: From the process's start to the first import of the handler's own.
        import_seconds: What the handler's imports took.
    """

    init_seconds: float
    import_seconds: float

    @classmethod
    def until_now(cls, *, import_started: float) -> "ColdStart":
        """Take the times once everything is imported.

        Args:
            import_started: `time.monotonic()` before the first import.
        """
        import_seconds = time.monotonic() - import_started
        age_seconds = time.time() - psutil.Process().create_time()
        return cls(init_seconds=max(0.0, age_seconds - import_seconds), import_seconds=import_seconds)


@dataclass(slots=True)
class WarmLife:
    """Measures a function's environment after each invocation."""

    loader: ChromiumPageLoader
    cold_start: ColdStart
    _is_cold: bool = field(default=True, init=False)

    def measure(self) -> dict[str, float]:
        """Give the metrics of this invocation; those of the cold start come with the first one only.

        Returns:
            By metric name, with its unit (Seconds, Bytes, or a count) in the name. Zombies and memory are those of
            the moment, launches and pages those since the environment began.
        """
        usage = tree_usage()
        browser = self.loader.browser
        values: dict[str, float] = {
            "BrowserLaunches": browser.launches,
            "PagesOpened": self.loader.pages_opened,
            "TreeRssBytes": usage.rss_bytes,
            "TemporaryBytes": temporary_bytes(),
            "Zombies": usage.zombies,
            "EnvironmentAgeSeconds": time.time() - psutil.Process().create_time(),
        }
        if self._is_cold and self.loader.first_page_seconds is not None:
            values |= {
                "InitSeconds": self.cold_start.init_seconds,
                "ImportSeconds": self.cold_start.import_seconds,
                "LaunchSeconds": browser.launch_seconds,
                "FirstPageSeconds": self.loader.first_page_seconds,
            }
            self._is_cold = False
        return values
