// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The peer that decoders are measured against: Python's orjson, parsing the same bytes on the same machine in the same run.
enum Orjson {
    /// The best time of many runs.
    ///
    /// - Parameters:
    ///   - runs: How often it parses.
    ///   - document: What it parses.
    /// - Returns: Microseconds; nil if Python or orjson is not installed.
    static func best(runs: Int, _ document: String) -> Double? {
        let program =
            "import orjson,sys,time;d=sys.stdin.buffer.read();b=9e9\\nfor _ in range(\(runs)):\\n t=time.perf_counter();orjson.loads(d);b=min(b,time.perf_counter()-t)\\nprint(b*1e6)"
        let name = "/tmp/meshtop-benchmark-\(getpid()).json"
        guard let file = fopen(name, "w") else { return nil }
        fputs(document, file)
        fclose(file)
        defer { unlink(name) }
        guard let pipe = popen("python3 -c \"$(printf '\(program)')\" < \(name) 2>/dev/null", "r") else { return nil }
        defer { pclose(pipe) }
        var buffer = [CChar](repeating: 0, count: 64)
        guard fgets(&buffer, 64, pipe) != nil else { return nil }
        return strtod(buffer, nil)
    }
}
