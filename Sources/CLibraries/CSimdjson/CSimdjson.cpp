#include "CSimdjson.h"

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

const char *meshtop_json_error_text(int error) {
    return simdjson::error_message(static_cast<simdjson::error_code>(error));
}

}
