"""Operators captured into a CUDA graph and replayed: python graph_test.py path/to/libhaliclr_ops.so

A capture fails on any wait, copy or allocation outside LibTorch's pool, so this shows that kernels make
none. Ends with status 77 (skipped) without a GPU."""

import sys

import torch

if not torch.cuda.is_available():
    print("SKIPPED: no GPU")
    sys.exit(77)

torch.ops.load_library(sys.argv[1])
haliclr = torch.ops.haliclr


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
    recipe = "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5"
    data = torch.randint(0, 256, (4 * 32 * 32 * 3,), dtype=torch.uint8, device="cuda")
    table = torch.tensor([(3072 * n, 32, 32) for n in range(4)], dtype=torch.int32, device="cuda")
    draws = haliclr.view_draws(recipe, table, torch.arange(4, device="cuda"), 1, 0)
    views = torch.empty(8, 3, 32, 32, device="cuda")
    graph = captured(lambda: views.copy_(haliclr.views(recipe, data, table, draws, 32)))
    data.random_(0, 256)
    graph.replay()
    expected = haliclr.views(recipe, data, table, draws, 32)
    torch.testing.assert_close(views, expected, rtol=0, atol=0)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print(name, "passed")
