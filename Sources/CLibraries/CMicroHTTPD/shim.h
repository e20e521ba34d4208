// SPDX-License-Identifier: Apache-2.0
// libmicrohttpd for Swift: variadic functions get typed twins, and constants that are macros or enums beyond Swift's reach become values.
#ifndef MESHTOP_CMICROHTTPD_SHIM_H
#define MESHTOP_CMICROHTTPD_SHIM_H

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

/// A daemon without a listening socket of its own: one thread with epoll, fed by MHD_add_connection, able to suspend connections.
///
/// `handler` gets requests, `connections` the start and end of connections, both with `context`. `memory` is the buffer of each
/// connection in bytes, `limit` how many there may be.
static inline struct MHD_Daemon *meshtop_mhd_start(MHD_AccessHandlerCallback handler,
                                                   MHD_NotifyConnectionCallback connections, void *context,
                                                   size_t memory, unsigned int limit) {
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET |
                                MHD_ALLOW_SUSPEND_RESUME,
                            0, NULL, NULL, handler, context, MHD_OPTION_NOTIFY_CONNECTION, connections, context,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_CONNECTION_LIMIT, limit,
                            MHD_OPTION_END);
}

/// The socket of a connection, or -1.
static inline int meshtop_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/// The IPv4 address, as a number, that MHD_add_connection was given for a connection; 0 for none.
static inline uint32_t meshtop_mhd_client_host(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info && info->client_addr ? ntohl(((const struct sockaddr_in *)info->client_addr)->sin_addr.s_addr) : 0;
}

/// What the `connections` callback left with the connection.
static inline void *meshtop_mhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/// A response of known length; the bytes are copied.
static inline struct MHD_Response *meshtop_mhd_response(const void *bytes, size_t length) {
    return MHD_create_response_from_buffer(length, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

/// A response of unknown length, whose content `reader` supplies until it returns `meshtop_mhd_end_of_stream()`.
static inline struct MHD_Response *meshtop_mhd_stream(size_t block, MHD_ContentReaderCallback reader, void *context,
                                                      MHD_ContentReaderFreeCallback free) {
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, block, reader, context, free);
}

static inline ssize_t meshtop_mhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }

#endif
