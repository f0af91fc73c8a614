# The tuned records of `pairwise_mode` as a header: which mode `auto` is, by the rows of z.
#
#   store_rows    up to here the similarities are stored in float32
#   store16_rows  up to here in 16 bits
#   store16_columns  from so many columns on in 16 bits, however many rows; 0: never
#   hybrid_rows   from here on LibTorch multiplies them; 0: never
#
# Where a back end has no record, store_bytes alone decides.

function(haliclr_pairwise_mode_row result backend)
    set(store_rows INT32_MAX)
    set(store16_rows 0)
    set(store16_columns 0)
    set(hybrid_rows 0)
    haliclr_tuned_params(values pairwise_mode ${backend})
    foreach (entry IN LISTS values)
        if (entry MATCHES "^(store_rows|store16_rows|store16_columns|hybrid_rows)=([0-9]+)$")
            set(${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
        else ()
            message(WARNING "schedules/tuned: pairwise_mode for ${backend}: ${entry} is ignored; "
                "known are store_rows, store16_rows, store16_columns and hybrid_rows")
        endif ()
    endforeach ()
    set(${result} "    {${store_rows}, ${store16_rows}, ${store16_columns}, ${hybrid_rows}}, // ${backend}\n"
        PARENT_SCOPE)
endfunction()

function(haliclr_write_pairwise_modes header)
    set(rows)
    foreach (backend IN ITEMS cpu cuda opencl) # in the order of runtime's Backend
        haliclr_pairwise_mode_row(row ${backend})
        string(APPEND rows "${row}")
    endforeach ()
    file(CONFIGURE OUTPUT ${header} @ONLY CONTENT [[
// Written by CMake from schedules/tuned; cmake/HaliclrPairwiseModes.cmake says what the numbers are.
#pragma once

#include <cstdint>

namespace haliclr::runtime {

struct TunedPairwiseModes {
    int64_t store_rows, store16_rows, store16_columns, hybrid_rows;
};
inline constexpr TunedPairwiseModes tuned_pairwise_modes[] = {
@rows@};

} // namespace haliclr::runtime
]])
endfunction()
