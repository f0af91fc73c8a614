// Calls of device functions in PTX text, as LLVM's NVPTX back end writes them (PTX ISA, "call"):
//
//     { // callseq 7, 0
//     .param .b32 param0;
//     st.param.b32 [param0], %r1;
//     .param .b32 retval0;
//     call.uni (retval0), function, (param0);
//     ld.param.b32 %r2, [retval0];
//     } // callseq 7
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace haliclr::ptx {

// What is wrong with a text, as "file:line: what".
class Error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Text and the name that errors give it.
struct Source {
    std::string_view text;
    std::string file;

    // The line, from 1 on, of the character `at`.
    size_t line(size_t at) const;
    [[noreturn]] void fail(size_t at, const std::string &what) const;
};

// A value that a call takes or gives.
struct Operand {
    std::string type; // "b32"; "none" where it is passed in parts, which no intrinsic does
    std::string text; // a register such as "%r1", or a constant such as "0f00000000"

    bool is_register() const { return !text.empty() && text[0] == '%'; }
    bool operator==(const Operand &) const = default;
};

struct Call {
    std::string function;
    std::vector<Operand> operands;
    std::vector<Operand> results;
    size_t begin = 0, end = 0; // of the block's lines in the text
};

// Every call block in order. Throws Error for one that does not end.
std::vector<Call> calls_in(const Source &source);

} // namespace haliclr::ptx
