// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The environment variables of this process.
enum ProcessEnvironment {
    /// All variables; bytes that are no UTF-8 are replaced.
    static func variables() -> [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // Of a variable that is there twice, the first one counts, as in getenv.
            if pair.count == 2, result[String(pair[0])] == nil { result[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return result
    }
}
