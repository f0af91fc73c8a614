# The CUDA entry points in the command and in the library of operators are the runtime's own and not
# Halide's weak ones: strong in the command, and in the library, where they are local, of the same sizes.
# usage: cmake -DNM=<nm> -DCOMMAND=<haliclr> -DLIBRARY=<libhaliclr_ops.so> -P check_entry_points.cmake
cmake_minimum_required(VERSION 3.25)
foreach (file IN ITEMS COMMAND LIBRARY)
    execute_process(COMMAND ${NM} --print-size ${${file}} RESULT_VARIABLE status
        OUTPUT_VARIABLE ${file}_symbols)
    if (NOT status EQUAL 0)
        message(FATAL_ERROR "${NM} cannot read ${${file}}: build it with its symbols")
    endif ()
endforeach ()
foreach (name IN ITEMS initialize_kernels finalize_kernels run device_malloc device_free device_release)
    if (NOT COMMAND_symbols MATCHES "[0-9a-f]+ ([0-9a-f]+) T halide_cuda_${name}\n")
        message(FATAL_ERROR "${COMMAND}: halide_cuda_${name} is not strong: Halide's own is linked")
    endif ()
    set(size ${CMAKE_MATCH_1})
    if (NOT LIBRARY_symbols MATCHES "[0-9a-f]+ ${size} [tT] halide_cuda_${name}\n")
        message(FATAL_ERROR "${LIBRARY}: halide_cuda_${name} is not that of ${COMMAND}")
    endif ()
endforeach ()
