// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Traffic

@testable import Views

/// Scenes with traffic: graphs folded of answers as Prometheus gives them.
enum MeshTraffic {
    /// A shop with a canary, a cluster in its cart, and a payment that fails.
    static let shop = scene("shop", .oneUnreachable) { script in
        script.requests(nil, "shop/gateway-v1", 210, by: ["destination"])
        script.requests("shop/gateway-v1", "shop/web-v1", 190)
        script.requests("shop/gateway-v1", "shop/web-v1", 0.4, by: ["destination"], [.responseCode: "500"])
        script.requests("shop/gateway-v1", "shop/web-v2", 21)
        script.requests("shop/web-v1", "shop/cart-v1", 120)
        script.requests("shop/web-v2", "shop/cart-v1", 12)
        script.requests("shop/cart-v1", "pay/payment-v1", 32)
        script.requests(
            "shop/cart-v1", "pay/payment-v1", 2.1, by: ["source"], [.responseCode: "503", .responseFlags: "UF,URX"])
        script.requests(
            "shop/cart-v1", "pay/payment-v1", 0.2, by: ["source"], [.responseCode: "0", .responseFlags: "DC"])
        script.requests("pay/payment-v1", "pay/ledger-v1", 31, [.requestProtocol: "grpc", .grpcStatus: "0"])
        script.requests(
            "pay/payment-v1", "pay/ledger-v1", 0.001, by: ["source"],
            [.requestProtocol: "grpc", .grpcStatus: "14", .responseFlags: "UT"])
        tcp(&script, "shop/cart-v1", "shop/cart-v1", 51_200)
        tcp(&script, "pay/ledger-v1", "pay/db-v1", 1_300_000)
        times(&script, "shop/web-v1", "shop/cart-v1", 120)
        times(&script, "shop/cart-v1", "pay/payment-v1", 32)
    }

    static let quiet = scene("quiet", .healthy) { script in
        script.requests("shop/web-v1", "shop/cart-v1", 3)
        script.requests("shop/web-v1", "shop/stock-v1", 0.0004)
    }

    /// Hostile names, and impossible numbers.
    static let hostile = scene("hostile", .healthy) { script in
        let names = ["購物車服務", "a\u{301}e\u{301}", "مدفوعات", String(repeating: "long", count: 40), "x"]
        for (index, name) in names.enumerated() {
            script.requests("shop/\(name)", "shop/\(names[(index + 1) % names.count])", Double(index) * 1e9 + 0.00001)
        }
        script.requests("shop/x", "shop/x", .infinity)
        script.requests("shop/x", "shop/y", .nan)
        script.requests("shop/x", "shop/z", -5)
    }

    static let nothing = scene("nothing", .healthy) { _ in }

    static let all = [shop, quiet, hostile, nothing]

    /// A number of services in four namespaces that call each other, some calls of which fail.
    static func many(_ count: Int) -> Scene {
        scene("many-\(count)", .healthy) { script in
            for number in 1..<count {
                let from = "ns\((number / 2) % 4)/svc\(number / 2)-v1"
                let to = "ns\(number % 4)/svc\(number)-v1"
                script.requests(from, to, Double(count - number))
                guard number % 7 == 3 else { continue }
                script.requests(
                    from, to, Double(number % 5), by: ["source"], [.responseCode: "503", .responseFlags: "UO"])
            }
        }
    }

    static func scene(_ name: String, _ base: Scene, _ write: (inout TelemetryScript) -> Void) -> Scene {
        var script = TelemetryScript()
        script.at = Scene.ago(2)
        write(&script)
        guard var snapshot = base.snapshot else { return base }
        var options = snapshot.options.graph
        options.edgeValues = [.p95, .mtls]
        options.memberRules = ["10.0.0.*=shop/cart-v1"].compactMap { MemberRule($0) }
        snapshot.options.graph = options
        snapshot.telemetry = script.telemetry
        // Made as the fold makes it; times since when things are so, are known to the fold alone.
        snapshot.graph = ShownGraph(
            ServiceGraph.build(script.telemetry, options: options, observedAt: Scene.ago(1)))
        var maker = GraphMaker()
        snapshot.graph = snapshot.graph(options, &maker)
        return Scene(name: name, snapshot: snapshot)
    }

    private static func tcp(_ script: inout TelemetryScript, _ source: String, _ target: String, _ rate: Double) {
        for reporter in ["source", "destination"] {
            var labels = TelemetryScript.ends(source, target)
            labels[.reporter] = reporter
            labels[.responseFlags] = "-"
            labels[.securityPolicy] = reporter == "destination" ? "mutual_tls" : "unknown"
            script.row(.tcpReceived, rate, labels)
        }
    }

    private static func times(_ script: inout TelemetryScript, _ source: String, _ target: String, _ rate: Double) {
        for (bound, share) in [("50", 0.5), ("100", 0.9), ("250", 0.99), ("+Inf", 1.0)] {
            var labels = TelemetryScript.ends(source, target)
            labels[.reporter] = "destination"
            labels[.requestProtocol] = "http"
            labels[.bucket] = bound
            script.row(.durationBuckets, rate * share, labels)
        }
    }
}
