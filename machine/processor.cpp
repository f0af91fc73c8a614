// Reads /proc/cpuinfo.
#include "machine/processor.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace haliclr {

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

std::string processor_device() {
    return processor_name() + (missing_instruction_sets("-avx512").empty() ? ", AVX-512" : "");
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

std::vector<std::string> missing_instruction_sets(const std::string &features) {
    static const std::map<std::string, std::string> names = {
        {"sse41", "sse4_1"}, {"avx512", "avx512f"}, {"avx512_skylake", "avx512bw"}};
    const std::vector<std::string> present = instruction_sets();
    std::vector<std::string> missing;
    std::istringstream words(features);
    for (std::string word; std::getline(words, word, '-');) {
        const auto known = names.find(word);
        const std::string name = known == names.end() ? word : known->second;
        const bool blank = name.find_first_not_of(' ') == std::string::npos;
        if (!blank && std::find(present.begin(), present.end(), name) == present.end()) {
            missing.push_back(name);
        }
    }
    return missing;
}

std::string slug_of(const std::string &device) {
    std::string slug;
    for (const char letter : device) {
        if (std::isalnum(static_cast<unsigned char>(letter))) {
            slug += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    while (slug.ends_with('-')) {
        slug.pop_back();
    }
    return slug.empty() ? "unnamed" : slug;
}

} // namespace haliclr
