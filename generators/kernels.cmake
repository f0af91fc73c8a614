# The kernels beside those of the recipes; a specialized build keeps some of them.
haliclr_add_kernel(unit_rows unit_rows)

haliclr_add_kernel(pairwise pairwise_tiles)
foreach (loss IN ITEMS ntxent nt_logistic margin_triplet)
    foreach (pass IN ITEMS forward backward)
        haliclr_add_kernel(pairwise ${loss}_${pass} GENERATOR pairwise_${pass} PARAMS loss=${loss})
        haliclr_add_kernel(pairwise ${loss}_${pass}_tiles GENERATOR pairwise_${pass}
            PARAMS loss=${loss} reads_tiles=true)
    endforeach ()
endforeach ()

haliclr_add_kernel(pairwise pairwise_tiles_fixed GENERATOR pairwise_tiles PARAMS fixed_tiles=true)
foreach (pass IN ITEMS forward backward)
    haliclr_add_kernel(pairwise ntxent_${pass}_tiles_fixed GENERATOR pairwise_${pass}
        PARAMS loss=ntxent reads_tiles=true fixed_tiles=true)
endforeach ()

# The same two passes on tensor cores; docs/tensor-cores.md.
foreach (type IN ITEMS tf32 bf16)
    foreach (pass IN ITEMS forward backward)
        haliclr_add_kernel(pairwise ntxent_${pass}_tensor_${type} GENERATOR pairwise_${pass}_tensor
            BACKENDS cuda PARAMS loss=ntxent tensor=${type})
    endforeach ()
endforeach ()

haliclr_add_kernel(stripes stripe_gradient)
foreach (loss IN ITEMS ntxent nt_logistic margin_triplet)
    foreach (step IN ITEMS sums rows)
        haliclr_add_kernel(stripes ${loss}_stripe_${step} GENERATOR stripe_${step}
            PARAMS loss=${loss})
    endforeach ()
    haliclr_add_kernel(stripes ${loss}_stripe_weights GENERATOR stripe_weights IN_PLACE
        PARAMS loss=${loss})
endforeach ()

# Multi-tensor updates: a kernel a rule; of LARS one more that carries |w|^2 from step to step; each
# with float32, bfloat16 or float16 gradients (and parameter copies).
haliclr_add_update(lars rule=lars)
haliclr_add_update(lars_carried rule=lars carry=true)
haliclr_add_update(momentum_sgd rule=momentum_sgd)

# What a device can do at most, which the bench measures; nothing of theirs is tuned.
haliclr_add_kernel(roofline roofline_copy UNTUNED)
haliclr_add_kernel(roofline roofline_chains UNTUNED)
foreach (type IN ITEMS tf32 bf16)
    haliclr_add_kernel(roofline roofline_products_${type} GENERATOR roofline_products
        BACKENDS cuda PARAMS tensor=${type} UNTUNED)
endforeach ()
