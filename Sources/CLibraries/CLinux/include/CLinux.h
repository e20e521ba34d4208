// SPDX-License-Identifier: Apache-2.0
// System calls that Swift's Glibc module lacks or types wrongly.
#ifndef MESHTOP_CLINUX_H
#define MESHTOP_CLINUX_H

/// Microseconds since the Unix epoch, by a clock that never jumps: the time of day at its first use, and from there the time that passed,
/// a suspended machine's included. A wall clock that somebody sets back would make old data look fresh for as long.
long meshtop_now_microseconds(void);
/// Microseconds of the monotonic clock, for deadlines.
long meshtop_monotonic_microseconds(void);
/// Sleeps.
void meshtop_sleep_microseconds(long microseconds);
/// Makes the allocator give large blocks (64 KiB and more) back to the system when they are freed. glibc raises that limit by itself when
/// such blocks come and go, and then the bodies of a large mesh's answers fragment the heap to three times its contents.
void meshtop_return_large_blocks(void);
/// Raises the soft limit of open descriptors to the hard one; returns the limit now in force.
long meshtop_raise_descriptor_limit(void);
/// Makes a close-on-exec pipe whose reading end does not block; 0, or -1.
int meshtop_pipe(int *ends);
/// A non-blocking, close-on-exec eventfd, or -1.
int meshtop_eventfd(void);
/// Adds one to an eventfd.
void meshtop_eventfd_wake(int descriptor);
/// Empties an eventfd.
void meshtop_eventfd_drain(int descriptor);
/// Blocks the signals in this thread (and in threads it starts later) and returns a signalfd of them, or -1.
int meshtop_signalfd(const int *signals, int count);
/// The next signal waiting at a signalfd, or 0.
int meshtop_signalfd_next(int descriptor);

#endif
