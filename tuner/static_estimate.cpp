// Loops out of the assembly, one of them through llvm-mca.
#include "tuner/static_estimate.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace haliclr::tuner {

namespace {

using Loop = std::vector<std::string>;

std::string trimmed(const std::string &line) {
    const std::string code = line.substr(0, line.find('#'));
    const size_t first = code.find_first_not_of(" \t");
    return first == std::string::npos
               ? ""
               : code.substr(first, code.find_last_not_of(" \t\r") + 1 - first);
}

bool is_multiply_add(const std::string &instruction) {
    return instruction.starts_with("vfmadd") || instruction.starts_with("vfnmadd") ||
           instruction.starts_with("vfmsub");
}

int lanes_of(const std::string &instruction) {
    const auto uses = [&](const char *what) { return instruction.find(what) != std::string::npos; };
    return uses("ss\t") || uses("ss ") ? 1 : uses("%zmm") ? 16 : uses("%ymm") ? 8 : 4;
}

int lanes_of_multiply_adds(const Loop &loop) {
    int lanes = 0;
    for (const std::string &instruction : loop) {
        lanes += is_multiply_add(instruction) ? lanes_of(instruction) : 0;
    }
    return lanes;
}

// The product of a loss is denser than the polynomial of its exponential, whose block may be
// longer.
Loop densest(const std::vector<Loop> &loops) {
    Loop best;
    double most = 0;
    for (const Loop &loop : loops) {
        const double density = static_cast<double>(lanes_of_multiply_adds(loop)) / loop.size();
        if (density > most) {
            most = density;
            best = loop;
        }
    }
    return best;
}

std::string output_of(const std::string &command) {
    std::string output;
    if (FILE *pipe = popen(command.c_str(), "r")) {
        std::array<char, 4096> part;
        while (const size_t count = std::fread(part.data(), 1, part.size(), pipe)) {
            output.append(part.data(), count);
        }
        pclose(pipe);
    }
    return output;
}

} // namespace

std::vector<Loop> innermost_loops(const std::string &assembly) {
    std::vector<Loop> loops;
    std::istringstream lines(assembly);
    std::string label;
    Loop block;
    for (std::string line; std::getline(lines, line);) {
        const std::string code = trimmed(line);
        if (code.ends_with(':')) {
            label = code.substr(0, code.size() - 1);
            block.clear();
        } else if (!code.empty() && !code.starts_with('.')) {
            block.push_back(code);
            const bool jumps = code.starts_with('j');
            if (jumps && code.substr(code.find_last_of(" \t") + 1) == label) {
                loops.push_back(block);
            }
            label = jumps ? "" : label;
        }
    }
    return loops;
}

std::optional<double> cycles_in(const std::string &report) {
    const auto number = [&](const std::string &key) {
        const size_t found = report.find(key);
        return found == std::string::npos ? 0 : std::atof(report.c_str() + found + key.size());
    };
    const double iterations = number("Iterations:"), cycles = number("Total Cycles:");
    return iterations > 0 && cycles > 0 ? std::optional(cycles / iterations) : std::nullopt;
}

bool is_installed(const std::string &tool) {
    return std::system(("command -v '" + tool + "' >/dev/null 2>&1").c_str()) == 0;
}

std::optional<double> estimate_cycles(const std::string &assembly, const std::string &tool) {
    const Loop loop = densest(innermost_loops(assembly));
    if (loop.empty()) {
        return std::nullopt;
    }
    const auto file = std::filesystem::temp_directory_path() /
                      ("haliclr-loop-" + std::to_string(::getpid()) + ".s");
    std::ofstream stream(file);
    for (const std::string &instruction : loop) {
        stream << instruction << '\n';
    }
    stream.close();
    std::optional<double> cycles;
    for (const char *cpu : {"native", "skylake-avx512"}) {
        if (!cycles) {
            cycles = cycles_in(
                output_of("'" + tool + "' -mcpu=" + cpu + " '" + file.string() + "' 2>&1"));
        }
    }
    std::filesystem::remove(file);
    return cycles ? std::optional(*cycles / lanes_of_multiply_adds(loop)) : std::nullopt;
}

} // namespace haliclr::tuner
