// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// A value behind a pthread mutex.
///
/// Not Synchronization's `Mutex`: its futex is invisible to the thread sanitizer, which then reports races that are none.
/// `@unchecked`, because the compiler cannot know that the mutex guards the value: every access is inside `withLock`.
package final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    /// - Parameter value: the first value.
    package init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Works on the value while no other thread does.
    ///
    /// - Parameter body: gets the value; short, for others wait.
    /// - Returns: what `body` returned.
    /// - Throws: what `body` threw.
    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
