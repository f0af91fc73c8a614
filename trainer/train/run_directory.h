// The folder of a run: config.toml, env.json, metrics.jsonl, TensorBoard events, checkpoints/,
// previews/, report.html.
#pragma once

#include "trainer/config.h"

#include <filesystem>
#include <string>

namespace haliclr::trainer {

struct RunDirectory {
    std::filesystem::path root;

    std::filesystem::path config_file() const { return root / "config.toml"; }
    std::filesystem::path environment_file() const { return root / "env.json"; }
    std::filesystem::path metrics_file() const { return root / "metrics.jsonl"; }
    std::filesystem::path checkpoints() const { return root / "checkpoints"; }
    std::filesystem::path previews() const { return root / "previews"; }
};

// Throws a UsageError where root exists and is not an empty folder: nothing is written over.
void require_fresh(const std::filesystem::path &root);

// Makes the folders and writes config.toml.
RunDirectory create_run(const std::filesystem::path &root, const Config &config);

// An existing run, by its folder or as "latest", the run under runs that was written to last.
// Throws a UsageError where there is none.
RunDirectory find_run(const std::string &run, const std::filesystem::path &runs = "runs");

// runs/<date>-<time>, a name that sorts by time and is still free.
std::filesystem::path new_run_name();

// Held while a process trains in a run directory. The constructor throws a UsageError where another
// process holds it.
class RunLock {
public:
    explicit RunLock(const RunDirectory &run);
    ~RunLock();
    RunLock(const RunLock &) = delete;
    RunLock &operator=(const RunLock &) = delete;

private:
    int file;
};

// env.json: versions, threads, device, back ends and the time, for whoever asks later how it was
// made.
void write_environment(const RunDirectory &run, const std::string &device);

// Removes all but the newest keep checkpoints.
void prune_checkpoints(const RunDirectory &run, int64_t keep);

} // namespace haliclr::trainer
