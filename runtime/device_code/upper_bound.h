// The largest value of an integer expression in a Halide statement, where its constants alone tell
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace haliclr::device_code {

// The expression that a `let` gives a name, empty where it is none.
using Definitions = std::function<std::string(const std::string &name)>;

// Knows numbers, names that `definitions` defines, + - * /, min, max and parentheses; "min(rows,
// 8)" is at most 8. A difference and a quotient are known where both of their parts are constants.
// Nothing for anything else.
std::optional<int64_t> upper_bound(std::string_view expression, const Definitions &definitions);

} // namespace haliclr::device_code
