// NT-Xent beside the usual composite: the whole similarity matrix and a cross-entropy (SimCLR,
// section 2.1).
#include "bench/benchmarks.h"

#include "runtime/autograd/pairwise.h"

#include <torch/torch.h>

namespace haliclr::bench {

namespace {

constexpr double temperature = 0.1;
constexpr int64_t columns = 128;

at::Tensor eager_loss(const at::Tensor &z) {
    const int64_t rows = z.size(0);
    const at::Tensor unit =
        torch::nn::functional::normalize(z, torch::nn::functional::NormalizeFuncOptions().dim(1));
    at::Tensor similarity = at::matmul(unit, unit.t()) / temperature;
    similarity = similarity.masked_fill(at::eye(rows, z.options().dtype(at::kBool)),
                                        -std::numeric_limits<float>::infinity());
    const at::Tensor index = at::arange(rows, z.options().dtype(at::kLong));
    return at::cross_entropy_loss(similarity, (index + rows / 2).remainder(rows));
}

at::Tensor our_loss(const at::Tensor &z) {
    return std::get<0>(runtime::ntxent(z, temperature));
}

at::Tensor gradient_of(at::Tensor (*loss)(const at::Tensor &), const at::Tensor &z) {
    const at::Tensor leaf = z.detach().requires_grad_();
    loss(leaf).backward();
    return leaf.grad();
}

std::vector<Row> one_size(int64_t rows, const Roofline &roofline, const Effort &effort,
                          at::Device device) {
    const at::Tensor z = at::randn({rows, columns}, at::TensorOptions(device));
    const double loss_difference =
        checked_difference("ntxent loss", our_loss(z), eager_loss(z), 1e-5);
    const double gradient_difference = checked_difference(
        "ntxent gradient", gradient_of(our_loss, z), gradient_of(eager_loss, z), 1e-4);
    const double products = static_cast<double>(rows) * rows * columns; // M * M * D multiply-adds
    const std::string size = "M = " + std::to_string(rows) + ", D = " + std::to_string(columns);

    const auto inference = [&](at::Tensor (*loss)(const at::Tensor &)) {
        return [&z, loss] {
            const at::NoGradGuard guard;
            loss(z).item<float>();
        };
    };
    const std::vector<Candidate> forward = {{"haliclr", inference(our_loss)},
                                            {"LibTorch eager", inference(eager_loss)}};
    const std::vector<Candidate> both = {{"haliclr", [&] { gradient_of(our_loss, z); }},
                                         {"LibTorch eager", [&] { gradient_of(eager_loss, z); }}};

    // Half of the M * M similarities forward; backward each again (half) and one full product.
    std::vector<Row> table =
        rows_of({"ntxent", "forward, " + size, "multiply-adds", "M*M*D flop at the fp32 peak",
                 products / 2, products / roofline.peak_gflops / 1e6},
                forward, measure_interleaved(forward, effort.least_rounds, effort.seconds),
                {0, loss_difference});
    const std::vector<Row> with_gradient = rows_of(
        {"ntxent", "forward + backward, " + size, "multiply-adds", "3*M*M*D flop at the fp32 peak",
         1.5 * products, 3 * products / roofline.peak_gflops / 1e6},
        both, measure_interleaved(both, effort.least_rounds, effort.seconds),
        {0, gradient_difference});
    table.insert(table.end(), with_gradient.begin(), with_gradient.end());
    return table;
}

} // namespace

std::vector<Row> bench_ntxent(const Roofline &roofline, const Effort &effort, at::Device device) {
    std::vector<Row> rows;
    for (const int64_t size : {512, 1024, 4096}) {
        const std::vector<Row> more = one_size(size, roofline, effort, device);
        rows.insert(rows.end(), more.begin(), more.end());
    }
    return rows;
}

} // namespace haliclr::bench
