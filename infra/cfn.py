"""CloudFormation as plain Python values: YAML parts with their short tags, and the common intrinsics."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Json = Any

_SHORT_TAGS = ("Sub", "If", "Equals", "Not", "And", "Or", "Join", "Select", "Split", "Base64", "FindInMap")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags."""


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Json:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    raise TypeError(f"unexpected node {node!r}")


def _getatt(loader: yaml.SafeLoader, node: yaml.Node) -> Json:
    value = _plain(loader, node)
    return {"Fn::GetAtt": value.split(".", 1) if isinstance(value, str) else value}


def _long(key: str) -> Callable[[yaml.SafeLoader, yaml.Node], Json]:
    return lambda loader, node: {key: _plain(loader, node)}


_Loader.add_constructor("!Ref", _long("Ref"))
_Loader.add_constructor("!Condition", _long("Condition"))
_Loader.add_constructor("!GetAtt", _getatt)
for _tag in _SHORT_TAGS:
    _Loader.add_constructor(f"!{_tag}", _long(f"Fn::{_tag}"))


def read(path: Path) -> dict[str, Json]:
    """Return a YAML template part with its short tags written out."""
    with path.open(encoding="utf-8") as file:
        content: dict[str, Json] = yaml.load(file, _Loader)
    return content


def ref(name: str) -> Json:
    """`!Ref name`."""
    return {"Ref": name}


def att(name: str, attribute: str = "Arn") -> Json:
    """`!GetAtt name.attribute`."""
    return {"Fn::GetAtt": [name, attribute]}


def sub(text: str) -> Json:
    """`!Sub text`."""
    return {"Fn::Sub": text}


def pascal(name: str) -> str:
    """Return a logical id's part: "payment-signals" and "payment_signals" give "PaymentSignals"."""
    return "".join(word.capitalize() for word in name.replace("_", "-").split("-"))
