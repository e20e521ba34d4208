// SPDX-License-Identifier: Apache-2.0
// libcurl for Swift: curl_easy_setopt and its like are variadic, which Swift cannot call, so each use has a typed twin here.
#ifndef MESHTOP_CCURL_SHIM_H
#define MESHTOP_CCURL_SHIM_H

#include <curl/curl.h>

static inline CURLcode meshtop_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode meshtop_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode meshtop_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode meshtop_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/// What libcurl was built with.
static inline const curl_version_info_data *meshtop_curl_build(void) { return curl_version_info(CURLVERSION_NOW); }

/// Bytes that libcurl copies; none for a length of zero.
static inline CURLcode meshtop_curl_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(handle, option, count > 0 ? &blob : NULL);
}

typedef size_t (*meshtop_curl_write)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode meshtop_curl_set_write(CURL *handle, CURLoption option, meshtop_curl_write function) {
    return curl_easy_setopt(handle, option, function);
}

static inline CURLcode meshtop_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode meshtop_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode meshtop_curl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode meshtop_curl_get_socket(CURL *handle, curl_socket_t *value) {
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, value);
}

static inline CURLMcode meshtop_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// Function-like and bit-shifting macros that Swift does not import.
static const long CURL_GLOBAL_DEFAULT_FLAGS = CURL_GLOBAL_DEFAULT;
static const unsigned int CURLH_HEADER_ORIGIN = CURLH_HEADER;

/// The result of a finished transfer; CURLMsg keeps it in a union that Swift imports under a name of its own.
static inline CURLcode meshtop_curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

#endif
