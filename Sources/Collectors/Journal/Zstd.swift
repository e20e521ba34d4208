// SPDX-License-Identifier: Apache-2.0
internal import CZstd

/// Compresses pieces of one stream: each piece can be decompressed when those before it were.
///
/// A class, because it owns memory of the C library.
final class ZstdCompressor {
    /// Of the library's levels the one that costs little and still finds the last answer of the same node.
    private static let level: Int32 = 3
    /// As far back as repetitions are looked for: 2^20 bytes, so that a reader needs no more.
    private static let windowLog: Int32 = 20

    private let context: OpaquePointer?

    init() {
        context = ZSTD_createCCtx()
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Self.level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, Self.windowLog)
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Begins a stream of its own.
    func reset() { ZSTD_CCtx_reset(context, ZSTD_reset_session_only) }

    /// The next piece of the stream.
    ///
    /// - Parameter bytes: what is compressed.
    /// - Returns: `nil` if the library fails, which it does only without memory.
    func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count) + 64)
        var (taken, written) = (0, 0)
        while true {
            let left = bytes.withUnsafeBytes { source in
                output.withUnsafeMutableBytes { target in
                    var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: taken)
                    var out = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: written)
                    defer { (taken, written) = (input.pos, out.pos) }
                    return ZSTD_compressStream2(context, &out, &input, ZSTD_e_flush)
                }
            }
            guard ZSTD_isError(left) == 0 else { return nil }
            if left == 0 { return Array(output[..<written]) }
            output += [UInt8](repeating: 0, count: output.count)
        }
    }
}

/// Decompresses pieces of one stream, in their order.
final class ZstdDecompressor {
    /// A stream that claims to look back further than this is refused: it would take that much memory.
    private static let maximumWindowLog: Int32 = 23

    private let context: OpaquePointer?

    init() {
        context = ZSTD_createDCtx()
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.maximumWindowLog)
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Begins a stream of its own.
    func reset() { ZSTD_DCtx_reset(context, ZSTD_reset_session_only) }

    /// The bytes of the next piece.
    ///
    /// - Parameters:
    ///   - bytes: the compressed piece.
    ///   - size: how many bytes it must give.
    /// - Returns: `nil` if it gives another number of bytes, or is none.
    func decompress(_ bytes: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: size)
        var (taken, written) = (0, 0)
        while taken < bytes.count {
            let before = (taken, written)
            let hint = bytes.withUnsafeBytes { source in
                output.withUnsafeMutableBytes { target in
                    var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: taken)
                    var out = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: written)
                    defer { (taken, written) = (input.pos, out.pos) }
                    return ZSTD_decompressStream(context, &out, &input)
                }
            }
            guard ZSTD_isError(hint) == 0, (taken, written) != before else { return nil }
        }
        return written == size ? output : nil
    }
}
