// By the form of the opcode: an access to memory, control, or arithmetic.
#include "tests/simulator/instruction.h"

#include "tests/simulator/ptx_text.h"

#include <algorithm>

namespace haliclr::simulator {

namespace {

class Reader {
public:
    Reader(Names &names, uint32_t carry) : names(names), carry(carry) {}

    ReadInstruction read(std::string_view rest) {
        if (rest.starts_with("@")) {
            std::string_view guard = take_word(rest).substr(1);
            instruction.guard_negated = guard.starts_with("!");
            guard.remove_prefix(instruction.guard_negated ? 1 : 0);
            instruction.guard = static_cast<int>(names.register_of(guard));
        }
        instruction.opcode = take_word(rest);
        complete(split(rest));
        return {std::move(instruction), std::move(label)};
    }

private:
    Names &names;
    const uint32_t carry;
    Instruction instruction;
    std::string label;

    // A register, or the registers of a vector.
    void add_operand(std::string_view part) {
        if (!part.starts_with("{")) {
            instruction.operands.push_back(names.register_of(part));
            return;
        }
        for (const std::string_view name : split(part.substr(1, part.size() - 2))) {
            instruction.operands.push_back(names.register_of(name));
        }
    }

    void complete(const std::vector<std::string_view> &parts) {
        const std::string &opcode = instruction.opcode;
        if (opcode.starts_with("ld.") || opcode.starts_with("st.")) {
            complete_access(parts);
        } else if (opcode == "bra" || opcode == "bra.uni") {
            instruction.kind = Kind::branch;
            label = parts.at(0);
        } else if (opcode == "bar.sync") {
            instruction.kind = Kind::barrier;
        } else if (opcode == "ret" || opcode == "exit") {
            instruction.kind = Kind::end;
        } else if (opcode == "trap") {
            instruction.kind = Kind::trap;
        } else {
            complete_arithmetic(parts);
        }
    }

    void complete_arithmetic(const std::vector<std::string_view> &parts) {
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
            add_operand(part);
        }
        if (name == "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32" ||
            name == "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32") {
            instruction.kind = Kind::product;
            instruction.factor = name.find("tf32") != name.npos ? Factor::tf32 : Factor::bf16;
            return;
        }
        if (name.find(".cc.") != name.npos || name.starts_with("madc.")) {
            instruction.operands.push_back(carry);
        }
        if (instruction.compute == nullptr) {
            fail("a product that is not known");
        }
    }

    // ld.global.nc.v4.b32 {...}, [%rd1+16]; a signed byte would have to be extended.
    void complete_access(const std::vector<std::string_view> &parts) {
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
            add_operand(parts[0]);
            add_address(parts[1]);
        } else {
            add_address(parts[0]);
            add_operand(parts[1]);
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
    void add_address(std::string_view part) {
        if (!part.starts_with("[")) {
            fail("no address: " + std::string(part));
        }
        part = part.substr(1, part.size() - 2);
        const size_t plus = part.find('+');
        instruction.offset = plus == part.npos ? 0 : number(part.substr(plus + 1));
        instruction.operands.push_back(names.register_of(part.substr(0, plus)));
    }
};

} // namespace

ReadInstruction read_instruction(std::string_view statement, Names &names, uint32_t carry) {
    return Reader(names, carry).read(statement);
}

} // namespace haliclr::simulator
