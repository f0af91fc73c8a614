// Each run is a process that writes JSON.
#include "trainer/build/bench_runs.h"

#include "trainer/build/subprocess.h"
#include "trainer/errors.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace haliclr::trainer {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

// A fixed shape lets the compiler add in another order; more than this is another result.
constexpr double tolerance = 1e-4;

json run_bench(const fs::path &binary, const BuildFolder &folder, const std::string &device,
               const std::string &backend, const BenchRuns &effort) {
    const fs::path file = folder.work() / "bench.json";
    // The generic binary takes OpenCL only when it is told to.
    std::vector<std::string> words = {
        "env",       "HALICLR_BACKEND=" + backend,   binary.string(), "bench",
        "--config",  folder.config_file().string(),  "--device",      device,
        "--seconds", std::to_string(effort.seconds), "--json",        file.string()};
    if (effort.threads > 0) {
        words.insert(words.end(), {"--threads", std::to_string(effort.threads)});
    }
    std::string last;
    const int code =
        run_program(words, [&](const std::string &line) { last = line.empty() ? last : line; });
    std::ifstream stream(file);
    json result = code == 0 ? json::parse(stream, nullptr, /*allow_exceptions=*/false) : json();
    if (code != 0 || result.is_discarded()) {
        throw Error("[build] '" + binary.string() + " bench' failed with code " +
                    std::to_string(code) + ": " + last);
    }
    fs::remove(file);
    return result;
}

double difference_of(const std::string &part, const json &generic, const json &specialized) {
    const auto ours = specialized.at("samples").value(part, std::vector<double>());
    const auto theirs = generic.at("samples").value(part, std::vector<double>());
    double largest = 1e-30, difference = 0;
    for (size_t i = 0; i < ours.size() && i < theirs.size(); ++i) {
        largest = std::max(largest, std::abs(theirs[i]));
        difference = std::max(difference, std::abs(ours[i] - theirs[i]));
    }
    const double relative = difference / largest;
    if (ours.size() != theirs.size() || !(relative <= tolerance)) {
        throw Error("[build] " + part + " of the specialized binary differs by " +
                    std::to_string(relative) + " from the generic one, more than " +
                    std::to_string(tolerance) +
                    "; do not use it, and report this with its config.toml");
    }
    return relative;
}

// Rows of ours: the first of each problem.
void add(std::vector<PartTimes> &parts, const json &result, std::vector<double> PartTimes::*times) {
    std::string last;
    for (const json &row : result.at("rows")) {
        const std::string name = row.at("operator");
        if (name == last) {
            continue; // a baseline of the same problem
        }
        last = name;
        auto part = std::find_if(parts.begin(), parts.end(),
                                 [&](const PartTimes &known) { return known.part == name; });
        if (part == parts.end()) {
            PartTimes more;
            more.part = name;
            more.problem = row.at("problem");
            part = parts.insert(parts.end(), more);
        }
        ((*part).*times).push_back(row.at("median_ms"));
        part->bound = row.at("bound_ms");
    }
}

} // namespace

std::vector<PartTimes> compare_binaries(const BuildFolder &folder, const std::string &device,
                                        const std::string &backend, const BenchRuns &effort) {
    std::vector<PartTimes> parts;
    for (int run = 0; run < effort.runs; ++run) {
        std::fprintf(stderr, "measuring both binaries, run %d of %d\n", run + 1, effort.runs);
        const json generic = run_bench(generic_binary(), folder, device, backend, effort);
        const json specialized = run_bench(folder.binary(), folder, device, backend, effort);
        add(parts, generic, &PartTimes::generic);
        add(parts, specialized, &PartTimes::specialized);
        for (PartTimes &part : parts) {
            part.difference =
                std::max(part.difference, difference_of(part.part, generic, specialized));
        }
    }
    return parts;
}

} // namespace haliclr::trainer
