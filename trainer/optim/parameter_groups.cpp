// Names and adaptation flags of a module's parameters.
#include "trainer/optim/parameter_groups.h"

namespace haliclr::trainer {

std::vector<Parameter> named_parameters(const std::string &prefix,
                                        const torch::nn::Module &module) {
    std::vector<Parameter> parameters;
    for (const auto &item : module.named_parameters()) {
        parameters.push_back({prefix + "." + item.key(), item.value(), item.value().dim() > 1});
    }
    return parameters;
}

} // namespace haliclr::trainer
