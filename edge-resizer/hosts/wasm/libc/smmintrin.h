// SSSE3 and SSE4.1 in WebAssembly's SIMD128: the intrinsics that libwebp uses, and no others.
#pragma once
#include <emmintrin.h>

SSE __m128i _mm_abs_epi16(__m128i a) { return wasm_i16x8_abs(a); }
SSE __m128i _mm_cvtepu8_epi16(__m128i a) { return wasm_u16x8_extend_low_u8x16(a); }
SSE __m128i _mm_hadd_epi32(__m128i a, __m128i b) {
  return wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
}
SSE __m128i _mm_mullo_epi32(__m128i a, __m128i b) { return wasm_i32x4_mul(a, b); }
// Negated where `b` is negative, 0 where it is 0.
SSE __m128i _mm_sign_epi16(__m128i a, __m128i b) {
  const __m128i negative = wasm_i16x8_shr(b, 15);
  const __m128i turned = wasm_i16x8_sub(wasm_v128_xor(a, negative), negative);
  return wasm_v128_andnot(turned, wasm_i16x8_eq(b, wasm_i16x8_const_splat(0)));
}
// libwebp's indices are 0 to 15, or have their highest bit set, for which both give 0.
SSE __m128i _mm_shuffle_epi8(__m128i a, __m128i order) { return wasm_i8x16_swizzle(a, order); }
SSE __m128i _mm_blendv_epi8(__m128i a, __m128i b, __m128i mask) {
  return wasm_v128_bitselect(b, a, wasm_i8x16_shr(mask, 7));
}
#define SSE_LANE(mask, lane) (((mask) >> (lane)) & 1 ? 8 + (lane) : (lane))
#define _mm_blend_epi16(a, b, mask)                                                    \
  wasm_i16x8_shuffle(a, b, SSE_LANE(mask, 0), SSE_LANE(mask, 1), SSE_LANE(mask, 2),    \
                     SSE_LANE(mask, 3), SSE_LANE(mask, 4), SSE_LANE(mask, 5),          \
                     SSE_LANE(mask, 6), SSE_LANE(mask, 7))
#define _mm_extract_epi8(a, lane) ((int)wasm_u8x16_extract_lane(a, lane))
