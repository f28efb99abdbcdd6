"""What the cases learn from: data that scikit-learn ships, and synthetic data, called so."""

from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor


class Data(NamedTuple):
    """Rows to learn from and rows held out.

    Args:
        x, y: inputs and targets.
        x_held, y_held: those of the held-out rows.
        kind: "classes", "binary" or "numbers".
    """

    x: Tensor
    y: Tensor
    x_held: Tensor
    y_held: Tensor
    kind: str

    def inputs(self, change: Any) -> "Data":
        """Return the data with changed inputs."""
        return self._replace(x=change(self.x), x_held=change(self.x_held))

    def targets(self, change: Any, kind: str | None = None) -> "Data":
        """Return the data with changed targets."""
        changed = self._replace(y=change(self.y), y_held=change(self.y_held))
        return changed._replace(kind=kind or self.kind)

    def first(self, rows: int) -> "Data":
        """Return the data with few training rows."""
        return self._replace(x=self.x[:rows], y=self.y[:rows])

    def onto_itself(self) -> "Data":
        """Return the data with the inputs as targets, as an autoencoder has them."""
        return self._replace(y=self.x, y_held=self.x_held, kind="numbers")

    def learned(self, change: Any) -> "Data":
        """Return the data with other targets to learn from; those held out stay true."""
        return self._replace(y=change(self.y))


def as_data(x: Any, y: Any, kind: str) -> Data:
    x = torch.as_tensor(x, dtype=torch.float32 if not _whole(x) else torch.long)
    y = torch.as_tensor(y)
    y = y.long() if kind == "classes" else y.float()
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(1))
    x, y = x[order], y[order]
    n = int(0.7 * len(x))
    return Data(x[:n], y[:n], x[n:], y[n:], kind)


def _whole(x: Any) -> bool:
    return isinstance(x, Tensor) and not x.is_floating_point()


def standardised(data: Data) -> Data:
    """Return data whose inputs have zero mean and unit spread, feature by feature."""
    mean, spread = data.x.mean(0), data.x.std(0).clamp(min=1e-6)
    return data.inputs(lambda x: (x - mean) / spread)


@cache
def digits(scale: str = "pixels") -> Data:
    """Return scikit-learn's digits, 64 pixels: "pixels" about zero, "unit" [0, 1], "bytes"."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    x = torch.as_tensor(x) / 16
    x = {"pixels": (x - x.mean()) / x.std(), "unit": x, "bytes": 255 * x}[scale]
    return as_data(x, y, "classes")


def pictures(scale: str = "pixels") -> Data:
    """Return the digits as images (n, 1, 8, 8)."""
    return digits(scale).inputs(lambda x: x.reshape(-1, 1, 8, 8))


@cache
def cancer(raw: bool = False) -> Data:
    """Return the breast-cancer data, 30 features, one yes or no (n, 1)."""
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    data = as_data(x, y[:, None], "binary")
    return data if raw else standardised(data)


@cache
def wine(raw: bool = False) -> Data:
    """Return the wine data, 13 features, three classes."""
    from sklearn.datasets import load_wine

    x, y = load_wine(return_X_y=True)
    data = as_data(x, y, "classes")
    return data if raw else standardised(data)


@cache
def iris() -> Data:
    """Return the iris data as they come, four features in centimetres, three classes."""
    from sklearn.datasets import load_iris

    x, y = load_iris(return_X_y=True)
    return as_data(x, y, "classes")


@cache
def diabetes(raw_targets: bool = False, raw_inputs: bool = False) -> Data:
    """Return the diabetes data, ten features, the progression after a year (n, 1)."""
    from sklearn.datasets import load_diabetes

    x, y = load_diabetes(return_X_y=True, scaled=not raw_inputs)
    y = y if raw_targets else (y - y.mean()) / y.std()
    data = as_data(x, y[:, None], "numbers")
    return data if raw_inputs else standardised(data)


@cache
def moons(noise: float = 0.15, seed: int = 0) -> Data:
    """Return two interleaved half circles (synthetic), targets (n, 1)."""
    from sklearn.datasets import make_moons

    x, y = make_moons(600, noise=noise, random_state=seed)
    return standardised(as_data(x, y[:, None], "binary"))


@cache
def rings() -> Data:
    """Return a disc within a ring (synthetic), targets (n, 1)."""
    from sklearn.datasets import make_circles

    x, y = make_circles(600, noise=0.1, factor=0.4, random_state=0)
    return standardised(as_data(x, y[:, None], "binary"))


@cache
def blobs(classes: int = 4, spread: float = 1.0) -> Data:
    """Return Gaussian clouds in two dimensions (synthetic)."""
    from sklearn.datasets import make_blobs

    x, y = make_blobs(600, centers=classes, cluster_std=spread, random_state=3)
    return standardised(as_data(x, y, "classes"))


@cache
def xor() -> Data:
    """Return the sign of a product of two coordinates (synthetic), targets (n, 1)."""
    x = torch.rand(600, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return as_data(x, (x[:, :1] * x[:, 1:] > 0).float(), "binary")


@cache
def waves(noise: float = 0.1) -> Data:
    """Return a noisy sine of one input in [-3, 3] (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.rand(500, 1, generator=g) * 6 - 3
    return as_data(x, (2 * x).sin() + noise * torch.randn(500, 1, generator=g), "numbers")


@cache
def friedman() -> Data:
    """Return Friedman's first regression problem, ten inputs in [0, 1] (synthetic)."""
    from sklearn.datasets import make_friedman1

    x, y = make_friedman1(800, noise=1.0, random_state=0)
    return as_data(x, ((y - y.mean()) / y.std())[:, None], "numbers")


@cache
def plane(inputs: int = 8, noise: float = 0.1, seed: int = 0) -> Data:
    """Return a linear function with noise (synthetic)."""
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(600, inputs, generator=g)
    w = torch.randn(inputs, 1, generator=g) / inputs**0.5
    return as_data(x, x @ w + noise * torch.randn(600, 1, generator=g), "numbers")
