// NT-Xent beside LibTorch's composite.
#include "bench/benchmarks.h"

#include "bench/cuda_baselines.h"
#include "bench/ntxent_baseline.h"
#include "dsl/pairwise_work.h"
#include "runtime/autograd/pairwise.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <functional>

namespace haliclr::bench {

namespace {

constexpr double temperature = 0.1;
constexpr int64_t columns = 128;

using Function = std::function<at::Tensor(const at::Tensor &)>;

struct Contestant {
    std::string name;
    Function loss, gradient; // of z
    double rounding = 0;     // of its factors, where that is coarser than the tolerance
    std::string factors = "fp32";
};

Contestant differentiated(const std::string &name, const Function &loss) {
    return {name, loss, [loss](const at::Tensor &z) {
                const at::Tensor leaf = z.detach().requires_grad_();
                loss(leaf).backward();
                return leaf.grad();
            }};
}

// Ours in the mode that it picks by itself, first; then its other modes, with room to store.
std::vector<Contestant> contestants(at::Device device) {
    std::vector<Contestant> all;
    const auto add = [&](const runtime::PairwiseMode &mode) {
        all.push_back(differentiated("haliclr " + mode.name, [mode](const at::Tensor &z) {
            return std::get<0>(runtime::pairwise_loss(z, {"ntxent", temperature}, mode));
        }));
    };
    add({"auto"});
    for (const char *mode : {"recompute", "store", "store16", "hybrid"}) {
        add({mode, int64_t{1} << 30});
    }
    const auto add_tensor = [&](const std::string &type, double rounding) {
        add({"tensor", int64_t{1} << 30, type});
        all.back().name += " " + type;
        all.back().rounding = rounding / temperature;
        all.back().factors = type;
    };
    if (device.is_cuda()) {
        add_tensor("tf32", 0x1p-10);
        add_tensor("bf16", 0x1p-7);
    }
    if (device.is_cuda() && cuda_baselines_problem().empty()) {
        all.push_back({"CUDA, hand-written",
                       [](const at::Tensor &z) { return cuda_ntxent_loss(z, temperature); },
                       [](const at::Tensor &z) { return cuda_ntxent_gradient(z, temperature); }});
    }
    // Its matrix products are cuBLAS's on CUDA devices.
    all.push_back(differentiated(device.is_cuda() ? "LibTorch eager, cuBLAS" : "LibTorch eager",
                                 [](const at::Tensor &z) { return eager_ntxent(z, temperature); }));
    return all;
}

// The differences of the others' results from ours, which is the first.
std::vector<double> differences(const std::string &what, const std::vector<Contestant> &all,
                                const std::function<at::Tensor(const Contestant &)> &result,
                                double tolerance) {
    const at::Tensor ours = result(all.front());
    std::vector<double> found;
    for (const Contestant &one : all) {
        found.push_back(checked_difference(what + " of " + one.name, ours, result(one),
                                           std::max(tolerance, one.rounding)));
    }
    return found;
}

struct Products {
    std::string pass;
    int64_t rows;
    double flop;
    std::string flop_of;
};

// rows_of, each with the bound of its own factors.
std::vector<Row> rows_by_factors(const Products &products, const std::vector<Contestant> &all,
                                 const std::vector<Candidate> &candidates,
                                 const std::vector<double> &differences, const Roofline &roofline,
                                 const Effort &effort) {
    const std::string problem =
        products.pass + ", M = " + std::to_string(products.rows) + ", D = 128";
    std::vector<Row> rows =
        rows_of({"ntxent", problem, "multiply-adds", "", products.flop / 2, 0}, candidates,
                measure_interleaved(candidates, effort), differences);
    std::vector<std::string> factors;
    for (const Contestant &one : all) {
        factors.push_back(one.factors);
    }
    bound_by_factors(rows, factors, products.flop, products.flop_of, roofline);
    return rows;
}

std::vector<Row> forward_rows(const at::Tensor &z, const Roofline &roofline, const Effort &effort) {
    const at::NoGradGuard guard;
    std::vector<Contestant> all = contestants(z.device());
    // Without a gradient nothing is stored: auto, recompute, store and store16 are one.
    all.erase(all.begin() + 1, all.begin() + 4);
    std::vector<Candidate> candidates;
    for (const Contestant &one : all) {
        candidates.push_back({one.name, [&z, loss = one.loss] { loss(z); }});
    }
    const auto result = [&z](const Contestant &one) { return one.loss(z); };
    const double flop = dsl::similarities_flop(z.size(0), columns);
    return rows_by_factors({"forward", z.size(0), flop, "M*M*D flop"}, all, candidates,
                           differences("ntxent loss", all, result, 1e-5), roofline, effort);
}

std::vector<Row> backward_rows(const at::Tensor &z, const Roofline &roofline,
                               const Effort &effort) {
    const std::vector<Contestant> all = contestants(z.device());
    std::vector<Candidate> candidates;
    for (const Contestant &one : all) {
        candidates.push_back({one.name, [&z, gradient = one.gradient] { gradient(z); }});
    }
    const auto result = [&z](const Contestant &one) { return one.gradient(z); };
    const double flop =
        dsl::similarities_flop(z.size(0), columns) + dsl::gradient_flop(z.size(0), columns);
    return rows_by_factors({"forward + backward", z.size(0), flop, "3*M*M*D flop"}, all, candidates,
                           differences("ntxent gradient", all, result, 1e-4), roofline, effort);
}

} // namespace

std::vector<Row> bench_ntxent(const Roofline &roofline, const Effort &effort) {
    std::vector<Row> rows;
    for (const int64_t size : {512, 1024, 4096, 8192}) {
        const at::Tensor z = at::randn({size, columns}, at::TensorOptions(effort.device));
        for (const std::vector<Row> &more :
             {forward_rows(z, roofline, effort), backward_rows(z, roofline, effort)}) {
            rows.insert(rows.end(), more.begin(), more.end());
        }
    }
    return rows;
}

} // namespace haliclr::bench
