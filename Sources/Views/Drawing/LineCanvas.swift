import Layout
import Model

/// The lines of a picture in the cells that are seen: ways out of each cell put together, so that the order of drawing does not matter.
struct LineCanvas {
    private let area: Area
    private let origin: CellPoint
    private var masks: [LineMask]
    private var weights: [LineMask.Weight]
    private var styles: [Style]

    init(area: Area, origin: CellPoint) {
        self.area = area
        self.origin = origin
        let count = area.width * area.height
        masks = Array(repeating: [], count: count)
        weights = Array(repeating: .light, count: count)
        styles = Array(repeating: .plain, count: count)
    }

    /// Adds the frame of a box.
    mutating func add(_ rect: CellRect, style: Style) {
        let corners = [
            CellPoint(x: rect.x, y: rect.y), CellPoint(x: rect.endX - 1, y: rect.y),
            CellPoint(x: rect.endX - 1, y: rect.endY - 1), CellPoint(x: rect.x, y: rect.endY - 1),
            CellPoint(x: rect.x, y: rect.y),
        ]
        for index in 1..<corners.count { add(from: corners[index - 1], to: corners[index], .light, style) }
    }

    /// Adds a line.
    mutating func add(_ route: LayoutRoute, _ face: GraphPicture.RouteFace) {
        let weight = LineMask.Weight(face.line)
        for index in 1..<max(1, route.points.count) {
            add(from: route.points[index - 1], to: route.points[index], weight, face.style)
        }
    }

    private mutating func add(from a: CellPoint, to b: CellPoint, _ weight: LineMask.Weight, _ style: Style) {
        if a.y == b.y {
            let y = a.y - origin.y
            guard y >= 0, y < area.height else { return }
            let (low, high) = (min(a.x, b.x) - origin.x, max(a.x, b.x) - origin.x)
            for x in max(0, low)..<max(0, low, min(area.width, high + 1)) {
                var mask: LineMask = []
                if x > low { mask.insert(.left) }
                if x < high { mask.insert(.right) }
                add(mask, y * area.width + x, weight, style)
            }
        } else {
            let x = a.x - origin.x
            guard x >= 0, x < area.width else { return }
            let (low, high) = (min(a.y, b.y) - origin.y, max(a.y, b.y) - origin.y)
            for y in max(0, low)..<max(0, low, min(area.height, high + 1)) {
                var mask: LineMask = []
                if y > low { mask.insert(.up) }
                if y < high { mask.insert(.down) }
                add(mask, y * area.width + x, weight, style)
            }
        }
    }

    /// A strong line is drawn whole and others pass under it, so is a double one; a dashed one only where nothing else is.
    private mutating func add(_ mask: LineMask, _ index: Int, _ weight: LineMask.Weight, _ style: Style) {
        let (present, own) = (weights[index].standing, weight.standing)
        guard own >= present else { return }
        if own > present { masks[index] = mask } else { masks[index].formUnion(mask) }
        weights[index] = own > 0 || masks[index] == mask ? weight : .light
        styles[index] = style
    }

    /// Draws what was added.
    func draw(into frame: inout Frame, glyphs: GlyphSet) {
        for y in 0..<area.height {
            for x in 0..<area.width {
                let index = y * area.width + x
                guard !masks[index].isEmpty else { continue }
                let sign = masks[index].sign(weights[index], asciiOnly: glyphs.asciiOnly)
                frame.put(String(sign), x: area.x + x, y: area.y + y, style: styles[index], clip: area)
            }
        }
    }
}

extension LineMask.Weight {
    init(_ line: GraphPicture.RouteFace.Line) {
        self =
            switch line {
            case .ordinary: .light
            case .strong: .heavy
            case .dashed: .dashed
            case .dotted: .dotted
            case .double: .double
            }
    }

    /// Lines of a higher standing are drawn over others.
    fileprivate var standing: Int {
        switch self {
        case .light, .dashed, .dotted: 0
        case .double: 1
        case .heavy: 2
        }
    }
}
