# Runs the GPU cases of test programs under one tool of compute-sanitizer.
# usage: cmake -DSANITIZER=<program> -DTOOL=memcheck|racecheck|initcheck|synccheck
#     "-DPROGRAMS=<program> <gtest filter>;..." -P sanitize.cmake
cmake_minimum_required(VERSION 3.25)
if (NOT SANITIZER)
    message("SKIPPED: no compute-sanitizer: it comes with the CUDA toolkit")
    return ()
endif ()
if (NOT PROGRAMS)
    message(FATAL_ERROR "no programs: the check would prove nothing")
endif ()
set(passed 0)
foreach (entry IN LISTS PROGRAMS)
    string(REPLACE " " ";" entry "${entry}")
    list(GET entry 0 program)
    list(GET entry 1 filter)
    # Halide names its functions _kernel_...; those of LibTorch are not ours to judge.
    execute_process(COMMAND ${SANITIZER} --tool ${TOOL} --error-exitcode 9 --kernel-name kernel_substring=_kernel_
            ${program} --gtest_filter=${filter}
        RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
    if (NOT status EQUAL 0)
        message(FATAL_ERROR "${TOOL} of ${program} ${filter}: status ${status}\n${text}")
    endif ()
    if (text MATCHES "\\[       OK \\]")
        math(EXPR passed "${passed} + 1")
    endif ()
endforeach ()
if (passed EQUAL 0)
    message("SKIPPED: no case ran: no GPU")
endif ()
