// LARS over the parameters of a ResNet-50 with its projection head.
#include "bench/benchmarks.h"

#include "bench/lars_baseline.h"
#include "runtime/ops/flat.h"
#include "runtime/ops/lars.h"

#include <torch/torch.h>

namespace haliclr::bench {

namespace {

constexpr LarsRates rates = {0.3, 0.9, 1e-6, 0.001};

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

struct Model {
    std::vector<at::Tensor> params, grads, momenta;
};

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

} // namespace

std::vector<Row> bench_lars(const Roofline &roofline, const Effort &effort, at::Device device) {
    Model model;
    std::vector<std::pair<std::string, at::Tensor>> named;
    int64_t total = 0;
    for (const int64_t size : resnet50_sizes()) {
        named.emplace_back("tensor " + std::to_string(named.size()),
                           at::randn({size}, at::TensorOptions(device)).requires_grad_());
        total += size;
    }
    const runtime::FlatParameters flat(named);
    for (size_t i = 0; i < named.size(); ++i) {
        flat.grads()[i].normal_();
        model.params.push_back(flat.params()[i].detach());
        model.grads.push_back(flat.grads()[i]);
        model.momenta.push_back(flat.momenta()[i]);
    }
    Model per_tensor = copy_of(model), foreach_model = copy_of(model);
    const std::vector<bool> adapt(named.size(), true);
    const at::NoGradGuard guard;
    const std::vector<Candidate> candidates = {
        {"haliclr",
         [&] {
             runtime::lars_step(model.params, model.grads, model.momenta, adapt, rates.rate,
                                rates.momentum, rates.weight_decay, rates.trust, "simclr");
         }},
        {"LibTorch per tensor",
         [&] { lars_per_tensor(per_tensor.params, per_tensor.grads, per_tensor.momenta, rates); }},
        {"LibTorch foreach", [&] {
             lars_foreach(foreach_model.params, foreach_model.grads, foreach_model.momenta, rates);
         }}};
    for (const Candidate &candidate : candidates) {
        candidate.work();
    }
    const at::Tensor ours = joined(model.params);
    const double per_tensor_difference =
        checked_difference("lars per tensor", ours, joined(per_tensor.params), 1e-5);
    const double foreach_difference =
        checked_difference("lars foreach", ours, joined(foreach_model.params), 1e-5);

    // Norms read 8 bytes a parameter; the update reads 12 and writes 8.
    const double bytes = 28.0 * static_cast<double>(total);
    return rows_of({"lars", "ResNet-50 with head, " + std::to_string(total) + " parameters",
                    "parameters", "28 bytes a parameter at the copy rate",
                    static_cast<double>(total), bytes / roofline.gigabytes_per_s / 1e6},
                   candidates, measure_interleaved(candidates, effort.least_rounds, effort.seconds),
                   {0, per_tensor_difference, foreach_difference});
}

} // namespace haliclr::bench
