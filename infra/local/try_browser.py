"""`python -m infra.local.try_browser`: launch the browser that a crawl would launch, and say which it is."""

import sys

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from sunwi.adapters.browser.warm_browser import find_browser, launch_arguments
from sunwi.settings import clean_environment, load_settings
from sunwi.sites.naver.site import NAVER

#: Exit status that tells "no browser starts" from a program that broke.
NO_BROWSER = 3


def main() -> int:
    """Print the browser's version and place; return `NO_BROWSER`, with the reason, when none starts."""
    executable = load_settings().browser_executable or find_browser()
    with clean_environment() as environment, sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=executable, args=launch_arguments(NAVER, None), env=dict(environment)
            )
        except PlaywrightError as error:
            reason = next(line for line in str(error).splitlines() if line.strip())
            sys.stderr.write(f"{executable or 'a browser of Playwright'} does not start: {reason}\n")
            return NO_BROWSER
        sys.stdout.write(f"Chromium {browser.version} ({executable or 'of Playwright'})\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
