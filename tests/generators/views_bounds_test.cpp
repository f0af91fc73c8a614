// The compiled views kernels read nothing outside the bytes, whatever the draws and the table say:
// the bytes lie between two pages that cannot be read.
#include "dsl/view_sequence.h"

#include "kernels/haliclr_views_32_cpu.h"
#include "kernels/haliclr_views_cpu.h"
#include "kernels/haliclr_views_evaluation_cpu.h"
#include "kernels/haliclr_views_normalized_cpu.h"
#include "kernels/haliclr_views_simclr_cpu.h"
#include "kernels/haliclr_views_study_cpu.h"

#include <HalideBuffer.h>
#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

namespace {

using namespace haliclr;
template <typename T>
using Buffer = Halide::Runtime::Buffer<T>;

// Bytes of which the first or the last touches a page that faults.
class GuardedBytes {
public:
    GuardedBytes(size_t count, bool at_the_end) {
        const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
        const size_t whole = (count + page - 1) / page * page;
        length = whole + 2 * page;
        mapping = static_cast<uint8_t *>(
            mmap(nullptr, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        mprotect(mapping + page, whole, PROT_READ | PROT_WRITE);
        begin = mapping + page + (at_the_end ? whole - count : 0);
        std::minstd_rand bits(1);
        for (size_t i = 0; i < count; ++i) {
            begin[i] = static_cast<uint8_t>(bits());
        }
    }
    GuardedBytes(const GuardedBytes &) = delete;
    ~GuardedBytes() { munmap(mapping, length); }

    uint8_t *begin;

private:
    uint8_t *mapping;
    size_t length;
};

struct Kernel {
    decltype(&haliclr_views_cpu) run;
    const char *recipe;
    std::vector<int> sizes;
};

const Kernel kernels[] = {
    {haliclr_views_cpu, dsl::stock_recipe, {1, 7, 33, 96}},
    {haliclr_views_32_cpu, dsl::stock_recipe, {32}},
    {haliclr_views_normalized_cpu,
     "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2) | grey | blur(0.1, 2) | solarize(0.5) | "
     "normalize(imagenet)",
     {9}},
    {haliclr_views_simclr_cpu,
     "simclr: crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2) | grey | blur(0.1, 2)",
     {1, 24}},
    {haliclr_views_study_cpu,
     "crop(0.08, 1) | flip | rotate | jitter(0.8, 0.8, 0.8, 0.2) | grey | equalize | "
     "blur(0.1, 2) | sobel | solarize(0.5) | noise(0.1, 0.3) | cutout(0.02, 0.33) | "
     "normalize(imagenet)",
     {1, 20}},
    {haliclr_views_evaluation_cpu, "resize(256) | centre_crop(224) | normalize(imagenet)", {224}},
};

// Images of these sizes (width, height), one after another; with `wild`, tables that lie.
Buffer<int32_t> table_of(const std::vector<std::pair<int, int>> &sizes, bool wild, int *bytes) {
    Buffer<int32_t> table(3, static_cast<int>(sizes.size()));
    *bytes = 0;
    for (size_t n = 0; n < sizes.size(); ++n) {
        table(0, n) = *bytes;
        table(1, n) = sizes[n].second;
        table(2, n) = sizes[n].first;
        *bytes += 3 * sizes[n].first * sizes[n].second;
    }
    if (wild) {
        constexpr int32_t most = std::numeric_limits<int32_t>::max();
        const int32_t rows[][3] = {{-7, 5, 5}, {most, 1, 1}, {0, most, most}, {3, -4, 1000}};
        for (size_t n = 0; n < sizes.size(); ++n) {
            std::copy(rows[n % 4], rows[n % 4] + 3, &table(0, n));
        }
    }
    return table;
}

Buffer<float> draws_of(const dsl::ViewSequence &sequence, int views, bool wild) {
    const float values[] = {0,  1,     0.5f, -3,    1e9f,     -1e9f, 2,
                            17, 0.03f, 2e5f, 31.9f, INFINITY, 5,     1e-9f};
    std::minstd_rand bits(3);
    Buffer<float> draws(static_cast<int>(sequence.columns.size()), views);
    draws.for_each_value([&](float &value) {
        value = wild ? values[bits() % std::size(values)] : static_cast<float>(bits() % 7) / 2;
    });
    return draws;
}

void run(const Kernel &kernel, int size, bool at_the_end, bool wild_draws, bool wild_table) {
    const std::vector<std::pair<int, int>> sizes = {{1, 1}, {4, 3}, {37, 2}, {5, 61}};
    int count = 0;
    Buffer<int32_t> table = table_of(sizes, wild_table, &count);
    const GuardedBytes memory(static_cast<size_t>(count), at_the_end);
    Buffer<uint8_t> bytes(memory.begin, count);
    const auto sequence = dsl::sequence_of(dsl::parse_recipe(kernel.recipe));
    const int views = kernel.sizes[0] > 200 ? 8 : 40;
    Buffer<float> draws = draws_of(sequence, views, wild_draws);
    Buffer<float> pixels(size, size, 3, views);
    EXPECT_EQ(kernel.run(nullptr, bytes, table, draws, size, pixels), 0);
}

TEST(ViewsBounds, NothingIsReadOutsideTheBytes) {
    for (const Kernel &kernel : kernels) {
        for (int size : kernel.sizes) {
            for (int choice = 0; choice < 8; ++choice) {
                SCOPED_TRACE(kernel.recipe);
                run(kernel, size, choice & 1, choice & 2, choice & 4);
            }
        }
    }
}

TEST(ViewsBounds, ThreeBytesAreEnough) {
    for (bool at_the_end : {false, true}) {
        const GuardedBytes memory(3, at_the_end);
        Buffer<uint8_t> bytes(memory.begin, 3);
        Buffer<int32_t> table(3, 1);
        table(0, 0) = 0;
        table(1, 0) = table(2, 0) = 1;
        const auto stock = dsl::sequence_of(dsl::parse_recipe(dsl::stock_recipe));
        Buffer<float> draws = draws_of(stock, 2, true);
        Buffer<float> pixels(9, 9, 3, 2);
        EXPECT_EQ(haliclr_views_cpu(nullptr, bytes, table, draws, 9, pixels), 0);
    }
}

} // namespace
