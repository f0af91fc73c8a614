// One assembler directive and one row an image: a compiler would take minutes for such arrays.
#include "runtime/device_code/image_table.h"

#include "runtime/binding/text_hash.h"

#include <filesystem>

namespace haliclr::device_code {
namespace {

class Table {
public:
    void add(const Kernel &kernel) {
        const std::string text = read_file(kernel.embedded);
        const std::string key = "{\"" + kernel.name + "\", " +
                                std::to_string(runtime::text_hash(text)) + "u, " +
                                std::to_string(runtime::without_ending(text).size()) + ", ";
        if (read_file(kernel.ptx) == text) {
            rows += "    " + key + "0, nullptr, 0},\n";
        } else {
            add_file(key + "0, ", kernel.ptx);
        }
        for (const Image &image : kernel.images) {
            add_file(key + std::to_string(image.chip) + ", ", image.cubin);
        }
    }

    std::string source() const {
        return "// Made by write_image_table; do not edit.\n"
               "#include \"runtime/binding/device_images.h\"\n\n"
               "asm(\".section .rodata\\n\"\n" +
               directives + "    \".previous\\n\");\n\n" + declarations +
               "\nnamespace haliclr::runtime {\nnamespace {\n\nconst DeviceImage images[] = {\n" +
               rows +
               "    {nullptr, 0, 0, 0, nullptr, 0}};\n\n} // namespace\n\n"
               "std::span<const DeviceImage> device_images() {\n"
               "    return {images, std::size(images) - 1};\n}\n\n} // namespace "
               "haliclr::runtime\n";
    }

private:
    size_t files = 0;
    std::string directives, declarations, rows;

    // A zero byte behind each: PTX needs it.
    void add_file(const std::string &row, const std::string &file) {
        const std::string symbol = "haliclr_device_image_" + std::to_string(files++);
        directives += "    \".balign 64\\n.global " + symbol + "\\n.hidden " + symbol + "\\n" +
                      symbol + ": .incbin \\\"" + file + "\\\"\\n.byte 0\\n\"\n";
        declarations += "extern \"C\" const unsigned char " + symbol +
                        "[] __attribute__((visibility(\"hidden\")));\n";
        rows += "    " + row + symbol + ", " + std::to_string(std::filesystem::file_size(file)) +
                "},\n";
    }
};

} // namespace

std::string image_table(const std::vector<Kernel> &kernels) {
    Table table;
    for (const Kernel &kernel : kernels) {
        table.add(kernel);
    }
    return table.source();
}

} // namespace haliclr::device_code
