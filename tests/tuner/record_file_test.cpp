// Files of tuned records: kept, replaced, refused.
#include "tuner/record_file.h"

#include "tests/tuner/scratch_folder.h"
#include "tuner/errors.h"

namespace haliclr::tuner {
namespace {

class RecordFiles : public ScratchFolder {
protected:
    std::filesystem::path file() const { return folder / "device.json"; }

    void expect_refused(const std::string &text, const std::string &reason) {
        write("device.json", text);
        try {
            RecordFile records(file(), "device");
            ADD_FAILURE() << "taken: " << text;
        } catch (const UsageError &error) {
            const std::string message = error.what();
            EXPECT_NE(message.find(reason), std::string::npos) << message;
            EXPECT_NE(message.find("device.json"), std::string::npos) << message;
        }
        EXPECT_EQ(read("device.json"), text) << "a refused file must stay as it is";
    }
};

const Record lars{"lars",
                  "cpu",
                  "8388608 parameters",
                  {{"chunks_per_task", 64}},
                  1.23456,
                  2.5,
                  "haliclr tune",
                  "2026-11-25",
                  "2 threads of a CPU",
                  Bound{0.5, "28 bytes a parameter"}};

TEST_F(RecordFiles, AreWrittenAndReadBack) {
    RecordFile records(file(), "device");
    EXPECT_FALSE(records.find("lars", "cpu"));
    records.put(lars);
    records.write();
    const std::optional<Record> found = RecordFile(file(), "device").find("lars", "cpu");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->values, lars.values);
    EXPECT_NEAR(found->median_ms, lars.median_ms, 1e-3);
    EXPECT_EQ(found->problem, lars.problem);
    ASSERT_TRUE(found->bound);
    EXPECT_EQ(found->bound->milliseconds, 0.5);
    EXPECT_EQ(found->bound->of, lars.bound->of);
    EXPECT_FALSE(RecordFile(file(), "device").find("lars", "cuda"));
    const auto json = nlohmann::json::parse(read("device.json"));
    EXPECT_EQ(json["version"], 1);
    EXPECT_EQ(json["device"], "device");
}

TEST_F(RecordFiles, KeepOtherRecordsAndTheirFields) {
    write("device.json", R"({"version": 1, "halide": ")" + halide_version() +
                             R"(", "device": "d", "note": "mine", "records": [
        {"operator": "pairwise_mode", "backend": "cpu", "values": {"store_rows": 9}, "bound": 3},
        {"operator": "lars", "backend": "cpu", "values": {"chunks_per_task": 8}},
        {"operator": "lars", "backend": "cuda", "values": {"threads": 256}}]})");
    RecordFile records(file(), "device");
    records.put(lars);
    records.write();
    const auto json = nlohmann::json::parse(read("device.json"));
    EXPECT_EQ(json["note"], "mine");
    ASSERT_EQ(json["records"].size(), 3u);
    EXPECT_EQ(json["records"][0]["bound"], 3);
    EXPECT_EQ(json["records"][1]["values"]["chunks_per_task"], 64);
    EXPECT_EQ(json["records"][2]["values"]["threads"], 256);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1)
        << "no temporary file is left";
}

TEST_F(RecordFiles, RefuseWhatIsCorruptAndLeaveItAlone) {
    expect_refused(R"({"version": 1, "rec)", "not valid JSON");
    expect_refused("", "not valid JSON");
    expect_refused("[]", "not valid JSON");
    expect_refused(R"({"version": 2, "records": []})", "version 2, known is 1");
    expect_refused(R"({"records": []})", "version");
    expect_refused(R"({"version": 1})", "no list \"records\"");
    expect_refused(R"({"version": 1, "records": [{"operator": "lars", "backend": "cpu"}]})",
                   "lacks operator, backend or values");
    expect_refused(R"({"version": 1, "records": [{"operator": "lars", "backend": "cpu",
                      "values": {"threads": "many"}}]})",
                   "threads is no whole number");
}

TEST_F(RecordFiles, PassOverRecordsOfAnotherHalide) {
    write("device.json", R"({"version": 1, "halide": "1.0.0", "records": [
        {"operator": "lars", "backend": "cpu", "values": {"chunks_per_task": 8}},
        {"operator": "views", "backend": "cpu", "halide": ")" +
                             halide_version() + R"(", "values": {"images_per_task": 4}}]})");
    const RecordFile records(file(), "device");
    EXPECT_FALSE(records.find("lars", "cpu"));
    EXPECT_TRUE(records.find("views", "cpu"));
}

TEST_F(RecordFiles, NeedNoBound) {
    write("device.json", R"({"version": 1, "records": [
        {"operator": "lars", "backend": "cpu", "values": {"chunks_per_task": 8}},
        {"operator": "views", "backend": "cpu", "values": {}, "bound_ms": "fast", "bound": 3}]})");
    RecordFile records(file(), "device");
    EXPECT_FALSE(records.find("lars", "cpu")->bound);
    EXPECT_FALSE(records.find("views", "cpu")->bound);
    Record unbounded = lars;
    unbounded.bound.reset();
    records.put(unbounded);
    records.write();
    EXPECT_FALSE(nlohmann::json::parse(read("device.json"))["records"][0].contains("bound_ms"));
}

TEST_F(RecordFiles, OfAMissingFolderAreAnErrorOfOneLine) {
    RecordFile records(folder / "none" / "device.json", "device");
    records.put(lars);
    EXPECT_THROW(records.write(), UsageError);
}

TEST(TunedRecords, OfTheSourceTreeCanBeRead) {
    // What the repository ships is in the format that this test's program knows.
    const auto generic = std::filesystem::path(HALICLR_SOURCE_DIR) / "schedules/tuned/generic.json";
    EXPECT_TRUE(RecordFile(generic, "generic").find("pairwise_mode", "cpu"));
}

} // namespace
} // namespace haliclr::tuner
