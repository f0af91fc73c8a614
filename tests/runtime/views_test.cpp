// Views on every back end: the same bytes whatever the batch or the threads, known pixels, errors.
#include "runtime/ops/views.h"
#include "tests/runtime/backends.h"

#include <ATen/ATen.h>

namespace haliclr::runtime {
namespace {

const std::string recipe = "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | "
                           "blur(0.1, 2)@0.5 | solarize(0.5)@0.2";

// Images of many sizes, packed.
struct Images {
    at::Tensor bytes, table, ids;

    explicit Images(int64_t count, at::Device device = at::kCPU) {
        std::vector<int32_t> rows;
        int64_t offset = 0;
        for (int64_t n = 0; n < count; ++n) {
            const int64_t height = 5 + 7 * (n % 6), width = 37 - 5 * (n % 5);
            rows.insert(rows.end(), {static_cast<int32_t>(offset), static_cast<int32_t>(height),
                                     static_cast<int32_t>(width)});
            offset += height * width * 3;
        }
        // The bytes of an image depend on its own place alone, so a prefix of a batch is the batch.
        bytes = ((at::arange(offset, at::kLong) * 2654435761LL).bitwise_right_shift(11) % 256)
                    .to(at::kByte)
                    .to(device);
        table = at::tensor(rows, at::kInt).view({count, 3}).to(device);
        ids = (at::arange(count, at::kLong) * 977 + 5).to(device);
    }
};

// Views of the images from `begin` to `end`, in one batch.
at::Tensor batch(const Images &images, int64_t begin, int64_t end, int64_t size) {
    const at::Tensor table = images.table.slice(0, begin, end);
    const at::Tensor draws = view_draws(recipe, table, images.ids.slice(0, begin, end), 11, 3);
    return views(recipe, images.bytes, table, draws, size).cpu();
}

// [2, N, 3, size, size] from batches of a size.
at::Tensor in_batches(const Images &images, int64_t batch_size, int64_t size) {
    const int64_t count = images.ids.size(0);
    std::vector<at::Tensor> parts;
    for (int64_t begin = 0; begin < count; begin += batch_size) {
        const int64_t end = std::min(begin + batch_size, count);
        parts.push_back(batch(images, begin, end, size).view({2, end - begin, 3, size, size}));
    }
    return at::cat(parts, 1);
}

class Views : public EveryBackend {};

TEST_P(Views, SameBytesAtBatchesOfOneSevenAndAll) {
    const Images images(64, device());
    for (int64_t size : {32, 17}) {
        const at::Tensor whole = in_batches(images, 64, size);
        EXPECT_TRUE(at::equal(in_batches(images, 7, size), whole)) << size;
        const Images few(9, device());
        EXPECT_TRUE(at::equal(in_batches(few, 1, size), whole.slice(1, 0, 9))) << size;
    }
}

TEST_P(Views, EqualTheCpuBackEnd) {
    const Images here(13, device());
    for (int64_t size : {1, 2, 7, 32, 41}) {
        const at::Tensor found = batch(here, 0, 13, size);
        unsetenv("HALICLR_BACKEND");
        const at::Tensor expected = batch(Images(13), 0, 13, size);
        setenv("HALICLR_BACKEND", backend().c_str(), 1);
        EXPECT_TRUE(at::allclose(found, expected, 1e-5, 1e-4)) << size;
    }
}

TEST_P(Views, PlainDrawsKeepASquareImage) {
    const at::Tensor bytes = at::arange(32 * 32 * 3, at::kLong).remainder(251).to(at::kByte);
    const at::Tensor table = at::tensor({0, 32, 32}, at::kInt).view({1, 3});
    const at::Tensor found = views("crop(1, 1)", bytes.to(device()), table.to(device()),
                                   plain_draws(table.to(device())), 32)
                                 .cpu();
    const at::Tensor expected =
        bytes.view({1, 32, 32, 3}).permute({0, 3, 1, 2}).to(at::kFloat) / 255;
    EXPECT_TRUE(at::allclose(found, expected, 0, 1e-6));
}

// Every kernel of every type and layout writes what the float32 kernel writes, rounded.
TEST_P(Views, TypeAndMemoryFormat) {
    const Images images(3, device());
    const at::Tensor draws = view_draws(recipe, images.table, images.ids, 1, 0);
    for (int64_t size : {16, 32}) {
        const at::Tensor plain = views(recipe, images.bytes, images.table, draws, size);
        for (at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16, at::kDouble}) {
            for (bool last : {false, true}) {
                const at::Tensor found =
                    views(recipe, images.bytes, images.table, draws, size, type, last);
                EXPECT_EQ(found.scalar_type(), type);
                EXPECT_TRUE(found.is_contiguous(last ? at::MemoryFormat::ChannelsLast
                                                     : at::MemoryFormat::Contiguous));
                EXPECT_TRUE(at::allclose(found.to(at::kFloat), plain.to(type).to(at::kFloat), 0,
                                         type == at::kBFloat16 ? 4e-3 : 5e-4))
                    << type << " " << last << " " << size;
            }
        }
    }
}

// Recipes of the other compiled sequences: the same on every back end.
TEST_P(Views, EverySequenceEqualsTheCpuBackEnd) {
    const std::pair<const char *, int64_t> cases[] = {
        {"simclr: crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | blur(0.1, 2)@0.5", 24},
        {"crop(0.08, 1) | rotate | sobel@0.5 | noise(0.1, 0.2)@0.5 | cutout(0.1, 0.3)", 24},
        {"crop(0.08, 1) | flip | normalize(cifar10) || crop(0.5, 1) | grey", 32},
        {"resize(256) | centre_crop(224) | normalize(imagenet)", 224}};
    for (const auto &[text, size] : cases) {
        const auto make = [&, recipe = text, side = size](at::Device where) {
            const Images images(5, where);
            const at::Tensor draws = view_draws(recipe, images.table, images.ids, 3, 1);
            return views(recipe, images.bytes, images.table, draws, side).cpu();
        };
        const at::Tensor found = make(device());
        unsetenv("HALICLR_BACKEND");
        const at::Tensor expected = make(at::kCPU);
        setenv("HALICLR_BACKEND", backend().c_str(), 1);
        EXPECT_TRUE(at::allclose(found, expected, 1e-4, 1e-4)) << text;
    }
}

// Of sources larger than the view, as photographs are: the crop's filter runs, the blur goes by
// tiles.
TEST_P(Views, ReducedImagesEqualTheCpuBackEnd) {
    const auto make = [&](at::Device where) {
        const int64_t count = 2, side = 400;
        const at::Tensor bytes = at::arange(count * side * side * 3).remainder(251).to(at::kByte);
        const at::Tensor table =
            at::tensor({0, 400, 400, 480000, 400, 400}, at::kInt).view({count, 3}).to(where);
        const at::Tensor draws = view_draws(recipe, table, at::arange(count).to(where), 11, 3);
        return views(recipe, bytes.to(where), table, draws, 224).cpu();
    };
    const at::Tensor found = make(device());
    unsetenv("HALICLR_BACKEND");
    const at::Tensor expected = make(at::kCPU);
    setenv("HALICLR_BACKEND", backend().c_str(), 1);
    EXPECT_TRUE(at::allclose(found, expected, 1e-4, 1e-4));
}

INSTANTIATE_TEST_SUITE_P(Backends, Views, every_backend, backend_name);

TEST(ViewsThreads, SameBytesWithOneAndTwoThreads) {
    const Images images(64);
    auto run = [&](int threads) {
        const Threads set(threads);
        return batch(images, 0, 64, 32);
    };
    EXPECT_TRUE(at::equal(run(1), run(2)));
}

TEST(ViewDraws, DependOnSeedAndEpoch) {
    const Images images(4);
    const at::Tensor first = view_draws(recipe, images.table, images.ids, 1, 0);
    EXPECT_EQ(first.size(0), 8);
    EXPECT_EQ(first.size(1), static_cast<int64_t>(view_columns(recipe).size()));
    EXPECT_TRUE(at::equal(first, view_draws(recipe, images.table, images.ids, 1, 0)));
    EXPECT_FALSE(at::equal(first, view_draws(recipe, images.table, images.ids, 2, 0)));
    EXPECT_FALSE(at::equal(first, view_draws(recipe, images.table, images.ids, 1LL << 40, 0)));
    EXPECT_FALSE(at::equal(first, view_draws(recipe, images.table, images.ids, 1, 1)));
    EXPECT_FALSE(at::equal(first.slice(0, 0, 4), first.slice(0, 4, 8)));
}

TEST(ViewDraws, PlainDrawsAreTheCentredSquare) {
    const at::Tensor draws = plain_draws(at::tensor({0, 10, 31, 0, 20, 8}, at::kInt).view({2, 3}));
    EXPECT_TRUE(
        at::equal(draws.slice(1, 0, 4),
                  at::tensor({10.0f, 0.0f, 10.0f, 10.0f, 0.0f, 6.0f, 8.0f, 8.0f}).view({2, 4})));
}

TEST(ViewDraws, NormalizationIsThatOfTheNumbers) {
    const Images images(4);
    const std::string plain = "crop(0.08, 1) | flip", normal = plain + " | normalize(imagenet)";
    const at::Tensor pixels = views(plain, images.bytes, images.table,
                                    view_draws(plain, images.table, images.ids, 1, 0), 20);
    const at::Tensor found = views(normal, images.bytes, images.table,
                                   view_draws(normal, images.table, images.ids, 1, 0), 20);
    const at::Tensor mean = at::tensor({0.485f, 0.456f, 0.406f}).view({1, 3, 1, 1});
    const at::Tensor deviation = at::tensor({0.229f, 0.224f, 0.225f}).view({1, 3, 1, 1});
    EXPECT_TRUE(at::allclose(found, (pixels - mean) / deviation, 1e-5, 1e-5));
}

TEST(ViewErrors, NameTheValueAndTheRemedy) {
    const Images images(2);
    const at::Tensor draws = view_draws(recipe, images.table, images.ids, 1, 0);
    auto make = [&](const at::Tensor &bytes, const at::Tensor &table, const at::Tensor &rows,
                    int64_t size) { return views(recipe, bytes, table, rows, size); };
    // Errors of a text have a caret below it, on lines of their own.
    EXPECT_EQ(error_of([] { view_columns("flip | blr(1, 2)"); }),
              "[recipe] unknown operator 'blr'; did you mean 'blur'? (character 8)\n"
              "    flip | blr(1, 2)\n"
              "           ^");
    EXPECT_REFUSED(view_columns("flip | crop(0.1, 1)"), "[recipe]",
                   "-DHALICLR_RECIPES=\"flip | crop(0.1, 1)\"");
    EXPECT_REFUSED(view_draws(recipe, at::tensor({0, -5, 5}, at::kInt).view({1, 3}),
                              at::zeros({1}, at::kLong), 1, 0),
                   "[view_draws] image_table: a height or width of -5");
    EXPECT_REFUSED(make(images.bytes.slice(0, 0, 0), images.table, draws, 8),
                   "[views] bytes: 0 for 4 views");
    EXPECT_REFUSED(make(images.bytes.view({1, -1}), images.table, draws, 8),
                   "[views] bytes: shape");
    EXPECT_REFUSED(make(images.bytes.to(at::kInt), images.table, draws, 8),
                   "[views] bytes: dtype Int");
    EXPECT_REFUSED(make(images.bytes, images.table.slice(1, 0, 2), draws, 8),
                   "[views] image_table: shape [2, 2]");
    EXPECT_REFUSED(make(images.bytes, images.table.to(at::kLong), draws, 8),
                   "[views] image_table: dtype Long", "Int");
    EXPECT_REFUSED(make(images.bytes, images.table, draws.slice(1, 0, 13), 8),
                   "[views] draws: shape [4, 13]", "[V, 14]");
    EXPECT_REFUSED(make(images.bytes, images.table, draws.slice(0, 0, 3), 8),
                   "[views] draws: 3 rows for 2 images");
    at::Tensor nan = draws.clone();
    nan[2][5] = NAN;
    EXPECT_REFUSED(make(images.bytes, images.table, nan, 8), "[views] draws: NaN in row 2",
                   "column 5");
    EXPECT_REFUSED(make(images.bytes, images.table, draws, 0), "[views] size: 0", "1 to 4096");
    EXPECT_REFUSED(check_view_size("resize(256) | centre_crop(224) | normalize(imagenet)", 32),
                   "[views] size: 32", "views of 224");
    EXPECT_REFUSED(make(images.bytes.slice(0, 0, 100), images.table, draws, 8),
                   "[views] image_table: row 0", "of 100");
    EXPECT_REFUSED(views(recipe, images.bytes, images.table, draws, 8, at::kInt),
                   "[views] dtype: Int", "floating");
    EXPECT_REFUSED(view_draws(recipe, images.table, images.ids.slice(0, 0, 1), 1, 0),
                   "[view_draws] ids: shape [1] for 2 images");
    EXPECT_REFUSED(view_draws(recipe, images.table, images.ids.to(at::kInt), 1, 0),
                   "[view_draws] ids: dtype Int");
    EXPECT_REFUSED(view_draws(recipe, images.table, images.ids, 1, -1), "[view_draws] epoch: -1");
}

TEST(ViewsOfNothing, NoImagesGiveNoViews) {
    const at::Tensor table = at::empty({0, 3}, at::kInt);
    const at::Tensor draws = view_draws(recipe, table, at::empty({0}, at::kLong), 1, 0);
    EXPECT_EQ(views(recipe, at::empty({0}, at::kByte), table, draws, 32).sizes(),
              at::IntArrayRef({0, 3, 32, 32}));
}

} // namespace
} // namespace haliclr::runtime
