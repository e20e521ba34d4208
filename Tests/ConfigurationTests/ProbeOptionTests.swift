// SPDX-License-Identifier: Apache-2.0
import Collectors
import Testing

@testable import Configuration

@Suite("Health endpoints in the layers of configuration") struct ProbeOptionTests {
    @Test("they are taken from flags, environment and file, and added up within one of them")
    func layers() throws {
        let texts = ["http://10.0.0.7:8080/readyz", "shop/cart=http://10.0.0.8/health"]
        let wanted = try texts.map { try ProbeTarget($0) }
        #expect(try settings(["watch", "--probe", texts[0], "--probe=\(texts[1])"])[.probe] == wanted)
        #expect(
            try settings(["check"], environment: ["MESHTOP_PROBE": texts.joined(separator: ",")])[.probe] == wanted)
        let file = "probe: [\"\(texts[0])\", \"\(texts[1])\"]\n"
        #expect(try settings(["snapshot"], files: ["meshtop.yaml": file])[.probe] == wanted)
        #expect(try settings([])[.probe].isEmpty)
    }
}
