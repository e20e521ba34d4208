internal import Model

/// Scans a whole log at once, for benchmarks and for tools that look at recorded logs.
package enum LogScanBenchmark {
    /// Reads a log in pieces, as it comes from a file.
    ///
    /// - Parameter log: the bytes.
    /// - Returns: how many events it tells.
    package static func events(in log: [UInt8]) -> Int {
        let scanner = LogScanner(catalogue: LogCatalogue())
        let now = Timestamp(microseconds: 0)
        var count = 0
        log.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + (256 << 10))
                count += scanner.receive(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), at: now).count
                start = end
            }
        }
        return count + scanner.end(at: now).count
    }
}
