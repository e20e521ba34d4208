// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Why a simulated mesh cannot start.
package enum SimulatedMeshError: Error, Sendable, CustomStringConvertible {
    /// Not a number of members that a mesh can have.
    case badCount(Int)
    /// The limit of open files is too small, even at its hard end.
    case tooFewDescriptors(needed: Int, limit: Int)
    /// The address cannot be listened on; `errno` says why.
    case noPort(host: String, port: UInt16, errno: Int32)
    /// libmicrohttpd or a thread did not start.
    case noServer

    /// What was tried, what happened, what to do next.
    package var description: String {
        switch self {
        case .badCount(let count):
            "a simulated mesh has 3 to 1000 members, not \(count)"
        case .tooFewDescriptors(let needed, let limit):
            "a mesh of this size needs \(needed) open files and the limit is \(limit); "
                + "raise it with ulimit -n, or take fewer members"
        case .noPort(let host, let port, let errno):
            "cannot listen on \(host):\(port): \(String(cString: strerror(errno))); "
                + "take another --port, or none for a free one"
        case .noServer:
            "the HTTP server of the simulated mesh did not start: out of threads or memory"
        }
    }
}
