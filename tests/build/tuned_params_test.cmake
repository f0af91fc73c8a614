# Tuned values reach a kernel: from its device's record, else from the generic one, else none.
# usage: cmake -DROOT=<source folder> -DFOLDER=<scratch folder> -P tuned_params_test.cmake
cmake_minimum_required(VERSION 3.25)

function(expect_params kernel backend expected)
    haliclr_tuned_params(found ${kernel} ${backend})
    if (NOT found STREQUAL expected)
        message(FATAL_ERROR "${kernel}, ${backend}: found '${found}', expected '${expected}'")
    endif ()
endfunction()

set(HALICLR_TUNED_FOLDER ${FOLDER})
set(HALICLR_TUNED_DEVICE big-gpu)
file(WRITE ${FOLDER}/big-gpu.json [[{"version": 1, "records": [
    {"operator": "lars", "backend": "cuda", "values": {"threads": 512, "chunks_per_block": 4}}]}]])
file(WRITE ${FOLDER}/generic.json [[{"version": 1, "records": [
    {"operator": "lars", "backend": "cuda", "values": {"threads": 128}},
    {"operator": "lars", "backend": "cpu", "values": {"chunks_per_task": 64}}]}]])
include(${ROOT}/cmake/HaliclrTuned.cmake)

expect_params(lars cuda "chunks_per_block=4;threads=512")
expect_params(lars cpu "chunks_per_task=64")
expect_params(lars opencl "")
expect_params(views cpu "")
