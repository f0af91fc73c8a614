// Charts, pictures and the page of a run.
#include "trainer/report/report.h"

#include "data_case.h"
#include "trainer/errors.h"
#include "trainer/report/chart.h"
#include "trainer/report/html.h"
#include "trainer/report/metrics_log.h"
#include "trainer/report/sheet.h"

#include <ATen/ATen.h>
#include <spng.h>

#include <cmath>
#include <limits>

namespace haliclr::trainer {
namespace {

using Report = DataCase;

std::string contents(const std::filesystem::path &file) {
    std::ifstream stream(file, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(stream)), {});
}

bool has(const std::string &text, const std::string &part) {
    return text.find(part) != text.npos;
}

at::Tensor decode_png(const std::string &png) {
    spng_ctx *context = spng_ctx_new(0);
    spng_set_png_buffer(context, png.data(), png.size());
    spng_ihdr header{};
    EXPECT_EQ(spng_get_ihdr(context, &header), 0);
    at::Tensor rgb = at::empty({int64_t(header.height), int64_t(header.width), 3}, at::kByte);
    EXPECT_EQ(spng_decode_image(context, rgb.data_ptr(), rgb.numel(), SPNG_FMT_RGB8, 0), 0);
    spng_ctx_free(context);
    return rgb;
}

TEST(Chart, TicksAreRoundNumbersInside) {
    EXPECT_EQ(axis_ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
    EXPECT_EQ(axis_ticks(-0.7, 0.4, 2), (std::vector<double>{-0.5, 0}));
    EXPECT_EQ(axis_ticks(3, 3, 4), (std::vector<double>{3}));
}

TEST(Chart, LabelsAreShort) {
    EXPECT_EQ(tick_label(0.25), "0.25");
    EXPECT_EQ(tick_label(12000), "12k");
    EXPECT_EQ(tick_label(1.5e-6), "1.5e-06");
}

TEST(Chart, ThinningKeepsTheMean) {
    Curve curve;
    for (int i = 0; i < 1000; i++) {
        curve.x.push_back(i);
        curve.y.push_back(i % 2);
    }
    const Curve thin = thinned(curve, 100);
    ASSERT_EQ(thin.y.size(), 100u);
    EXPECT_DOUBLE_EQ(thin.y[50], 0.5);
    EXPECT_DOUBLE_EQ(thin.x[0], 4.5);
}

TEST(Chart, SkipsValuesThatAreNotFinite) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::string svg =
        line_chart("Loss <1>", {{1, 2, 3, 4}, {5, nan, 7, 8}}, Trend::MovingAverage);
    EXPECT_FALSE(has(svg, "nan"));
    EXPECT_TRUE(has(svg, "Loss &lt;1&gt;"));
    EXPECT_EQ(line_chart("Loss", {{1, 2}, {nan, nan}}, Trend::Exact), "");
}

TEST(Html, Base64KnownAnswers) { // RFC 4648, section 10
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST_F(Report, MetricsKeepTheLaterOfTwoLinesAndSkipACutOne) {
    const auto file =
        write("metrics.jsonl", "{\"step\":1,\"loss\":3}\n{\"step\":2,\"loss\":2}\n"
                               "{\"step\":2,\"loss\":1,\"rate\":0.5}\n{\"step\":3,\"lo");
    auto columns = read_metrics(file);
    EXPECT_EQ(columns["step"], (std::vector<double>{1, 2}));
    EXPECT_EQ(columns["loss"], (std::vector<double>{3, 1}));
    EXPECT_TRUE(std::isnan(columns["rate"][0]));
}

TEST_F(Report, SheetShowsViewsWhereTheyBelong) {
    // Image i of 3: first view has red i * 0.25, second view green, original blue.
    at::Tensor views = at::zeros({6, 3, 96, 96}), originals = at::zeros({3, 3, 96, 96});
    for (int64_t i = 0; i < 3; i++) {
        views[i][0].fill_(0.25 * i);
        views[i + 3][1].fill_(1);
        originals[i][2].fill_(1);
    }
    write_view_sheet(folder / "sheet.png", views, originals);
    const at::Tensor sheet = decode_png(contents(folder / "sheet.png"));
    EXPECT_TRUE(sheet.equal(view_sheet(views, originals)));
    // One column of groups; cells of 96 pixels, gaps of 20 around groups and 4 inside.
    ASSERT_EQ(sheet.size(0), 3 * 116 + 20);
    ASSERT_EQ(sheet.size(1), 3 * 96 + 2 * 4 + 2 * 20);
    EXPECT_TRUE(sheet[2 * 116 + 30][25].equal(at::tensor({0, 0, 255}, at::kByte)));
    EXPECT_TRUE(sheet[2 * 116 + 30][125].equal(at::tensor({128, 0, 0}, at::kByte)));
    EXPECT_TRUE(sheet[2 * 116 + 30][225].equal(at::tensor({0, 255, 0}, at::kByte)));
}

TEST_F(Report, PictureThatCannotBeWrittenIsAUsageError) {
    expect_error<UsageError>(
        [&] {
            write_view_sheet(folder / "no/a.png", at::zeros({2, 3, 8, 8}));
        },
        {"no/a.png", "writable"});
}

TEST_F(Report, PageHoldsCurvesResultsPicturesAndConfiguration) {
    std::string lines;
    for (int step = 1; step <= 50; step++) {
        lines += "{\"step\":" + std::to_string(step) +
                 ",\"epoch\":0,\"loss\":" + std::to_string(6 - 0.01 * step) +
                 ",\"rate\":0.1,\"images_per_s\":900}\n";
    }
    write("metrics.jsonl", lines);
    write("config.toml", "seed = 7\nname = \"<a & b>\"\n");
    write("eval.json", R"({"train":"T","test":"U","rows":[{"features":"trained","dimensions":64,)"
                       R"("knn":81.53,"linear":83}]})");
    write("eval-broken.json", "{");
    std::filesystem::create_directory(folder / "previews");
    write_view_sheet(folder / "previews/views.png", at::rand({2, 3, 8, 8}));
    write_report(folder);
    const std::string page = contents(folder / "report.html");
    EXPECT_TRUE(has(page, "<b>5.5</b>")); // the last loss
    EXPECT_TRUE(has(page, "81.5 %") && has(page, "83.0 %"));
    EXPECT_TRUE(has(page, base64(contents(folder / "previews/views.png"))));
    EXPECT_TRUE(has(page, "name = &quot;&lt;a &amp; b&gt;&quot;"));
    EXPECT_TRUE(has(page, "prefers-color-scheme: dark"));
    EXPECT_FALSE(has(page, "http")); // self-contained
}

TEST_F(Report, RefusesAFolderWithoutMetrics) {
    expect_error<UsageError>([&] { write_report(folder); }, {folder.string(), "metrics.jsonl"});
}

} // namespace
} // namespace haliclr::trainer
