// The tuned records of one device: schedules/tuned/<device>.json, as docs/tuning.md specifies it.
#pragma once

#include "tuner/bound.h"
#include "tuner/space.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace haliclr::tuner {

struct Record {
    std::string op, backend, problem;
    Values values; // only those that differ from the schedule's own
    double median_ms = 0, default_median_ms = 0;
    std::string measured_by, date, machine;
    std::optional<Bound> bound; // older records, and those of devices, have none
};

// "21.0.0", of the library that is linked.
std::string halide_version();
// Today, "2026-11-25".
std::string today();

class RecordFile {
public:
    // Reads the file where it exists. Throws a UsageError where it holds anything but records of a
    // known version, so that it is never overwritten.
    RecordFile(std::filesystem::path file, const std::string &device);

    // The record of an operator and back end; none where another Halide version found it.
    std::optional<Record> find(const std::string &op, const std::string &backend) const;
    // In the place of the old record of this operator and back end; all others stay as they are.
    void put(const Record &record);
    // Atomically: a temporary file beside it, then a rename. Throws a UsageError.
    void write() const;

    const std::filesystem::path &path() const { return file; }

private:
    std::filesystem::path file;
    nlohmann::ordered_json content;
};

// Also used for --json: the text appears under this name whole or not at all.
void write_atomically(const std::filesystem::path &file, const std::string &text);

} // namespace haliclr::tuner
