// SPDX-License-Identifier: Apache-2.0
#ifndef MESHTOP_CZSTD_SHIM_H
#define MESHTOP_CZSTD_SHIM_H

#include <zstd.h>

#endif
