// Statements of the text, one after another; names live in the braces that declare them.
#include "tests/simulator/program.h"

#include "tests/simulator/instruction.h"
#include "tests/simulator/ptx_text.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace haliclr::simulator {

namespace {

class Reader {
public:
    explicit Reader(std::string_view given) : text(without_comments(given)) {}

    Program run() {
        while (skip_space()) {
            try {
                read_statement();
            } catch (const std::runtime_error &error) {
                throw std::runtime_error("line " + std::to_string(line) + ": " + error.what() +
                                         ": " + std::string(statement));
            }
        }
        return std::move(program);
    }

private:
    const std::string text;
    size_t at = 0;
    int line = 1;
    std::string_view statement; // being read, for messages
    Program program;
    Function function;
    std::optional<Names> names; // inside a function
    std::map<std::string, uint32_t, std::less<>> labels;
    std::vector<std::pair<size_t, std::string>> branches; // of an instruction, to a label
    std::vector<std::pair<std::string, uint64_t>> arrays; // outside functions, by their address
    std::vector<uint8_t> constants;

    bool skip_space() {
        for (; at < text.size() && std::isspace(static_cast<unsigned char>(text[at])); ++at) {
            line += text[at] == '\n' ? 1 : 0;
        }
        return at < text.size();
    }

    // Up to and without the first of these characters; without it to the end of the text.
    std::string_view take_until(std::string_view ends) {
        const size_t begin = at;
        at = std::min(text.find_first_of(ends, at), text.size());
        const std::string_view taken = std::string_view(text).substr(begin, at - begin);
        line += static_cast<int>(std::count(taken.begin(), taken.end(), '\n'));
        at = std::min(at + 1, text.size());
        return trimmed(taken);
    }

    void read_statement() {
        const std::string_view rest = std::string_view(text).substr(at);
        if (rest.starts_with("{") || rest.starts_with("}")) {
            ++at;
            rest.starts_with("{") ? open() : close();
        } else if (rest.starts_with(".version") || rest.starts_with(".target") ||
                   rest.starts_with(".address_size")) {
            take_until("\n");
            ++line;
        } else if (rest.starts_with(".visible .entry")) {
            statement = take_until("{");
            begin_function();
        } else if (names && rest.starts_with("$")) {
            statement = take_until(":");
            labels[std::string(statement)] = static_cast<uint32_t>(function.instructions.size());
        } else {
            statement = take_until(";");
            names ? read_inside() : read_outside();
        }
    }

    void open() {
        statement = "{";
        if (!names) {
            fail("a brace outside a function");
        }
        names->open();
    }

    void close() {
        statement = "}";
        if (!names) {
            fail("a brace too many");
        }
        if (!names->close()) {
            end_function();
        }
    }

    // A function that is called is named where a call of it is refused.
    void read_outside() {
        if (statement.starts_with(".extern .shared")) {
            arrays.emplace_back(array_name(), shared_begin);
        } else if (statement.starts_with(".const")) {
            read_constants();
        } else if (!statement.starts_with(".extern .func")) {
            fail("an unknown directive");
        }
    }

    // ".local .align 4 .b8 name[28]".
    std::string array_name() const {
        const std::string_view head = statement.substr(0, statement.find('['));
        return std::string(head.substr(head.find_last_of(" \t") + 1));
    }

    // ".const .align 4 .b8 name[2] = {65, 144}", of bytes.
    void read_constants() {
        const size_t begin = statement.find('{'), end = statement.find('}');
        if (statement.find(" .b8 ") == statement.npos || end == statement.npos) {
            fail("constants of an unknown form");
        }
        constants.resize((constants.size() + 15) / 16 * 16);
        arrays.emplace_back(array_name(), constant_begin + constants.size());
        for (const std::string_view byte : split(statement.substr(begin + 1, end - begin - 1))) {
            constants.push_back(static_cast<uint8_t>(number(byte)));
        }
    }

    void begin_function() {
        function = {};
        labels.clear();
        branches.clear();
        names.emplace(function.registers);
        const size_t bracket = statement.find('(');
        std::string_view head = statement.substr(0, bracket);
        function.name = head.substr(head.find_last_of(" \t") + 1);
        for (size_t k = 0; k < special_count; ++k) {
            function.special[k] = names->declare_outside(special_names[k]);
        }
        for (const auto &[name, address] : arrays) {
            names->declare_outside(name, address);
        }
        function.constants = constants;
        function.carry = names->new_register();
        const size_t end = statement.rfind(')');
        if (bracket == statement.npos || end == statement.npos) {
            fail("a function without parameters");
        }
        for (const std::string_view part :
             split(statement.substr(bracket + 1, end - bracket - 1))) {
            add_parameter(part);
        }
    }

    // ".param .u64 .ptr .align 1 name": each is aligned to its size.
    void add_parameter(std::string_view declared) {
        take_word(declared);
        const auto bytes = static_cast<size_t>(bytes_of_type(take_word(declared)));
        if (bytes == 0) {
            fail("a parameter of unknown type");
        }
        const size_t offset = (function.parameter_bytes + bytes - 1) / bytes * bytes;
        function.parameters.push_back({offset, bytes});
        function.parameter_bytes = offset + bytes;
        names->declare_outside(declared.substr(declared.find_last_of(" \t") + 1), offset);
    }

    void end_function() {
        for (const auto &[index, label] : branches) {
            const auto found = labels.find(label);
            if (found == labels.end()) {
                fail("no label " + label + " in " + function.name);
            }
            function.instructions[index].offset = found->second;
        }
        program[function.name] = std::move(function);
        names.reset();
    }

    void read_inside() {
        std::string_view rest = statement;
        if (rest.starts_with(".reg")) {
            take_word(rest);
            take_word(rest);
            for (const std::string_view name : split(rest)) {
                names->declare(name);
            }
        } else if (rest.starts_with(".local")) {
            const size_t begin = rest.find('['), end = rest.find(']');
            const auto bytes = static_cast<size_t>(number(rest.substr(begin + 1, end - begin - 1)));
            names->declare_outside(array_name(), local_begin + function.local_bytes);
            function.local_bytes += (bytes + 15) / 16 * 16;
        } else {
            auto [instruction, label] = read_instruction(rest, *names, function.carry);
            if (instruction.kind == Kind::branch) {
                branches.emplace_back(function.instructions.size(), label);
            }
            instruction.line = line;
            function.instructions.push_back(std::move(instruction));
        }
    }
};

} // namespace

Program parse(std::string_view text) {
    return Reader(text).run();
}

} // namespace haliclr::simulator
