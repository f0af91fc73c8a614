// The pass over device intrinsics on PTX that Halide wrote (recorded/): what it makes of a group,
// and that every malformed one is an error that names the file and the line.
#include "generators/ptx/expand.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/generators/occurrences.h"
#include "tests/trainer/command.h"

namespace haliclr::ptx {
namespace {

std::string recorded(const std::string &name) {
    std::ostringstream text;
    std::ifstream file(HALICLR_RECORDED "/" + name, std::ios::binary);
    EXPECT_TRUE(file) << name;
    text << file.rdbuf();
    return text.str();
}

std::string expanded(const std::string &text) {
    return expand({text, "k.ptx"});
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
    const size_t at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return at == text.npos ? text : text.replace(at, from.size(), to);
}

// One call block of a group as LLVM writes it. operands: registers.
std::string block(int number, const std::string &function, const std::vector<std::string> &operands,
                  const std::string &result) {
    const std::string label = std::to_string(number);
    std::string text = "\t{ // callseq " + label + ", 0\n", list;
    for (size_t k = 0; k < operands.size(); ++k) {
        const std::string name = "param" + std::to_string(k);
        text += "\t.param .b32 \t" + name + ";\n\tst.param.b32 \t[" + name + "], " + operands[k] +
                ";\n";
        list += (k == 0 ? "" : ", ") + name;
    }
    return text + "\t.param .b32 \tretval0;\n\tcall.uni (retval0), " + function + ", (" + list +
           ");\n\tld.param.b32 \t" + result + ", [retval0];\n\t} // callseq " + label + "\n";
}

const std::string mma = "haliclr_mma_m16n8k8_tf32_d";

std::string member(int result, const std::vector<std::string> &accumulated,
                   const std::string &b1 = "%r6") {
    std::vector<std::string> operands{"%r1", "%r2", "%r3", "%r4", "%r5", b1};
    operands.insert(operands.end(), accumulated.begin(), accumulated.end());
    return block(result, mma + std::to_string(result), operands,
                 "%r" + std::to_string(21 + result));
}

std::vector<std::string> group() {
    return {
        member(0, {"%r11", "%r12", "%r13", "%r14"}), member(1, {"%r21", "%r12", "%r13", "%r14"}),
        member(2, {"%r21", "%r22", "%r13", "%r14"}), member(3, {"%r21", "%r22", "%r23", "%r14"})};
}

std::string joined(const std::vector<std::string> &blocks) {
    std::string text = "first line\n";
    for (const std::string &part : blocks) {
        text += part;
    }
    return text + "last line\n";
}

// That the text is refused, in one line that names its line `line` and says `reason`.
void expect_error(const std::string &text, int line, const std::string &reason) {
    try {
        expanded(text);
        ADD_FAILURE() << "no error: " << reason;
    } catch (const Error &error) {
        const std::string what = error.what();
        EXPECT_TRUE(what.starts_with("k.ptx:" + std::to_string(line) + ": ")) << what;
        EXPECT_NE(what.find(reason), what.npos) << what;
        EXPECT_EQ(what.find('\n'), what.npos) << what;
    }
}

TEST(Ptx, TextWithoutIntrinsicsPassesByteForByte) {
    const std::string text = recorded("doubled.ptx");
    EXPECT_EQ(expanded(text), text);
    EXPECT_EQ(expanded(""), "");
    const std::string call = block(4, "vprintf", {"%r1"}, "%r2");
    const std::string other = "\r\n" + replaced(call, "[param0]", "[param0+4]") + '\0';
    EXPECT_EQ(expanded(other), other);
}

TEST(Ptx, AGroupBecomesOneInstructionWithTheFirstCallsOperands) {
    EXPECT_EQ(expanded(joined(group())),
              "first line\n\tmma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 \t{%r21, %r22, "
              "%r23, %r24}, {%r1, %r2, %r3, %r4}, {%r5, %r6}, {%r11, %r12, %r13, %r14};\n"
              "last line\n");
}

TEST(Ptx, ResultsMayTakeThePlaceOfTheAccumulators) {
    const std::vector<std::string> same{"%r21", "%r22", "%r23", "%r24"};
    const std::string text =
        joined({member(0, same), member(1, same), member(2, same), member(3, same)});
    EXPECT_NE(expanded(text).find("{%r21, %r22, %r23, %r24}, {%r1, %r2, %r3, %r4}, {%r5, %r6}, "
                                  "{%r21, %r22, %r23, %r24};"),
              std::string::npos);
}

TEST(Ptx, ConstantsAreMovedToRegistersFirst) {
    const std::vector<std::string> zeros(4, "0f00000000");
    const std::string text =
        joined({member(0, zeros), member(1, zeros), member(2, zeros), member(3, zeros)});
    EXPECT_EQ(expanded(text),
              "first line\n\t{\n\t.reg .b32 \t%constant<1>;\n\tmov.b32 \t%constant0, 0f00000000;\n"
              "\tmma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 \t{%r21, %r22, %r23, %r24}, "
              "{%r1, %r2, %r3, %r4}, {%r5, %r6}, {%constant0, %constant0, %constant0, %constant0};"
              "\n\t}\nlast line\n");
}

TEST(Ptx, SingleCallsBecomeTheirInstruction) {
    EXPECT_EQ(expanded(block(0, "haliclr_ex2_approx_ftz_f32", {"%r3"}, "%r4")),
              "\tex2.approx.ftz.f32 \t%r4, %r3;\n");
    EXPECT_EQ(expanded(block(0, "haliclr_cvt_rna_tf32_f32", {"%f3"}, "%r4")),
              "\tcvt.rna.tf32.f32 \t%r4, %f3;\n");
    EXPECT_EQ(expanded(block(0, "haliclr_cvt_rn_bf16x2_f32", {"%r3", "%r5"}, "%r4")),
              "\tcvt.rn.bf16x2.f32 \t%r4, %r3, %r5;\n");
}

TEST(Ptx, RecordedProductsLoseEveryCallAndDeclaration) {
    for (const auto &[file, instruction] :
         {std::pair{"product_tf32.ptx", "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"},
          std::pair{"product_bf16.ptx", "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"}}) {
        const std::string before = recorded(file), text = expanded(before);
        EXPECT_EQ(count(before, "_d3, ("), 1u) << file;
        EXPECT_EQ(count(text, instruction), 1u) << file;
        EXPECT_EQ(count(text, "ex2.approx.ftz.f32"), 4u) << file;
        EXPECT_EQ(count(text, "cvt.rn"), 6u) << file;
        for (const char *gone : {"haliclr_", "callseq", ".extern"}) {
            EXPECT_EQ(count(text, gone), 0u) << file << " " << gone;
        }
    }
}

TEST(Ptx, UnknownIntrinsicsAreErrors) {
    expect_error("\n" + block(0, "haliclr_mma_m8n8k4_f64_d0", {"%r3"}, "%r4"), 2,
                 "no intrinsic is called haliclr_mma_m8n8k4_f64_d0");
    expect_error(replaced(recorded("product_tf32.ptx"), "haliclr_cvt_rna_tf32_f32",
                          "haliclr_cvt_rna_tf33_f32"),
                 10, "no intrinsic is called haliclr_cvt_rna_tf33_f32");
    expect_error("\n\tcall.uni haliclr_ex2_approx_ftz_f32, (x);\n", 2, "a form that is not known");
}

TEST(Ptx, MissingResultsAreErrors) {
    std::vector<std::string> blocks = group();
    blocks.pop_back();
    expect_error(joined(blocks), 2, "lacks " + mma + "3");
    blocks.push_back(block(7, "vprintf", {"%r1"}, "%r2"));
    expect_error(joined(blocks), 2, "lacks " + mma + "3");
    blocks = group();
    blocks.erase(blocks.begin() + 1);
    expect_error(joined(blocks), 27, mma + "2 where the group of " + mma + "0 in line 2 needs");
    blocks = group();
    blocks.erase(blocks.begin());
    expect_error(joined(blocks), 2, mma + "1 comes without " + mma + "0");
}

TEST(Ptx, InterleavedGroupsAreErrors) {
    std::vector<std::string> blocks;
    for (const std::string &part : group()) {
        blocks.push_back(part);
        blocks.push_back(part);
    }
    expect_error(joined(blocks), 27, mma + "0 where the group of " + mma + "0 in line 2 needs");
    blocks = group();
    std::swap(blocks[1], blocks[2]);
    expect_error(joined(blocks), 27, mma + "2 where");
    blocks = group();
    blocks.insert(blocks.begin() + 2, "\tmov.b32 \t%r13, %r7;\n");
    expect_error(joined(blocks), 52, "something stands between the calls");
}

TEST(Ptx, WrongOperandsAreErrors) {
    expect_error(block(0, "haliclr_ex2_approx_ftz_f32", {"%r1", "%r2"}, "%r4"), 1,
                 "takes 1 operand, the call has 2");
    expect_error(joined({member(0, {"%r11", "%r12", "%r13"})}), 2,
                 "takes 10 operands, the call has 9");
    const std::string wide = block(0, "haliclr_ex2_approx_ftz_f32", {"%rd1"}, "%r4");
    expect_error(replaced(wide, "st.param.b32", "st.param.b64"), 1, "operand 0 is b64");
    expect_error(replaced(wide, "ld.param.b32", "ld.param.b64"), 1, "result of type b32");
    expect_error(replaced(wide, "\tld.param.b32 \t%r4, [retval0];\n", ""), 1, "has one result");
    expect_error(replaced(wide, "(param0)", "(param1)"), 1, "operand 0 is none");
    std::vector<std::string> blocks = group();
    blocks[2] = member(2, {"%r21", "%r22", "%r13", "%r14"}, "%r7");
    expect_error(joined(blocks), 52, "has %r7 as operand 5, the group's first call has %r6");
    blocks = group();
    blocks[1] = member(1, {"%r11", "%r21", "%r13", "%r14"});
    expect_error(joined(blocks), 27, "has %r21 as operand 7, the group's first call has %r12");
}

TEST(Ptx, BlocksThatDoNotEndAreErrors) {
    const std::string text = joined(group());
    expect_error(text.substr(0, text.find("\t} // callseq 0")), 2, "call block 0 does not end");
    expect_error(replaced(text, "\t} // callseq 1\n", ""), 27, "call block 1 does not end");
}

TEST(Ptx, TheProgramFailsInOneLineAndWritesNothing) {
    std::string name = testing::TempDir() + "haliclr-ptx-XXXXXX";
    const std::filesystem::path folder = mkdtemp(name.data());
    std::vector<std::string> blocks = group();
    blocks.pop_back();
    std::ofstream(folder / "bad.ptx") << joined(blocks);
    std::ofstream(folder / "good.ptx") << joined(group());
    const auto run = [&](const std::string &in) {
        return run_haliclr("'" + (folder / in).string() + "' '" + (folder / "out.ptx").string() +
                           "'");
    };
    CommandResult result = run("bad.ptx");
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_TRUE(result.output.starts_with((folder / "bad.ptx").string() + ":2: "));
    EXPECT_EQ(count(result.output, "\n"), 1u) << result.output;
    EXPECT_FALSE(std::filesystem::exists(folder / "out.ptx"));
    EXPECT_EQ(run("none.ptx").exit_code, 2);
    result = run("good.ptx");
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_TRUE(std::filesystem::exists(folder / "out.ptx"));
    std::filesystem::remove_all(folder);
}

TEST(Ptx, ExpandedProductsAssemble) {
    const std::string assembler = HALICLR_PTXAS_FILE;
    if (!std::filesystem::exists(assembler)) {
        GTEST_SKIP() << "no ptxas";
    }
    std::string name = testing::TempDir() + "haliclr-ptx-XXXXXX";
    const std::filesystem::path folder = mkdtemp(name.data());
    for (const char *file : {"product_tf32.ptx", "product_bf16.ptx"}) {
        const std::string text = (folder / file).string();
        std::ofstream(text, std::ios::binary) << expanded(recorded(file));
        for (const char *chip : {"80", "90"}) {
            const std::string line =
                "'" + assembler + "' -arch=sm_" + chip + " -o '" + text + ".cubin' '" + text + "'";
            EXPECT_EQ(std::system(line.c_str()), 0) << line;
        }
    }
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace haliclr::ptx
