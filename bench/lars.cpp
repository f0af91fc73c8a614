// LARS and momentum SGD over the parameters of a ResNet-50 with its projection head.
#include "bench/benchmarks.h"

#include "bench/cuda_baselines.h"
#include "bench/lars_baseline.h"
#include "bench/update_bytes.h"
#include "runtime/ops/flat_update.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <functional>
#include <memory>

namespace haliclr::bench {

namespace {

// Sizes of a ResNet-50's convolutions by stage, and of the head 2048-2048-128.
std::vector<int64_t> resnet50_sizes() {
    std::vector<int64_t> sizes = {64 * 3 * 49, 64, 64};
    int64_t in = 64;
    const int64_t blocks[] = {3, 4, 6, 3};
    for (int64_t stage = 0; stage < 4; ++stage) {
        const int64_t width = int64_t{64} << stage, out = 4 * width;
        for (int64_t block = 0; block < blocks[stage]; ++block) {
            sizes.insert(sizes.end(), {in * width, width, width, width * width * 9, width, width,
                                       width * out, out, out});
            if (block == 0) {
                sizes.insert(sizes.end(), {in * out, out, out});
            }
            in = out;
        }
    }
    sizes.insert(sizes.end(), {2048 * 2048, 2048, 2048 * 128, 128});
    return sizes;
}

Model copy_of(const Model &model) {
    Model copy;
    for (size_t i = 0; i < model.params.size(); ++i) {
        copy.params.push_back(model.params[i].clone());
        copy.grads.push_back(model.grads[i].clone());
        copy.momenta.push_back(model.momenta[i].clone());
    }
    return copy;
}

at::Tensor joined(const std::vector<at::Tensor> &tensors) {
    std::vector<at::Tensor> flat;
    for (const at::Tensor &tensor : tensors) {
        flat.push_back(tensor.reshape(-1));
    }
    return at::cat(flat);
}

// The network's tensors in flat storage, every one of them adapting.
struct Network {
    int64_t total = 0;
    runtime::FlatUpdate update;
    Model model;

    explicit Network(at::Device device) : update(make(device)) {
        const runtime::FlatParameters &flat = update.parameters();
        for (size_t i = 0; i < flat.params().size(); ++i) {
            flat.grads()[i].normal_();
            model.params.push_back(flat.params()[i].detach());
            total += flat.params()[i].numel();
        }
        model.grads = flat.grads();
        model.momenta = flat.momenta();
    }

private:
    static runtime::FlatUpdate make(at::Device device) {
        std::vector<std::pair<std::string, at::Tensor>> named;
        for (const int64_t size : resnet50_sizes()) {
            named.emplace_back("tensor " + std::to_string(named.size()),
                               at::randn({size}, at::TensorOptions(device)).requires_grad_());
        }
        const std::vector<bool> adapt(named.size(), true);
        return {runtime::FlatParameters(named), adapt};
    }
};

// One update beside its baselines, each on a copy of the network.
struct Comparison {
    std::string name;
    double bytes; // that a parameter moves
    std::function<void(runtime::FlatUpdate &)> ours;
    std::vector<std::pair<std::string, std::function<void(Model &)>>> theirs;
};

// Its tables are made at the first call, which is not timed.
std::function<void(Model &)> hand_written_lars(const LarsRates &rates) {
    return [rates, update = std::shared_ptr<CudaLars>()](Model &model) mutable {
        if (update == nullptr) {
            update = std::make_shared<CudaLars>(model);
        }
        update->step(rates);
    };
}

std::vector<Comparison> comparisons(at::Device device) {
    constexpr LarsRates joint = {0.3, 0.9, 1e-6, 0.001, false};
    constexpr LarsRates separate = {0.3, 0.9, 1e-6, 0.001, true};
    auto lars = [](const LarsRates &rates) {
        return [=](runtime::FlatUpdate &update) {
            update.lars({rates.rate, rates.momentum, rates.weight_decay, rates.trust, "simclr",
                         rates.separate ? "separate" : "joint"});
        };
    };
    const bool hand_written = device.is_cuda() && cuda_baselines_problem().empty();
    auto baselines = [=](const LarsRates &rates) {
        decltype(Comparison::theirs) all = {
            {"LibTorch per tensor", [=](Model &model) { lars_per_tensor(model, rates); }},
            {"LibTorch foreach", [=](Model &model) { lars_foreach(model, rates); }}};
        if (hand_written) {
            all.emplace_back("CUDA, hand-written", hand_written_lars(rates));
        }
        return all;
    };
    const auto bytes = [](const char *kind, const char *denominator) {
        return update_bytes({.kind = kind, .denominator = denominator});
    };
    return {
        {"LARS, joint norm", bytes("lars", "joint"), lars(joint), baselines(joint)},
        {"LARS, separate norms", bytes("lars", "separate"), lars(separate), baselines(separate)},
        {"momentum SGD",
         bytes("momentum", "joint"),
         [=](runtime::FlatUpdate &update) {
             update.momentum_sgd({joint.rate, joint.momentum, joint.weight_decay});
         },
         {{"LibTorch foreach", [=](Model &model) { momentum_foreach(model, joint); }},
          {"LibTorch fused", [=](Model &model) { momentum_fused(model, joint); }}}}};
}

std::vector<Row> compare(const Comparison &comparison, const Roofline &roofline,
                         const Effort &effort) {
    Network network(effort.device);
    std::vector<Model> copies;
    for (size_t i = 0; i < comparison.theirs.size(); ++i) {
        copies.push_back(copy_of(network.model));
    }
    std::vector<Candidate> candidates = {{"haliclr", [&] { comparison.ours(network.update); }}};
    for (size_t i = 0; i < copies.size(); ++i) {
        candidates.push_back(
            {comparison.theirs[i].first, [&, i] { comparison.theirs[i].second(copies[i]); }});
    }
    for (const Candidate &candidate : candidates) {
        candidate.work();
        candidate.work(); // the second step carries |w|^2 from the first
    }
    const at::Tensor ours = joined(network.model.params);
    std::vector<double> differences = {0};
    for (size_t i = 0; i < copies.size(); ++i) {
        differences.push_back(
            checked_difference(comparison.name, ours, joined(copies[i].params), 1e-5));
    }
    const auto total = static_cast<double>(network.total);
    const std::string bytes = std::to_string(static_cast<int>(comparison.bytes));
    return rows_of({"lars",
                    comparison.name + ": ResNet-50 with head, " + std::to_string(network.total) +
                        " parameters",
                    "parameters", bytes + " bytes a parameter at the memory rate", total,
                    comparison.bytes * total / roofline.gigabytes_per_s / 1e6},
                   candidates, measure_interleaved(candidates, effort), differences);
}

} // namespace

std::vector<Row> bench_lars(const Roofline &roofline, const Effort &effort) {
    const at::NoGradGuard guard;
    std::vector<Row> rows;
    for (const Comparison &comparison : comparisons(effort.device)) {
        for (Row &row : compare(comparison, roofline, effort)) {
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

} // namespace haliclr::bench
