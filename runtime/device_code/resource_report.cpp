// Joins launches with the assembler's figures.
#include "runtime/device_code/resource_report.h"

#include "runtime/device_code/chip.h"
#include "runtime/device_code/launches.h"
#include "runtime/device_code/ptxas_output.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace haliclr::device_code {
namespace {

Use use_of(int number, const Resources &resources, const FunctionReport &function) {
    const Chip &chip = chip_of(number);
    Use use;
    use.chip = number;
    use.registers = resources.registers;
    use.spill_bytes = resources.spill_bytes;
    use.stack_bytes = resources.stack_bytes;
    use.shared_bytes = resources.shared_bytes + function.shared_bytes.value_or(0);
    use.most_warps = chip.threads_an_sm / 32;
    if (function.threads) {
        const int blocks =
            resident_blocks(chip, {*function.threads, resources.registers, use.shared_bytes});
        use.warps = blocks * ((*function.threads + 31) / 32);
    }
    return use;
}

std::vector<FunctionReport> examine(const Kernel &kernel) {
    std::vector<FunctionReport> functions;
    std::map<std::string, size_t> places;
    for (const Launch &launch : launches_in(read_file(kernel.statement))) {
        if (places.emplace(launch.function, functions.size()).second) {
            functions.push_back(
                {kernel.name, launch.function, launch.threads, launch.shared_bytes, {}});
        }
    }
    for (const Image &image : kernel.images) {
        for (const Resources &resources : resources_in(read_file(image.ptxas_output))) {
            const auto [place, is_new] = places.emplace(resources.function, functions.size());
            if (is_new) {
                functions.push_back({kernel.name, resources.function, {}, {}, {}});
            }
            FunctionReport &function = functions[place->second];
            function.uses.push_back(use_of(image.chip, resources, function));
        }
    }
    return functions;
}

std::string short_name(const FunctionReport &function) {
    const std::string prefix = "_kernel_";
    return function.function.rfind(prefix, 0) == 0 ? function.function.substr(prefix.size())
                                                   : function.function;
}

std::string number(std::optional<int> value, const char *unknown) {
    return value ? std::to_string(*value) : unknown;
}

std::string padded(const std::string &text, int width) {
    char line[512];
    std::snprintf(line, sizeof line, "%*s", width, text.c_str());
    return line;
}

std::string json_of(const Use &use) {
    return "{\"chip\": " + std::to_string(use.chip) +
           ", \"registers\": " + std::to_string(use.registers) +
           ", \"spill_bytes\": " + std::to_string(use.spill_bytes) +
           ", \"stack_bytes\": " + std::to_string(use.stack_bytes) +
           ", \"shared_bytes\": " + std::to_string(use.shared_bytes) +
           ", \"warps\": " + number(use.warps, "null") +
           ", \"most_warps\": " + std::to_string(use.most_warps) + "}";
}

std::string fault_of(const FunctionReport &function, const Use &use, bool allow_spills) {
    const std::string where =
        function.kernel + ": " + function.function + " for sm_" + std::to_string(use.chip) + ": ";
    const std::string remedy = ": choose smaller tiles in schedules/tuned or in its schedule";
    if (use.spill_bytes > 0 && !allow_spills) {
        return where + std::to_string(use.spill_bytes) + " bytes spilled" + remedy +
               ", or configure with -DHALICLR_ALLOW_SPILLS=ON";
    }
    if (use.warps && *use.warps == 0) {
        return where + "no block fits: " + std::to_string(*function.threads) + " threads of " +
               std::to_string(use.registers) + " registers, " + std::to_string(use.shared_bytes) +
               " bytes of shared memory" + remedy;
    }
    return {};
}

} // namespace

std::vector<FunctionReport> examine(const std::vector<Kernel> &kernels) {
    std::vector<FunctionReport> all;
    for (const Kernel &kernel : kernels) {
        for (FunctionReport &function : examine(kernel)) {
            all.push_back(std::move(function));
        }
    }
    return all;
}

std::vector<std::string> faults_of(const std::vector<FunctionReport> &functions,
                                   bool allow_spills) {
    std::vector<std::string> faults;
    for (const FunctionReport &function : functions) {
        for (const Use &use : function.uses) {
            const std::string fault = fault_of(function, use, allow_spills);
            if (!fault.empty()) {
                faults.push_back(fault);
            }
        }
    }
    return faults;
}

std::string as_text(const std::vector<FunctionReport> &functions) {
    std::string text = "Device code of the CUDA kernels: threads and bytes of shared memory of a "
                       "block, at most; then, by chip, registers\na thread (+ bytes spilled) and "
                       "resident warps of those that a multiprocessor holds. -: only the call "
                       "tells.\n";
    std::string kernel;
    for (const FunctionReport &function : functions) {
        if (function.kernel != kernel) {
            kernel = function.kernel;
            text += "\n" + kernel + "\n";
        }
        text += "  " + short_name(function) + "\n    " + padded(number(function.threads, "-"), 5) +
                " threads " + padded(number(function.shared_bytes, "-"), 6) + " bytes";
        for (const Use &use : function.uses) {
            const std::string spilled =
                use.spill_bytes > 0 ? "+" + std::to_string(use.spill_bytes) : "";
            text += "  sm_" + std::to_string(use.chip) + " " + std::to_string(use.registers) +
                    spilled + " " + number(use.warps, "-") + "/" + std::to_string(use.most_warps);
        }
        text += "\n";
    }
    return text;
}

std::string as_json(const std::vector<FunctionReport> &functions) {
    std::string text = "{\"functions\": [";
    for (size_t i = 0; i < functions.size(); ++i) {
        const FunctionReport &function = functions[i];
        text += std::string(i == 0 ? "\n" : ",\n") + "  {\"kernel\": \"" + function.kernel +
                "\", \"function\": \"" + function.function +
                "\", \"threads\": " + number(function.threads, "null") +
                ", \"shared_bytes\": " + number(function.shared_bytes, "null") + ", \"chips\": [";
        for (size_t k = 0; k < function.uses.size(); ++k) {
            text += (k == 0 ? "" : ", ") + json_of(function.uses[k]);
        }
        text += "]}";
    }
    return text + "\n]}\n";
}

} // namespace haliclr::device_code
