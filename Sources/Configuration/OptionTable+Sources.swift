// SPDX-License-Identifier: Apache-2.0
package import Collectors
internal import Model

/// `config` knows every option, to show its value and origin.
private let live = Command.live.union([.config])
private let tickers = Command.live.union([.demo, .config])

/// What is collected from, and how. What is made of these options: `Settings+Sources.swift`.
extension OptionKey<[ManagementAddress]> {
    /// The management endpoints to begin with.
    package static var management: OptionKey<[ManagementAddress]> {
        OptionKey(
            repeated: "management", .management, live, .sources, "[NAME=]URL|HOST[:PORT]",
            "A member's management endpoint; repeatable. One is enough: the other members are found from it. Without a port 8558 "
                + "is tried, then 7626. NAME names the cluster (default: its actor system). dns+srv://NAME and dns+a://NAME[:PORT] "
                + "are what a name server lists.")
    }
}

extension OptionKey<[String]> {
    /// Files that list management endpoints.
    package static var fileSD: Self {
        OptionKey(
            repeated: "file-sd", .text(example: "[targets.json]"), live, .sources, "FILE",
            "A file of Prometheus' file_sd, JSON or YAML, that lists management endpoints; repeatable. The label cluster names "
                + "the cluster. Changes are taken over.")
    }
}

extension OptionKey<Int?> {
    /// The management port of members that are found.
    package static var managementPort: Self {
        OptionKey(
            "management-port", .integer(1...65_535), live, .sources, "N",
            "The management port of members that are found (default: the port that answered).")
    }
}

extension OptionKey<Bool> {
    /// Whether other members are looked for.
    package static var discover: Self {
        OptionKey(
            toggle: "discover", default: true, live, .sources,
            "Ask only the addresses given; do not look for the other members.")
    }

    /// Whether members are asked for their remoting state.
    package static var bridge: Self {
        OptionKey(
            toggle: "bridge", default: true, live, .sources, "Do not ask members for their remoting state.")
    }
}

extension OptionKey<Endpoint?> {
    /// The metrics server.
    package static var prometheus: Self {
        OptionKey(
            "prometheus", .url, live, .sources, "URL",
            "The Prometheus server that scrapes the mesh or the members: the services' traffic as Istio counts it, and phi and "
                + "membership where exporters have them.")
    }
}

extension OptionKey<[MetricRule]> {
    /// Which metrics describe clusters.
    package static var metric: Self {
        OptionKey(
            repeated: "metric", .metric, live, .sources, "ROLE=NAME [observer=LABEL] [peer=LABEL]",
            "Which metrics describe clusters; repeatable. ROLE is phi, threshold, status, reachability or count; NAME a regular "
                + "expression. In place of the known names of that role.")
    }
}

extension OptionKey<[ProbeTarget]> {
    /// The health endpoints of applications.
    package static var probe: Self {
        OptionKey(
            repeated: "probe", .probe, live, .sources, "[SUBJECT=]URL",
            "A health endpoint of an application; repeatable. SUBJECT is its workload, NAMESPACE/NAME, or a member's HOST[:PORT] "
                + "(default: the member at the URL's host). http://{host}:8080/readyz asks every member, with role:ROLE= those of a "
                + "role. Without a path /healthz, /readyz and /health are tried.")
    }
}

extension OptionKey<[LogTarget]> {
    /// The logs.
    package static var events: Self {
        OptionKey(
            repeated: "events", .events, live, .sources, "[OBSERVER=]FILE|-|URL",
            "Logs of members: files, which are followed, standard input or a stream; repeatable. OBSERVER is the member that writes "
                + "it, HOST:PORT or an address; most lines say it themselves.")
    }
}

extension OptionKey<[ObserverRule]> {
    /// The observers of lines of pods or files.
    package static var observer: Self {
        OptionKey(
            repeated: "observer", .observer, live, .sources, "PATTERN=HOST:PORT",
            "The member that writes the lines of pods or files whose name fits the pattern, * being any text; repeatable."
        )
    }
}

extension OptionKey<LogZone?> {
    /// The time zone of lines that do not say it.
    package static var logZone: Self {
        OptionKey(
            "log-zone", .zone, live, .sources, "ZONE",
            "The time zone of log lines that do not say it: UTC, local, +01:00, Europe/Berlin (default UTC).")
    }
}

/// How sources are reached, in the words of Prometheus' `http_config`. Each may be meant for one kind of source.
extension OptionKey<[ScopedText]> {
    private static let scope = "; KIND is management, prometheus, events or probe, and without it all are meant."

    /// The authorities that secure servers are checked with.
    package static var caFile: Self {
        OptionKey(
            repeated: "ca-file", .scoped, live, .sources, "[KIND=]FILE",
            "Certificates (PEM) of the authorities that https:// sources are checked with, in place of the system's"
                + scope)
    }

    /// Who we are.
    package static var certFile: Self {
        OptionKey(
            repeated: "cert-file", .scoped, live, .sources, "[KIND=]FILE",
            "The certificate (PEM) that we show to https:// sources" + scope)
    }

