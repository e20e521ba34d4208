// SPDX-License-Identifier: Apache-2.0
#ifndef MESHTOP_CYAML_SHIM_H
#define MESHTOP_CYAML_SHIM_H

#include <yaml.h>

#endif
