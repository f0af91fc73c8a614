// One number and at most one letter.
#include "tuner/duration.h"

#include "tuner/errors.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace haliclr::tuner {

double parse_duration(const std::string &text, const std::string &flag) {
    double number = 0;
    const char *end = text.data() + text.size();
    const auto [unit, fault] = std::from_chars(text.data(), end, number);
    const std::string_view suffix(unit, end - unit);
    const double seconds = suffix.empty() || suffix == "s" ? 1
                           : suffix == "m"                 ? 60
                           : suffix == "h"                 ? 3600
                                                           : 0;
    if (fault != std::errc() || seconds == 0 || !(number > 0) || !std::isfinite(number)) {
        throw UsageError(flag + " '" + text + "': no duration; write for example 90s, 10m or 1.5h");
    }
    return number * seconds;
}

} // namespace haliclr::tuner
