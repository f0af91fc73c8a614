// Temporary file, fsync, rename, fsync of the folder: POSIX's recipe for an atomic replacement.
#include "trainer/train/atomic_file.h"

#include "trainer/errors.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace haliclr::trainer {

namespace {

[[noreturn]] void fail(const std::filesystem::path &file, const char *act) {
    throw Error("[file] cannot " + std::string(act) + " '" + file.string() +
                "': " + std::strerror(errno) + "; free some space or choose another --out");
}

class Descriptor {
public:
    Descriptor(const std::filesystem::path &path, int flags)
        : number(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor() {
        if (number >= 0) {
            ::close(number);
        }
    }
    const int number;
};

void write_all(int descriptor, const void *bytes, size_t size, const std::filesystem::path &file) {
    const char *next = static_cast<const char *>(bytes);
    while (size > 0) {
        const ssize_t written = ::write(descriptor, next, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            fail(file, "write");
        }
        next += written;
        size -= static_cast<size_t>(written);
    }
}

void write_durably(const std::filesystem::path &temporary,
                   const std::function<void(const WriteBytes &)> &produce) {
    const Descriptor output(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (output.number < 0) {
        fail(temporary, "create");
    }
    produce(
        [&](const void *bytes, size_t size) { write_all(output.number, bytes, size, temporary); });
    if (::fsync(output.number) != 0) {
        fail(temporary, "write");
    }
}

} // namespace

void write_atomically(const std::filesystem::path &file,
                      const std::function<void(const WriteBytes &)> &produce) {
    const std::filesystem::path temporary =
        file.string() + ".partial-" + std::to_string(::getpid());
    try {
        write_durably(temporary, produce);
        if (::rename(temporary.c_str(), file.c_str()) != 0) {
            fail(file, "replace");
        }
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    const Descriptor directory(folder, O_RDONLY | O_DIRECTORY);
    if (directory.number < 0 || ::fsync(directory.number) != 0) {
        fail(folder, "make durable");
    }
}

void write_atomically(const std::filesystem::path &file, const std::string &text) {
    write_atomically(file, [&](const WriteBytes &write) { write(text.data(), text.size()); });
}

} // namespace haliclr::trainer
