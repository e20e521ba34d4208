// SPDX-License-Identifier: Apache-2.0
// simdjson behind C: parse bytes, then read the DOM tape and its strings. Swift walks the tape itself, without a call per element.
#ifndef MESHTOP_CSIMDJSON_H
#define MESHTOP_CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct meshtop_json_parser meshtop_json_parser;

/// The pointers stay valid until the next parse with the same parser, or its end.
typedef struct {
    int error;                ///< 0, or simdjson's error code
    const uint64_t *tape;     ///< words of the tape; word 0 is the root
    const uint8_t *strings;   ///< each string: 4 bytes of length, its bytes, a zero
} meshtop_json_result;

meshtop_json_parser *meshtop_json_parser_create(size_t max_capacity);
void meshtop_json_parser_destroy(meshtop_json_parser *parser);

/// `bytes` must be readable for `meshtop_json_padding()` bytes beyond `length`.
meshtop_json_result meshtop_json_parse(meshtop_json_parser *parser, const uint8_t *bytes, size_t length);
size_t meshtop_json_padding(void);
const char *meshtop_json_error_text(int error);

/// Reads a decimal floating-point number, also "NaN", "+Inf", "-Inf": exact, whatever the locale.
/// Returns how many bytes it takes, 0 if there is none at the start.
size_t meshtop_parse_double(const void *bytes, size_t length, double *value);

#ifdef __cplusplus
}
#endif

#endif
