"""Proves that each breaking change is told, and that the others are not.

usage: python breaking_test.py
"""

import copy
import json
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from breaking import Comparison, faults

Json = dict[str, Any]

RELEASED: Json = {
    "security": [{"bearer": []}],
    "paths": {
        "/v1/things": {
            "post": {
                "operationId": "create_thing",
                "security": [{}, {"bearer": []}],
                "parameters": [
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100}},
                    {"in": "header", "name": "X-Mark", "schema": {"type": "string"}},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wish"}}}},
                "responses": {
                    "201": {
                        "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "409": {
                        "content": {
                            "application/problem+json": {
                                "schema": {"type": "object", "properties": {"code": {"enum": ["taken"]}}}
                            }
                        }
                    },
                },
            },
            "get": {"operationId": "list_things", "responses": {"200": {}, "304": {}}},
        }
    },
    "components": {
        "schemas": {
            "Wish": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 20},
                    "kind": {"enum": ["small", "large"]},
                    "note": {"type": ["string", "null"]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Wish"}},
                },
            },
            "Thing": {
                "allOf": [
                    {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
                    {
                        "type": "object",
                        "properties": {
                            "state": {"enum": ["new", "done"]},
                            "owner": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Owner"}]},
                        },
                    },
                ]
            },
            "Owner": {"type": "object", "properties": {"name": {"type": "string"}}},
        }
    },
}


def changes(change: Callable[[Json, Json, Json], object]) -> list[str]:
    """Return what is told after a change of the document, its creating operation or its schemas."""
    new = copy.deepcopy(RELEASED)
    change(new, new["paths"]["/v1/things"]["post"], new["components"]["schemas"])
    return Comparison(RELEASED, new).changes()


class Breaking(unittest.TestCase):
    """Changes that break, each with the words that must be told."""

    def test_each_is_told(self) -> None:
        for words, change in BREAKING.items():
            with self.subTest(words):
                told = changes(change)
                self.assertTrue(any(words in one for one in told), f"{words!r} is not in {told}")


class Compatible(unittest.TestCase):
    """Changes that break nobody."""

    def test_none_is_told(self) -> None:
        for name, change in COMPATIBLE.items():
            with self.subTest(name):
                self.assertEqual(changes(change), [])


def put(target: Json, **values: object) -> None:
    target.update(values)


BREAKING: dict[str, Callable[[Json, Json, Json], object]] = {
    "GET /v1/things: the operation is gone": lambda new, post, schemas: new["paths"]["/v1/things"].pop("get"),
    "operationId create_thing is make_thing now": lambda new, post, schemas: put(post, operationId="make_thing"),
    "no longer suffices": lambda new, post, schemas: put(post, security=[{"bearer": []}]),
    "query parameter limit is gone": lambda new, post, schemas: post["parameters"].pop(0),
    "header parameter X-Mark is required now": lambda new, post, schemas: put(post["parameters"][1], required=True),
    "query parameter page is required now": lambda new, post, schemas: post["parameters"].append(
        {"in": "query", "name": "page", "required": True, "schema": {}}
    ),
    "query parameter limit must meet maximum 50 now": lambda new, post, schemas: put(
        post["parameters"][0]["schema"], maximum=50
    ),
    "the request's body is required now": lambda new, post, schemas: put(post["requestBody"], required=True),
    "request application/json is gone": lambda new, post, schemas: put(post["requestBody"], content={}),
    "request /kind is required now": lambda new, post, schemas: put(schemas["Wish"], required=["name", "kind"]),
    "request /note is gone": lambda new, post, schemas: schemas["Wish"]["properties"].pop("note"),
    'request /kind may no longer have the value "large"': lambda new, post, schemas: put(
        schemas["Wish"]["properties"]["kind"], enum=["small"]
    ),
    "request /note may no longer have the type null": lambda new, post, schemas: put(
        schemas["Wish"]["properties"]["note"], type="string"
    ),
    "request /name must meet the pattern": lambda new, post, schemas: put(
        schemas["Wish"]["properties"]["name"], pattern="^[a-z]+$"
    ),
    "request /name must meet maxLength 10 now": lambda new, post, schemas: put(
        schemas["Wish"]["properties"]["name"], maxLength=10
    ),
    "request /name must meet minLength 2 now": lambda new, post, schemas: put(
        schemas["Wish"]["properties"]["name"], minLength=2
    ),
    "request may have no unknown fields any more": lambda new, post, schemas: put(schemas["Wish"], additionalProperties=False),
    "response 201 is gone": lambda new, post, schemas: post["responses"].pop("201"),
    "response 202 is new, and a success": lambda new, post, schemas: put(post["responses"], **{"202": {}}),
    "response 201: header Location is gone": lambda new, post, schemas: post["responses"]["201"].pop("headers"),
    "response 201: header Location may be missing": lambda new, post, schemas: put(
        post["responses"]["201"]["headers"]["Location"], required=False
    ),
    "response 201: application/json is gone": lambda new, post, schemas: put(post["responses"]["201"], content={}),
    "response 201: content /state is gone": lambda new, post, schemas: schemas["Thing"]["allOf"][1]["properties"].pop(
        "state"
    ),
    "response 201: content /id may be missing now": lambda new, post, schemas: schemas["Thing"]["allOf"][0].pop("required"),
    'response 201: content /state may have the value "lost" now': lambda new, post, schemas: put(
        schemas["Thing"]["allOf"][1]["properties"]["state"], enum=["new", "done", "lost"]
    ),
    "response 201: content /id may have the type integer now": lambda new, post, schemas: put(
        schemas["Thing"]["allOf"][0]["properties"]["id"], type="integer"
    ),
    "response 201: content /owner may be the alternative 3 now": lambda new, post, schemas: schemas["Thing"][
        "allOf"
    ][1]["properties"]["owner"]["oneOf"].append({"type": "integer"}),
}

