# SPDX-License-Identifier: MIT
"""A small validator: the part of JSON Schema that docs/fdmap-json.schema.json uses.

Stricter than the standard in one thing: a key that `properties` does not name is wrong,
unless columns were asked for: then `additionalProperties` tells what they may be.
What the schema uses beyond this part is an error, so that nothing goes unchecked.
"""

import re

KNOWN = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "enum", "const", "anyOf", "pattern",
    "minimum", "maximum", "required", "properties", "additionalProperties", "minProperties",
    "items",
}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def same(a, b):
    return type(a) is type(b) and a == b


class Schema:
    def __init__(self, root, columns=False):
        self.root = root
        self.columns = columns
        self.check_known(root)

    def check_known(self, node):
        unknown = set(node) - KNOWN
        if unknown:
            raise ValueError("not known here: %s" % unknown)
        for key in ("properties", "$defs"):
            for child in node.get(key, {}).values():
                self.check_known(child)
        for child in node.get("anyOf", []) + [node[key] for key in ("items", "additionalProperties") if key in node]:
            self.check_known(child)

    def find(self, ref):
        node = self.root
        for part in ref.removeprefix("#/").split("/"):
            node = node[part]
        return node

    def errors(self, value, node=None, at="$"):
        """What is wrong, one sentence each."""
        node = self.root if node is None else node
        found = []
        if "$ref" in node:
            found += self.errors(value, self.find(node["$ref"]), at)
        if "anyOf" in node:
            tries = [self.errors(value, child, at) for child in node["anyOf"]]
            if all(tries):
                found += min(tries, key=len)
        found += self.scalar(value, node, at)
        if isinstance(value, dict) and "properties" in node:
            found += self.members(value, node, at)
        if isinstance(value, list) and "items" in node:
            for i, item in enumerate(value):
                found += self.errors(item, node["items"], "%s[%d]" % (at, i))
        return found

    def scalar(self, value, node, at):
        found = []
        if "type" in node and not is_type(value, node["type"]):
            return ["%s: %r is no %s" % (at, value, node["type"])]
        if "const" in node and not same(value, node["const"]):
            found.append("%s: %r is not %r" % (at, value, node["const"]))
        if "enum" in node and not any(same(value, one) for one in node["enum"]):
            found.append("%s: %r is none of %s" % (at, value, node["enum"]))
        if "pattern" in node and isinstance(value, str) and not re.search(node["pattern"], value):
            found.append("%s: %r does not match %s" % (at, value, node["pattern"]))
        if "minimum" in node and is_type(value, "integer") and value < node["minimum"]:
            found.append("%s: %r is too small" % (at, value))
        if "maximum" in node and is_type(value, "integer") and value > node["maximum"]:
            found.append("%s: %r is too large" % (at, value))
        return found

    def members(self, value, node, at):
        found = ["%s: no %s" % (at, key) for key in node.get("required", []) if key not in value]
        if len(value) < node.get("minProperties", 0):
            found.append("%s: no key at all" % at)
        for key, child in value.items():
            if key not in node["properties"]:
                if self.columns and "additionalProperties" in node:
                    found += self.errors(child, node["additionalProperties"], "%s.%s" % (at, key))
                    continue
                found.append("%s: unknown key %s" % (at, key))
            else:
                found += self.errors(child, node["properties"][key], "%s.%s" % (at, key))
        order = [key for key in node["properties"] if key in value]
        if not found and order != [key for key in value if key in node["properties"]]:
            found.append("%s: keys are not in order: %s" % (at, list(value)))
        return found
