// The rules by name: one line each.
#include "dsl/lars.h"
#include "dsl/momentum_sgd.h"

#include <map>
#include <stdexcept>

namespace haliclr::dsl {

MultiTensorRule multi_tensor_rule(const std::string &name,
                                  const std::vector<Halide::Expr> &scalars) {
    static const std::map<std::string, MultiTensorRule (*)(const std::vector<Halide::Expr> &)>
        rules = {
            {"lars", lars},
            {"momentum_sgd", momentum_sgd},
        };
    const auto found = rules.find(name);
    if (found == rules.end()) {
        throw std::invalid_argument("[multi_tensor] rule '" + name +
                                    "': unknown: add it to dsl/multi_tensor_rules.cpp");
    }
    return found->second(scalars);
}

} // namespace haliclr::dsl
