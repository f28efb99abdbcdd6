"""Oracles: exact and autograd give the same, and change nothing."""

import numpy as np
import pytest
import torch

from gdcourse import LeastSquares, Quadratic, Rosenbrock, autograd, bowl, exact, ravine, saddle

PROBLEMS = [bowl(), ravine(), saddle(), Rosenbrock(), Quadratic((2, -1))]


def random_points(shape=(4, 3), seed=3):
    return torch.tensor(np.random.default_rng(seed).normal(size=(*shape, 2)))


@pytest.mark.parametrize("problem", PROBLEMS, ids=repr)
def test_exact_and_autograd_agree_on_a_surface(problem):
    x = random_points()
    for ours, theirs in zip(exact(problem)(x), autograd(problem.loss)(x), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


def test_exact_and_autograd_agree_on_least_squares():
    features, targets = random_points((9,)), random_points((9,), seed=4)[:, 0]
    x, problem = random_points(), LeastSquares(features, targets)

    def mean_square(w):
        return ((w @ features.T - targets) ** 2).mean(-1)

    for ours, theirs in zip(exact(problem)(x), autograd(mean_square)(x), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-11, atol=1e-11)


def test_autograd_leaves_its_point_alone_and_keeps_no_graph():
    x = random_points()
    before = x.clone()
    with torch.no_grad():
        loss, gradient = autograd(Rosenbrock().loss)(x)
    assert torch.equal(x, before) and not x.requires_grad and x.grad is None
    assert not loss.requires_grad and not gradient.requires_grad
    leaf = before.clone().requires_grad_()
    loss, gradient = autograd(Rosenbrock().loss)(leaf)
    assert leaf.grad is None and not gradient.requires_grad


@pytest.mark.parametrize("x", [np.ones(2), [1.0, 1.0], torch.ones(2, dtype=torch.int64), 1.0])
def test_autograd_wants_a_floating_point_tensor(x):
    with pytest.raises(TypeError, match="autograd needs a floating-point torch tensor; got"):
        autograd(bowl().loss)(x)


def test_a_loss_that_mixes_the_runs_is_an_error():
    with pytest.raises(ValueError, match=r"shape \(4, 3\).*got.*\(\)"):
        autograd(lambda x: (x**2).sum())(random_points())


def test_what_is_not_a_problem_is_refused_by_exact():
    with pytest.raises(TypeError, match=r"exact takes a Problem.*got"):
        exact(lambda x: (x**2).sum(-1))


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
@pytest.mark.parametrize("problem", PROBLEMS, ids=repr)
def test_oracles_stay_on_the_gpu(problem):
    x = random_points().cuda()
    for ours, theirs in zip(exact(problem)(x), autograd(problem.loss)(x), strict=True):
        assert ours.device == theirs.device == x.device
        torch.testing.assert_close(ours, theirs, rtol=1e-11, atol=1e-11)
