// SPDX-License-Identifier: Apache-2.0
#ifndef MESHTOP_CARES_SHIM_H
#define MESHTOP_CARES_SHIM_H

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

/// The address of a result as text; 0 if it is of another family.
static inline int meshtop_ares_address(const struct ares_addrinfo_node *node, char *text, int size) {
    const void *address = 0;
    if (node->ai_family == AF_INET) address = &((const struct sockaddr_in *)node->ai_addr)->sin_addr;
    if (node->ai_family == AF_INET6) address = &((const struct sockaddr_in6 *)node->ai_addr)->sin6_addr;
    return address && inet_ntop(node->ai_family, address, text, size) ? 1 : 0;
}

/// Begins to ask for addresses of both families.
static inline void meshtop_ares_addresses(ares_channel channel, const char *name, ares_addrinfo_callback callback, void *context) {
    struct ares_addrinfo_hints hints = {0, AF_UNSPEC, SOCK_STREAM, 0};
    ares_getaddrinfo(channel, name, 0, &hints, callback, context);
}

#endif
