// Bar and lines.
#include "tuner/progress.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace haliclr::tuner {

std::string milliseconds_text(double milliseconds) {
    char text[32];
    const int decimals = milliseconds < 0.1 ? 4 : milliseconds < 1 ? 3 : milliseconds < 100 ? 2 : 0;
    std::snprintf(text, sizeof text, "%.*f ms", decimals, milliseconds);
    return text;
}

std::string time_text(const Attempt &attempt) {
    char text[48];
    std::snprintf(text, sizeof text, ", %.2f of the schedule's own", attempt.relative);
    return milliseconds_text(*attempt.milliseconds) + text;
}

Progress::Progress(std::string op, size_t candidates)
    : op(std::move(op)), candidates(candidates), on_terminal(isatty(STDOUT_FILENO) == 1) {}

Progress::~Progress() {
    clear_line();
}

void Progress::report(const Attempt &attempt) {
    tried++;
    if (attempt.milliseconds && (!best || attempt.relative < best->relative)) {
        best = attempt;
    }
    const std::string candidate = op + "  " + to_text(attempt.values) + "  ";
    if (!attempt.milliseconds) {
        note(candidate + "left out: " + attempt.fault);
    } else if (on_terminal) {
        draw_bar();
    } else {
        note(candidate + time_text(attempt) + "  (" + std::to_string(tried) + " of " +
             std::to_string(candidates) + ")");
    }
}

void Progress::note(const std::string &text) {
    clear_line();
    std::printf("%s\n", text.c_str());
    if (on_terminal && best) {
        draw_bar();
    }
    std::fflush(stdout);
}

void Progress::draw_bar() const {
    constexpr size_t width = 24;
    const size_t filled = std::min(width, tried * width / std::max<size_t>(1, candidates));
    const std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
    std::printf("\r\033[K%s [%s] %zu of %zu, best %s: %s", op.c_str(), bar.c_str(), tried,
                candidates, time_text(*best).c_str(), to_text(best->values).c_str());
    std::fflush(stdout);
}

void Progress::clear_line() const {
    if (on_terminal) {
        std::printf("\r\033[K");
        std::fflush(stdout);
    }
}

} // namespace haliclr::tuner
