// Reads the table of tunables; a standard value of 0 is the schedule's own.
#include "tuner/space.h"

#include "schedules/pairwise.h"
#include "schedules/stripes.h"
#include "schedules/views.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace haliclr::tuner {

namespace {

using nlohmann::json;

Values pairwise_values(const Machine &machine) {
    if (machine.backend == "cpu") {
        const schedules::PairwiseCpu own = schedules::pairwise_cpu_for(machine.lanes);
        return {{"block_rows", own.block_rows},
                {"register_rows", own.register_rows},
                {"register_vectors", own.register_vectors},
                {"sum_offsets", own.sum_offsets},
                {"weight_offsets", own.weight_offsets}};
    }
    const schedules::PairwiseGpu own;
    return {{"block_rows", own.block_rows},
            {"register_rows", own.register_rows},
            {"register_columns", own.register_columns},
            {"sum_offsets", own.sum_offsets},
            {"weight_offsets", own.weight_offsets}};
}

Values stripe_values(const Machine &machine) {
    if (machine.backend == "cpu") {
        const schedules::StripesCpu own = schedules::stripes_cpu_for(machine.lanes);
        return {{"block", own.block}, {"task_tiles", own.task_tiles}, {"task_rows", own.task_rows}};
    }
    const schedules::StripesGpu own;
    return {{"block", own.block}, {"square", own.square}, {"threads", own.threads}};
}

} // namespace

int schedule_value(const std::string &generator, const std::string &tunable,
                   const Machine &machine) {
    Values own{{"vector_width", machine.lanes}, {"thread_rows", schedules::ViewsGpu{}.thread_rows}};
    if (generator.starts_with("pairwise")) {
        own = pairwise_values(machine);
    } else if (generator.starts_with("stripe")) {
        own = stripe_values(machine);
    }
    const auto found = own.find(tunable);
    if (found == own.end()) {
        throw std::logic_error("schedules/tunables.json: " + generator + "." + tunable +
                               " has the default 0, and the schedule has no value of its own");
    }
    return found->second;
}

bool goes_by_tiles(const Kernel &kernel) {
    constexpr int small = 32; // pixels, of which usual recipes make a view in shared memory
    const int size = std::stoi(kernel.param("size", "0"));
    return size == 0 || size > small;
}

bool blurs_by_tiles(const Kernel &kernel) {
    return goes_by_tiles(kernel) &&
           kernel.param("recipe", dsl::stock_recipe).find("blur") != std::string::npos;
}

Space space_of(const Kernel &kernel, const Machine &machine) {
    const json table = json::parse(tunables_json());
    Space space;
    for (const auto &[name, entry] :
         table.at("generators").at(kernel.generator).at(machine.backend).items()) {
        if ((name == "block_rows" && kernel.param("reads_tiles") == "true") ||
            (name == "thread_rows" && !goes_by_tiles(kernel)) ||
            (name == "blur_rows" && !blurs_by_tiles(kernel))) {
            continue;
        }
        Tunable tunable{name, entry.at("values").get<std::vector<int>>(), entry.at("default")};
        if (tunable.standard == 0) {
            tunable.standard = schedule_value(kernel.generator, name, machine);
        }
        tunable.values.push_back(tunable.standard);
        std::sort(tunable.values.begin(), tunable.values.end());
        const auto end = std::unique(tunable.values.begin(), tunable.values.end());
        tunable.values.erase(end, tunable.values.end());
        space.tunables.push_back(tunable);
    }
    return space;
}

Values Space::standard() const {
    return completed({});
}

bool Space::knows(const Values &record) const {
    return std::all_of(record.begin(), record.end(), [&](const auto &entry) {
        return std::any_of(tunables.begin(), tunables.end(),
                           [&](const Tunable &tunable) { return tunable.name == entry.first; });
    });
}

Values Space::completed(const Values &record) const {
    Values values = record;
    for (const Tunable &tunable : tunables) {
        values.emplace(tunable.name, tunable.standard);
    }
    return values;
}

std::vector<Values> Space::all() const {
    std::vector<Values> candidates{{}};
    for (const Tunable &tunable : tunables) {
        std::vector<Values> longer;
        for (const Values &values : candidates) {
            for (const int value : tunable.values) {
                longer.push_back(values);
                longer.back()[tunable.name] = value;
            }
        }
        candidates = std::move(longer);
    }
    return candidates;
}

Values Space::differing(const Values &values) const {
    Values record = values;
    for (const Tunable &tunable : tunables) {
        const auto found = record.find(tunable.name);
        if (found != record.end() && found->second == tunable.standard) {
            record.erase(found);
        }
    }
    return record;
}

std::string to_text(const Values &values) {
    std::string text;
    for (const auto &[name, value] : values) {
        text += (text.empty() ? "" : " ") + name + "=" + std::to_string(value);
    }
    return text.empty() ? "no tunables" : text;
}

} // namespace haliclr::tuner
