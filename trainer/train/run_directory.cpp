// Making, finding and tidying run directories.
#include "trainer/train/run_directory.h"

#include "runtime/binding/backend.h"
#include "trainer/errors.h"
#include "trainer/train/atomic_file.h"
#include "trainer/train/checkpoint.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace haliclr::trainer {

namespace fs = std::filesystem;

namespace {

void make_folder(const fs::path &folder) {
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure) {
        throw UsageError("[--out] cannot make the folder '" + folder.string() +
                         "': " + failure.message() + "; choose another --out");
    }
}

std::string time_text(const char *format) {
    const std::time_t now = std::time(nullptr);
    char text[64];
    std::strftime(text, sizeof text, format, std::localtime(&now));
    return text;
}

} // namespace

void require_fresh(const fs::path &root) {
    std::error_code failure;
    if (!fs::exists(root, failure)) {
        return;
    }
    if (!fs::is_directory(root, failure) || !fs::is_empty(root, failure)) {
        throw UsageError(
            "[--out] '" + root.string() +
            "' exists and is not an empty folder; choose another, or continue a run with --resume");
    }
}

RunDirectory create_run(const fs::path &root, const Config &config) {
    require_fresh(root);
    RunDirectory run{root};
    make_folder(run.checkpoints());
    make_folder(run.previews());
    write_atomically(run.config_file(), to_toml(config));
    return run;
}

RunDirectory find_run(const std::string &run, const fs::path &runs) {
    if (run != "latest") {
        RunDirectory found{run};
        if (!fs::exists(found.config_file())) {
            throw UsageError("[--resume] '" + run +
                             "' is no run: it has no config.toml; give the folder that "
                             "--out named, or latest");
        }
        return found;
    }
    RunDirectory newest;
    fs::file_time_type newest_time = fs::file_time_type::min();
    std::error_code none;
    for (const auto &entry : fs::directory_iterator(runs, none)) {
        const RunDirectory candidate{entry.path()};
        std::error_code failure;
        auto time = fs::last_write_time(candidate.metrics_file(), failure);
        if (failure) {
            time = fs::last_write_time(candidate.config_file(), failure);
        }
        if (!failure && time > newest_time) {
            newest = candidate;
            newest_time = time;
        }
    }
    if (newest.root.empty()) {
        throw UsageError("[--resume] no run in '" + runs.string() +
                         "'; give its folder as --resume DIR");
    }
    return newest;
}

fs::path new_run_name() {
    const std::string name = time_text("%Y%m%d-%H%M%S");
    fs::path root = fs::path("runs") / name;
    std::error_code failure;
    for (int number = 2; fs::exists(root, failure); ++number) {
        root = fs::path("runs") / (name + "-" + std::to_string(number));
    }
    return root;
}

RunLock::RunLock(const RunDirectory &run)
    : file(open(run.config_file().c_str(), O_RDONLY | O_CLOEXEC)) {
    // A file system without locks does not keep anyone from training.
    if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(file);
        throw UsageError("[pretrain] another process is training in '" + run.root.string() +
                         "'; wait for it, or stop it");
    }
}

RunLock::~RunLock() {
    if (file >= 0) {
        close(file);
    }
}

void write_environment(const RunDirectory &run, const std::string &device) {
    nlohmann::ordered_json environment;
    environment["haliclr"] = HALICLR_VERSION;
    environment["torch"] = TORCH_VERSION;
    environment["compiler"] = __VERSION__;
    environment["started"] = time_text("%Y-%m-%dT%H:%M:%S%z");
    environment["device"] = device;
    environment["threads"] = at::get_num_threads();
    for (const runtime::OperatorInfo &info : runtime::describe_backends()) {
        environment["backends"][info.op] = info.backend;
    }
    write_atomically(run.environment_file(), environment.dump(2) + "\n");
}

void prune_checkpoints(const RunDirectory &run, int64_t keep) {
    const auto files = checkpoints_newest_first(run.checkpoints());
    for (size_t i = static_cast<size_t>(keep); i < files.size(); ++i) {
        std::error_code ignored; // an old checkpoint that stays does no harm
        fs::remove(files[i], ignored);
    }
}

} // namespace haliclr::trainer
