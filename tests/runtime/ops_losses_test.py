"""The losses as a Python user meets them: python ops_losses_test.py path/to/libhaliclr_ops.so"""

import torch

from ops_case import haliclr, refused, run


def reference_loss(z, temperature):
    rows = z.shape[0]
    unit = torch.nn.functional.normalize(z, eps=1e-12)
    self = torch.eye(rows, dtype=torch.bool)
    logits = (unit @ unit.T / temperature).masked_fill(self, -torch.inf)
    target = (torch.arange(rows) + rows // 2) % rows
    return torch.nn.functional.cross_entropy(logits, target)


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


def test_other_losses():
    for loss in ("nt_logistic", "margin_triplet"):
        for mode in ("recompute", "store"):
            z = torch.randn(66, 33, requires_grad=True)
            value, accuracy, active = haliclr.pairwise_loss(
                z, loss, temperature=0.2, margin=0.4, semi_hard=True, mode=mode)
            value.backward()
            assert torch.isfinite(z.grad).all() and 0 <= active <= 1
    z = torch.randn(66, 33)
    assert torch.equal(haliclr.pairwise_loss(z, "ntxent", temperature=0.3)[0],
                       haliclr.ntxent(z, 0.3)[0])


def test_not_finite_rows_are_named():
    for temperature in (0.5, 0.01):
        z = torch.randn(10, 4)
        z[7, 2], z[9, 0] = torch.nan, torch.inf
        for rows in (z, z.clone().requires_grad_()):
            refused(lambda: haliclr.ntxent(rows, temperature), "[ntxent] z: row 7", "of 2")


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


if __name__ == "__main__":
    run(dict(globals()))
