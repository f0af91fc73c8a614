// A block's threads, each with its own registers and place in the program.
#include "tests/simulator/launch.h"

#include "tests/simulator/product.h"
#include "tests/simulator/profile.h"

#include <cstring>
#include <span>

namespace haliclr::simulator {

namespace {

enum class Stop { barrier, product, end };

struct Thread {
    std::vector<uint64_t> registers;
    std::vector<uint8_t> local;
    size_t next = 0; // instruction
    Stop stop = Stop::barrier;
};

// A thread of the stock kernels runs a few thousand.
constexpr int64_t most_instructions = 1'000'000'000;

class Block {
public:
    Block(const Function &function, const Shape &shape, std::span<const uint8_t> parameters,
          DeviceMemory &memory, uint32_t number, int index)
        : function(function), shape(shape), parameters(parameters), memory(memory), number(number),
          index(index), bytes(static_cast<size_t>(shape.shared_bytes), 0xff),
          shared(bytes.data(), bytes.size()) {
        const auto &[x, y, z] = shape.threads;
        threads.resize(static_cast<size_t>(x) * y * z,
                       {function.registers, std::vector<uint8_t>(function.local_bytes, 0xff)});
        for (int t = 0; t < static_cast<int>(threads.size()); ++t) {
            set_special(threads[t].registers, t);
        }
    }

    void run() {
        for (bool waits = true; waits; ++phase) {
            for (size_t first = 0; first < threads.size(); first += warp_lanes) {
                run_warp(std::span(threads).subspan(
                    first, std::min<size_t>(warp_lanes, threads.size() - first)));
            }
            waits = threads[0].stop == Stop::barrier;
            for (Thread &thread : threads) {
                current = &thread;
                require((thread.stop == Stop::barrier) == waits,
                        "some threads of the block end while others wait at a barrier");
            }
        }
    }

private:
    const Function &function;
    const Shape &shape;
    const std::span<const uint8_t> parameters;
    DeviceMemory &memory;
    const uint32_t number;
    const int index; // of the block
    std::vector<uint8_t> bytes;
    Region shared;
    std::vector<Thread> threads;
    int phase = 0;
    Thread *current = nullptr;
    FunctionProfile *const profile = profile_of(function);

    static std::array<int, 3> coordinates(int at, const std::array<int, 3> &extents) {
        return {at % extents[0], at / extents[0] % extents[1], at / extents[0] / extents[1]};
    }

    void set_special(std::vector<uint64_t> &registers, int t) const {
        const auto thread = coordinates(t, shape.threads), block = coordinates(index, shape.blocks);
        for (int d = 0; d < 3; ++d) {
            registers[function.special[d]] = static_cast<uint64_t>(thread[d]);
            registers[function.special[3 + d]] = static_cast<uint64_t>(block[d]);
        }
    }

    int number_of(const Thread &thread) const { return static_cast<int>(&thread - threads.data()); }
    Place place() const {
        return {number, index, static_cast<int16_t>(number_of(*current)),
                static_cast<int16_t>(phase)};
    }

    [[noreturn]] void fail(const std::string &what) const {
        const auto text = [](const std::array<int, 3> &at) {
            return std::to_string(at[0]) + " " + std::to_string(at[1]) + " " +
                   std::to_string(at[2]);
        };
        const size_t last = std::min(current->next, function.instructions.size() - 1);
        const Instruction &instruction = function.instructions[last];
        throw std::runtime_error(
            function.name + ": block " + text(coordinates(index, shape.blocks)) + ", thread " +
            text(coordinates(number_of(*current), shape.threads)) + ", line " +
            std::to_string(instruction.line) + ", " + instruction.opcode + ": " + what);
    }

    void require(bool holds, const char *what) const {
        if (!holds) {
            fail(what);
        }
    }

    // Up to the next barrier, or to the end.
    void run_warp(std::span<Thread> warp) {
        for (bool again = true; again;) {
            for (Thread &thread : warp) {
                current = &thread;
                if (thread.stop != Stop::end) {
                    thread.stop = run_thread(thread);
                }
            }
            if (profile != nullptr) {
                profile->traffic.end_of_warp();
            }
            again = warp[0].stop == Stop::product;
            for (Thread &thread : warp) {
                current = &thread;
                require((thread.stop == Stop::product) == again &&
                            (!again || thread.next == warp[0].next),
                        "some lanes of the warp do not get to a matrix product");
            }
            if (again) {
                multiply_in(warp);
            }
        }
    }

    void multiply_in(std::span<Thread> warp) {
        require(warp.size() == warp_lanes, "a matrix product in a warp that is not full");
        std::array<uint64_t *, warp_lanes> registers;
        for (int lane = 0; lane < warp_lanes; ++lane) {
            registers[lane] = warp[lane].registers.data();
        }
        multiply(function.instructions[warp[0].next], registers);
        for (Thread &thread : warp) {
            ++thread.next;
        }
    }

