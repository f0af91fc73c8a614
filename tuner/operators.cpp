// Names and configurations to kernels.
#include "tuner/operators.h"

#include "dsl/nearest.h"
#include "dsl/view_sequence.h"
#include "tuner/errors.h"

#include <toml++/toml.h>

#include <algorithm>
#include <stdexcept>

namespace haliclr::tuner {

namespace {

std::vector<std::string> one_of_each_kind(const std::string &backend) {
    std::vector<std::string> names = {"draws",
                                      "views",
                                      "views_32",
                                      "unit_rows",
                                      "ntxent_forward",
                                      "ntxent_backward",
                                      "pairwise_tiles",
                                      "ntxent_forward_tiles",
                                      "ntxent_backward_tiles",
                                      "ntxent_forward_tensor_tf32",
                                      "ntxent_backward_tensor_tf32",
                                      "ntxent_stripe_sums",
                                      "ntxent_stripe_weights",
                                      "ntxent_stripe_rows",
                                      "stripe_gradient",
                                      "lars",
                                      "lars_carried",
                                      "momentum_sgd"};
    std::erase_if(names, [&](const std::string &name) {
        return std::none_of(kernels().begin(), kernels().end(), [&](const Kernel &kernel) {
            return kernel.name == name && kernel.runs_on(backend);
        });
    });
    return names;
}

Kernel kernel_named(const std::string &name, const std::string &backend) {
    std::vector<std::string> known = {"all"};
    for (const Kernel &kernel : kernels()) {
        if (kernel.name == name) {
            if (!kernel.runs_on(backend)) {
                throw UsageError("--operator " + name + " is made for " + kernel.backends.front() +
                                 " alone; use --device " + kernel.backends.front());
            }
            return kernel;
        }
        known.push_back(kernel.name);
    }
    throw UsageError("--operator '" + name + "' is unknown; did you mean " + nearest(name, known) +
                     "? 'haliclr tune --list' shows the usual ones");
}

// The kernels that make views of this recipe and size: a fixed size first.
void add_view_kernels(const std::string &recipe, int size, std::vector<std::string> &names) {
    const dsl::Recipe parsed = dsl::parse_recipe(recipe);
    std::string draws, of_size, of_any_size;
    for (const Kernel &kernel : kernels()) {
        const std::string own = kernel.param("recipe");
        if (own.empty() || !dsl::strengths_of(parsed, dsl::sequence_of(dsl::parse_recipe(own)))) {
            continue;
        }
        const bool usual = kernel.param("precision", "float32") == "float32" &&
                           kernel.param("layout", "channels_first") == "channels_first";
        if (kernel.generator == "draws" && draws.empty()) {
            draws = kernel.name;
        } else if (usual && kernel.param("size") == "0" && of_any_size.empty()) {
            of_any_size = kernel.name;
        } else if (usual && kernel.param("size") == std::to_string(size) && of_size.empty()) {
            of_size = kernel.name;
        }
    }
    if (draws.empty()) {
        throw UsageError("view.recipe \"" + recipe +
                         "\": this build has no kernel of its sequence; configure with "
                         "-DHALICLR_RECIPES=\"" +
                         recipe + "\" and build first");
    }
    names.push_back(draws);
    names.push_back(of_size.empty() ? of_any_size : of_size);
}

void add_loss_kernels(const std::string &loss, const std::string &mode,
                      std::vector<std::string> &names) {
    if (mode == "tensor") { // in tf32, as the trainer takes it
        names.insert(names.end(),
                     {"unit_rows", loss + "_forward_tensor_tf32", loss + "_backward_tensor_tf32"});
        return;
    }
    for (const char *kernel : {"_forward", "_backward", "_forward_tiles", "_backward_tiles",
                               "_stripe_sums", "_stripe_weights", "_stripe_rows"}) {
        names.push_back(loss + kernel);
    }
    for (const char *kernel : {"unit_rows", "pairwise_tiles", "stripe_gradient"}) {
        names.push_back(kernel);
    }
}

} // namespace

std::vector<Kernel> kernels_for(const std::string &backend) {
    std::vector<Kernel> found;
    std::copy_if(kernels().begin(), kernels().end(), std::back_inserter(found),
                 [&](const Kernel &kernel) { return kernel.runs_on(backend); });
    return found;
}

std::vector<Kernel> operators_named(const std::vector<std::string> &names,
                                    const std::string &backend) {
    std::vector<Kernel> found;
    const bool all = names.empty() || std::find(names.begin(), names.end(), "all") != names.end();
    for (const std::string &name : all ? one_of_each_kind(backend) : names) {
        found.push_back(kernel_named(name, backend));
    }
    return found;
}

std::vector<Kernel> operators_of_config(const std::string &file,
                                        const std::vector<std::string> &names,
                                        const std::string &backend, Shape &shape) {
    toml::table config;
    try {
        config = toml::parse_file(file);
    } catch (const toml::parse_error &error) {
        throw UsageError(file + ", line " + std::to_string(error.source().begin.line) + ": " +
                         std::string(error.description()) + "; correct the file");
    }
    const auto text = [&](const char *key, const char *otherwise) {
        return config.at_path(key).value_or(std::string(otherwise));
    };
    shape.size = config["view"]["size"].value_or(shape.size);
    shape.images = config["train"]["batch_size"].value_or(shape.images);
    shape.rows = 2 * shape.images;
    shape.columns = config["head"]["dim"].value_or(shape.columns);
    std::vector<std::string> used;
    try {
        const std::string convention = text("view.convention", "torchvision");
        const std::string recipe = text("view.recipe", dsl::stock_recipe);
        const bool names_its_own = recipe.find(':') != std::string::npos;
        add_view_kernels(names_its_own ? recipe : convention + ": " + recipe, shape.size, used);
    } catch (const std::invalid_argument &error) {
        throw UsageError(file + ": " + std::string(error.what()));
    }
    add_loss_kernels(text("loss.kind", "ntxent"), text("loss.mode", "auto"), used);
    const std::string optimizer = text("optimizer.kind", "lars");
    if (optimizer == "lars") {
        used.insert(used.end(), {"lars", "lars_carried"});
    } else if (optimizer == "momentum") {
        used.push_back("momentum_sgd");
    }
    for (const std::string &name : names) {
        if (name != "all" && std::find(used.begin(), used.end(), name) == used.end()) {
            throw UsageError("--operator " + name + ": " + file + " does not use it; it uses " +
                             nearest(name, used) + " and others");
        }
    }
    const bool all = names.empty() || std::find(names.begin(), names.end(), "all") != names.end();
    return operators_named(all ? used : names, backend);
}

} // namespace haliclr::tuner
