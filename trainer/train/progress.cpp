// Drawing of the progress bar and the plain lines.
#include "trainer/train/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace haliclr::trainer {

namespace {

constexpr double bar_interval = 0.1;  // seconds between two drawings
constexpr double line_interval = 5.0; // seconds between two plain lines
constexpr int bar_width = 24;         // characters

int columns(std::FILE *output) {
    winsize size = {};
    const bool known = ioctl(fileno(output), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

} // namespace

std::string duration_text(double seconds) {
    const auto whole = std::llround(seconds);
    char text[32];
    if (whole < 3600) {
        std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
    } else {
        std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60,
                      whole % 60);
    }
    return text;
}

std::string progress_text(const StepMetrics &metrics, int64_t total_steps, double seconds_left) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "step %lld/%lld  epoch %lld  loss %.4f  rate %.4g  %.0f images/s  %s left",
                  static_cast<long long>(metrics.step), static_cast<long long>(total_steps),
                  static_cast<long long>(metrics.epoch), metrics.loss, metrics.rate,
                  metrics.images_per_s, duration_text(seconds_left).c_str());
    return text;
}

Progress::Progress(std::FILE *output, int64_t first_step, int64_t total_steps)
    : output(output), first_step(first_step), total_steps(total_steps),
      terminal(isatty(fileno(output)) != 0), colour(std::getenv("NO_COLOR") == nullptr),
      start(Clock::now()), last_shown() {}

Progress::~Progress() {
    if (bar_visible) {
        std::fputc('\n', output);
    }
}

void Progress::step(const StepMetrics &metrics) {
    const Clock::time_point now = Clock::now();
    const double since_shown = std::chrono::duration<double>(now - last_shown).count();
    const bool last = metrics.step == total_steps;
    if (!last && since_shown < (terminal ? bar_interval : line_interval)) {
        return;
    }
    last_shown = now;
    const double elapsed = std::chrono::duration<double>(now - start).count();
    const auto done = static_cast<double>(metrics.step - first_step);
    const auto left = static_cast<double>(total_steps - metrics.step);
    const std::string text = progress_text(metrics, total_steps, elapsed / done * left);
    if (terminal) {
        draw_bar(metrics, text);
        return;
    }
    std::fprintf(output, "%s\n", text.c_str());
    std::fflush(output);
}

void Progress::draw_bar(const StepMetrics &metrics, const std::string &text) {
    // The text comes first, a narrow terminal gets a shorter bar; a line longer than the terminal
    // would wrap and leave its first part behind.
    const int width = columns(output) - 1;
    const int length = std::clamp(width - static_cast<int>(text.size()) - 3, 0, bar_width);
    const auto filled = static_cast<int>(length * metrics.step / total_steps);
    const std::string bar = std::string(filled, '#') + std::string(length - filled, '.');
    const int room = std::max(0, width - length - 3);
    std::fprintf(output, "\r\033[K%s[%s]%s %.*s", colour ? "\033[32m" : "", bar.c_str(),
                 colour ? "\033[0m" : "", room, text.c_str());
    std::fflush(output);
    bar_visible = true;
}

} // namespace haliclr::trainer
