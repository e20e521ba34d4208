// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Waits until one of the descriptors can be read, as the thread of the collectors does.
///
/// - Parameters:
///   - descriptors: What is waited for; with none, the time passes.
///   - milliseconds: How long at most.
func waitForInput(at descriptors: [Int32], milliseconds: Int32) {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    poll(&entries, nfds_t(entries.count), milliseconds)
}
