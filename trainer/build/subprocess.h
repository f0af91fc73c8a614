// Another program, started and listened to.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace haliclr::trainer {

// Runs words[0], found by PATH, and hands on each line of its standard output and error. Returns
// its exit code, 128 + signal where a signal ended it, or 127 where it could not be started. It
// shares the terminal, so that ctrl-C stops it too.
int run_program(const std::vector<std::string> &words,
                const std::function<void(const std::string &line)> &on_line);

} // namespace haliclr::trainer
