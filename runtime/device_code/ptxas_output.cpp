// Lines such as "Used 20 registers, used 1 barriers, 136 bytes smem, 384 bytes cmem[0]".
#include "runtime/device_code/ptxas_output.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace haliclr::device_code {
namespace {

// The number in front of a word, 0 where there is none: 16 of "16 bytes spill stores".
int number_before(const std::string &line, const std::string &word) {
    const size_t place = line.find(" " + word);
    if (place == std::string::npos) {
        return 0;
    }
    size_t begin = place;
    while (begin > 0 && std::isdigit(static_cast<unsigned char>(line[begin - 1]))) {
        --begin;
    }
    return begin == place ? 0 : std::stoi(line.substr(begin, place - begin));
}

} // namespace

std::vector<Resources> resources_in(const std::string &ptxas_output) {
    std::vector<Resources> functions;
    std::istringstream lines(ptxas_output);
    for (std::string line; std::getline(lines, line);) {
        const std::string opening = "Compiling entry function '";
        const size_t place = line.find(opening);
        if (place != std::string::npos) {
            const size_t begin = place + opening.size();
            functions.push_back({line.substr(begin, line.find('\'', begin) - begin)});
        }
        if (functions.empty()) {
            continue;
        }
        Resources &last = functions.back();
        last.spill_bytes += number_before(line, "bytes spill stores");
        last.spill_bytes += number_before(line, "bytes spill loads");
        last.stack_bytes = std::max(last.stack_bytes, number_before(line, "bytes stack frame"));
        last.registers = std::max(last.registers, number_before(line, "registers"));
        last.shared_bytes = std::max(last.shared_bytes, number_before(line, "bytes smem"));
    }
    return functions;
}

} // namespace haliclr::device_code
