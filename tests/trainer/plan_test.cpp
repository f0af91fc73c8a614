// Plans: the model without its values, the memory formulas against the allocator, rates by hand.
#include "data_case.h"
#include "trainer/data/image_count.h"
#include "trainer/errors.h"
#include "trainer/plan/plan_text.h"
#include "trainer/plan/run_plan.h"
#include "trainer/report/chart_file.h"
#include "trainer/report/raster_chart.h"
#include "trainer/report/text_chart.h"
#include "trainer/train/autocast.h"
#include "trainer/train/checkpoint.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace haliclr::trainer {
namespace {

int64_t count(const std::vector<at::Tensor> &parameters) {
    int64_t elements = 0;
    for (const at::Tensor &parameter : parameters) {
        elements += parameter.numel();
    }
    return elements;
}

Config small_config(const std::string &arch, const std::string &stem, int64_t size) {
    Config config;
    config.model.arch = arch;
    config.model.stem = stem;
    config.model.width = 0.25;
    config.view.size = size;
    config.head.dim = 32;
    config.train.batch_size = 4;
    config.train.device = "cpu";
    return config;
}

TEST(Plan, OutlineCountsWhatTheModelHas) {
    Config config = small_config("resnet50", "imagenet", 64);
    config.optimizer.skip = "default, projector.*";
    const ModelOutline sketch = outline(config);
    const TrainingState state = initial_state(config, at::kCPU); // LibTorch is as it was before
    EXPECT_EQ(sketch.encoder_parameters, count(state.encoder->parameters()));
    EXPECT_EQ(sketch.head_parameters, count(state.projector->parameters()));
    EXPECT_EQ(sketch.tensors, static_cast<int64_t>(state.parameters.size()));
    EXPECT_EQ(sketch.decayed_tensors, 53); // convolutions: 1 + 16 * 3 + 4 shortcuts
    EXPECT_EQ(sketch.features, state.encoder->features());
    EXPECT_GT(state.encoder->parameters()[0].abs().sum().item<float>(), 0.0f);
}

TEST(Plan, OutlineOfResNet50IsThePublishedSize) {
    Config config;
    config.model.arch = "resnet50";
    config.model.stem = "imagenet";
    EXPECT_EQ(outline(config).encoder_parameters, 25'557'032 - 2'049'000); // without the classifier
}

// Bytes that tensors hold at the moment.
class LiveBytes : public c10::MemoryReportingInfoBase {
public:
    void reportMemoryUsage(void *, int64_t size, size_t, size_t, c10::Device) override {
        live += size;
    }
    bool memoryProfilingEnabled() const override { return true; }
    int64_t live = 0;
};

// What the views and a forward pass leave behind.
double measured_bytes(const Config &config) {
    TrainingState state = initial_state(config, at::kCPU);
    const auto bytes = std::make_shared<LiveBytes>();
    const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, bytes);
    const int64_t size = config.view.size;
    const at::Tensor views = at::rand({2 * config.train.batch_size, 3, size, size})
                                 .contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor features;
    {
        const Autocast precision(config.train.precision, at::kCPU);
        features = state.encoder(views);
    }
    const at::Tensor z = state.projector(features);
    return static_cast<double>(bytes->live) - static_cast<double>(z.nbytes());
}

double estimated_bytes(const Config &config) {
    double bytes = 0;
    for (const MemoryPart &part : memory_estimate(config, outline(config))) {
        const bool counted = part.name == "views" || part.name == "activations" ||
                             part.name == "head" || part.name == "bfloat16 weights";
        bytes += counted ? part.bytes : 0;
    }
    return bytes;
}

TEST(Plan, MemoryFormulaAgreesWithTheAllocator) {
    for (const char *arch : {"resnet8", "resnet18", "resnet50"}) {
        for (const char *stem : {"small", "imagenet"}) {
            for (const char *precision : {"fp32", "bf16"}) {
                Config config = small_config(arch, stem, 64);
                config.train.precision = precision;
                const double ratio = estimated_bytes(config) / measured_bytes(config);
                EXPECT_NEAR(ratio, 1.0, 0.02) << arch << ' ' << stem << ' ' << precision;
            }
        }
    }
}

TEST(Plan, OptimizerStateIsCounted) {
    Config config = small_config("resnet8", "small", 32);
    for (const char *kind : {"lars", "momentum", "sgd", "adamw"}) {
        config.optimizer.kind = kind;
        double state_bytes = 0;
        for (const auto &[name, tensor] : initial_state(config, at::kCPU).optimizer->state()) {
            state_bytes += tensor.dim() > 0 ? static_cast<double>(tensor.nbytes()) : 0;
        }
        const std::vector<MemoryPart> parts = memory_estimate(config, outline(config));
        EXPECT_EQ(parts[2].name, "optimizer");
        EXPECT_EQ(parts[2].bytes, state_bytes) << kind;
    }
}

