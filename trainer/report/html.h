// The parts of a self-contained HTML page: escaped text, inline pictures, the style sheet.
#pragma once

#include <string>

namespace haliclr::trainer {

// Escapes &, <, > and " for text and attribute values.
std::string html_text(const std::string &text);

// Base 64 with padding (RFC 4648).
std::string base64(const std::string &bytes);

// A whole page, light or dark as the reader's system is.
std::string html_page(const std::string &title, const std::string &body);

} // namespace haliclr::trainer
