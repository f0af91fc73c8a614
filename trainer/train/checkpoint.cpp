// Checkpoints: modules, buffers and the optimizer's state to and from named tensors.
#include "trainer/train/checkpoint.h"

#include "trainer/errors.h"
#include "trainer/optim/parameter_groups.h"
#include "trainer/train/safetensors.h"

#include <algorithm>

namespace haliclr::trainer {

namespace {

// Parameters and buffers of a module.
void append(NamedTensors &tensors, const std::string &prefix, const torch::nn::Module &module) {
    for (const auto &item : module.named_parameters()) {
        tensors.emplace_back(prefix + item.key(), item.value());
    }
    for (const auto &item : module.named_buffers()) {
        tensors.emplace_back(prefix + item.key(), item.value());
    }
}

NamedTensors named_tensors(const TrainingState &state) {
    NamedTensors tensors;
    append(tensors, "encoder.", *state.encoder);
    append(tensors, "projector.", *state.projector);
    const NamedTensors optimizer = state.optimizer->state();
    tensors.insert(tensors.end(), optimizer.begin(), optimizer.end());
    return tensors;
}

std::string shape_text(const at::Tensor &tensor) {
    std::ostringstream text;
    text << tensor.sizes();
    return text.str();
}

const std::string &metadata_text(const std::filesystem::path &file, const Metadata &metadata,
                                 const std::string &key) {
    const auto found = metadata.find(key);
    if (found == metadata.end()) {
        throw UsageError("[checkpoint] '" + file.string() + "' has no metadata '" + key +
                         "'; give a checkpoint that haliclr pretrain wrote");
    }
    return found->second;
}

void fill(const std::filesystem::path &file, const SafetensorsFile &content,
          const NamedTensors &tensors) {
    torch::NoGradGuard no_grad;
    const std::string subject = "[checkpoint] '" + file.string() + "' is of another model: ";
    const std::string remedy = "; use the configuration that it was trained with";
    for (const auto &[name, tensor] : tensors) {
        const auto found = content.tensors.find(name);
        if (found == content.tensors.end()) {
            throw UsageError(subject + "it has no tensor " + name + remedy);
        }
        if (found->second.sizes() != tensor.sizes()) {
            throw UsageError(subject + name + " is " + shape_text(found->second) + " there and " +
                             shape_text(tensor) + " here" + remedy);
        }
        at::Tensor(tensor).copy_(found->second);
    }
}

// Another number of images is another order of them and another rate at each step.
void require_same_data(const std::filesystem::path &file, const Metadata &metadata,
                       int64_t images) {
    const auto saved = metadata.find("images");
    if (images > 0 && saved != metadata.end() && saved->second != std::to_string(images)) {
        throw UsageError("[resume] the data has " + std::to_string(images) + " images and '" +
                         file.string() + "' was trained on " + saved->second +
                         "; give the same data");
    }
}

Config config_of(const std::filesystem::path &file, const Metadata &metadata) {
    Config config;
    read_toml(config, metadata_text(file, metadata, "config"), file.string());
    return config;
}

} // namespace

TrainingState initial_state(const Config &config, at::Device device) {
    torch::manual_seed(static_cast<uint64_t>(config.seed));
    TrainingState state;
    state.encoder = make_encoder(config.model);
    state.projector = ProjectionHead(config.head, state.encoder->features());
    state.encoder->to(device);
    state.projector->to(device);
    state.parameters = named_parameters("encoder", *state.encoder);
    for (Parameter &parameter : named_parameters("projector", *state.projector)) {
        state.parameters.push_back(std::move(parameter));
    }
    apply_skip(config.optimizer.skip, state.parameters);
    state.optimizer = make_optimizer(config.optimizer, state.parameters);
    return state;
}

void save_checkpoint(const std::filesystem::path &file, const Config &config, int64_t epoch,
                     const TrainingState &state) {
    write_safetensors(file, named_tensors(state),
                      {{"format", "pt"},
                       {"arch", config.model.arch},
                       {"step", std::to_string(state.step)},
                       {"epoch", std::to_string(epoch)},
                       {"images", std::to_string(state.images)},
                       {"config", to_toml(config)}});
}

void load_checkpoint(const std::filesystem::path &file, TrainingState &state) {
    const SafetensorsFile content = read_safetensors(file);
    const std::string &step = metadata_text(file, content.metadata, "step");
    require_same_data(file, content.metadata, state.images);
    fill(file, content, named_tensors(state));
    state.optimizer->parameters_changed();
    state.step = std::strtoll(step.c_str(), nullptr, 10);
}

Config checkpoint_config(const std::filesystem::path &file) {
    return config_of(file, read_safetensors_metadata(file));
}

LoadedEncoder load_encoder(const std::filesystem::path &path) {
    std::filesystem::path file = path;
    if (std::filesystem::is_directory(path)) {
        const auto files = checkpoints_newest_first(path / "checkpoints");
        if (files.empty()) {
            throw UsageError(
                "[checkpoint] no checkpoint in '" + path.string() +
                "'; give a run of haliclr pretrain or one of its checkpoints/*.safetensors");
        }
        file = files.front();
    }
    const SafetensorsFile content = read_safetensors(file);
    LoadedEncoder loaded{nullptr, config_of(file, content.metadata)};
    loaded.encoder = make_encoder(loaded.config.model);
    NamedTensors tensors;
    append(tensors, "encoder.", *loaded.encoder);
    fill(file, content, tensors);
    loaded.encoder->eval();
    return loaded;
}

Encoder untrained_encoder(const Config &config) {
    torch::manual_seed(static_cast<uint64_t>(config.seed));
    Encoder encoder = make_encoder(config.model);
    encoder->eval();
    return encoder;
}

std::filesystem::path checkpoint_file(const std::filesystem::path &folder, int64_t step) {
    std::string digits = std::to_string(step);
    digits.insert(0, 8 - std::min<size_t>(8, digits.size()), '0');
    return folder / ("step-" + digits + ".safetensors");
}

std::vector<std::filesystem::path> checkpoints_newest_first(const std::filesystem::path &folder) {
    std::vector<std::filesystem::path> files;
    std::error_code none;
    for (const auto &entry : std::filesystem::directory_iterator(folder, none)) {
        const std::string name = entry.path().filename();
        if (name.starts_with("step-") && entry.path().extension() == ".safetensors") {
            files.push_back(entry.path());
        }
    }
    // Longer names first, so that step 10^8 comes after step 99,999,999.
    std::sort(files.begin(), files.end(), [](const auto &a, const auto &b) {
        const std::string first = a.filename(), second = b.filename();
        return first.size() != second.size() ? first.size() > second.size() : first > second;
    });
    return files;
}

} // namespace haliclr::trainer
