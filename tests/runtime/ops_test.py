"""The torch operators as a Python user meets them: python ops_test.py path/to/libhaliclr_ops.so"""

import sys

import torch

torch.ops.load_library(sys.argv[1])
haliclr = torch.ops.haliclr
RECIPE = "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5"


def reference_loss(z, temperature):
    rows = z.shape[0]
    unit = torch.nn.functional.normalize(z, eps=1e-12)
    self = torch.eye(rows, dtype=torch.bool)
    logits = (unit @ unit.T / temperature).masked_fill(self, -torch.inf)
    target = (torch.arange(rows) + rows // 2) % rows
    return torch.nn.functional.cross_entropy(logits, target)


def images(count=5):
    sizes = [(7 + 3 * n, 20 - 2 * n) for n in range(count)]
    rows, offset = [], 0
    for height, width in sizes:
        rows.append((offset, height, width))
        offset += height * width * 3
    data = torch.randint(0, 256, (offset,), dtype=torch.uint8)
    return data, torch.tensor(rows, dtype=torch.int32), torch.arange(count)


def refused(call, *parts):
    try:
        call()
    except (ValueError, RuntimeError) as error:
        text = str(error)
        missing = [part for part in parts if part not in text]
        assert not missing, f"{missing} not in: {text}"
        return
    raise AssertionError(f"not refused: {parts}")


def test_ntxent_equals_torch():
    for rows, columns, temperature in [(2, 3, 0.5), (14, 5, 0.1), (66, 33, 1.0), (38, 8, 0.01)]:
        z = torch.randn(rows, columns, requires_grad=True)
        loss, accuracy, entropy = haliclr.ntxent(z, temperature)
        (2 * loss).backward()
        assert accuracy.dtype == entropy.dtype == torch.float32
        assert not accuracy.requires_grad and not entropy.requires_grad
        exact = z.detach().double().requires_grad_()
        expected = reference_loss(exact, temperature)
        (2 * expected).backward()
        torch.testing.assert_close(loss.double(), expected.detach(), rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(z.grad.double(), exact.grad, rtol=1e-4, atol=2e-6)


def test_ntxent_gradient_by_central_differences():
    z = torch.randn(6, 4, requires_grad=True)
    haliclr.ntxent(z, 0.5)[0].backward()
    step = 1e-2
    for index in range(z.numel()):
        move = torch.zeros(z.numel())
        move[index] = step
        with torch.no_grad():
            up, down = (haliclr.ntxent(z + sign * move.view_as(z), 0.5)[0] for sign in (1, -1))
        slope = (up - down) / (2 * step)
        torch.testing.assert_close(z.grad.flatten()[index], slope, rtol=2e-2, atol=2e-3)


def test_ntxent_half_and_inference():
    for dtype in (torch.float16, torch.bfloat16):
        z = torch.randn(8, 4, dtype=dtype, requires_grad=True)
        haliclr.ntxent(z, 0.5)[0].backward()
        assert z.grad.dtype == dtype
    z = torch.randn(8, 4)
    with torch.inference_mode():
        inside = haliclr.ntxent(z, 0.5)
    assert all(torch.equal(a, b) for a, b in zip(inside, haliclr.ntxent(z, 0.5)))


def test_no_second_derivative():
    z = torch.randn(8, 4, requires_grad=True)
    loss = haliclr.ntxent(z, 0.5)[0]
    refused(lambda: torch.autograd.grad(loss, z, create_graph=True), "[ntxent] create_graph=True")


def test_pairwise_loss_in_mode_hybrid():
    for loss in ("ntxent", "nt_logistic", "margin_triplet"):
        z = torch.randn(70, 20)
        results = []
        for mode in ("recompute", "hybrid"):
            leaf = z.clone().requires_grad_()
            value, _, _ = haliclr.pairwise_loss(leaf, loss, mode=mode, hybrid_stripe_bytes=9000)
            value.backward()
            results.append((value.detach(), leaf.grad))
        for found, expected in zip(*results):
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)
    refused(lambda: haliclr.pairwise_loss(z, "ntxent", mode="hybrid", precision="bf16"),
            "[ntxent] precision: 'bf16'", "CUDA")


def test_gathered_ranks_equal_the_whole():
    for loss in ("ntxent", "nt_logistic", "margin_triplet"):
        for ranks in (1, 2, 4):
            z = torch.randn(2 * ranks * 5, 12, requires_grad=True)
            whole = haliclr.pairwise_loss(z, loss)
            whole[0].backward()
            parts = [haliclr.pairwise_gathered_forward(z.detach(), rank, ranks, loss)
                     for rank in range(ranks)]
            mean = torch.stack([statistics for statistics, _ in parts]).mean(0)
            torch.testing.assert_close(mean, torch.stack(whole).detach(), rtol=1e-5, atol=1e-5)
            states = haliclr.gathered_order(torch.cat([s for _, s in parts], 1), ranks, 1)
            gradients = [haliclr.pairwise_gathered_backward(z.detach(), states, torch.ones(()),
                                                            rank, ranks, loss)
                         for rank in range(ranks)]
            dz = haliclr.gathered_order(torch.cat(gradients), ranks)
            torch.testing.assert_close(dz, z.grad, rtol=1e-4, atol=1e-6)


def test_views():
    data, table, ids = images()
    columns = haliclr.view_columns(RECIPE)
    draws = haliclr.view_draws(RECIPE, table, ids, 7, 0)
    assert draws.shape == (10, len(columns)) and columns[:2] == ["crop_x", "crop_y"]
    views = haliclr.views(RECIPE, data, table, draws, 32)
    assert views.shape == (10, 3, 32, 32) and views.min() >= 0 and views.max() <= 1
    half = haliclr.views(RECIPE, data, table, draws, 32, dtype=torch.float16, channels_last=True)
    assert half.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(half, views.half())
    one = haliclr.view_draws(RECIPE, table[3:4], ids[3:4], 7, 0)
    assert torch.equal(one, draws[[3, 8]])


def test_lars_step():
    for form in ("simclr", "pytorch"):
        w, g, v = torch.randn(3, 50, 31).unbind()
        w, v = w.clone(), v.clone()
        u = g.double() + 0.1 * w.double()
        ratio = 0.02 * w.double().norm() / u.norm()
        inside, outside = (0.3, 1.0) if form == "simclr" else (1.0, 0.3)
        next_v = 0.9 * v.double() + inside * ratio * u
        next_w = w.double() - outside * next_v
        haliclr.lars_step([w], [g], [v], [True], 0.3, 0.9, 0.1, 0.02, form)
        torch.testing.assert_close(w.double(), next_w, rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(v.double(), next_v, rtol=1e-5, atol=1e-6)


def test_errors():
    data, table, ids = images()
    draws = haliclr.view_draws(RECIPE, table, ids, 7, 0)
    refused(lambda: haliclr.ntxent(torch.randn(3, 4), 0.5), "[ntxent] z: 3 rows", "even")
    refused(lambda: haliclr.ntxent(torch.randn(4, 4).t(), 0.5), "[ntxent] z: strides", "contiguous")
    refused(lambda: haliclr.ntxent(torch.randn(4, 4), 0.0), "[ntxent] temperature: 0")
    refused(lambda: haliclr.ntxent(torch.randn(4, 4).to_sparse(), 0.5), "[ntxent] z: layout")
    refused(lambda: haliclr.views("twirl", data, table, draws, 32), "[recipe]", "twirl")
    refused(lambda: haliclr.views(RECIPE, data[:99], table, draws, 32),
            "[views] image_table: row 0")
    w = torch.zeros(3)
    g, v = w.clone(), w.clone()
    step = haliclr.lars_step
    refused(lambda: step([w], [g], [w], [True], 0.1, 0.9, 0, 0.001, "simclr"),
            "[lars_step]", "shares memory")
    refused(lambda: step([w], [g], [v], [True], 0.1, 0.9, 0, 0.001, "adam"),
            "[lars_step] form: 'adam'")


def test_lars_tells_autograd_of_its_change():
    w = torch.randn(5, requires_grad=True)
    loss = (w ** 2).sum()
    haliclr.lars_step([w], [torch.ones(5)], [torch.zeros(5)], [True], 0.1, 0.9, 0, 0.001, "simclr")
    refused(loss.backward, "modified by an inplace operation")


def test_opcheck():
    data, table, ids = images()
    draws = haliclr.view_draws(RECIPE, table, ids, 7, 0)
    check = torch.library.opcheck
    check(haliclr.view_draws.default, (RECIPE, table, ids, 7, 0))
    check(haliclr.views.default, (RECIPE, data, table, draws, 16))
    check(haliclr.ntxent.default, (torch.randn(8, 4), 0.5))
    check(haliclr.ntxent.default, (torch.randn(8, 4, requires_grad=True), 0.5))
    z = torch.randn(12, 4)
    for loss in ("ntxent", "margin_triplet"):
        check(haliclr.pairwise_loss.default, (z.clone().requires_grad_(), loss),
              {"mode": "hybrid"})
        _, state = haliclr.pairwise_gathered_forward(z, 0, 1, loss)
        check(haliclr.pairwise_gathered_forward.default, (z, 1, 2, loss))
        check(haliclr.pairwise_gathered_backward.default,
              (z, state, torch.ones(()), 1, 3, loss), {"semi_hard": loss != "ntxent"})
    check(haliclr.pairwise_gathered_forward.default, (z, 0, 2, "ntxent"), {"temperature": 0.01})
    check(haliclr.gathered_order.default, (z, 3))
    check(haliclr.gathered_order.default, (z, 1, 0))
    w, g, v = (torch.randn(5) for _ in range(3))
    check(haliclr.lars_step.default, ([w], [g], [v], [True], 0.1, 0.9, 1e-4, 0.001, "simclr"))


if __name__ == "__main__":
    torch.manual_seed(0)
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: passed")
