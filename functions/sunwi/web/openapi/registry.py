"""Every route's answers, from all modules of `answers`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sunwi.web.openapi import answers
from sunwi.web.openapi.answered import Answered


@cache
def all_answers() -> Mapping[str, Answered]:
    """Return what each route answers, by its name.

    Raises:
        ValueError: Two modules describe the same route.
    """
    found: dict[str, Answered] = {}
    for module in sorted(each.name for each in iter_modules(answers.__path__)):
        described = import_module(f"{answers.__name__}.{module}").ANSWERS
        if twice := found.keys() & described.keys():
            raise ValueError(f"{sorted(twice)} are described twice, the second time in {module}")
        for name, answer in described.items():
            found[name] = answer if isinstance(answer, Answered) else Answered(model=answer)
    return found
