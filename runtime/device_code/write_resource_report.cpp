// usage: write_resource_report MANIFEST TEXT JSON [--allow-spills]
// Writes what each function of the CUDA kernels takes of each chip; fails where one spills
// registers or fits no multiprocessor.
#include "runtime/device_code/resource_report.h"

#include <cstdio>
#include <exception>
#include <string>

using namespace haliclr::device_code;

int main(int count, char **arguments) {
    if (count < 4) {
        std::fputs("usage: write_resource_report MANIFEST TEXT JSON [--allow-spills]\n", stderr);
        return 2;
    }
    try {
        const bool allow_spills = count > 4 && std::string(arguments[4]) == "--allow-spills";
        const auto functions = examine(read_manifest(arguments[1]));
        const auto faults = faults_of(functions, allow_spills);
        for (const std::string &fault : faults) {
            std::fprintf(stderr, "%s\n", fault.c_str());
        }
        if (!faults.empty()) {
            return 1;
        }
        write_file(arguments[2], as_text(functions));
        write_file(arguments[3], as_json(functions));
        return 0;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