    /// The key of that certificate.
    package static var keyFile: Self {
        OptionKey(
            repeated: "key-file", .scoped, live, .sources, "[KIND=]FILE",
            "The private key (PEM) of --cert-file, if it stands in a file of its own" + scope)
    }

    /// Tokens.
    package static var bearerTokenFile: Self {
        OptionKey(
            repeated: "bearer-token-file", .scoped, live, .sources, "[KIND=]FILE",
            "A file with the token that is sent to https:// sources; it is read again each minute" + scope)
    }

    /// The name that a server's certificate must have.
    package static var serverName: Self {
        OptionKey(
            repeated: "server-name", .scoped, live, .sources, "[KIND=]NAME",
            "The name that a server's certificate must have, in place of the URL's host" + scope)
    }

    /// Proxies.
    package static var proxyURL: Self {
        OptionKey(
            repeated: "proxy-url", .scoped, live, .sources, "[KIND=]URL",
            "The proxy that sources are reached through; default: what the environment says" + scope)
    }
}

extension OptionKey<Duration> {
    /// The time between two polls of a source.
    package static var interval: Self {
        OptionKey(
            "interval", .duration(.milliseconds(100)...(.seconds(3_600))), default: .seconds(2), tickers, .sources, "D",
            "Time between two polls of a source.")
    }

    /// How long a request may take.
    package static var timeout: Self {
        OptionKey(
            "timeout", .duration(.milliseconds(10)...(.seconds(300))), default: .seconds(2), tickers, .sources, "D",
            "Time allowed for one request.")
    }

    /// The time over which rates are taken.
    package static var window: Self {
        OptionKey(
            "window", .duration(.seconds(1)...(.seconds(2_592_000))), default: .seconds(60), tickers, .sources, "D",
            "The time over which rates are taken, up to 30d.")
    }
}

extension OptionTable {
    static let sourceRows: [OptionRow] = [
        OptionKey.management.row, OptionKey.fileSD.row, OptionKey.managementPort.row, OptionKey.discover.row,
        OptionKey.prometheus.row,
        OptionKey.metric.row, OptionKey.probe.row, OptionKey.events.row, OptionKey.observer.row, OptionKey.logZone.row,
        OptionKey.bridge.row, OptionKey.caFile.row, OptionKey.certFile.row, OptionKey.keyFile.row,
        OptionKey.bearerTokenFile.row, OptionKey.serverName.row, OptionKey.proxyURL.row, OptionKey.interval.row,
        OptionKey.timeout.row, OptionKey.window.row,
    ]
}

// MARK: - Syntax

extension OptionSyntax<ScopedText> {
    static var scoped: Self {
        OptionSyntax(example: "[FILE]") { text throws(OptionError) in try ScopedText(try OptionText.nonEmpty(text)) }
    }
}

extension OptionSyntax<ManagementAddress> {
    static var management: Self {
        OptionSyntax(example: "[http://10.0.0.7:8558]") { text throws(OptionError) in try ManagementAddress(text) }
    }
}

extension OptionSyntax<Endpoint> {
    static var url: Self {
        OptionSyntax(example: "http://localhost:9090") { text throws(OptionError) in
            guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
                throw OptionError("'\(Secrets.masked(text))' is no URL: it begins with neither http:// nor https://")
            }
            return Endpoint(try ManagementAddress(text), access: .given(.prometheus))
        }
    }
}

extension OptionSyntax<MetricRule> {
    static var metric: Self {
        OptionSyntax(example: "[phi=shop_phi observer=node peer=remote]") { text throws(OptionError) in
            try MetricRule(parsing: text)
        }
    }
}

extension OptionSyntax<ProbeTarget> {
    static var probe: Self {
        OptionSyntax(example: "[shop/checkout=http://10.0.0.7:8080/readyz]") { text throws(OptionError) in
            try ProbeTarget(text)
        }
    }
}

extension OptionSyntax<LogTarget> {
    static var events: Self {
        OptionSyntax(example: "[/var/log/shop.log]") { text throws(OptionError) in
            try LogTarget(try OptionText.nonEmpty(text))
        }
    }
}

extension OptionSyntax<ObserverRule> {
    static var observer: Self {
        OptionSyntax(example: "[shop-0=10.0.0.7:25520]") { text throws(OptionError) in
            guard let rule = ObserverRule(text) else {
                throw OptionError("'\(text)' is not PATTERN=HOST:PORT, such as shop-0*=10.0.0.7:25520")
            }
            return rule
        }
    }
}

extension OptionSyntax<LogZone> {
    static var zone: Self {
        OptionSyntax(example: "UTC") { text throws(OptionError) in
            guard let zone = LogZone(text) else {
                throw OptionError(
                    "'\(text)' is no time zone: write UTC, local, +01:00, or a name such as Europe/Berlin")
            }
            return zone
        }
    }
}
