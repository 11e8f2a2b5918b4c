"""Refuse settings that do not fit each other: at the deployment, before a night is lost to them."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta

import structlog

from sunwi.domain.setting_fit import DeepSurface, check_circuit_pauses, check_reading_time
from sunwi.domain.tracking import Surface
from sunwi.errors import ConfigurationError
from sunwi.settings import Settings, settings_of
from sunwi.sites.naver.lists.page_counts import pages_to_read, rows_of_page

#: The variable of each depth, and the surface whose pages all bring as many rows; those of a cafe tab differ.
_DEPTHS = {"CRAWL_LIST_DEPTH": Surface.PLACE_LIST, "CRAWL_TAB_DEPTH": Surface.BLOG_TAB}

log = structlog.get_logger()


def check_settings(settings: Settings) -> None:
    """Refuse settings of which each is possible, and which are not together.

    That a run ends by midnight, and that a page has time, is a condition of `Settings` itself.

    Raises:
        ConfigurationError: Names the settings, their values, and what to change.
    """
    check_circuit_pauses(settings.circuit_rule)
    for name, surface in _DEPTHS.items():
        depth = settings.surface_depths[surface]
        check_reading_time(
            DeepSurface(
                setting=name, depth=depth, pages=pages_to_read(surface, depth), rows_per_page=rows_of_page(surface)
            ),
            delay_seconds=settings.crawl_delay_seconds,
            crawler_timeout=timedelta(seconds=settings.crawler_timeout_seconds),
            spare=settings.crawler_timeout_seconds - settings.reading_seconds,
        )


def check_deployment(values: Mapping[str, str]) -> None:
    """Refuse the settings of a deployment, in the names of the template's parameters.

    Args:
        values: Of every function, by the variable's name.

    Raises:
        ConfigurationError: One cannot be used, or some do not fit each other.
    """
    try:
        check_settings(settings_of(values))
    except ConfigurationError as error:
        raise ConfigurationError(in_parameters(str(error), values), code=error.code, **error.fields) from error
    log.info("settings_checked", settings=len(values))


def in_parameters(text: str, names: Collection[str]) -> str:
    """Replace the names of variables in a text by those of the template's parameters: CRAWL_TAB_DEPTH by CrawlTabDepth.

    Args:
        text: Any.
        names: Variables that have a parameter.
    """
    return re.sub(
        r"[A-Z]+(?:_[A-Z]+)+",
        lambda found: found.group().title().replace("_", "") if found.group() in names else found.group(),
        text,
    )
