# Device code of the CUDA kernels: PTX assembled for each chip, a report of what it takes there, and a
# library that holds all images.
#
#   haliclr_add_device_code(kernel)              cubins of one kernel, from its expanded PTX
#   haliclr_finish_device_code()                 report, table of images, library haliclr_device_code
#
# A PTX text that the assembler refuses, a spill, and a block that no multiprocessor holds fail the build.

find_program(HALICLR_PTXAS ptxas HINTS /usr/local/cuda/bin
    DOC "CUDA assembler; without it the kernels' PTX is compiled by the driver at the first call")
set(HALICLR_CUDA_ARCHS 80 86 89 90 100 120 CACHE STRING
    "Chips to make cubins of the CUDA kernels for, separated by ';'; others run the PTX")
option(HALICLR_ALLOW_SPILLS "Build CUDA kernels also where they spill registers" OFF)

# Those of HALICLR_CUDA_ARCHS that the assembler knows.
function(haliclr_known_archs result)
    set(${result} "" PARENT_SCOPE)
    if (NOT HALICLR_PTXAS)
        message(STATUS "No ptxas: the CUDA kernels are built as PTX alone")
        return ()
    endif ()
    set(trial ${CMAKE_BINARY_DIR}/generated/trial.ptx)
    file(WRITE ${trial} ".version 7.0\n.target sm_80\n.address_size 64\n")
    set(known)
    foreach (arch IN LISTS HALICLR_CUDA_ARCHS)
        if (NOT arch MATCHES "^[0-9]+$" OR arch LESS 80)
            message(FATAL_ERROR "HALICLR_CUDA_ARCHS: '${arch}': name chips by number from 80 on, such as 80;90")
        endif ()
        execute_process(COMMAND ${HALICLR_PTXAS} -arch=sm_${arch} -o ${trial}.cubin ${trial}
            RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
        if (status EQUAL 0)
            list(APPEND known ${arch})
        else ()
            message(STATUS "${HALICLR_PTXAS} does not know sm_${arch}: no cubins for it")
        endif ()
    endforeach ()
    set(${result} "${known}" PARENT_SCOPE)
endfunction()
haliclr_known_archs(HALICLR_KNOWN_ARCHS)

# <kernel>.ptx runs (cmake/HaliclrPtx.cmake); Halide embeds <kernel>.device_code.
function(haliclr_add_device_code kernel)
    set(base ${HALICLR_GENERATED}/kernels/${kernel})
    set(lines "kernel ${kernel} ${base}.device_code ${base}.ptx ${base}.stmt\n")
    set(files ${base}.device_code ${base}.ptx ${base}.stmt)
    foreach (arch IN LISTS HALICLR_KNOWN_ARCHS)
        set(image ${base}.sm${arch})
        add_custom_command(OUTPUT ${image}.cubin ${image}.txt
            COMMAND sh -c "\"$1\" -v -arch=sm_$2 -o \"$3.cubin\" \"$4\" \
>\"$3.txt\" 2>&1 || { cat \"$3.txt\"; exit 1; }"
                ptxas ${HALICLR_PTXAS} ${arch} ${image} ${base}.ptx
            DEPENDS ${base}.ptx
            COMMENT "PTX of ${kernel} for sm_${arch}" VERBATIM)
        string(APPEND lines "image ${arch} ${image}.cubin ${image}.txt\n")
        list(APPEND files ${image}.cubin ${image}.txt)
    endforeach ()
    set_property(GLOBAL APPEND_STRING PROPERTY HALICLR_DEVICE_MANIFEST "${lines}")
    set_property(GLOBAL APPEND PROPERTY HALICLR_DEVICE_FILES ${files})
    # A rule is written only where a target of its own folder asks for it.
    set_property(GLOBAL APPEND PROPERTY HALICLR_KERNEL_FILES ${files})
endfunction()

function(haliclr_finish_device_code)
    get_property(lines GLOBAL PROPERTY HALICLR_DEVICE_MANIFEST)
    get_property(files GLOBAL PROPERTY HALICLR_DEVICE_FILES)
    list(REMOVE_DUPLICATES files)
    set(manifest ${HALICLR_GENERATED}/device_code.manifest)
    file(CONFIGURE OUTPUT ${manifest} CONTENT "${lines}" @ONLY)
    set(report ${HALICLR_GENERATED}/device_code)
    add_custom_command(OUTPUT ${report}.txt ${report}.json
        COMMAND write_resource_report ${manifest} ${report}.txt ${report}.json
            $<$<BOOL:${HALICLR_ALLOW_SPILLS}>:--allow-spills>
        DEPENDS write_resource_report ${manifest} ${files}
        COMMENT "Registers, shared memory and occupancy of the CUDA kernels"
        VERBATIM COMMAND_EXPAND_LISTS)
    add_custom_target(haliclr_resource_report ALL DEPENDS ${report}.txt)
    add_custom_command(OUTPUT ${report}.cpp
        COMMAND write_image_table ${manifest} ${report}.cpp
        DEPENDS write_image_table ${manifest} ${files}
        COMMENT "Table of the CUDA kernels' images" VERBATIM)
    # Shared, as every program of the tree would carry some 50 MB otherwise; loading it maps pages only.
    set(kind SHARED)
    if (HALICLR_SPECIALIZATION)
        set(kind STATIC) # the one program has few
    endif ()
    add_library(haliclr_device_code ${kind} ${report}.cpp)
    target_link_libraries(haliclr_device_code PRIVATE haliclr_options)
    set_target_properties(haliclr_device_code PROPERTIES
        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
    add_dependencies(haliclr_device_code haliclr_resource_report)
endfunction()
