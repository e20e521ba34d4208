// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Descriptors 0, 1 and 2, which a program may be started without.
enum StandardDescriptors {
    /// Fills gaps, so that no file opened later, such as a recording, takes the place of stdout and gets its lines.
    ///
    /// What is filled in cannot be written to: a closed stdout stays an error.
    static func secure() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is given out, which is this one.
            _ = open("/dev/null", O_RDONLY)
        }
    }
}
