// One child process a candidate, as compiling may crash or hang.
#include "tuner/cycle_filter.h"

#include "tuner/child.h"
#include "tuner/static_estimate.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <unistd.h>

namespace haliclr::tuner {

namespace {

// The estimate knows no caches and no tasks, so only a large difference decides.
constexpr double much_slower = 3;

std::string estimate_text(KernelUnderTest &test, const Values &values) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("haliclr-kernel-" + std::to_string(::getpid()) + ".s");
    write_assembly(file.string(), test.kernel, {values, ""}, test.machine, *test.full);
    std::ostringstream assembly;
    assembly << std::ifstream(file).rdbuf();
    std::filesystem::remove(file);
    const auto cycles = estimate_cycles(assembly.str(), "llvm-mca");
    return cycles ? std::to_string(*cycles) : "none";
}

std::vector<double> ranks(const std::vector<double> &values) {
    std::vector<double> found;
    for (const double value : values) {
        const auto below = std::count_if(values.begin(), values.end(),
                                         [&](double other) { return other < value; });
        const auto same = std::count(values.begin(), values.end(), value);
        found.push_back(static_cast<double>(below) + 0.5 * static_cast<double>(same - 1));
    }
    return found;
}

} // namespace

std::vector<std::string> CycleFilter::judge(const std::vector<Values> &batch) {
    std::vector<std::unique_ptr<Child>> children;
    for (const Values &values : batch) {
        children.push_back(std::make_unique<Child>([this, &values](Channel &parent) {
            try {
                parent.send(estimate_text(test, values));
            } catch (const std::exception &) {
                parent.send("none"); // its trial will tell why
            }
        }));
    }
    for (size_t i = 0; i < batch.size(); ++i) {
        const Answer answer = children[i]->wait(limit);
        if (answer.arrived && answer.text != "none") {
            known[batch[i]] = std::stod(answer.text);
        }
    }
    double best = INFINITY;
    for (const auto &[values, cycles] : known) {
        best = std::min(best, cycles);
    }
    std::vector<std::string> reasons;
    for (const Values &values : batch) {
        const auto found = known.find(values);
        const bool slow = found != known.end() && found->second > much_slower * best;
        char text[80] = "";
        if (slow) {
            std::snprintf(text, sizeof text, "estimated cycles %.1f times those of the best seen",
                          found->second / best);
        }
        reasons.push_back(text);
    }
    return reasons;
}

std::string CycleFilter::correlation_text(const std::vector<Attempt> &attempts) const {
    std::vector<std::pair<double, double>> pairs;
    for (const Attempt &attempt : attempts) {
        const auto found = known.find(attempt.values);
        if (attempt.milliseconds && found != known.end()) {
            pairs.emplace_back(found->second, attempt.relative);
        }
    }
    if (pairs.empty()) {
        return "";
    }
    char text[120];
    std::snprintf(text, sizeof text,
                  "static estimate: rank correlation %.2f with the times of %zu candidates",
                  rank_correlation(pairs), pairs.size());
    return text;
}

double rank_correlation(const std::vector<std::pair<double, double>> &pairs) {
    std::vector<double> first, second;
    for (const auto &[a, b] : pairs) {
        first.push_back(a);
        second.push_back(b);
    }
    first = ranks(first);
    second = ranks(second);
    const double mean = 0.5 * (static_cast<double>(pairs.size()) - 1);
    double both = 0, a_squares = 0, b_squares = 0;
    for (size_t i = 0; i < pairs.size(); ++i) {
        both += (first[i] - mean) * (second[i] - mean);
        a_squares += (first[i] - mean) * (first[i] - mean);
        b_squares += (second[i] - mean) * (second[i] - mean);
    }
    const bool varied = pairs.size() > 2 && a_squares > 0 && b_squares > 0;
    return varied ? both / std::sqrt(a_squares * b_squares) : 0;
}

} // namespace haliclr::tuner
