// SPDX-License-Identifier: Apache-2.0
#ifndef MESHTOP_CZLIB_SHIM_H
#define MESHTOP_CZLIB_SHIM_H

#include <zlib.h>

#endif