    // A barrier is passed when the thread goes on.
    Stop run_thread(Thread &thread) {
        for (int64_t count = 0; thread.next < function.instructions.size(); ++count) {
            require(count < most_instructions, "the thread does not end");
            const Instruction &instruction = function.instructions[thread.next];
            uint64_t *const registers = thread.registers.data();
            if (profile != nullptr) {
                ++profile->times[thread.next];
            }
            if (instruction.guard >= 0 &&
                (registers[instruction.guard] != 0) == instruction.guard_negated) {
                ++thread.next;
                continue;
            }
            switch (instruction.kind) {
            case Kind::compute:
                instruction.compute(registers, instruction.operands.data());
                break;
            case Kind::load:
                load(instruction, registers);
                break;
            case Kind::store:
                store(instruction, registers);
                break;
            case Kind::branch:
                thread.next = static_cast<size_t>(instruction.offset);
                continue;
            case Kind::barrier:
                ++thread.next;
                return Stop::barrier;
            case Kind::product:
                return Stop::product;
            case Kind::trap:
                fail("a trap, which nothing should get to");
            case Kind::end:
                return Stop::end;
            }
            ++thread.next;
        }
        return Stop::end;
    }

    static bool is_seen_by_others(Space space) {
        return space == Space::shared || space == Space::global || space == Space::global_read_only;
    }

    // Bytes at an address of a thread's local memory, of the parameters or of the constants, which
    // need no history: only one thread sees them, or nobody writes them.
    template <typename Bytes>
    static auto *bytes_at(Bytes &all, uint64_t address, uint64_t begin, int count) {
        if (address < begin || address - begin + count > all.size()) {
            throw std::runtime_error("beyond the thread's local memory, or the constants");
        }
        return all.data() + (address - begin);
    }

    DeviceMemory::Found find(Space space, uint64_t address, int count) {
        if (space != Space::shared) {
            return memory.find(address, count);
        }
        if (address < shared_begin || address - shared_begin + count > bytes.size()) {
            throw std::runtime_error("beyond the block's shared memory");
        }
        return {shared, address - shared_begin};
    }

    uint64_t value_at(const Instruction &from, uint64_t address) {
        if (is_seen_by_others(from.space)) {
            const auto [region, at] = find(from.space, address, from.bytes);
            return region.read(at, from.bytes, place(), from.space == Space::global_read_only);
        }
        const uint8_t *const found =
            from.space == Space::parameter ? bytes_at(parameters, address, 0, from.bytes)
            : from.space == Space::constant
                ? bytes_at(function.constants, address, constant_begin, from.bytes)
                : bytes_at(current->local, address, local_begin, from.bytes);
        uint64_t value = 0;
        std::memcpy(&value, found, from.bytes);
        return value;
    }

    void set_value_at(const Instruction &to, uint64_t address, uint64_t value) {
        if (to.space == Space::local) {
            std::memcpy(bytes_at(current->local, address, local_begin, to.bytes), &value, to.bytes);
            return;
        }
        const auto [region, at] = find(to.space, address, to.bytes);
        region.write(at, to.bytes, value, place());
    }

    // Of a vector the whole must be aligned.
    uint64_t address_of(const Instruction &instruction, uint64_t base, size_t elements) const {
        const uint64_t address = base + instruction.offset;
        if (address % (instruction.bytes * elements) != 0) {
            throw std::runtime_error("the address is not aligned");
        }
        if (profile != nullptr && is_seen_by_others(instruction.space) && index % 8 == 0) {
            profile->traffic.touch(function, instruction, number_of(*current), address);
        }
        return address;
    }

    void load(const Instruction &instruction, uint64_t *registers) {
        const auto &operands = instruction.operands;
        const size_t elements = operands.size() - 1;
        guarded([&] {
            const uint64_t address = address_of(instruction, registers[operands.back()], elements);
            for (size_t k = 0; k < elements; ++k) {
                registers[operands[k]] = value_at(instruction, address + k * instruction.bytes);
            }
        });
    }

    void store(const Instruction &instruction, const uint64_t *registers) {
        const auto &operands = instruction.operands;
        const size_t elements = operands.size() - 1;
        guarded([&] {
            const uint64_t address = address_of(instruction, registers[operands[0]], elements);
            for (size_t k = 0; k < elements; ++k) {
                set_value_at(instruction, address + k * instruction.bytes,
                             registers[operands[1 + k]]);
            }
        });
    }

    // Says where an access went wrong.
    template <typename Access>
    void guarded(const Access &access) const {
        try {
            access();
        } catch (const std::runtime_error &error) {
            fail(error.what());
        }
    }
};

} // namespace

void run_launch(const Function &function, const Shape &shape, void *const *arguments,
                DeviceMemory &memory, uint32_t number) {
    std::vector<uint8_t> parameters(function.parameter_bytes);
    for (size_t k = 0; k < function.parameters.size(); ++k) {
        const auto &[offset, bytes] = function.parameters[k];
        std::memcpy(&parameters[offset], arguments[k], bytes);
    }
    const int blocks = shape.blocks[0] * shape.blocks[1] * shape.blocks[2];
    for (int index = 0; index < blocks; ++index) {
        Block(function, shape, parameters, memory, number, index).run();
    }
}

} // namespace haliclr::simulator
