// Records in and out.
#include "tuner/record_file.h"

#include "tuner/errors.h"

#include <HalideRuntime.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace haliclr::tuner {

namespace {

using nlohmann::ordered_json;

[[noreturn]] void refuse(const std::filesystem::path &file, const std::string &fault) {
    throw UsageError(file.string() + " is no file of tuned records (" + fault +
                     "); restore it, remove it, or choose another --out");
}

void check_record(const std::filesystem::path &file, const ordered_json &record) {
    const bool sound = record.is_object() && record.contains("operator") &&
                       record.contains("backend") && record.contains("values") &&
                       record["operator"].is_string() && record["backend"].is_string() &&
                       record["values"].is_object();
    if (!sound) {
        refuse(file, "a record lacks operator, backend or values");
    }
    for (const auto &[name, value] : record["values"].items()) {
        if (!value.is_number_integer()) {
            refuse(file, "the value of " + name + " is no whole number");
        }
    }
}

ordered_json read(const std::filesystem::path &file) {
    std::ifstream stream(file);
    ordered_json content = ordered_json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (content.is_discarded() || !content.is_object()) {
        refuse(file, "not valid JSON");
    }
    if (content.value("version", ordered_json()) != 1) {
        refuse(file,
               "version " + content.value("version", ordered_json("none")).dump() + ", known is 1");
    }
    if (!content.contains("records") || !content["records"].is_array()) {
        refuse(file, "no list \"records\"");
    }
    for (const ordered_json &record : content["records"]) {
        check_record(file, record);
    }
    return content;
}

double rounded(double milliseconds) {
    std::ostringstream text;
    text.precision(4);
    text << milliseconds;
    return std::stod(text.str());
}

ordered_json as_json(const Record &record) {
    ordered_json json{{"operator", record.op},
                      {"backend", record.backend},
                      {"problem", record.problem},
                      {"values", record.values},
                      {"median_ms", rounded(record.median_ms)},
                      {"default_median_ms", rounded(record.default_median_ms)}};
    if (record.bound) {
        json["bound_ms"] = rounded(record.bound->milliseconds);
        json["bound"] = record.bound->of;
    }
    json["measured_by"] = record.measured_by;
    json["date"] = record.date;
    json["halide"] = halide_version();
    json["machine"] = record.machine;
    return json;
}

// Nothing is decided by it, so a bound that is none is no fault of the file.
std::optional<Bound> bound_in(const ordered_json &record) {
    const auto time = record.find("bound_ms"), of = record.find("bound");
    if (time == record.end() || !time->is_number() || of == record.end() || !of->is_string()) {
        return std::nullopt;
    }
    return Bound{time->get<double>(), of->get<std::string>()};
}

} // namespace

std::string halide_version() {
    return std::to_string(HALIDE_VERSION_MAJOR) + "." + std::to_string(HALIDE_VERSION_MINOR) + "." +
           std::to_string(HALIDE_VERSION_PATCH);
}

std::string today() {
    const std::time_t now = std::time(nullptr);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", std::localtime(&now));
    return text;
}

RecordFile::RecordFile(std::filesystem::path path, const std::string &device)
    : file(std::move(path)) {
    if (std::filesystem::exists(file)) {
        content = read(file);
    } else {
        content = {{"version", 1},
                   {"halide", halide_version()},
                   {"device", device},
                   {"records", ordered_json::array()}};
    }
}

std::optional<Record> RecordFile::find(const std::string &op, const std::string &backend) const {
    for (const ordered_json &record : content["records"]) {
        const std::string halide =
            record.value("halide", content.value("halide", halide_version()));
        if (record["operator"] == op && record["backend"] == backend &&
            halide == halide_version()) {
            return Record{op,
                          backend,
                          record.value("problem", ""),
                          record["values"].get<Values>(),
                          record.value("median_ms", 0.0),
                          record.value("default_median_ms", 0.0),
                          record.value("measured_by", ""),
                          record.value("date", ""),
                          record.value("machine", ""),
                          bound_in(record)};
        }
    }
    return std::nullopt;
}

void RecordFile::put(const Record &record) {
    for (ordered_json &old : content["records"]) {
        if (old["operator"] == record.op && old["backend"] == record.backend) {
            old = as_json(record);
            return;
        }
    }
    content["records"].push_back(as_json(record));
}

void RecordFile::write() const {
    write_atomically(file, content.dump(2) + "\n");
}

void write_atomically(const std::filesystem::path &file, const std::string &text) {
    const std::filesystem::path temporary =
        file.string() + ".partial-" + std::to_string(::getpid());
    std::ofstream stream(temporary);
    stream << text;
    stream.close();
    if (!stream || ::rename(temporary.c_str(), file.c_str()) != 0) {
        const std::string fault = std::strerror(errno);
        ::unlink(temporary.c_str());
        throw UsageError("cannot write " + file.string() + ": " + fault +
                         "; free some space or choose another file");
    }
}

} // namespace haliclr::tuner
