let measure = Measure()
for (members, observers) in [(3, 3), (100, 100), (1000, 10)] {
    try MeshBenchmark(members: members).run(observers: observers, measure)
}
MembersDecoding.run()
