// One line a candidate; on a terminal a bar that stays in place.
#pragma once

#include <optional>
#include <string>

namespace haliclr::tuner {

class Progress {
public:
    Progress(std::string op, size_t candidates);
    ~Progress(); // ends the bar's line

    // fault: in one phrase, where there are no milliseconds.
    void report(const std::string &candidate, std::optional<double> milliseconds,
                const std::string &fault);
    // A remark that stays on the screen.
    void note(const std::string &text);

private:
    const std::string op;
    const size_t candidates;
    const bool on_terminal;
    size_t tried = 0;
    std::optional<double> best;
    std::string best_candidate;

    void draw_bar() const;
    void clear_line() const;
};

// Three significant digits, "0.0512 ms".
std::string milliseconds_text(double milliseconds);

} // namespace haliclr::tuner