COMPATIBLE: dict[str, Callable[[Json, Json, Json], object]] = {
    "nothing": lambda new, post, schemas: None,
    "a new operation": lambda new, post, schemas: put(new["paths"], **{"/v1/others": {"get": post}}),
    "a new optional parameter": lambda new, post, schemas: post["parameters"].append(
        {"in": "query", "name": "page", "schema": {}}
    ),
    "a new optional field of requests": lambda new, post, schemas: put(schemas["Wish"]["properties"], colour={}),
    "a field of requests that may be missing": lambda new, post, schemas: put(schemas["Wish"], required=[]),
    "a new value in requests": lambda new, post, schemas: put(
        schemas["Wish"]["properties"]["kind"], enum=["small", "large", "huge"]
    ),
    "a new field of answers": lambda new, post, schemas: put(schemas["Owner"]["properties"], age={"type": "integer"}),
    "a field of answers that is always there": lambda new, post, schemas: put(
        schemas["Thing"]["allOf"][0], required=["id", "state"]
    ),
    "a new problem": lambda new, post, schemas: put(post["responses"], **{"410": {}}),
    "a new code of a problem": lambda new, post, schemas: post["responses"]["409"]["content"][
        "application/problem+json"
    ]["schema"]["properties"]["code"]["enum"].append("late"),
    "a log-in that is no longer needed": lambda new, post, schemas: put(
        new["paths"]["/v1/things"]["get"], security=[{}, {"bearer": []}]
    ),
    "a nullable field that names its schema": lambda new, post, schemas: put(
        schemas["Wish"]["properties"]["name"], maxLength=30, minLength=0
    ),
}


class Accepted(unittest.TestCase):
    """The list of accepted changes."""

    def judged(self, *known: str) -> list[str]:
        new = copy.deepcopy(RELEASED)
        del new["paths"]["/v1/things"]["get"]
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / name for name in ("released.json", "new.json")]
            for file, content in zip(files, (RELEASED, new), strict=True):
                file.write_text(json.dumps(content), encoding="utf-8")
            return faults([str(file) for file in files], dict.fromkeys(known, "a reason"))

    def test_a_change_is_accepted_by_its_line_alone(self) -> None:
        gone = "GET /v1/things: the operation is gone"
        self.assertEqual(self.judged(gone), [])
        self.assertRegex("".join(self.judged()), gone)

    def test_a_line_that_nothing_needs_is_a_fault(self) -> None:
        gone, never = "GET /v1/things: the operation is gone", "GET /v1/things: response 200 is gone"
        self.assertEqual(self.judged(gone, never), [f"breaking.toml accepts what is not there: {never}"])


if __name__ == "__main__":
    unittest.main()
