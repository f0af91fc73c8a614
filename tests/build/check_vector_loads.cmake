# The inner loops of the largest CUDA kernels read by vectors of 16 bytes and keep in registers what
# they hold: both are lost where Halide no longer sees how a buffer is aligned or how many values a
# thread holds.
foreach (expected IN ITEMS
        "pairwise_tiles tiles 8" "ntxent_forward pair_sums 8" "ntxent_backward weight 8"
        "ntxent_backward product_s1 16" "views views_s1 6" "views_normalized views_s1 6")
    string(REPLACE " " ";" expected ${expected})
    list(GET expected 0 kernel)
    list(GET expected 1 function)
    list(GET expected 2 least)
    set(file ${FOLDER}/haliclr_${kernel}_cuda.device_code)
    file(READ ${file} text)
    string(FIND "${text}" ".visible .entry _kernel_${function}" from)
    if (from EQUAL -1)
        message(FATAL_ERROR "${file}: no function _kernel_${function}")
    endif ()
    string(SUBSTRING "${text}" ${from} -1 text)
    string(FIND "${text}" "\n}\n" length)
    string(SUBSTRING "${text}" 0 ${length} text)
    string(REGEX MATCHALL "ld\\.global\\.nc\\.v(4\\.b32|2\\.b64)" vectors "${text}")
    list(LENGTH vectors count)
    if (count LESS least)
        message(FATAL_ERROR "${file}: ${function} has ${count} loads of 16 bytes: at least ${least} expected")
    endif ()
    if (text MATCHES "\t\\.local ")
        message(FATAL_ERROR "${file}: ${function} holds values in local memory")
    endif ()
endforeach ()
