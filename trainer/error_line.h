// An exception as the one line that a command ends with.
#pragma once

#include <c10/util/Exception.h>

#include <exception>
#include <string>

namespace haliclr::trainer {

// Of LibTorch's errors the first line, without the backtrace.
inline std::string error_line(const std::exception &error) {
    const auto *torch = dynamic_cast<const c10::Error *>(&error);
    const std::string text = torch != nullptr ? torch->what_without_backtrace() : error.what();
    return torch != nullptr ? text.substr(0, text.find('\n')) : text;
}

} // namespace haliclr::trainer
