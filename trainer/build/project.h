// The folder of a specialized binary: what is written into it, and how it is compiled there.
#pragma once

#include "trainer/build/specialization.h"

#include <filesystem>
#include <string>
#include <vector>

namespace haliclr::trainer {

struct BuildFolder {
    std::filesystem::path root;

    std::filesystem::path binary() const { return root / "haliclr"; }
    std::filesystem::path config_file() const { return root / "config.toml"; }
    std::filesystem::path description() const { return root / "specialization.cmake"; }
    std::filesystem::path values_source() const { return root / "specialization.cpp"; }
    std::filesystem::path log_file() const { return root / "build.log"; }
    std::filesystem::path work() const { return root / "build"; }
};

// The processor's part of a specialization.
struct TargetProcessor {
    std::string features;             // of Halide: "-avx-avx2-f16c-fma-sse41"
    std::vector<std::string> records; // names of schedules/tuned/*.json, the first counts
};

// The best code that this CPU runs, and its tuned records where there are any.
TargetProcessor this_processor();

// Throws a UsageError where the folder holds anything but an earlier, perhaps unfinished build of
// the same specialization: nothing is written over.
void require_free(const BuildFolder &folder, const Specialization &special,
                  const TargetProcessor &processor);

void write_project(const BuildFolder &folder, const Config &config, const Specialization &special,
                   const TargetProcessor &processor);

// Configures and builds with the CMake that built this binary, everything into the log; prints what
// goes on to stderr. Throws an Error that names the log.
void build_project(const BuildFolder &folder);

// The binary that the specialized one is compared with: that of the build folder whose parts it
// reuses.
std::filesystem::path generic_binary();

} // namespace haliclr::trainer
