// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("What a metrics server tells of itself") struct ServerFactTests {
    private static func configuration(_ yaml: String) -> PaddedBytes {
        let text = yaml.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: #"\n"#)
        return PaddedBytes(#"{"status":"success","data":{"yaml":"\#(text)"}}"#.utf8)
    }

    @Test("the time between scrapes is that of the jobs that scrape proxies, else the one for all")
    func interval() {
        let global = """
            global:
              scrape_interval: 1m
              scrape_timeout: 10s
            alerting:
              alertmanagers:
              - timeout: 10s
            """
        let jobs = """
            scrape_configs:
            - job_name: prometheus
              scrape_interval: 2m
              static_configs:
              - targets:
                - localhost:9090
            - job_name: podMonitor/istio-system/envoy-stats-monitor/0
              honor_timestamps: true
              scrape_interval: 15s
            - job_name: serviceMonitor/istio-system/istiod/0
              scrape_interval: 5s
            """
        #expect(ServerFact.scrapeInterval.read(Self.configuration(global)) == .seconds(60))
        #expect(ServerFact.scrapeInterval.read(Self.configuration("\(global)\n\(jobs)")) == .seconds(15))
        #expect(ServerFact.scrapeInterval.read(Self.configuration("")) == nil)
        #expect(ServerFact.scrapeInterval.read(Self.configuration("global:\n  scrape_interval: soon\n")) == nil)
    }

    @Test(
        "samples are kept for a time, whatever their size",
        arguments: [
            ("15d", 15 * 86_400), ("15d or 10GiB", 15 * 86_400), ("10GiB or 1w", 7 * 86_400), ("1d12h", 36 * 3600),
            ("10y", 3_650 * 86_400),
        ])
    func retention(text: String, seconds: Int) {
        let body = PaddedBytes(#"{"status":"success","data":{"CWD":"/","storageRetention":"\#(text)"}}"#.utf8)
        #expect(ServerFact.retention.read(body) == .seconds(seconds))
    }

    @Test(
        "what is no answer tells nothing",
        arguments: [
            "", "<html>", "{}", "[]", #"{"data":7}"#, #"{"data":{"storageRetention":7}}"#,
            #"{"data":{"storageRetention":"10GiB"}}"#, #"{"data":{"storageRetention":"99999999999y"}}"#,
            #"{"data":{"storageRetention":"999999999y"}}"#, #"{"data":{"storageRetention":"d"}}"#,
            #"{"data":{"storageRetention":""}}"#, #"{"data":{"storageRetention":"0s"}}"#,
        ])
    func nothing(body: String) {
        #expect(ServerFact.retention.read(PaddedBytes(body.utf8)) == nil)
    }
}
