// Names and adaptation flags of a module's parameters.
#include "trainer/optim/parameter_groups.h"

#include "dsl/nearest.h"
#include "trainer/errors.h"

#include <algorithm>
#include <fnmatch.h>
#include <torch/nn/module.h>

namespace haliclr::trainer {

namespace {

bool is_bias_or_normalisation(const Parameter &parameter) {
    return parameter.value.dim() <= 1;
}

std::string trimmed(const std::string &text) {
    const size_t begin = text.find_first_not_of(" \t");
    return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool names(const std::string &term, const Parameter &parameter) {
    return term == "default" ? is_bias_or_normalisation(parameter)
                             : fnmatch(term.c_str(), parameter.name.c_str(), 0) == 0;
}

[[noreturn]] void refuse_unmatched(const std::string &term,
                                   const std::vector<Parameter> &parameters) {
    std::vector<std::string> known{"default", "none"};
    for (const Parameter &parameter : parameters) {
        known.push_back(parameter.name);
    }
    throw UsageError("[optimizer] optimizer.skip: the pattern '" + term +
                     "' matches no parameter; did you mean '" + nearest(term, known) +
                     "'? Patterns match whole names, as in *.bias");
}

} // namespace

std::vector<Parameter> named_parameters(const std::string &prefix,
                                        const torch::nn::Module &module) {
    std::vector<Parameter> parameters;
    for (const auto &item : module.named_parameters()) {
        parameters.push_back({prefix + "." + item.key(), item.value(), true});
        parameters.back().adapt = !is_bias_or_normalisation(parameters.back());
    }
    return parameters;
}

std::vector<std::string> skip_terms(const std::string &skip) {
    std::vector<std::string> terms;
    for (size_t begin = 0; begin <= skip.size();) {
        const size_t end = std::min(skip.find(',', begin), skip.size());
        terms.push_back(trimmed(skip.substr(begin, end - begin)));
        begin = end + 1;
    }
    const auto count = [&](const char *term) {
        return std::count(terms.begin(), terms.end(), term);
    };
    if (count("") > 0 || (count("none") > 0 && terms.size() > 1)) {
        throw UsageError("[optimizer] optimizer.skip = '" + skip +
                         "': give default, none, or name patterns with commas between them");
    }
    return terms;
}

void apply_skip(const std::string &skip, std::vector<Parameter> &parameters) {
    for (Parameter &parameter : parameters) {
        parameter.adapt = true;
    }
    for (const std::string &term : skip_terms(skip)) {
        bool matched = term == "none" || term == "default";
        for (Parameter &parameter : parameters) {
            if (term != "none" && names(term, parameter)) {
                parameter.adapt = false;
                matched = true;
            }
        }
        if (!matched) {
            refuse_unmatched(term, parameters);
        }
    }
}

} // namespace haliclr::trainer
