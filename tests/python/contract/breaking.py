"""Tells which changes of the contract break clients of the released one.

usage: python breaking.py RELEASED NEW [RELEASED NEW …]      documents; changes that `breaking.toml` accepts with a reason
                                                        are none, and it accepts none that is not there

A client breaks if it may no longer send what it sends (requests accept less), or receives what it does not know (responses
promise less). New operations, optional fields, problems and problem codes break nobody: docs/guides/versions.md says so.
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from document import Document, Json
from narrowing import alternatives, narrowed

PROBLEM = "application/problem+json"


class Comparison:
    """Two documents, the released one and the new one."""

    def __init__(self, released: Json, new: Json) -> None:
        self.old, self.new = Document(released), Document(new)

    def changes(self) -> list[str]:
        """Return the breaking changes, one sentence each."""
        new = self.new.operations()
        found: list[str] = []
        for name, operation in self.old.operations().items():
            if name in new:
                found += [f"{name}: {change}" for change in self.of_operation(operation, new[name])]
            else:
                found.append(f"{name}: the operation is gone")
        return sorted(set(found))

    def of_operation(self, old: Json, new: Json) -> Iterator[str]:
        if old.get("operationId") != new.get("operationId"):
            yield f"operationId {old.get('operationId')} is {new.get('operationId')} now"
        if lost := self.old.ways_in(old) - self.new.ways_in(new):
            yield f"security {', '.join(sorted(lost))} no longer suffices"
        yield from self.of_parameters(old, new)
        yield from self.of_body(old.get("requestBody"), new.get("requestBody"))
        yield from self.of_responses(old["responses"], new["responses"])

    def of_parameters(self, old: Json, new: Json) -> Iterator[str]:
        before, after = self.old.parameters(old), self.new.parameters(new)
        for place, name in before.keys() - after.keys():
            yield f"{place} parameter {name} is gone"
        for (place, name), parameter in after.items():
            earlier = before.get((place, name))
            if parameter.get("required") and not (earlier or {}).get("required"):
                yield f"{place} parameter {name} is required now"
            if earlier:
                where = f"{place} parameter {name}"
                yield from narrowed(where, self.old, earlier["schema"], self.new, parameter["schema"], ())

    def of_body(self, old: Json | None, new: Json | None) -> Iterator[str]:
        if new is None:
            if old is not None:
                yield "the request has no body any more"
            return
        if new.get("required") and not (old or {}).get("required"):
            yield "the request's body is required now"
        for kind, media in (old or {}).get("content", {}).items():
            if kind not in new["content"]:
                yield f"request {kind} is gone"
                continue
            schemas = media["schema"], new["content"][kind]["schema"]
            yield from self.lost_fields("request", *schemas, ())
            yield from narrowed("request", self.old, schemas[0], self.new, schemas[1], ())

    def of_responses(self, old: Json, new: Json) -> Iterator[str]:
        for status in old.keys() | new.keys():
            if status not in new:
                if status < "4":
                    yield f"response {status} is gone"
            elif status not in old:
                if status < "4":
                    yield f"response {status} is new, and a success"
            else:
                before, after = self.old.resolved(old[status]), self.new.resolved(new[status])
                yield from (f"response {status}: {change}" for change in self.of_response(before, after))

    def of_response(self, old: Json, new: Json) -> Iterator[str]:
        for name, header in old.get("headers", {}).items():
            later = new.get("headers", {}).get(name)
            if later is None:
                yield f"header {name} is gone"
            elif self.old.resolved(header).get("required") and not self.new.resolved(later).get("required"):
                yield f"header {name} may be missing now"
        for kind, media in old.get("content", {}).items():
            if kind not in new.get("content", {}):
                yield f"{kind} is gone"
                continue
            schemas = media.get("schema", {}), new["content"][kind].get("schema", {})
            yield from self.lost_fields("content", *schemas, ())
            # Clients must expect problems and codes that they do not know.
            if kind != PROBLEM:
                yield from self.widened("content", *schemas)

    def widened(self, where: str, old: Json, new: Json) -> Iterator[str]:
        """Tell what the new schema allows that the old one did not: the same as narrowing, seen from the other side."""
        yield from narrowed(where, self.new, new, self.old, old, (), is_request=False)

    def lost_fields(self, where: str, old: Json, new: Json, seen: tuple[str, ...]) -> Iterator[str]:
        """Tell which fields are gone, in requests as in responses."""
        if (name := old.get("$ref", "")) in seen:
            return
        seen = (*seen, name) if name else seen
        old, new = self.old.merged(old), self.new.merged(new)
        for field, schema in old.get("properties", {}).items():
            later = new.get("properties", {}).get(field)
            if later is None:
                if not alternatives(new):
                    yield f"{where} /{field} is gone"
            else:
                yield from self.lost_fields(f"{where} /{field}", schema, later, seen)
        if "items" in old and "items" in new:
            yield from self.lost_fields(f"{where} /*", old["items"], new["items"], seen)


def accepted() -> dict[str, str]:
    """Return the accepted changes with their reasons."""
    text = (Path(__file__).parent / "breaking.toml").read_text(encoding="utf-8")
    return {row["change"]: row["reason"] for row in tomllib.loads(text).get("accepted", [])}


def unaccepted(released: str, new: str, known: dict[str, str]) -> tuple[list[str], set[str]]:
    """Return a sentence for each breaking change that is not accepted, and the accepted ones that are there."""
    before, after = (json.loads(Path(name).read_text(encoding="utf-8")) for name in (released, new))
    changes = Comparison(before, after).changes()
    found = [f"breaks clients of {released}: {change}" for change in changes if change not in known]
    return found, known.keys() & set(changes)


def faults(files: list[str], known: dict[str, str]) -> list[str]:
    """Return what is wrong with pairs of documents, and with the list of accepted changes."""
    pairs = zip(files[::2], files[1::2], strict=True)
    outcomes = [unaccepted(released, new, known) for released, new in pairs]
    found = [fault for faults, _ in outcomes for fault in faults]
    needed: set[str] = set().union(*(needed for _, needed in outcomes))
    return [*found, *(f"breaking.toml accepts what is not there: {change}" for change in known if change not in needed)]


def main() -> None:
    found = faults(sys.argv[1:], accepted())
    for fault in found:
        print(fault)
    if found:
        sys.exit("see docs/guides/versions.md; breaking.toml lists what is accepted, each with its reason")


if __name__ == "__main__":
    main()
