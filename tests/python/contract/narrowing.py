"""Tells what one schema accepts and another does not."""

import json
from collections.abc import Iterator

from document import Document, Json

# The phrase, and what is put into it.
Change = tuple[str, str, str]

# Keywords whose larger value accepts less, and whose smaller one does.
LOWER_BOUNDS = ("minLength", "minItems", "minimum", "minProperties", "exclusiveMinimum")
UPPER_BOUNDS = ("maxLength", "maxItems", "maximum", "maxProperties", "exclusiveMaximum")

# What is told of a change in a request, and of the same change read the other way round, in an answer.
PHRASES = {
    "fixed": ("must have one of the {what}s {values} now", "may have another {what} than {values} now"),
    "lost": ("may no longer have the {what} {values}", "may have the {what} {values} now"),
    "required": ("/{values} is required now", "/{values} may be missing now"),
    "closed": ("may have no unknown fields any more", "may have unknown fields now"),
    "form": ("must meet the {what} {values} now", "no longer meets the {what} {values}"),
    "bound": ("must meet {what} {values} now", "no longer meets {what} {values}"),
    "choice": ("no longer accepts the alternative {values}", "may be the alternative {values} now"),
}


def narrowed(
    where: str,
    before: Document,
    old: Json,
    after: Document,
    new: Json,
    seen: tuple[str, ...],
    is_request: bool = True,
) -> Iterator[str]:
    """Tell what the first schema accepts and the second does not."""
    name = f"{old.get('$ref', '')} {new.get('$ref', '')}"
    if name in seen:
        return
    seen = (*seen, name) if name.strip() else seen
    old, new = before.merged(old), after.merged(new)
    for phrase, what, values in (*narrowed_values(old, new), *narrowed_choice(before, old, after, new, seen)):
        yield f"{where} {PHRASES[phrase][not is_request].format(what=what, values=values)}"
    for field, schema in new.get("properties", {}).items():
        if field in old.get("properties", {}):
            earlier = old["properties"][field]
            yield from narrowed(f"{where} /{field}", before, earlier, after, schema, seen, is_request)
    if "items" in old and "items" in new:
        yield from narrowed(f"{where} /*", before, old["items"], after, new["items"], seen, is_request)


def narrowed_choice(
    before: Document, old: Json, after: Document, new: Json, seen: tuple[str, ...]
) -> Iterator[Change]:
    """Tell which alternatives of the first schema none of the second accepts."""
    if not alternatives(old) and not alternatives(new):
        return
    ours, theirs = alternatives(old) or [old], alternatives(new) or [new]
    for number, one in enumerate(ours):
        if all(any(narrowed("", before, one, after, other, seen)) for other in theirs):
            yield "choice", "", name_of(one, number)


def alternatives(schema: Json) -> list[Json]:
    """Return the schemas of which a value must meet one; none if there is no choice."""
    return [*schema.get("oneOf", []), *schema.get("anyOf", [])]


def name_of(schema: Json, number: int) -> str:
    return str(schema["$ref"].rpartition("/")[2]) if "$ref" in schema else str(number + 1)


def types_of(schema: Json) -> set[str] | None:
    """Return the types of a schema that names some; an integer is a number too."""
    if "type" not in schema:
        return None
    named = {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"])
    return named | {"integer"} if "number" in named else named


def values_of(schema: Json) -> set[str] | None:
    """Return the only values of a schema that lists them, as JSON."""
    if "const" in schema:
        return {json.dumps(schema["const"])}
    return {json.dumps(value) for value in schema["enum"]} if "enum" in schema else None


def narrowed_values(old: Json, new: Json) -> Iterator[Change]:
    """Tell which keywords of the second schema refuse what the first accepts."""
    for what, one, other in (("type", types_of(old), types_of(new)), ("value", values_of(old), values_of(new))):
        if other is not None and one is None:
            yield "fixed", what, ", ".join(sorted(other))
        elif other is not None and one is not None and one - other:
            yield "lost", what, ", ".join(sorted(one - other))
    for field in new.get("required", []):
        if field not in old.get("required", []):
            yield "required", "", field
    if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
        yield "closed", "", ""
    for keyword in ("pattern", "format", "contentEncoding", "uniqueItems", "multipleOf"):
        if new.get(keyword) and new[keyword] != old.get(keyword):
            yield "form", keyword, str(new[keyword])
    yield from narrowed_bounds(old, new)


def narrowed_bounds(old: Json, new: Json) -> Iterator[Change]:
    for keyword in (*LOWER_BOUNDS, *UPPER_BOUNDS):
        bound, earlier = new.get(keyword), old.get(keyword)
        # Nothing is shorter or smaller than this.
        is_none = bound is None or (bound == 0 and keyword in ("minLength", "minItems", "minProperties"))
        if is_none:
            continue
        if earlier is None or (bound > earlier if keyword in LOWER_BOUNDS else bound < earlier):
            yield "bound", keyword, str(bound)
