// The errors a command may end with, each with its process exit code (docs/training.md lists them).
#pragma once

#include <stdexcept>
#include <string>

namespace haliclr::trainer {

// what() is one line for the user: "[subject] what is wrong, the value, what to do".
class Error : public std::runtime_error {
public:
    explicit Error(const std::string &message, int exit_code = 1)
        : std::runtime_error(message), code(exit_code) {}
    int exit_code() const { return code; }

private:
    int code;
};

// A command line or a configuration that cannot be honoured.
struct UsageError : Error {
    explicit UsageError(const std::string &message) : Error(message, 2) {}
};

// A data file that is missing, truncated or foreign.
struct DataError : Error {
    explicit DataError(const std::string &message) : Error(message, 3) {}
};

// The loss or a gradient became infinite or NaN.
struct NonFiniteLoss : Error {
    explicit NonFiniteLoss(const std::string &message) : Error(message, 4) {}
};

struct OutOfMemory : Error {
    explicit OutOfMemory(const std::string &message) : Error(message, 5) {}
};

// A signal ended the work early but in order; shells and schedulers expect 128 + signal.
struct Interrupted : Error {
    Interrupted(const std::string &message, int signal) : Error(message, 128 + signal) {}
};

} // namespace haliclr::trainer
