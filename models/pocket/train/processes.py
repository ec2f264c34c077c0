"""Several processes that train one model, each on data of its own: on two cores faster than one process on both.

They know gradients, not what they are of. `torchrun --nproc-per-node 2 -m models.pocket.train.train` starts them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import distributed, nn


@contextmanager
def together() -> Iterator[int]:
    """The number of this process, from 0: that of one alone."""
    if "RANK" not in os.environ:
        yield 0
        return
    distributed.init_process_group("gloo")
    try:
        yield distributed.get_rank()
    finally:
        distributed.destroy_process_group()


def total(number: int) -> int:
    """Of this number in all processes."""
    if not distributed.is_initialized():
        return number
    numbers = torch.tensor(number)
    distributed.all_reduce(numbers)
    return int(numbers)


def share_gradients(model: nn.Module) -> None:
    """Each process goes on with the mean of all."""
    if not distributed.is_initialized():
        return
    gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
    mean = torch.cat([gradient.flatten() for gradient in gradients]) / distributed.get_world_size()
    distributed.all_reduce(mean)
    for gradient, shared in zip(gradients, mean.split([gradient.numel() for gradient in gradients]), strict=True):
        gradient.copy_(shared.view_as(gradient))
