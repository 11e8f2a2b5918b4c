"""Read the keywords whose pages have a known answer."""

import re

from sunwi.domain.canary import DEFAULT_KEYWORDS, CanaryKeyword
from sunwi.domain.tracking import normalise_keyword
from sunwi.errors import ConfigurationError, InvalidInput
from sunwi.service.pages.look_up_target import infer_target

#: A check has minutes, not hours.
MAX_KEYWORDS = 10

_SEPARATORS = re.compile(r"[;\n]")
_ARROW = "=>"


def parse_canary_keywords(text: str) -> tuple[CanaryKeyword, ...]:
    """Read keywords apart by semicolons, each with a target's link behind `=>` if one must be on its pages.

    Args:
        text: Such as `강남역 맛집; 우리 가게 => https://map.naver.com/p/entry/place/1648862917`; empty means the
            usual keywords.

    Raises:
        ConfigurationError: A keyword or a link cannot be used, or there are too many.
    """
    parts = [part for part in _SEPARATORS.split(text) if part.strip()]
    try:
        keywords = tuple(dict.fromkeys(_parse(part) for part in parts or DEFAULT_KEYWORDS))
    except InvalidInput as error:
        raise ConfigurationError(
            f"CANARY_KEYWORDS={text!r} cannot be used: {error}",
            code="canary_keyword_unusable",
            text=text,
            error=error,
        ) from error
    if len(keywords) > MAX_KEYWORDS:
        raise ConfigurationError(
            f"CANARY_KEYWORDS has {len(keywords)} keywords: {MAX_KEYWORDS} are read at most",
            code="canary_keywords_too_many",
            count=len(keywords),
            most=MAX_KEYWORDS,
        )
    return keywords


def _parse(part: str) -> CanaryKeyword:
    keyword, arrow, url = part.partition(_ARROW)
    return CanaryKeyword(normalise_keyword(keyword), infer_target(url.strip()) if arrow else None)
