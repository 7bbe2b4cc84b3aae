"""JSON that was made to break whoever reads it."""

from __future__ import annotations

import json

from adapters.matrix.encoding import shallow


def test_what_is_nested_too_deep_becomes_nothing() -> None:
    deep = b"[" * 5000 + b'"]"' + b"]" * 5000
    kept = json.loads(shallow(b'{"before": "[[\\"{", "deep": ' + deep + b', "after": {"b": [1, {}]}}'))
    assert (kept["before"], kept["after"]) == ('[["{', {"b": [1, {}]})


def test_other_json_stays_as_it_is() -> None:
    raw = json.dumps({"a": [1, {"b": 'quoted " and \\ ]'}], "ж": None}).encode()
    assert shallow(raw) == raw
