// The known word nearest to a mistyped one, for error messages. Free of Halide.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace haliclr {

// The fewest letters to insert and delete, so that "batch" is nearer to "batch_size" than to
// "epochs"; the first of equals. "" where no word is known.
std::string nearest(std::string_view word, const std::vector<std::string> &known);

} // namespace haliclr
