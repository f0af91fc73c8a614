# haliclr_expand_ptx(kernel): <kernel>.device_code, as Halide writes it, to <kernel>.ptx, in which device
# intrinsics are instructions (generators/ptx/). A malformed use of an intrinsic fails the build.
function(haliclr_expand_ptx name)
    set(base ${HALICLR_GENERATED}/kernels/${name})
    add_custom_command(OUTPUT ${base}.ptx
        COMMAND haliclr_expand_ptx ${base}.device_code ${base}.ptx
        DEPENDS haliclr_expand_ptx ${base}.device_code
        COMMENT "Device intrinsics of ${name}" VERBATIM)
    set_property(GLOBAL APPEND PROPERTY HALICLR_KERNEL_FILES ${base}.ptx)
endfunction()
