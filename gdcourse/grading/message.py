"""Plain data between the grader and the sandbox: written by us, read with suspicion."""

import json
import math
import re
from typing import Any

import numpy as np

MAX_DEPTH = 20
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(rb"[\[\]{}]")


class BadMessage(ValueError):
    """What came back is not the plain data that was asked for."""


def dump(request: dict[str, Any]) -> bytes:
    """Write a request as one line of JSON; NumPy arrays become shape, dtype and numbers."""
    return json.dumps(request, default=_plain).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"array": value.ravel().tolist(), "shape": value.shape, "dtype": value.dtype.str}
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a hidden test may send numbers, texts and arrays; got {type(value).__name__}")


def load(line: bytes) -> dict[str, Any]:
    """Read one line of JSON from the sandbox.

    Raises:
        BadMessage: not JSON, not an object, nested deeper than MAX_DEPTH.
    """
    depth = 0
    for bracket in _BRACKETS.finditer(_STRINGS.sub(b"", line)):
        depth += 1 if bracket.group() in b"[{" else -1
        if depth > MAX_DEPTH:
            raise BadMessage(f"the reply is nested more than {MAX_DEPTH} deep")
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadMessage("the reply is not JSON") from error
    if not isinstance(message, dict):
        raise BadMessage("the reply is not a JSON object")
    return message


def answers(reply: dict[str, Any], returns: str, count: int) -> list[Any]:
    """Return `count` checked answers: a float, a str, a float array, or an Exception.

    Raises:
        BadMessage: the reply does not hold `count` entries.
    """
    entries = reply.get("answers")
    if not isinstance(entries, list) or len(entries) != count:
        raise BadMessage(f"the reply does not hold {count} answers")
    return [_answer(entry, returns) for entry in entries]


def _answer(entry: Any, returns: str) -> Any:
    if not isinstance(entry, dict):
        return BadMessage("an answer is malformed")
    if "error" in entry:
        return BadMessage(str(entry["error"]))
    value = entry.get("answer")
    try:
        if returns == "text":
            return value if isinstance(value, str) else BadMessage("the answer is not a text")
        if returns == "number":
            return _number(value)
        return _array(value)
    except (BadMessage, TypeError, KeyError, OverflowError) as error:
        return BadMessage(f"the answer is not the {returns} that was asked for ({error})")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadMessage("not a number")
    return float(value)


def _array(value: Any) -> np.ndarray:
    shape, numbers = value["shape"], value["array"]
    if not isinstance(shape, list) or not isinstance(numbers, list) or len(shape) > MAX_DEPTH:
        raise BadMessage("not an array")
    if not all(type(n) is int and n >= 0 for n in shape) or math.prod(shape) != len(numbers):
        raise BadMessage("shape and numbers disagree")
    return np.array([_number(n) for n in numbers], dtype=float).reshape(shape)
