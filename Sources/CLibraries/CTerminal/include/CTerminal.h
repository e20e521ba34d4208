// SPDX-License-Identifier: Apache-2.0
// What must work while the process is dying or stopped, when Swift code must not run: putting the terminal back.
#ifndef MESHTOP_CTERMINAL_H
#define MESHTOP_CTERMINAL_H

#include <stddef.h>
#include <stdint.h>

/// Remembers the terminal's present state and how to leave the screen, and installs handlers for SEGV, BUS, ILL, TRAP, ABRT, FPE and
/// exit(). From now on a crash puts the terminal back, says so there, writes a report and then dies by the same signal.
///
/// - Parameters:
///   - tty: a descriptor open for reading and writing, because the screen is left by writing
///   - reset: what leaves the alternate screen, shows the cursor, ends colours and modes; at most 255 bytes are kept
///   - messages: a descriptor with what was written to stderr meanwhile (its end is shown after a crash), or -1
///   - report: path of the crash report, written only if the crash comes; empty for none
///   - chain: 1 to call the handlers that were there before (the Swift runtime's backtracer), 0 to die at once
/// Returns 0, or -1 with errno.
int meshtop_terminal_arm(int tty, const char *reset, int messages, const char *report, int chain);

/// Replaces what leaves the screen, once the terminal's kind is known; at most 255 bytes are kept.
void meshtop_terminal_set_reset(const char *reset);

/// The screen has been left in order: from now on a crash leaves the terminal alone. Handlers stay.
void meshtop_terminal_disarm(void);

/// Takes effect after the terminal was left and entered again.
void meshtop_terminal_rearm(void);

/// Stops the process by SIGTSTP as if it had never been blocked, and returns when it is continued. In a process group without a parent
/// that could continue it the kernel ignores the stop, and this returns at once.
void meshtop_terminal_stop(void);

/// Writes bytes to a descriptor, all of them, as far as it takes them within a second.
void meshtop_terminal_write(int descriptor, const char *bytes, size_t length);

/// An unnamed file in memory, or -1. For stderr while the screen belongs to us.
int meshtop_terminal_message_file(void);

/// The columns the C library gives to a character in the present locale: 0, 1, 2, or -1 for what it does not print.
int meshtop_terminal_wcwidth(uint32_t scalar);

/// Whether the present locale's encoding is UTF-8.
int meshtop_terminal_locale_is_utf8(void);

/// The size of the terminal; -1 if it has none.
int meshtop_terminal_size(int descriptor, int *columns, int *rows);

/// Whether this process may draw: its group is the terminal's foreground group.
int meshtop_terminal_is_foreground(int tty);

/// Seconds east of UTC of local time at a moment (seconds since 1970).
long meshtop_terminal_utc_offset(int64_t seconds);

#endif
