"""YAML read without a guess: nothing becomes a number, a date or a boolean by itself."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from apanalytics.errors import DataRefused, UnreadableFile

try:  # libyaml reads the same eight times as fast; wheels carry it
    from yaml import CSafeLoader as _Loader
except ImportError:
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_GUESSED = ("bool", "int", "float", "timestamp", "null")


class UniqueKeys(_Loader):
    """Ordinary YAML, but a key that stands twice in a mapping is an error: the last would win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return the mapping of a node whose keys are all different."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                mark = node.value[place][0].start_mark
                raise yaml.constructor.ConstructorError(problem=f"{key!r} is given twice", problem_mark=mark)
        return super().construct_mapping(node, deep)


class _Quoted(_Loader):
    """Refuses equal keys and every plain scalar that YAML would turn into something else than text."""


class _Text(_Loader):
    """Refuses equal keys and reads every scalar as the text that was typed."""


def _where(node: yaml.Node) -> str:
    return f"{node.start_mark.name}, line {node.start_mark.line + 1}"


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise DataRefused("A key is not text", where=_where(key_node), value=key, todo="Quote it.")
        if key in found:
            raise DataRefused(
                "The same key stands twice",
                where=_where(key_node),
                value=key,
                why="YAML would keep the last one silently.",
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _refuse(loader: _Loader, node: yaml.ScalarNode) -> None:
    raise DataRefused(
        "An unquoted value would be read as something else than text",
        where=_where(node),
        value=node.value,
        why="YAML reads on and no as booleans, 01 as 1, and decimals as binary fractions.",
        todo=f'Write "{node.value}" with its quotes.',
    )


def _as_typed(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(node.value)


for _loader, _scalar in ((_Quoted, _refuse), (_Text, _as_typed)):
    _loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
    for _tag in _GUESSED:
        _loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _scalar)


def read_yaml(path: Path, *, quoted: bool = True) -> dict[str, Any]:
    """Read a YAML mapping whose scalars all stay text.

    Parameters
    ----------
    path : the file, UTF-8.
    quoted : refuse an unquoted number, date, boolean or null; otherwise read it as the text typed.

    Returns
    -------
    The mapping, with text in place of every scalar.

    Raises
    ------
    DataRefused : equal keys, a key or a value that YAML would convert.
    UnreadableFile : not YAML, or not a mapping.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "plan.yaml"
    >>> _ = file.write_text("region: 01", encoding="utf-8")
    >>> read_yaml(file, quoted=False)
    {'region': '01'}
    """
    try:
        with path.open(encoding="utf-8") as stream:
            content = yaml.load(stream, Loader=_Quoted if quoted else _Text)
    except (yaml.YAMLError, UnicodeDecodeError, IsADirectoryError) as error:
        raise UnreadableFile("Not readable as YAML", where=str(path), why=str(error)) from None
    if not isinstance(content, dict):
        raise UnreadableFile("A YAML mapping was expected", where=str(path))
    return content
