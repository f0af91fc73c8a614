// A constant is a register too, of the whole function.
#include "tests/simulator/names.h"

#include "tests/simulator/ptx_text.h"

#include <cctype>

namespace haliclr::simulator {

uint32_t Names::new_register(uint64_t value) {
    registers.push_back(value);
    return static_cast<uint32_t>(registers.size() - 1);
}

uint32_t Names::declare_outside(std::string_view name, uint64_t value) {
    return scopes[0][std::string(name)] = new_register(value);
}

void Names::declare(std::string_view name) {
    const size_t bracket = name.find('<');
    if (bracket == name.npos) {
        scopes.back()[std::string(name)] = new_register();
        return;
    }
    const int64_t count = number(name.substr(bracket + 1, name.size() - bracket - 2));
    for (int64_t k = 0; k < count; ++k) {
        scopes.back()[std::string(name.substr(0, bracket)) + std::to_string(k)] = new_register();
    }
}

uint32_t Names::register_of(std::string_view text) {
    for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
        if (const auto found = scope->find(text); found != scope->end()) {
            return found->second;
        }
    }
    if (text.starts_with("%") || text.empty() ||
        std::isalpha(static_cast<unsigned char>(text.front()))) {
        fail("no register " + std::string(text));
    }
    const bool is_float = text.starts_with("0f") || text.starts_with("0d");
    const std::string digits = is_float ? "0x" + std::string(text.substr(2)) : std::string(text);
    return declare_outside(text, static_cast<uint64_t>(number(digits)));
}

} // namespace haliclr::simulator
