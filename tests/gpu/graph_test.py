"""Operators captured into a CUDA graph and replayed: python graph_test.py path/to/libhaliclr_ops.so

A capture fails on any wait, copy or allocation outside LibTorch's pool, so this shows that kernels make
none. Ends with status 77 (skipped) without a GPU."""

import copy
import sys
from pathlib import Path

import torch

if not torch.cuda.is_available():
    print("SKIPPED: no GPU")
    sys.exit(77)

sys.path.insert(0, str(Path(sys.argv[1]).parent))  # haliclr.py lies beside the library and loads it
from haliclr import Lars  # noqa: E402

haliclr = torch.ops.haliclr
recipe = "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5"


def captured(work):
    """A graph of one call of work(), after the calls that load kernels."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            work()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph


def test_loss_and_gradient():
    z = torch.randn(70, 48, device="cuda", requires_grad=True)
    loss, gradient = torch.empty((), device="cuda"), torch.empty_like(z)

    def work():
        value = haliclr.ntxent(z, 0.5)[0]
        loss.copy_(value.detach())
        gradient.copy_(torch.autograd.grad(value, z)[0])

    graph = captured(work)
    for _ in range(2):
        with torch.no_grad():
            z.normal_()
        graph.replay()
        replayed = loss.clone(), gradient.clone()
        work()
        torch.testing.assert_close(replayed, (loss, gradient), rtol=0, atol=0)


def test_views():
    data = torch.randint(0, 256, (4 * 32 * 32 * 3,), dtype=torch.uint8, device="cuda")
    table = torch.tensor([(3072 * n, 32, 32) for n in range(4)], dtype=torch.int32, device="cuda")
    draws = haliclr.view_draws(recipe, table, torch.arange(4, device="cuda"), 1, 0)
    views = torch.empty(8, 3, 32, 32, device="cuda")
    graph = captured(lambda: views.copy_(haliclr.views(recipe, data, table, draws, 32)))
    data.random_(0, 256)
    graph.replay()
    expected = haliclr.views(recipe, data, table, draws, 32)
    torch.testing.assert_close(views, expected, rtol=0, atol=0)


class Training:
    """A small encoder with a projection head, and its whole step: draws given, all else computed."""

    def __init__(self, device):
        torch.manual_seed(1)
        self.data = torch.randint(0, 256, (4 * 32 * 32 * 3,), dtype=torch.uint8).to(device)
        rows = [(3072 * n, 32, 32) for n in range(4)]
        self.table = torch.tensor(rows, dtype=torch.int32, device=device)
        self.ids = torch.arange(4, device=device)
        self.draws = self.draws_of(0)
        self.net = torch.nn.Sequential(
            torch.nn.Conv2d(3, 8, 3, stride=2, bias=False), torch.nn.BatchNorm2d(8), torch.nn.ReLU(),
            torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(8, 16),
            torch.nn.ReLU(), torch.nn.Linear(16, 12)).to(device)
        self.lars = Lars(self.net, lr=0.1)
        self.loss = torch.zeros((), device=device)

    def draws_of(self, epoch):
        return haliclr.view_draws(recipe, self.table, self.ids, 1, epoch)

    def step(self):
        self.lars.zero_grad()
        views = haliclr.views(recipe, self.data, self.table, self.draws, 32)
        loss = haliclr.ntxent(self.net(views), 0.5)[0]
        loss.backward()
        self.lars.step()
        self.loss.copy_(loss.detach())

    def state(self):
        return [tensor.detach().clone() for tensor in
                [self.loss, *self.net.state_dict().values(), *self.lars.flat.momenta]]


def test_training_step():
    torch.backends.cudnn.deterministic = True
    in_graph, eager = Training("cuda"), Training("cuda")
    before = copy.deepcopy(in_graph.net.state_dict())
    graph = captured(in_graph.step)
    with torch.no_grad():  # the calls before the capture have trained
        for name, tensor in in_graph.net.state_dict().items():
            tensor.copy_(before[name])
        for velocity in in_graph.lars.flat.momenta:
            velocity.zero_()
    for epoch in range(3):
        in_graph.draws.copy_(in_graph.draws_of(epoch))
        eager.draws.copy_(eager.draws_of(epoch))
        graph.replay()
        eager.step()
        torch.testing.assert_close(in_graph.state(), eager.state(), rtol=1e-4, atol=1e-5)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print(name, "passed")
