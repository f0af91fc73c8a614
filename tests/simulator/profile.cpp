// Counts live as long as the process, whose end writes them.
#include "tests/simulator/profile.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <map>
#include <memory>
#include <numeric>

namespace haliclr::simulator {

namespace {

int64_t sum_of(const FunctionProfile &profile) {
    return std::accumulate(profile.times.begin(), profile.times.end(), int64_t{0});
}

// Instructions in a row that ran equally often.
struct Run {
    size_t first, count;
    int64_t times;

    int64_t sum() const { return times * static_cast<int64_t>(count); }
};

std::vector<Run> runs_of(const FunctionProfile &counts) {
    std::vector<Run> runs;
    for (size_t k = 0; k < counts.times.size(); ++k) {
        if (!runs.empty() && runs.back().times == counts.times[k]) {
            ++runs.back().count;
        } else {
            runs.push_back({k, 1, counts.times[k]});
        }
    }
    std::sort(runs.begin(), runs.end(),
              [](const Run &a, const Run &b) { return a.sum() > b.sum(); });
    return runs;
}

class Profile {
public:
    explicit Profile(std::string file) : file(std::move(file)) {}
    ~Profile() {
        std::ofstream out(file);
        out << std::fixed << std::setprecision(1);
        int64_t all = 0;
        std::vector<std::pair<std::string, const FunctionProfile *>> order;
        for (const auto &[name, counts] : functions) {
            all += sum_of(counts);
            order.emplace_back(name, &counts);
        }
        std::sort(order.begin(), order.end(), [](const auto &a, const auto &b) {
            return sum_of(*a.second) > sum_of(*b.second);
        });
        for (const auto &[name, counts] : order) {
            write(out, name, *counts, static_cast<double>(all));
        }
    }

    // Functions of one name in several kernels share their counts, where their lengths do not tell
    // them apart.
    FunctionProfile *profile_of(const Function &function) {
        const size_t length = function.instructions.size();
        FunctionProfile &counts =
            functions[function.name + ", " + std::to_string(length) + " instructions"];
        if (counts.times.empty()) {
            counts.times.resize(length);
            for (const Instruction &instruction : function.instructions) {
                counts.lines.push_back(instruction.line);
            }
        }
        return &counts;
    }

private:
    const std::string file;
    std::map<std::string, FunctionProfile> functions;

    static void write(std::ostream &out, const std::string &name, const FunctionProfile &counts,
                      double all) {
        constexpr int64_t least_percent = 5;
        const int64_t sum = sum_of(counts);
        out << std::setw(5) << 100 * static_cast<double>(sum) / all << "%  " << sum << "  " << name
            << "\n";
        for (const Run &run : runs_of(counts)) {
            if (100 * run.sum() < least_percent * sum) {
                break;
            }
            out << std::setw(12) << 100 * run.sum() / sum << "%  line " << counts.lines[run.first]
                << " to " << counts.lines[run.first + run.count - 1] << ", " << run.count
                << " instructions, " << run.times << " times each\n";
        }
        counts.traffic.write(out, counts.lines);
    }
};

} // namespace

FunctionProfile *profile_of(const Function &function) {
    static const char *const file = std::getenv("HALICLR_SIMULATOR_PROFILE");
    static const std::unique_ptr<Profile> profile(file == nullptr ? nullptr : new Profile(file));
    return profile == nullptr ? nullptr : profile->profile_of(function);
}

} // namespace haliclr::simulator
