# haliclr_expand_ptx(kernel [--in-place]): <kernel>.device_code, as Halide writes it, to <kernel>.ptx, as
# it is assembled (generators/ptx/). A malformed use of an intrinsic fails the build.
function(haliclr_expand_ptx name)
    set(base ${HALICLR_GENERATED}/kernels/${name})
    add_custom_command(OUTPUT ${base}.ptx
        COMMAND haliclr_expand_ptx ${ARGN} ${base}.device_code ${base}.ptx
        DEPENDS haliclr_expand_ptx ${base}.device_code
        COMMENT "Device intrinsics of ${name}" VERBATIM)
    set_property(GLOBAL APPEND PROPERTY HALICLR_KERNEL_FILES ${base}.ptx)
endfunction()
