// Scalars in TensorBoard's event format, written without protobuf.
//
// A file is a row of TFRecords: length (uint64, little-endian), masked CRC-32C of the length, data,
// masked CRC-32C of the data. The data is a message Event {1: double wall_time, 2: int64 step, 3:
// string file_version, 5: Summary {1: Value {1: string tag, 2: float simple_value}}}. Source:
// tensorflow's core/util/event.proto, core/framework/summary.proto and core/lib/io/record_writer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace haliclr::trainer {

// CRC-32C (Castagnoli polynomial, reflected).
uint32_t crc32c(const std::string &bytes);

class EventWriter {
public:
    // Creates dir/events.out.tfevents.<seconds>.<host>.<process>. Throws UsageError if it cannot.
    explicit EventWriter(const std::filesystem::path &dir);

    void scalar(const std::string &tag, int64_t step, double value);
    void flush();

private:
    void record(const std::string &event);

    std::filesystem::path file;
    std::ofstream stream;
};

} // namespace haliclr::trainer
