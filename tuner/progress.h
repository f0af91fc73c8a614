// One line a candidate; on a terminal a bar that stays in place.
#pragma once

#include "tuner/journal.h"

#include <optional>
#include <string>

namespace haliclr::tuner {

class Progress {
public:
    Progress(std::string op, size_t candidates);
    ~Progress(); // ends the bar's line

    void report(const Attempt &attempt);
    // A remark that stays on the screen.
    void note(const std::string &text);

private:
    const std::string op;
    const size_t candidates;
    const bool on_terminal;
    size_t tried = 0;
    std::optional<Attempt> best;

    void draw_bar() const;
    void clear_line() const;
};

// Three significant digits, "0.0512 ms".
std::string milliseconds_text(double milliseconds);
// "1.38 ms, 0.94 of the schedule's own".
std::string time_text(const Attempt &attempt);

} // namespace haliclr::tuner
