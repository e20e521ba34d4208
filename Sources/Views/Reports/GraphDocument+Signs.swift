import Model

/// What of nodes and edges is ours and not Kiali's: signs, versions, principals, the way through a waypoint.
extension JSONWriter {
    mutating func signs(_ signs: [TrafficSign]) {
        name("signs")
        array(signs) { writer, sign in
            writer.object { writer in
                writer.name("sign")
                writer.string(sign.kind.rawValue)
                writer.name("rate")
                writer.number(sign.rate)
                writer.name("percent")
                writer.number(sign.percent?.rounded(decimals: max(1, (sign.percent ?? 1).leadingDecimals)))
                writer.name("text")
                writer.string(sign.text)
            }
        }
    }

    mutating func versions(_ versions: [VersionShare]) {
        name("versions")
        array(versions) { writer, share in
            writer.object { writer in
                writer.name("version")
                writer.string(share.version)
                writer.name("rate")
                writer.number(share.rate)
                writer.name("percent")
                writer.number(share.percent.rounded(decimals: max(1, share.percent.leadingDecimals)))
                writer.name("percentErr")
                writer.number(share.percentErrors.rounded(decimals: max(1, share.percentErrors.leadingDecimals)))
            }
        }
    }

    /// Names only, those with most traffic first; null if they were not asked for.
    mutating func principals(_ principals: EdgePrincipals?) {
        name("principals")
        guard let principals else { return null() }
        object { writer in
            writer.name("source")
            writer.array(principals.source) { $0.string($1.name) }
            writer.name("destination")
            writer.array(principals.destination) { $0.string($1.name) }
        }
    }

    mutating func waypoint(_ way: WaypointWay?) {
        name("waypoint")
        guard let way else { return null() }
        object { writer in
            writer.name("direction")
            writer.string(way.direction.rawValue)
            writer.name("returned")
            writer.number(way.returned)
        }
    }
}
