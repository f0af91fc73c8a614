// The table of intrinsics; see generators/ptx/intrinsic.h.
#include "generators/ptx/intrinsic.h"

#include <algorithm>
#include <numeric>

namespace haliclr::ptx {

namespace {

// A, B and C as dsl/tensor_core.h lays them out; PTX ISA, "mma", "cvt", "ex2".
const std::vector<Intrinsic> &intrinsics() {
    static const std::vector<Intrinsic> all{
        {"haliclr_mma_m16n8k8_tf32",
         "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32",
         {4, 2, 4},
         4,
         2},
        {"haliclr_mma_m16n8k16_bf16",
         "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32",
         {4, 2, 4},
         4,
         2},
        {"haliclr_cvt_rna_tf32_f32", "cvt.rna.tf32.f32", {1}},
        {"haliclr_cvt_rn_bf16x2_f32", "cvt.rn.bf16x2.f32", {1, 1}}, // the upper half first
        {"haliclr_ex2_approx_ftz_f32", "ex2.approx.ftz.f32", {1}},
    };
    return all;
}

std::string vector_of(const std::vector<std::string> &registers) {
    std::string text;
    for (const std::string &name : registers) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return registers.size() == 1 ? text : "{" + text + "}";
}

} // namespace

int Intrinsic::operand_count() const {
    return std::accumulate(operands.begin(), operands.end(), 0);
}

int Intrinsic::accumulator_begin() const {
    const auto end = accumulator < 0 ? operands.end() : operands.begin() + accumulator;
    return std::accumulate(operands.begin(), end, 0);
}

std::string Intrinsic::function(int result) const {
    return results == 1 ? name : name + "_d" + std::to_string(result);
}

std::string Intrinsic::text(const std::vector<Operand> &given,
                            const std::vector<Operand> &taken) const {
    std::vector<std::string> constants;
    const auto name_of = [&](const Operand &operand) {
        if (operand.is_register() || operand_count() == 1) {
            return operand.text;
        }
        const auto known = std::find(constants.begin(), constants.end(), operand.text);
        const auto index = known - constants.begin();
        if (known == constants.end()) {
            constants.push_back(operand.text);
        }
        return "%constant" + std::to_string(index);
    };
    std::vector<std::string> parts;
    for (const Operand &result : given) {
        parts.push_back(result.text);
    }
    std::string line = "\t" + instruction + " \t" + vector_of(parts);
    size_t next = 0;
    for (const int count : operands) {
        parts.clear();
        for (int k = 0; k < count; ++k) {
            parts.push_back(name_of(taken[next++]));
        }
        line += ", " + vector_of(parts);
    }
    line += ";\n";
    if (constants.empty()) {
        return line;
    }
    std::string moves = "\t{\n\t.reg .b32 \t%constant<" + std::to_string(constants.size()) + ">;\n";
    for (size_t k = 0; k < constants.size(); ++k) {
        moves += "\tmov.b32 \t%constant" + std::to_string(k) + ", " + constants[k] + ";\n";
    }
    return moves + line + "\t}\n";
}

IntrinsicResult find_intrinsic(std::string_view function) {
    for (const Intrinsic &intrinsic : intrinsics()) {
        for (int result = 0; result < intrinsic.results; ++result) {
            if (function == intrinsic.function(result)) {
                return {&intrinsic, result};
            }
        }
    }
    return {};
}

} // namespace haliclr::ptx
