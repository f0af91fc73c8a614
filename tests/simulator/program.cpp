// Statements of the text, one after another; names live in the braces that declare them.
#include "tests/simulator/program.h"

#include "tests/simulator/ptx_text.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace haliclr::simulator {

namespace {

class Reader {
public:
    explicit Reader(std::string_view given) : text(without_comments(given)) {}

    Program run() {
        while (skip_space()) {
            read_statement();
        }
        return std::move(program);
    }

private:
    using Names = std::map<std::string, uint32_t, std::less<>>;

    const std::string text;
    size_t at = 0;
    int line = 1;
    std::string_view statement; // being read, for messages
    Program program;
    Function function;
    bool inside = false; // a function
    std::vector<Names> scopes;
    std::map<std::string, uint32_t, std::less<>> labels;
    std::vector<std::pair<size_t, std::string>> branches; // of an instruction, to a label
    std::vector<std::pair<std::string, uint64_t>> arrays; // outside functions, by their address
    std::vector<uint8_t> constants;

    [[noreturn]] void fail(const std::string &what) const {
        throw std::runtime_error("line " + std::to_string(line) + ": " + what + ": " +
                                 std::string(statement));
    }

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
        } else if (inside && rest.starts_with("$")) {
            statement = take_until(":");
            labels[std::string(statement)] = static_cast<uint32_t>(function.instructions.size());
        } else {
            statement = take_until(";");
            inside ? read_inside() : read_outside();
        }
    }

    void open() {
        statement = "{";
        if (!inside) {
            fail("a brace outside a function");
        }
        scopes.emplace_back();
    }

    void close() {
        statement = "}";
        if (scopes.empty()) {
            fail("a brace too many");
        }
        scopes.pop_back();
        if (scopes.empty()) {
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
        scopes.assign(1, {});
        inside = true;
        const size_t bracket = statement.find('(');
        std::string_view head = statement.substr(0, bracket);
        function.name = head.substr(head.find_last_of(" \t") + 1);
        for (size_t k = 0; k < special_count; ++k) {
            function.special[k] = scopes[0][special_names[k]] = new_register();
        }
        for (const auto &[name, address] : arrays) {
            scopes[0][name] = new_register(address);
        }
        function.constants = constants;
        function.carry = new_register();
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
        scopes[0][std::string(declared.substr(declared.find_last_of(" \t") + 1))] =
            new_register(offset);
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
        inside = false;
    }

    uint32_t new_register(uint64_t value = 0) {
        function.registers.push_back(value);
        return static_cast<uint32_t>(function.registers.size() - 1);
    }

    void read_inside() {
        std::string_view rest = statement;
        if (rest.starts_with(".reg")) {
            take_word(rest);
            take_word(rest);
            for (const std::string_view name : split(rest)) {
                declare(name);
            }
            return;
        }
        if (rest.starts_with(".local")) {
            const size_t begin = rest.find('['), end = rest.find(']');
            const auto bytes = static_cast<size_t>(number(rest.substr(begin + 1, end - begin - 1)));
            scopes[0][array_name()] = new_register(local_begin + function.local_bytes);
            function.local_bytes += (bytes + 15) / 16 * 16;
            return;
        }
        Instruction instruction;
        instruction.line = line;
        if (rest.starts_with("@")) {
            std::string_view guard = take_word(rest).substr(1);
            instruction.guard_negated = guard.starts_with("!");
            guard.remove_prefix(instruction.guard_negated ? 1 : 0);
            instruction.guard = static_cast<int>(register_of(guard));
        }
        instruction.opcode = take_word(rest);
        complete(instruction, split(rest));
        function.instructions.push_back(std::move(instruction));
    }

    // "%r<88>" declares %r0 to %r87.
    void declare(std::string_view name) {
        const size_t bracket = name.find('<');
        if (bracket == name.npos) {
            scopes.back()[std::string(name)] = new_register();
            return;
        }
        const int64_t count = number(name.substr(bracket + 1, name.size() - bracket - 2));
        for (int64_t k = 0; k < count; ++k) {
            scopes.back()[std::string(name.substr(0, bracket)) + std::to_string(k)] =
                new_register();
        }
    }

    int64_t number(std::string_view digits) const {
        int64_t value = 0;
        uint64_t bits = 0;
        const bool is_hexadecimal = digits.starts_with("0x");
        const auto [end, error] =
            is_hexadecimal
                ? std::from_chars(digits.data() + 2, digits.data() + digits.size(), bits, 16)
                : std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc() || end != digits.data() + digits.size()) {
            fail("no number: " + std::string(digits));
        }
        return is_hexadecimal ? static_cast<int64_t>(bits) : value;
    }

    uint32_t register_of(std::string_view name) {
        for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
            if (const auto found = scope->find(name); found != scope->end()) {
                return found->second;
            }
        }
        if (name.starts_with("%") || name.empty() || std::isalpha(name.front())) {
            fail("no register " + std::string(name));
        }
        return constant(name);
    }

    // "12", "-1", "0f3F800000", "0d3FF0000000000000".
    uint32_t constant(std::string_view digits) {
        const bool is_float = digits.starts_with("0f") || digits.starts_with("0d");
        const std::string plain =
            is_float ? "0x" + std::string(digits.substr(2)) : std::string(digits);
        const uint32_t made = new_register(static_cast<uint64_t>(number(plain)));
        scopes[0][std::string(digits)] = made;
        return made;
    }

    // A register, or the registers of a vector.
    void add_operand(Instruction &instruction, std::string_view part) {
        if (!part.starts_with("{")) {
            instruction.operands.push_back(register_of(part));
            return;
        }
        for (const std::string_view name : split(part.substr(1, part.size() - 2))) {
            instruction.operands.push_back(register_of(name));
        }
    }

    void complete(Instruction &instruction, const std::vector<std::string_view> &parts) {
        const std::string &opcode = instruction.opcode;
        if (opcode.starts_with("ld.") || opcode.starts_with("st.")) {
            complete_access(instruction, parts);
        } else if (opcode == "bra" || opcode == "bra.uni") {
            instruction.kind = Kind::branch;
            branches.emplace_back(function.instructions.size(), parts.at(0));
        } else if (opcode == "bar.sync") {
            instruction.kind = Kind::barrier;
        } else if (opcode == "ret" || opcode == "exit") {
            instruction.kind = Kind::end;
        } else if (opcode == "trap") {
            instruction.kind = Kind::trap;
        } else {
            complete_arithmetic(instruction, parts);
        }
    }

    void complete_arithmetic(Instruction &instruction, const std::vector<std::string_view> &parts) {
        std::string name = instruction.opcode;
        if (name.starts_with("mov.") && parts.size() == 2) {
            name += parts[0].starts_with("{")   ? " unpack"
                    : parts[1].starts_with("{") ? " pack"
                                                : "";
        }
        instruction.compute = find_compute(name);
        if (instruction.compute == nullptr && !name.starts_with("mma.")) {
            fail("an instruction that is not known");
        }
        for (const std::string_view part : parts) {
            add_operand(instruction, part);
        }
        if (name == "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32" ||
            name == "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32") {
            instruction.kind = Kind::product;
            instruction.factor = name.find("tf32") != name.npos ? Factor::tf32 : Factor::bf16;
            return;
        }
        if (name.find(".cc.") != name.npos || name.starts_with("madc.")) {
            instruction.operands.push_back(function.carry);
        }
        if (instruction.compute == nullptr) {
            fail("a product that is not known");
        }
    }

    // ld.global.nc.v4.b32 {...}, [%rd1+16]; a signed byte would have to be extended.
    void complete_access(Instruction &instruction, const std::vector<std::string_view> &parts) {
        const auto words = dotted(instruction.opcode);
        instruction.bytes = bytes_of_type(words.back());
        if (parts.size() != 2 || instruction.bytes == 0 || words.back() == "s8" ||
            words.back() == "s16") {
            fail("an access that is not known");
        }
        const bool loads = words[0] == "ld";
        instruction.kind = loads ? Kind::load : Kind::store;
        instruction.space = space_of(words);
        if (loads) {
            add_operand(instruction, parts[0]);
            add_address(instruction, parts[1]);
        } else {
            add_address(instruction, parts[0]);
            add_operand(instruction, parts[1]);
        }
    }

    Space space_of(const std::vector<std::string_view> &words) const {
        static const std::map<std::string_view, Space> spaces{{"param", Space::parameter},
                                                              {"const", Space::constant},
                                                              {"global", Space::global},
                                                              {"shared", Space::shared},
                                                              {"local", Space::local}};
        const auto found = spaces.find(words[1]);
        if (found == spaces.end()) {
            fail("an address space that is not known");
        }
        const bool read_only = std::find(words.begin(), words.end(), "nc") != words.end();
        return read_only ? Space::global_read_only : found->second;
    }

    // "[%rd1+-4]", "[name]". The register of a parameter holds where it lies among them.
    void add_address(Instruction &instruction, std::string_view part) {
        if (!part.starts_with("[")) {
            fail("no address: " + std::string(part));
        }
        part = part.substr(1, part.size() - 2);
        const size_t plus = part.find('+');
        instruction.offset = plus == part.npos ? 0 : number(part.substr(plus + 1));
        instruction.operands.push_back(register_of(part.substr(0, plus)));
    }
};

} // namespace

Program parse(std::string_view text) {
    return Reader(text).run();
}

} // namespace haliclr::simulator
