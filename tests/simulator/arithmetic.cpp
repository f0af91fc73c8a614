// The tables, and what only moves bits.
#include "tests/simulator/operations.h"

namespace haliclr::simulator {

namespace {

template <typename T>
void select(uint64_t *r, const uint32_t *o) {
    r[o[0]] = put<T>(get<T>(r[o[3]] != 0 ? r[o[1]] : r[o[2]]));
}

template <typename Whole, typename Half>
void pack(uint64_t *r, const uint32_t *o) {
    constexpr int bits = 8 * sizeof(Half);
    r[o[0]] = put<Whole>(
        static_cast<Whole>(get<Half>(r[o[1]]) | static_cast<Whole>(get<Half>(r[o[2]])) << bits));
}

template <typename Whole, typename Half>
void unpack(uint64_t *r, const uint32_t *o) {
    const auto whole = get<Whole>(r[o[2]]);
    r[o[0]] = put<Half>(static_cast<Half>(whole));
    r[o[1]] = put<Half>(static_cast<Half>(whole >> (8 * sizeof(Half))));
}

void add_moves(Table &table) {
    table.insert({{"mov.pred", unary<bool, bool, same>},
                  {"mov.b16", unary<uint16_t, uint16_t, same>},
                  {"mov.u16", unary<uint16_t, uint16_t, same>},
                  {"mov.b32", unary<uint32_t, uint32_t, same>},
                  {"mov.u32", unary<uint32_t, uint32_t, same>},
                  {"mov.f32", unary<uint32_t, uint32_t, same>},
                  {"mov.b64", unary<uint64_t, uint64_t, same>},
                  {"mov.u64", unary<uint64_t, uint64_t, same>},
                  {"mov.b32 pack", pack<uint32_t, uint16_t>},
                  {"mov.b32 unpack", unpack<uint32_t, uint16_t>},
                  {"mov.b64 pack", pack<uint64_t, uint32_t>},
                  {"mov.b64 unpack", unpack<uint64_t, uint32_t>},
                  {"cvta.to.global.u64", unary<uint64_t, uint64_t, same>},
                  {"cvta.shared.u64", unary<uint64_t, uint64_t, same>},
                  {"selp.b16", select<uint16_t>},
                  {"selp.b32", select<uint32_t>},
                  {"selp.f32", select<uint32_t>},
                  {"selp.b64", select<uint64_t>}});
}

Table all_operations() {
    Table table;
    add_whole_numbers(table);
    add_bits(table);
    add_moves(table);
    add_floats(table);
    add_conversions(table);
    return table;
}

} // namespace

Compute find_compute(std::string_view opcode) {
    static const Table table = all_operations();
    const auto found = table.find(opcode);
    return found == table.end() ? nullptr : found->second;
}

} // namespace haliclr::simulator
