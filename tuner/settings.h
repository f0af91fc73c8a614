// What the command line asks for.
#pragma once

#include "tuner/machine.h"
#include "tuner/shape.h"
#include "tuner/tables.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace haliclr::tuner {

enum class Mode { tune, list, check, fuzz };

struct Settings {
    Mode mode = Mode::tune;
    std::vector<Kernel> operators; // in the order of tuning
    std::string backend = "cpu";
    Shape shape;
    int threads = 0; // 0: all cores
    double budget = 600, trial_limit = 60;
    uint64_t seed = 1;
    double fuzz_seconds = 0;
    uint64_t fuzz_cases = 0;           // at most; 0: as many as the time allows
    std::optional<uint64_t> fuzz_case; // the seed of the only one
    std::filesystem::path out;         // empty: the device's file
    std::filesystem::path json, plot;
    std::vector<std::string> autoschedulers; // competitors
    std::string static_estimate = "off";     // by llvm-mca: off, report, or on, which also prunes
    std::string command;                     // as it was typed, for the record
};

// Reads the command line. Throws a UsageError; --help ends the process with 0.
Settings parse_settings(int argc, char **argv);

// The record file of a device: in schedules/tuned of the source folder that the working directory
// lies in, else in the working directory.
std::filesystem::path record_file(const Settings &settings, const Machine &machine);

} // namespace haliclr::tuner
