// Reads /proc/cpuinfo.
#include "trainer/report/processor.h"

#include <fstream>
#include <set>
#include <sstream>

namespace haliclr::trainer {

namespace {

// The value of the first line of /proc/cpuinfo with this key; empty where there is none.
std::string cpu_info(const std::string &key) {
    std::ifstream stream("/proc/cpuinfo");
    for (std::string line; std::getline(stream, line);) {
        const size_t colon = line.find(':');
        if (line.starts_with(key) && colon != std::string::npos && colon + 2 <= line.size()) {
            return line.substr(colon + 2);
        }
    }
    return "";
}

} // namespace

std::string processor_name() {
    return cpu_info("model name");
}

std::vector<std::string> instruction_sets() {
    std::istringstream words(cpu_info("flags") + " " + cpu_info("Features"));
    std::set<std::string> present;
    for (std::string word; words >> word;) {
        present.insert(word);
    }
    std::vector<std::string> sets;
    for (const char *name : {"sse4_1", "avx", "f16c", "fma", "avx2", "avx512f", "avx512bw",
                             "avx512_vnni", "avx512_bf16", "asimd", "sve"}) {
        if (present.count(name) > 0) {
            sets.push_back(name);
        }
    }
    return sets;
}

} // namespace haliclr::trainer
