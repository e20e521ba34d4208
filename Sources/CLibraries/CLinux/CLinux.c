// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

// Written once, before anybody can read it.
static pthread_once_t anchored = PTHREAD_ONCE_INIT;
static long anchor;

static long read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000L + time.tv_nsec / 1000;
}

static void set_anchor(void) { anchor = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_BOOTTIME); }

long meshtop_now_microseconds(void) {
    pthread_once(&anchored, set_anchor);
    return anchor + read_clock(CLOCK_BOOTTIME);
}

long meshtop_monotonic_microseconds(void) { return read_clock(CLOCK_MONOTONIC); }

void meshtop_sleep_microseconds(long microseconds) {
    struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
    nanosleep(&time, 0);
}

void meshtop_return_large_blocks(void) {
    mallopt(M_MMAP_THRESHOLD, 64 << 10);
    mallopt(M_TRIM_THRESHOLD, 64 << 10);
}

long meshtop_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit raised = {limit.rlim_max, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return (long)limit.rlim_cur;
}

int meshtop_pipe(int *ends) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

int meshtop_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void meshtop_eventfd_wake(int descriptor) {
    uint64_t one = 1;
    ssize_t written = write(descriptor, &one, sizeof one);
    (void)written;
}

void meshtop_eventfd_drain(int descriptor) {
    uint64_t value;
    ssize_t got = read(descriptor, &value, sizeof value);
    (void)got;
}

int meshtop_signalfd(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    if (sigprocmask(SIG_BLOCK, &set, 0) != 0) return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int meshtop_signalfd_next(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}
