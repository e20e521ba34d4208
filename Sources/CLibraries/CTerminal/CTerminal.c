// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

// Everything a signal handler reads is here, written before the handlers are installed.
static struct {
    volatile sig_atomic_t armed;
    int tty;
    int messages;
    int chain;
    size_t reset_length;
    char reset[256];
    char report[512];
    struct termios termios;
} state = {.tty = -1, .messages = -1};

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
enum { crash_signal_count = sizeof crash_signals / sizeof crash_signals[0] };
static struct sigaction former[crash_signal_count];
static int installed;

void meshtop_terminal_write(int descriptor, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
            if (poll(&ready, 1, 1000) <= 0) return;
        } else if (errno != EINTR) {
            return;
        }
    }
}

static void write_text(int descriptor, const char *text) {
    meshtop_terminal_write(descriptor, text, strlen(text));
}

// Safe in a signal handler: tcsetattr, write and sigprocmask are on POSIX' list.
static void restore(void) {
    if (!state.armed) return;
    state.armed = 0;
    // A process in the background would be stopped by tcsetattr.
    sigset_t background, before;
    sigemptyset(&background);
    sigaddset(&background, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &background, &before);
    meshtop_terminal_write(state.tty, state.reset, state.reset_length);
    tcsetattr(state.tty, TCSANOW, &state.termios);
    pthread_sigmask(SIG_SETMASK, &before, 0);
}

static const char *signal_name(int number) {
    switch (number) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGILL: return "SIGILL";
    case SIGTRAP: return "SIGTRAP";
    case SIGABRT: return "SIGABRT";
    default: return "SIGFPE";
    }
}

// The end of what was written to stderr: the Swift runtime's "Fatal error: ..." is there.
static void copy_messages(int to) {
    char buffer[2048];
    if (state.messages < 0) return;
    off_t size = lseek(state.messages, 0, SEEK_END);
    off_t from = size > (off_t)sizeof buffer ? size - (off_t)sizeof buffer : 0;
    ssize_t got = pread(state.messages, buffer, sizeof buffer, from);
    if (got > 0) meshtop_terminal_write(to, buffer, (size_t)got);
}

static void write_report(const char *name) {
    if (state.report[0] == 0) return;
    int file = open(state.report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return;
    void *frames[64];
    write_text(file, "meshtop crashed: ");
    write_text(file, name);
    write_text(file, "\n");
    copy_messages(file);
    // backtrace() was called once before, so that it does not load its library here.
    backtrace_symbols_fd(frames, backtrace(frames, 64), file);
    close(file);
}

static void tell(const char *name) {
    write_text(state.tty, "meshtop crashed (");
    write_text(state.tty, name);
    write_text(state.tty, "); the terminal was put back.\n");
    copy_messages(state.tty);
    write_report(name);
    if (state.report[0] == 0) return;
    write_text(state.tty, "Report: ");
    write_text(state.tty, state.report);
    write_text(state.tty, "\n");
}

static void on_crash(int number, siginfo_t *info, void *context) {
    const char *name = signal_name(number);
    if (state.armed) {
        restore();
        tell(name);
    }
    for (int i = 0; i < crash_signal_count; i++) {
        if (crash_signals[i] != number) continue;
        if (state.chain && (former[i].sa_flags & SA_SIGINFO) && former[i].sa_sigaction) {
            former[i].sa_sigaction(number, info, context);
        }
    }
    struct sigaction fatal = {.sa_handler = SIG_DFL};
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    sigaction(number, &fatal, 0);
    pthread_sigmask(SIG_UNBLOCK, &only, 0);
    raise(number);
}

static void install(void) {
    if (installed) return;
    installed = 1;
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < crash_signal_count; i++) sigaction(crash_signals[i], &action, &former[i]);
    atexit(restore);
    void *first[1];
    backtrace(first, 1);
}

int meshtop_terminal_arm(int tty, const char *reset, int messages, const char *report, int chain) {
    if (tcgetattr(tty, &state.termios) != 0) return -1;
    state.tty = tty;
    state.messages = messages;
    state.chain = chain;
    meshtop_terminal_set_reset(reset);
    state.report[0] = 0;
    if (strlen(report) < sizeof state.report) strcpy(state.report, report);
    install();
    state.armed = 1;
    return 0;
}

void meshtop_terminal_set_reset(const char *reset) {
    size_t length = strnlen(reset, sizeof state.reset - 1);
    state.reset_length = 0;
    memcpy(state.reset, reset, length);
    state.reset_length = length;
}

void meshtop_terminal_disarm(void) { state.armed = 0; }

void meshtop_terminal_rearm(void) {
    if (state.tty >= 0) state.armed = 1;
}

void meshtop_terminal_stop(void) {
    struct sigaction stop = {.sa_handler = SIG_DFL}, before;
    sigset_t only, mask;
    sigemptyset(&only);
    sigaddset(&only, SIGTSTP);
    sigaction(SIGTSTP, &stop, &before);
    // raise() reaches this thread, which has it blocked until the next line.
    raise(SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &only, &mask);
    pthread_sigmask(SIG_SETMASK, &mask, 0);
    sigaction(SIGTSTP, &before, 0);
}

int meshtop_terminal_message_file(void) { return memfd_create("meshtop-messages", MFD_CLOEXEC); }

int meshtop_terminal_wcwidth(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

int meshtop_terminal_locale_is_utf8(void) {
    const char *encoding = nl_langinfo(CODESET);
    return encoding && (strcasecmp(encoding, "UTF-8") == 0 || strcasecmp(encoding, "utf8") == 0);
}

int meshtop_terminal_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int meshtop_terminal_is_foreground(int tty) { return tcgetpgrp(tty) == getpgrp(); }

long meshtop_terminal_utc_offset(int64_t seconds) {
    time_t moment = (time_t)seconds;
    struct tm local;
    return localtime_r(&moment, &local) ? local.tm_gmtoff : 0;
}
