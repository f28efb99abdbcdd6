"""Small wrong changes of a solution, one at a time: hidden tests that let one pass are too weak."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_PAIRS: tuple[str, ...] = (
    "min max",
    "argmin argmax",
    "any all",
    "floor ceil",
    "zeros ones",
    "mean sum",
)
_PAIRS += ("minimum maximum", "zeros_like ones_like", "log exp", "sin cos", "mean median")
_NAMES = {a: b for pair in _PAIRS for a, b in (pair.split(), pair.split()[::-1])}
_SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.If, ast.For, ast.While, ast.Break, ast.Continue)


@dataclass(frozen=True)
class Mutant:
    """A changed solution, and the line that changed."""

    source: str
    was: str
    becomes: str


def mutants(source: str) -> Iterator[Mutant]:
    """Return every small change of a source text: operators, constants, arguments, statements."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) and len(node.body) > 1:
            del node.body[0]
    right = ast.unparse(tree).splitlines()
    seen = set()
    for number, node in enumerate(ast.walk(tree)):
        for variant in range(len(list(_variants(node)))):
            changed = copy.deepcopy(tree)
            target = next(n for k, n in enumerate(ast.walk(changed)) if k == number)
            _replace(changed, target, list(_variants(target))[variant])
            text = ast.unparse(ast.fix_missing_locations(changed))
            lines = zip_longest(right, text.splitlines(), fillvalue="")
            differ = [(a.strip(), b.strip()) for a, b in lines if a != b]
            if differ and text not in seen:
                seen.add(text)
                yield Mutant(text, *differ[0])


def _replace(tree: ast.AST, target: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if item is target else item for item in value]


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """Return what may stand in the place of a node."""
    if isinstance(node, _SIMPLE):
        yield ast.Pass()
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        for value in (True, False) if not isinstance(node, ast.While) else (False,):
            yield _with(node, test=ast.Constant(value))
    if isinstance(node, ast.BinOp):
        if type(node.op) in _ARITHMETIC:
            yield _with(node, op=_ARITHMETIC[type(node.op)]())
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
            yield _with(node, left=node.right, right=node.left)
        yield node.left
        yield node.right
    if isinstance(node, ast.AugAssign) and type(node.op) in _ARITHMETIC:
        yield _with(node, op=_ARITHMETIC[type(node.op)]())
    if isinstance(node, ast.UnaryOp):
        yield node.operand
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for op in _COMPARE[type(node.ops[0])]:
            yield _with(node, ops=[op()])
    if isinstance(node, ast.Constant):
        yield from map(ast.Constant, _constants(node.value))
    if isinstance(node, ast.Call):
        yield from _calls(node)
    if isinstance(node, ast.Attribute) and node.attr in _NAMES:
        yield _with(node, attr=_NAMES[node.attr])
    if isinstance(node, ast.Name) and node.id in ("min", "max", "any", "all"):
        yield ast.Name(_NAMES[node.id], ast.Load())


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _constants(value: object) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1] + [value - 1] * (value > 0)
    if isinstance(value, float):
        return [2 * value if value else 1.0]
    return [value + "!"] if isinstance(value, str) and "\n" not in value else []


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    if len(node.args) >= 2:
        yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])
    for number in range(len(node.keywords)):
        yield _with(node, keywords=node.keywords[:number] + node.keywords[number + 1 :])
    if len(node.args) == 1 and isinstance(node.func, ast.Attribute):
        yield node.args[0]  # np.sqrt(x) becomes x
