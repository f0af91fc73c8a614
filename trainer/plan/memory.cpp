// The parts of a training step's memory.
#include "trainer/plan/memory.h"

#include "trainer/train/loss.h"

#include <numeric>

namespace haliclr::trainer {

namespace {

// float32 elements that the head keeps a view: its input h, and for a hidden layer the input of
// the normalisation and that of the second linear layer.
double head_elements(const Config &config, const ModelOutline &model) {
    const int64_t hidden = config.head.hidden > 0 ? config.head.hidden : model.features;
    return static_cast<double>(model.features) +
           (config.head.kind == "nonlinear" ? 2.0 * static_cast<double>(hidden) : 0.0);
}

double stored(const Config &config, double width) {
    const at::Device device = config.train.device == "cuda" ? at::kCUDA : at::kCPU;
    return static_cast<double>(stored_bytes(
        config.loss, {2 * config.train.batch_size, static_cast<int64_t>(width)}, device));
}

} // namespace

std::vector<MemoryPart> memory_estimate(const Config &config, const ModelOutline &model) {
    const bool bf16 = config.train.precision == "bf16";
    const bool adamw = config.optimizer.kind == "adamw";
    const double parameters = static_cast<double>(model.encoder_parameters + model.head_parameters);
    const double views = 2.0 * static_cast<double>(config.train.batch_size);
    const double pixels = 3.0 * static_cast<double>(config.view.size * config.view.size);
    const auto width = static_cast<double>(projection_width(config.head, model.features));
    const double element = bf16 ? 2 : 4;

    // docs/ntxent.md has the parts of the loss.
    std::vector<MemoryPart> parts = {
        {"parameters", 4 * parameters, "4 bytes each"},
        {"gradients", 4 * parameters, "4 bytes each"},
        {"optimizer", (adamw ? 8 : 4) * parameters,
         adamw ? "two moments, 8 bytes a parameter" : "momentum, 4 bytes a parameter"},
        {"views", (bf16 ? 6 : 4) * views * pixels,
         bf16 ? "float32, and bfloat16 for the encoder" : "float32"},
        {"activations",
         views * (element * static_cast<double>(model.activations.elements) +
                  8 * static_cast<double>(model.activations.indices)),
         "inputs of convolutions and normalisations, " + std::string(bf16 ? "2" : "4") +
             " bytes each"},
        {"head", 4 * views * head_elements(config, model), "inputs of its layers, float32"},
        {"loss", views * (20 * width + 280) + stored(config, width),
         "z, its gradient, 3 buffers of that size, sums, stored similarities"},
    };
    if (bf16) {
        parts.insert(parts.begin() + 3,
                     {"bfloat16 weights", 2 * static_cast<double>(model.encoder_parameters),
                      "autocast's copies"});
    }
    return parts;
}

double total_bytes(const std::vector<MemoryPart> &parts) {
    return std::accumulate(parts.begin(), parts.end(), 0.0,
                           [](double sum, const MemoryPart &part) { return sum + part.bytes; });
}

} // namespace haliclr::trainer
