if CommandLine.arguments.count > 3, CommandLine.arguments[1] == "collect" {
    CollectorRun.run(seconds: Int(CommandLine.arguments[2]) ?? 10, addresses: Array(CommandLine.arguments[3...]))
} else if CommandLine.arguments.count > 1, CommandLine.arguments[1] == "timeline" {
    try TimelineBenchmark().run()
} else if CommandLine.arguments.dropFirst().first == "matrix" {
    for members in [12, 60, 200] {
        try MatrixBenchmark(members: members).run(columns: 80, rows: 24)
        try MatrixBenchmark(members: members).run(columns: 200, rows: 50)
    }
} else {
    let measure = Measure()
    for (members, observers) in [(3, 3), (100, 100), (1000, 10)] {
        try MeshBenchmark(members: members).run(observers: observers, measure)
    }
    MembersDecoding.run()
    LogBenchmark.run()
    try TimelineBenchmark().run()
}
