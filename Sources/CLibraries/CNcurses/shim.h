// SPDX-License-Identifier: Apache-2.0
// ncursesw for Swift: globals and macros that Swift cannot import, and what keeps cchar_t and attr_t out of it.
#ifndef MESHTOP_CNCURSES_SHIM_H
#define MESHTOP_CNCURSES_SHIM_H

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdint.h>

static inline WINDOW *meshtop_stdscr(void) { return stdscr; }
static inline int meshtop_colors(void) { return COLORS; }

/// Attributes of one style, as bits of our own.
enum {
    meshtop_bold = 1,
    meshtop_dim = 2,
    meshtop_underline = 4,
    meshtop_reverse = 8,
};

/// Writes one cell: a base with up to two combining marks (0: none), attributes and a colour pair.
static inline int meshtop_put_cell(
    WINDOW *window, int y, int x, uint32_t base, uint32_t mark1, uint32_t mark2, int attributes, int pair) {
    wchar_t text[4] = {(wchar_t)base, (wchar_t)mark1, (wchar_t)mark2, 0};
    attr_t bits = A_NORMAL;
    if (attributes & meshtop_bold) bits |= A_BOLD;
    if (attributes & meshtop_dim) bits |= A_DIM;
    if (attributes & meshtop_underline) bits |= A_UNDERLINE;
    if (attributes & meshtop_reverse) bits |= A_REVERSE;
    cchar_t cell;
    if (setcchar(&cell, text, bits, (short)pair, 0) == ERR) return ERR;
    return mvwadd_wch(window, y, x, &cell);
}

/// The next key: 0 for none, 1 for a character, 2 for a KEY_ code.
static inline int meshtop_next_key(WINDOW *window, uint32_t *value) {
    wint_t key = 0;
    int result = wget_wch(window, &key);
    *value = (uint32_t)key;
    return result == ERR ? 0 : (result == KEY_CODE_YES ? 2 : 1);
}

/// A capability of the present terminal as text; null if it has none.
static inline const char *meshtop_capability(const char *name) {
    char *text = tigetstr((char *)name);
    return (text == 0 || text == (char *)-1) ? 0 : text;
}

#endif
