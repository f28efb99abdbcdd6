"""Standardising: every column of a table brought to mean 0 and standard deviation 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from ..rules.rule import xp


@final
@dataclass(frozen=True, eq=False)
class Standardize:
    """Measure mean and standard deviation of each column once; apply them to any rows.

    z = (x - mean) / scale,  x = mean + scale z

    The condition number of linear regression is that of the features' second moments: columns
    in unlike units make a ravine. Fit on the training rows alone: others must not be looked at.
    A column that never changes has no scale; it gets 1, becomes 0, and is listed in `constant`.

    Args:
        mean, scale: (d,), or numbers for targets (n,); NumPy or torch. `fit` measures them.
        names: of the columns; their numbers, if there are none.
        constant: names of the columns that do not change.

    >>> prices = np.array([[100.0, 7.0], [300.0, 7.0]])
    >>> scaler = Standardize.fit(prices, names=("price", "rooms"))
    >>> scaler(np.array([[200.0, 7.0], [400.0, 8.0]])).tolist(), scaler.constant
    ([[0.0, 0.0], [2.0, 1.0]], ('rooms',))

    Source: LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", Section 4.3.
    """

    mean: Any
    scale: Any
    names: tuple = ()
    constant: tuple = ()

    @classmethod
    def fit(cls, rows: Any, names: Sequence | None = None) -> "Standardize":
        """Return the standardising of these rows, (n, d), or of these targets, (n,).

        Raises:
            ValueError: a wrong shape, no rows, names that do not fit, or a value that is not
                finite (the message names the column).
        """
        x = _numbers(rows)
        if x.ndim not in (1, 2) or not len(x):
            raise ValueError(f"Standardize takes rows (n, d) or targets (n,); got {tuple(x.shape)}")
        table = x.reshape(len(x), -1)
        labels = tuple(range(table.shape[1]) if names is None else names)
        if len(labels) != table.shape[1]:
            raise ValueError(f"Standardize: {table.shape[1]} columns, but names {labels!r}")
        for label, finite in zip(labels, xp(x).isfinite(table).all(0), strict=True):
            if not finite:
                raise ValueError(f"Standardize: column {label!r} holds a value that is not finite")
        mean = x.mean(0)
        scale = ((x - mean) ** 2).mean(0) ** 0.5
        still = (x == x[:1]).all(0)  # not scale == 0: rounding may leave a trace
        constant = tuple(n for n, same in zip(labels, still.reshape(-1), strict=True) if same)
        one = xp(x).ones_like(scale)
        mean, scale = xp(x).where(still, x[0], mean), xp(x).where(still, one, scale)
        return cls(mean, scale, labels, constant)

    def __call__(self, x: Any) -> Any:
        """Return the rows in standard units."""
        x = self._rows(x)
        return (x - self.mean) / self.scale

    def inverse(self, z: Any) -> Any:
        """Return rows in standard units in their own units again: for predicted targets."""
        return self.mean + self.scale * self._rows(z)

    def _rows(self, x):
        x = _numbers(x)
        if xp(x) is not xp(self.mean):
            raise TypeError(
                f"Standardize was fitted on {type(self.mean).__module__.split('.')[0]}, "
                f"and is given a {type(x).__name__}; convert one of them"
            )
        d = tuple(self.mean.shape)
        if d and tuple(x.shape[-1:]) != d:
            raise ValueError(f"Standardize was fitted on {d[0]} columns; got {tuple(x.shape)}")
        return x


def _numbers(x):
    """Return x as floating-point numbers, in its own library."""
    if xp(x) is np:
        x = np.asarray(x)
        return x if x.dtype.kind == "f" else x.astype(float)
    return x if x.is_floating_point() else x.to(xp(x).get_default_dtype())