TEST(Plan, NotableRatesByHand) {
    Config config = small_config("resnet8", "small", 32);
    config.rate.base_rate = 1;
    config.rate.rate_rule = "fixed";
    config.rate.warmup_epochs = 2;
    config.rate.decay = "step";
    config.rate.milestones = {6};
    config.train.epochs = 8;
    const RunPlan plan = make_plan(config, /*images=*/41); // 10 steps an epoch
    EXPECT_EQ(plan.epoch_steps, 10);
    EXPECT_EQ(plan.steps, 80);
    std::string text;
    for (const RatePoint &point : notable_rates(plan)) {
        text += std::to_string(point.step) + ":" + short_number(point.rate) + " ";
    }
    // The end of the warm-up is a quarter of the run.
    EXPECT_EQ(text, "1:0.05 20:1 40:1 60:1 61:0.1 80:0.1 ");
}

TEST(Plan, WhatPretrainRefusesIsRefused) {
    Config config = small_config("resnet8", "small", 32);
    EXPECT_THROW(make_plan(config, 3), UsageError);
    config.rate.decay = "step"; // without milestones
    EXPECT_THROW(make_plan(config, 100), UsageError);
    config = small_config("resnet8", "small", 32);
    config.optimizer.skip = "encoder.nothing";
    EXPECT_THROW(make_plan(config, 100), UsageError);
    config.data.source = "cifar11:a";
    EXPECT_THROW(make_plan(config, 0), UsageError);
}

TEST(Plan, NumbersAreShort) {
    EXPECT_EQ(short_number(4.8), "4.8");
    EXPECT_EQ(short_number(1e-6), "1e-6");
    EXPECT_EQ(short_number(1.5e-10), "1.5e-10");
    EXPECT_EQ(short_number(2.5e12), "2.5e12");
    EXPECT_EQ(short_number(10), "10");
    EXPECT_EQ(short_number(0), "0");
}

using ImageCounts = DataCase;

TEST_F(ImageCounts, FilesCountElseThePublishedNumber) {
    EXPECT_EQ(count_training_images("synthetic:70").images, 70);
    const std::string cifar = "cifar10:" + folder.string();
    EXPECT_EQ(count_training_images(cifar).images, 50'000);
    EXPECT_NE(count_training_images(cifar).source.find("published"), std::string::npos);
    write("cifar-10-batches-bin/data_batch_1.bin", std::string(3 * 3073, '\0'));
    write("cifar-10-batches-bin/data_batch_4.bin", std::string(2 * 3073, '\0'));
    EXPECT_EQ(count_training_images(cifar).images, 5);
    EXPECT_EQ(count_training_images(cifar).source, "CIFAR-10, counted");
    EXPECT_EQ(count_training_images("cifar100:/no/such").images, 50'000);
    const std::string fashion = "fashion-mnist:" + folder.string();
    EXPECT_EQ(count_training_images(fashion).images, 60'000);
    write_gzip("train-images-idx3-ubyte.gz",
               std::string("\0\0\x08\x03\0\0\x01\x02\0\0\0\x1c\0\0\0\x1c", 16));
    EXPECT_EQ(count_training_images(fashion).images, 258);
    write("train-images-idx3-ubyte.gz", "no IDX file");
    EXPECT_THROW(count_training_images(fashion), DataError);
}

TEST(TextChart, FillsTheAreaUnderTheCurve) {
    const std::string chart =
        text_chart({[](double share) { return share < 0.5 ? 0.5 : 1.0; }, 8, "epochs", 4, 2});
    EXPECT_EQ(chart, "       1 ┤  ██\n"
                     "         │████\n"
                     "       0 └────\n"
                     "          02468 epochs\n");
    EXPECT_EQ(text_chart({[](double) { return 0.0; }, 8, "epochs"}), "");
}

TEST(RasterChart, CurveGoesThroughItsPoints) {
    const at::Tensor picture = raster_chart({"Rate", "epochs"}, {{0, 1, 2}, {0, 1, 0}});
    ASSERT_EQ(picture.sizes(), at::IntArrayRef({560, 1040, 3}));
    // The accent colour is dark in red alone; the curve's top is in the middle column.
    const int64_t middle = (52 + 506);
    const at::Tensor red = picture.select(2, 0).select(1, middle).to(at::kLong);
    const at::Tensor green = picture.select(2, 1).select(1, middle).to(at::kLong);
    const at::Tensor painted = ((green - red) > 60).nonzero();
    ASSERT_GT(painted.numel(), 0);
    EXPECT_NEAR(painted.select(0, 0).item<double>(), 2 * (24 + 12 + 198 * 0.06 / 1.12), 6);
}

using ChartFile = DataCase;

TEST_F(ChartFile, SvgHoldsTitleAxisAndCurve) {
    const std::filesystem::path file = folder / "a.svg";
    write_chart(file, {"Learning <rate>", "epochs"}, {{0, 1}, {1, 2}});
    std::ifstream stream(file);
    const std::string svg((std::istreambuf_iterator<char>(stream)), {});
    for (const char *part : {"xmlns=\"http://www.w3.org/2000/svg\"", "Learning &lt;rate&gt;",
                             ">epochs<", "<path class=\"curve\" d=\"M52.0 "}) {
        EXPECT_NE(svg.find(part), std::string::npos) << part;
    }
    EXPECT_THROW(require_chart_name(folder / "a.gif", "--plot"), UsageError);
    EXPECT_THROW(require_chart_name(folder / "none" / "a.svg", "--plot"), UsageError);
    EXPECT_NO_THROW(require_chart_name("", "--plot"));
}

} // namespace
} // namespace haliclr::trainer
