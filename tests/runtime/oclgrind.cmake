# Runs a test program on oclgrind's device, which reports accesses out of bounds and data races.
# usage: cmake -DOCLGRIND=<program> -DPROGRAM=<test program> -DLOG=<file> -P oclgrind.cmake
cmake_minimum_required(VERSION 3.25)
if (NOT OCLGRIND)
    message("SKIPPED: no oclgrind: Debian's package of that name has it")
    return ()
endif ()
file(REMOVE ${LOG})
# It takes the place of every other device, so none may be asked for by name.
execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=HALICLR_OPENCL_DEVICE OMP_WAIT_POLICY=passive
        ${OCLGRIND} --data-races --max-errors 20 --log ${LOG} ${PROGRAM} --gtest_filter=*/opencl
    RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
if (NOT status EQUAL 0 OR NOT text MATCHES "\\[       OK \\]" OR text MATCHES "\\[  SKIPPED \\]")
    message(FATAL_ERROR "oclgrind of ${PROGRAM}: status ${status}\n${text}")
endif ()
file(READ ${LOG} found)
if (NOT found STREQUAL "")
    message(FATAL_ERROR "oclgrind of ${PROGRAM} found:\n${found}")
endif ()
