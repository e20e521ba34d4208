// SPDX-License-Identifier: Apache-2.0
import Model

/// Traffic of one protocol from one end to another. It is drawn as one leg, or as two if a service stands between.
struct PathKey: ReadableKey {
    let lanes: SIMD4<UInt32>

    @inline(__always)
    init(lanes: SIMD4<UInt32>) { self.lanes = lanes }

    /// - Parameters:
    ///   - source: the number of the end that sends.
    ///   - destination: the number of the end that receives.
    ///   - transport: the protocol.
    @inline(__always)
    init(source: Int, destination: Int, transport: LabelValue) {
        lanes = SIMD4(UInt32(source), UInt32(destination), transport.number, 0)
    }

    var destination: Int { lanes.index(1) }
}

/// Traffic of one protocol from one node to another: an edge of the draft.
struct LegKey: ReadableKey {
    let lanes: SIMD4<UInt32>

    @inline(__always)
    init(lanes: SIMD4<UInt32>) { self.lanes = lanes }

    /// - Parameters:
    ///   - source: the number of the node that sends.
    ///   - target: the number of the node that receives.
    ///   - transport: the protocol.
    @inline(__always)
    init(source: Int, target: Int, transport: LabelValue) {
        lanes = SIMD4(UInt32(source), UInt32(target), transport.number, 0)
    }

    var source: Int { lanes.index(0) }
    var target: Int { lanes.index(1) }
    var transport: LabelValue { lanes.label(2) }
}

/// What Kiali takes for the same when both ends report it.
struct IdentityKey: ReadableKey {
    let lanes: SIMD8<UInt32>

    @inline(__always)
    init(lanes: SIMD8<UInt32>) { self.lanes = lanes }

    /// - Parameters:
    ///   - metric: the position of the metric among all.
    ///   - path: the number of the path.
    ///   - sample: the answer, and the proxy that reports it.
    ///   - isTCP: whether proxies of nodes and of workloads report the same bytes, so that the kind of proxy counts.
    @inline(__always)
    init(metric: UInt32, path: Int, _ sample: TrafficSample, isTCP: Bool) {
        lanes = SIMD8(
            metric, UInt32(path), sample.code.number, sample.flags.number, sample.host.number,
            isTCP ? sample.app.number : 0, 0, 0)
    }

    var path: Int { lanes.index(1) }
    var code: LabelValue { lanes.label(2) }
    var flags: LabelValue { lanes.label(3) }
    var host: LabelValue { lanes.label(4) }
    /// The kind of proxy that reports, where that counts; empty where it does not.
    var proxy: LabelValue { lanes.label(5) }

    /// The same for every kind of proxy, in one namespace.
    func forAnyProxy(in namespace: Int) -> IdentityKey {
        var lanes = lanes
        lanes[5] = 0
        lanes[6] = UInt32(namespace) + 1
        return IdentityKey(lanes: lanes)
    }
}

/// An identity as one namespace has it.
struct EntryKey: ReadableKey {
    let lanes: SIMD4<UInt32>

    @inline(__always)
    init(lanes: SIMD4<UInt32>) { self.lanes = lanes }

    @inline(__always)
    init(namespace: Int, identity: Int) {
        lanes = SIMD4(UInt32(namespace), UInt32(identity), 0, 0)
    }

    var namespace: Int { lanes.index(0) }
    var identity: Int { lanes.index(1) }
}

/// A leg as one namespace has it.
struct CopyKey: ReadableKey {
    let lanes: SIMD2<UInt32>

    @inline(__always)
    init(lanes: SIMD2<UInt32>) { self.lanes = lanes }

    @inline(__always)
    init(leg: Int, namespace: Int) { lanes = SIMD2(UInt32(leg), UInt32(namespace)) }

    var namespace: Int { lanes.index(1) }
}

/// What an answer says about its cause.
struct AnswerKey: PackedKey {
    let lanes: SIMD4<UInt32>

    @inline(__always)
    init(code: LabelValue, flags: LabelValue, transport: LabelValue) {
        lanes = SIMD4(code.number, flags.number, transport.number, 0)
    }
}

/// A workload by the values of its labels.
struct WorkloadKey: Hashable {
    let namespace: LabelValue
    let name: LabelValue
}

/// The identities that both ends of a request proved.
struct PrincipalPair: Hashable {
    let source: LabelValue
    let destination: LabelValue
}

/// Two nodes that an edge joins.
struct NodePair: Hashable {
    let source: Int
    let target: Int
}
