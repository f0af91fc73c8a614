// Names of a function's text, and the registers that they stand for: in the braces that declare
// them and in those inside.
#pragma once

#include "tests/simulator/program.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace haliclr::simulator {

class Names {
public:
    // Registers are added to the function's, with the value that they hold at its start.
    explicit Names(std::vector<uint64_t> &registers) : registers(registers), scopes(1) {}

    void open() { scopes.emplace_back(); }
    // False: that was the function's own brace.
    bool close() {
        scopes.pop_back();
        return !scopes.empty();
    }
    uint32_t new_register(uint64_t value = 0);
    // For the whole function: parameters, arrays, what the hardware sets.
    uint32_t declare_outside(std::string_view name, uint64_t value = 0);
    // "%r", or "%r<88>" for %r0 to %r87.
    void declare(std::string_view name);
    // The register of a name or of a constant: "12", "-1", "0f3F800000", "0d3FF0000000000000".
    // Throws std::runtime_error for an unknown name.
    uint32_t register_of(std::string_view text);

private:
    std::vector<uint64_t> &registers;
    std::vector<std::map<std::string, uint32_t, std::less<>>> scopes;
};

} // namespace haliclr::simulator
