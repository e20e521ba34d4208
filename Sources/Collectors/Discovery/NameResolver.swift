// SPDX-License-Identifier: Apache-2.0
internal import CAres
internal import Model

/// What a collector asks of name servers, and how it gets answers; a test has one without sockets.
protocol NameResolving: AnyObject {
    /// Asks for what a target's name leads to.
    func ask(_ target: DiscoveryTarget, number: Int)

    /// What has been answered since the last call: hosts with ports, or why there are none.
    func answers() -> [(number: Int, hosts: Result<[NamedHost], SourceFailure>)]

    /// What may be slept on.
    var descriptors: [Int32] { get }

    /// Whether something is being asked.
    var isBusy: Bool { get }
}

/// A host that a name server names.
struct NamedHost: Hashable, Comparable {
    let host: String
    let port: Int?

    static func < (left: NamedHost, right: NamedHost) -> Bool {
        left.host == right.host ? (left.port ?? 0) < (right.port ?? 0) : left.host < right.host
    }
}

/// Asks name servers by c-ares, without waiting. Confined to one thread.
final class NameResolver: NameResolving {
    /// Maximum number of hosts that one name may lead to.
    static let maximumHosts = 1_000

    /// One question, which c-ares holds until it calls back.
    private final class Question {
        let number: Int
        let target: DiscoveryTarget
        unowned let resolver: NameResolver

        init(_ number: Int, _ target: DiscoveryTarget, _ resolver: NameResolver) {
            (self.number, self.target, self.resolver) = (number, target, resolver)
        }
    }

    private var channel: ares_channel?
    private var found: [(number: Int, hosts: Result<[NamedHost], SourceFailure>)] = []
    private var open = 0

    /// - Parameters:
    ///   - timeout: how long a name server may take.
    ///   - servers: in tests, which name servers are asked: `127.0.0.1:5300`.
    init(timeout: Duration, servers: String? = nil) {
        guard ares_library_init(ARES_LIB_INIT_ALL) == 0 else { return }
        var options = ares_options()
        options.timeout = Int32(clamping: max(100, timeout.wholeMicroseconds / 2_000))
        options.tries = 2
        guard ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) == 0 else {
            channel = nil
            return
        }
        if let servers, let channel { ares_set_servers_ports_csv(channel, servers) }
    }

    deinit {
        // Questions that are open call back here, each once.
        if let channel { ares_destroy(channel) }
        ares_library_cleanup()
    }

    var isBusy: Bool { open > 0 }

    var descriptors: [Int32] {
        guard let channel, isBusy else { return [] }
        var sockets = [ares_socket_t](repeating: -1, count: Int(ARES_GETSOCK_MAXNUM))
        let bits = ares_getsock(channel, &sockets, ARES_GETSOCK_MAXNUM)
        return sockets.indices.filter { bits & (1 << Int32($0)) != 0 }.map { sockets[$0] }
    }

    func ask(_ target: DiscoveryTarget, number: Int) {
        guard let channel else {
            return found.append((number, .failure(SourceFailure(.dns, "c-ares cannot be started"))))
        }
        open += 1
        let context = Unmanaged.passRetained(Question(number, target, self)).toOpaque()
        switch target {
        case .services(let name, _): ares_search(channel, name, 1, 33, receiveServices, context)
        case .addresses(let name, _, _): meshtop_ares_addresses(channel, name, receiveAddresses, context)
        case .file: Unmanaged<Question>.fromOpaque(context).release()
        }
    }

    func answers() -> [(number: Int, hosts: Result<[NamedHost], SourceFailure>)] {
        if let channel, isBusy {
            // Those that may be read or written are tried: neither blocks.
            var sockets = [ares_socket_t](repeating: -1, count: Int(ARES_GETSOCK_MAXNUM))
            let bits = ares_getsock(channel, &sockets, ARES_GETSOCK_MAXNUM)
            for (place, socket) in sockets.enumerated() where bits & (1 << Int32(place) | 1 << Int32(place + 16)) != 0 {
                ares_process_fd(channel, socket, socket)
            }
            ares_process_fd(channel, -1, -1)
        }
        defer { found = [] }
        return found
    }

    // MARK: - Answers

    fileprivate static func finish(_ context: UnsafeMutableRawPointer?, _ status: Int32, _ hosts: () -> [NamedHost]) {
        guard let context else { return }
        let question = Unmanaged<Question>.fromOpaque(context).takeRetainedValue()
        // The resolver itself ends: nobody is left to hear it.
        guard status != ARES_EDESTRUCTION else { return }
        question.resolver.open -= 1
        let answer: Result<[NamedHost], SourceFailure>
        if status == 0 {
            answer = .success(Array(Set(hosts()).sorted().prefix(maximumHosts)))
        } else {
            let text = ares_strerror(status).map { String(cString: $0) } ?? "error \(status)"
            answer = .failure(SourceFailure(.dns, "\(question.target.shown): \(text)"))
        }
        question.resolver.found.append((question.number, answer))
    }
}

/// A function of the file, because c-ares calls it: the records of services have come.
private func receiveServices(
    context: UnsafeMutableRawPointer?, status: Int32, timeouts: Int32, answer: UnsafeMutablePointer<UInt8>?,
    length: Int32
) {
    var reply: UnsafeMutablePointer<ares_srv_reply>?
    let parsed = status == 0 ? ares_parse_srv_reply(answer, length, &reply) : status
    NameResolver.finish(context, parsed) {
        var hosts: [NamedHost] = []
        var next = reply
        while let record = next?.pointee {
            let name = record.host.map { SafeText.line(of: String(cString: $0), maximum: 255) } ?? ""
            // A single dot says that the service is not offered (RFC 2782).
            if !name.isEmpty, name != ".", record.port > 0 {
                hosts.append(NamedHost(host: name, port: Int(record.port)))
            }
            next = record.next
        }
        return hosts
    }
    if let reply { ares_free_data(reply) }
}

/// The addresses of a name have come.
private func receiveAddresses(
    context: UnsafeMutableRawPointer?, status: Int32, timeouts: Int32, result: UnsafeMutablePointer<ares_addrinfo>?
) {
    NameResolver.finish(context, status) {
        var hosts: [NamedHost] = []
        var next = result?.pointee.nodes
        while let node = next {
            var text = [CChar](repeating: 0, count: 64)
            if meshtop_ares_address(node, &text, 64) == 1 {
                hosts.append(
                    NamedHost(
                        host: String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self),
                        port: nil))
            }
            next = node.pointee.ai_next
        }
        return hosts
    }
    if let result { ares_freeaddrinfo(result) }
}
