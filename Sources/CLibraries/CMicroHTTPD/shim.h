#ifndef MESHTOP_CMICROHTTPD_SHIM_H
#define MESHTOP_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

#endif
