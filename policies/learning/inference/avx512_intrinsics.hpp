// The vector intrinsics, without GCC 12's complaints about its own AVX-512 ones: it takes their
// undefined operands for variables of ours (GCC bug 105593), wherever they are inlined, so the
// warnings stay off in files that include this.
#pragma once

#if defined(__x86_64__)
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <immintrin.h>
#endif
