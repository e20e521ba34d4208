// SPDX-License-Identifier: Apache-2.0
#include "CSimdjson.h"

#include <charconv>
#include <new>
#include <simdjson.h>

struct meshtop_json_parser {
    simdjson::dom::parser parser;
    explicit meshtop_json_parser(size_t capacity) : parser(capacity) {}
};

extern "C" {

meshtop_json_parser *meshtop_json_parser_create(size_t max_capacity) {
    return new (std::nothrow) meshtop_json_parser(max_capacity);
}

void meshtop_json_parser_destroy(meshtop_json_parser *parser) { delete parser; }

meshtop_json_result meshtop_json_parse(meshtop_json_parser *parser, const uint8_t *bytes, size_t length) {
    auto parsed = parser->parser.parse(bytes, length, /* realloc_if_needed */ false);
    if (parsed.error()) {
        return {static_cast<int>(parsed.error()), nullptr, nullptr};
    }
    return {0, parser->parser.doc.tape.get(), parser->parser.doc.string_buf.get()};
}

size_t meshtop_json_padding(void) { return simdjson::SIMDJSON_PADDING; }

size_t meshtop_parse_double(const void *bytes, size_t length, double *value) {
    auto first = static_cast<const char *>(bytes);
    auto last = first + length;
    // from_chars knows no plus sign, but Go prints one before an infinity.
    auto start = length > 1 && *first == '+' && first[1] != '-' ? first + 1 : first;
    auto [end, error] = std::from_chars(start, last, *value);
    return error == std::errc() ? static_cast<size_t>(end - first) : 0;
}

const char *meshtop_json_error_text(int error) {
    return simdjson::error_message(static_cast<simdjson::error_code>(error));
}

}
