"""An OpenAPI document, read as its clients read it."""

import json
from typing import Any

Json = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Document:
    """An OpenAPI document, whose references it resolves."""

    def __init__(self, content: Json) -> None:
        self.content = content

    def resolved(self, node: Json) -> Json:
        """Return what a node is or refers to."""
        while "$ref" in node:
            target: Any = self.content
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def merged(self, schema: Json) -> Json:
        """Return a schema with its `allOf` put into one."""
        schema = self.resolved(schema)
        if "allOf" not in schema:
            return schema
        whole: Json = {key: value for key, value in schema.items() if key != "allOf"}
        for part in map(self.merged, schema["allOf"]):
            properties = whole.get("properties", {}) | part.get("properties", {})
            required = [*whole.get("required", []), *part.get("required", [])]
            whole |= part | {"properties": properties, "required": required}
        return whole

    def operations(self) -> dict[str, Json]:
        """Return the operations by method and path."""
        return {
            f"{method.upper()} {path}": item[method]
            for path, item in self.content["paths"].items()
            for method in METHODS
            if method in item
        }

    def parameters(self, operation: Json) -> dict[tuple[str, str], Json]:
        """Return an operation's parameters by place and name."""
        found = [self.resolved(parameter) for parameter in operation.get("parameters", [])]
        return {(parameter["in"], parameter["name"]): parameter for parameter in found}

    def ways_in(self, operation: Json) -> set[str]:
        """Return the log-ins of which each suffices; an empty one is none."""
        ways = operation.get("security", self.content.get("security", []))
        return {json.dumps(way, sort_keys=True) for way in ways or [{}]}
