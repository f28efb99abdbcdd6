"""The model: layers that follow each other with nothing bent between them."""

from typing import Final

from torch import nn

from .chart import Chart
from .finding import Finding
from .probes import LAYERS
from .rules_code import found
from .thresholds import limit

SMOOTH = (nn.Flatten, nn.Identity, nn.Dropout, nn.BatchNorm1d, nn.BatchNorm2d, nn.AvgPool1d,
          nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.LayerNorm, nn.Unflatten)  # fmt: skip


def missing_nonlinearity(c: Chart) -> Finding | None:
    links = dict(c.probe.fed_by)
    for name, module in c.model.named_modules():
        if isinstance(module, nn.Sequential):
            links |= _chained(name, module)
    bent = c.reach is not None and c.reach.simple > c.reach.plane + limit("reach")
    behind = bent and c.could_do_better is True and not c.well
    affine = c.affine if behind or not c.learned else None
    stuck = behind or (not c.falling and (bent or not c.could_do_better))
    if affine and stuck and len(c.weights()) > 1:
        said = {"model": "gives the mean of two inputs the mean of their outputs",
                "fit": f"loss {c.recent:.3g}"}  # fmt: skip
        return found("missing-nonlinearity", 0.85 if bent else 0.6, said, since=0)
    layers = [
        n for n, m in c.probe.sites.items() if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd))
    ]
    whole = len(links) >= len(layers) - 1
    if not links or (affine is False and not (whole and behind)):
        return None  # what is bent before the first layer, or after the last, is not enough
    if c.well or (c.baseline is None and c.progress) or not (whole or not c.learned):
        return None
    if (
        c.reach is not None
        and not c.copies
        and not c.could_do_better
        and not (whole and c.at_chance)
    ):
        return None  # a plane is all there is
    if c.above and not whole:
        return None  # a plane would do better
    second, first = next(iter(links.items()))
    said = {"layers": f"{second!r} takes what {first!r} gives", "fit": f"loss {c.recent:.3g}"}
    if c.baseline:
        said["fit"] += f" against {c.baseline:.3g} of the best constant"
    return found("missing-nonlinearity", 0.85 if whole else 0.6, said, where=second, since=0)


def _chained(prefix: str, sequence: nn.Sequential) -> dict[str, str]:
    """Return layers that follow each other in a Sequential with nothing bent between them."""
    links, last = {}, None
    for key, module in sequence.named_children():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(module, LAYERS):
            if last is not None:
                links[name] = last
            last = None if isinstance(module, nn.RNNBase) else name
        elif not isinstance(module, SMOOTH):
            last = None
    return links


MODEL_RULES: Final = (missing_nonlinearity,)
