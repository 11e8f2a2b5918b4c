"""Find what a caller of the last release would trip over.

Whoever calls reads answers with fields that it does not know, and values that are new; nothing that it sends or reads
may be gone, be of another type, or be wanted all of a sudden.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_SUCCESS = "23"


def find_breaking_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what has changed between two documents that callers rely on, each as a line."""
    return sorted(set(_Comparison(before, after).lines()))


def may_break(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return whether the version says that callers have to look."""
    old, new = (int(document["info"]["version"].partition(".")[0]) for document in (before, after))
    return new > old


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two documents side by side.

    Attributes:
        seen: Pairs of schemas that were compared: each is told of once, where it was met first.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    seen: set[tuple[str, str, bool]] = field(default_factory=set)

    def lines(self) -> Iterator[str]:
        for path, methods in self.before["paths"].items():
            for method in (one for one in _METHODS if one in methods):
                new = self.after["paths"].get(path, {}).get(method)
                where = f"{method.upper()} {path}"
                if new is None:
                    yield f"{where}: is gone"
                else:
                    yield from self._operation(where, methods[method], new)

    def _operation(self, where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        yield from self._parameters(where, old, new)
        old_body, new_body = (_json(each.get("requestBody", {})) for each in (old, new))
        if new_body is not None and old_body is None and not old.get("requestBody"):
            yield f"{where}: wants a body"
        yield from self._schema(f"{where} body", old_body, new_body, is_sent=True)
        for status, response in old["responses"].items():
            if status[0] not in _SUCCESS:
                continue
            if status not in new["responses"]:
                yield f"{where}: answers {status} no more"
                continue
            old_answer = _json(self._resolved(response, self.before))
            new_answer = _json(self._resolved(new["responses"][status], self.after))
            yield from self._schema(f"{where} {status}", old_answer, new_answer, is_sent=False)

    def _parameters(self, where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        known = {_name(one): one for one in (self._resolved(each, self.before) for each in old.get("parameters", []))}
        found = {_name(one): one for one in (self._resolved(each, self.after) for each in new.get("parameters", []))}
        for name, one in known.items():
            if name not in found:
                yield f"{where}: takes no {name} any more"
                continue
            if found[name]["required"] and not one["required"]:
                yield f"{where}: wants {name}"
            yield from self._schema(f"{where} {name}", one["schema"], found[name]["schema"], is_sent=True)
        for name in found.keys() - known.keys():
            if found[name]["required"]:
                yield f"{where}: wants {name}"

    def _schema(self, where: str, old: Any, new: Any, *, is_sent: bool) -> Iterator[str]:  # noqa: ANN401 - JSON
        if old is None:
            return
        if new is None:
            yield f"{where}: is no JSON any more"
            return
        pair = (str(old.get("$ref", where)), str(new.get("$ref", where)), is_sent)
        if "$ref" in old and pair in self.seen:
            return
        self.seen.add(pair)
        old, new = self._resolved(old, self.before), self._resolved(new, self.after)
        missing = _kinds(old) - _kinds(new) if is_sent else _kinds(new) - _kinds(old)
        if missing and _kinds(old) and _kinds(new):
            yield f"{where}: {'takes no' if is_sent else 'may be'} {', '.join(sorted(missing))}"
        if is_sent and "enum" in new and (gone := set(old.get("enum", [])) - set(new["enum"])):
            yield f"{where}: takes no {', '.join(sorted(map(str, gone)))}"
        yield from self._fields(where, old, new, is_sent=is_sent)
        for mine, other in _paired(old, new):
            yield from self._schema(where, mine, other, is_sent=is_sent)

    def _fields(self, where: str, old: Mapping[str, Any], new: Mapping[str, Any], *, is_sent: bool) -> Iterator[str]:
        known, found = old.get("properties", {}), new.get("properties", {})
        was_required, is_required = set(old.get("required", [])), set(new.get("required", []))
        for name, schema in known.items():
            if name not in found:
                yield f"{where}: {name} is gone"
            else:
                yield from self._schema(f"{where} {name}", schema, found[name], is_sent=is_sent)
        changed = is_required - was_required if is_sent else (was_required - is_required) & found.keys()
        for name in changed if known or found else ():
            yield f"{where}: {'wants' if is_sent else 'may leave out'} {name}"

    @staticmethod
    def _resolved(part: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in part:
            _, _, kind, name = part["$ref"].split("/")
            part = document["components"][kind][name]
        return part


def _json(part: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return part.get("content", {}).get("application/json", {}).get("schema")


def _name(parameter: Mapping[str, Any]) -> str:
    return f"{parameter['name']} ({parameter['in']})"


def _kinds(schema: Mapping[str, Any]) -> set[str]:
    """Return the types that a schema names; one that refers on, or says nothing, names none."""
    if "anyOf" in schema:
        each = [_kinds(one) for one in schema["anyOf"]]
        return set().union(*each) if all(each) else set()
    kind = schema.get("type")
    return set() if kind is None else {kind}


def _paired(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the parts of two schemas that stand for the same."""
    if "items" in old and "items" in new:
        yield old["items"], new["items"]
    of_old, of_new = ([one for one in each.get("anyOf", []) if "$ref" in one] for each in (old, new))
    if len(of_old) == len(of_new) == 1:
        yield of_old[0], of_new[0]
