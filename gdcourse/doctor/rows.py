"""What the layers saw in one sample, and its statistics, computed for several samples together."""

import torch

STATISTICS = ("mean", "variance", "least", "most", "high", "low")  # of what a layer is fed or gives
NEAR = 0.03  # how near to its limit an output counts as saturated


class Row:
    """What the sites saw in one sample: at first numbers drawn, later the sites' statistics."""

    def __init__(self, sample: int, seen: dict[str, tuple], fired: dict[str, torch.Tensor]):
        self.sample, self.seen, self.fired = sample, seen, fired
        self.names: tuple[str, ...] = ()
        self.table: torch.Tensor | None = None  # (names, STATISTICS)


@torch.no_grad()
def fill(rows: list[Row]) -> None:
    """Compute the statistics of several samples together."""
    entries = [entry for row in rows for entry in row.seen.values()]
    if not entries:
        return
    drawn, least, most = (_stack(column) for column in zip(*entries, strict=True))
    mean = drawn.mean(1)
    variance = (drawn - mean[:, None]).square_().mean(1)
    size, share = drawn.abs_(), torch.empty_like(drawn)
    high = torch.gt(size, 1 - NEAR, out=share).mean(1)
    low = torch.lt(size, NEAR, out=share).mean(1)
    table = torch.stack([mean, variance, least, most, high, low], 1)
    table = table.nan_to_num_(torch.inf, torch.inf, -torch.inf)
    for row in rows:
        row.table, table = table[: len(row.seen)], table[len(row.seen) :]
        row.names, row.seen = tuple(row.seen), {}


@torch.no_grad()
def note_alive(rows: list[Row], alive: dict[str, torch.Tensor]) -> None:
    """Note for each unit the last sample at which it fired, or -1."""
    for name in dict.fromkeys(name for row in rows for name in row.fired):
        totals = [row.fired.get(name) for row in rows]
        like = next(total for total in reversed(totals) if total is not None)
        none = torch.zeros_like(like)
        same = [t if t is not None and t.shape == like.shape else none for t in totals]
        fired = torch.stack(same) != 0
        samples = torch.arange(len(rows), device=like.device) + rows[0].sample
        latest = torch.where(fired, samples[:, None], -1).amax(0)
        last = alive.get(name, latest)
        alive[name] = torch.maximum(last, latest) if last.shape == like.shape else latest
    for row in rows:
        row.fired = {}


def _stack(tensors: tuple[torch.Tensor, ...]) -> torch.Tensor:
    device = tensors[0].device
    if any(t.dtype != torch.float32 or t.device != device for t in tensors):
        tensors = tuple(t.to(device, torch.float32) for t in tensors)
    return torch.stack(tensors)
