# Tuned values reach a kernel: from its device's record, else from the generic one, else none; a record
# that does not fit the build is passed over, and a file that is no record file is an error.
# usage: cmake -DROOT=<source folder> -DFOLDER=<scratch folder> -P tuned_params_test.cmake
cmake_minimum_required(VERSION 3.25)

if (CORRUPT) # the script calls itself with a file that must be refused
    set(HALICLR_TUNED_FOLDER ${FOLDER})
    set(HALICLR_TUNED_DEVICE ${CORRUPT})
    include(${ROOT}/cmake/HaliclrTuned.cmake)
    haliclr_tuned_params(found lars cpu multi_tensor)
    return ()
endif ()

function(expect_params kernel backend expected)
    haliclr_tuned_params(found ${kernel} ${backend} ${ARGN})
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

# Records of another Halide version and of unknown tunables are passed over with a warning.
set(Halide_VERSION 21.0.0)
set(HALICLR_TUNED_DEVICE old-halide)
file(WRITE ${FOLDER}/old-halide.json [[{"version": 1, "halide": "20.0.0", "records": [
    {"operator": "lars", "backend": "cuda", "values": {"threads": 256}},
    {"operator": "lars", "backend": "cpu", "halide": "21.0.0", "values": {"chunks_per_task": 8}}]}]])
expect_params(lars cuda "threads=128" multi_tensor)
expect_params(lars cpu "chunks_per_task=8" multi_tensor)
set(HALICLR_TUNED_DEVICE misspelt)
file(WRITE ${FOLDER}/misspelt.json [[{"version": 1, "halide": "21.0.0", "records": [
    {"operator": "lars", "backend": "cuda", "values": {"thread": 256}},
    {"operator": "lars", "backend": "opencl", "values": {}}]}]])
expect_params(lars cuda "threads=128" multi_tensor)
expect_params(lars opencl "" multi_tensor)
get_property(warnings GLOBAL PROPERTY HALICLR_TUNED_WARNINGS)
list(LENGTH warnings count)
if (NOT count EQUAL 2 OR NOT warnings MATCHES "Halide 20.0.0.*thread is no tunable of the generator multi_tensor")
    message(FATAL_ERROR "${count} warnings, expected 2: ${warnings}")
endif ()

function(expect_refused name content expected)
    file(WRITE ${FOLDER}/${name}.json "${content}")
    execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${ROOT} -DFOLDER=${FOLDER} -DCORRUPT=${name}
        -P ${CMAKE_CURRENT_LIST_FILE} RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE text)
    string(REGEX REPLACE "[ \n]+" " " text "${text}")
    if (status EQUAL 0 OR NOT text MATCHES "${expected}")
        message(FATAL_ERROR "${name}: expected '${expected}', got status ${status}: ${text}")
    endif ()
endfunction()
expect_refused(cut "{\"version\": 1, \"rec" "cut.json is corrupt .*restore it")
expect_refused(bare "{\"version\": 1}" "bare.json is corrupt .no list")
expect_refused(newer "{\"version\": 2, \"records\": []}" "version 2 of the record format is unknown")
expect_refused(hollow "{\"version\": 1, \"records\": [{\"operator\": \"lars\", \"backend\": \"cpu\"}]}"
    "record 0 has no")
