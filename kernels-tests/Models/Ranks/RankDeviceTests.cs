using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>Which of a machine's cards a rank computes on.</summary>
internal sealed class RankDeviceTests
{
    /// <summary>Cards go round among the ranks of a machine; who names one by number gets that one.</summary>
    [TestCase("cuda", 0, new[] { 0, 1 }, "cuda:0")]
    [TestCase("cuda", 1, new[] { 0, 1 }, "cuda:1")]
    [TestCase("cuda", 2, new[] { 0, 1 }, "cuda:0")]
    [TestCase("auto", 3, new[] { 0, 1, 2, 3 }, "cuda:3")]
    [TestCase("auto", 1, new[] { 0, 1, 2 }, "cpu", TestName = "auto: fewer cards than ranks")]
    [TestCase("opencl", 1, new[] { 1, 2 }, "opencl:2")]
    [TestCase("cuda:0", 1, new[] { 0, 1 }, "cuda:0")]
    [TestCase("cpu", 1, new[] { 0, 1 }, "cpu")]
    [TestCase("cuda", 1, new[] { 0 }, "cuda")]
    public void EachRankHasItsOwnCard(string asked, int place, int[] cards, string given) =>
        Assert.That(new Neighbour(place, neighbours: 4).DeviceName(asked, _ => cards), Is.EqualTo(given));

    /// <summary>The only one on its machine has the choice of a process that is alone.</summary>
    [Test]
    public void ARankByItselfHasTheFirstCard() =>
        Assert.That(new Neighbour(place: 0, neighbours: 1).DeviceName("cuda", _ => [0, 1, 2, 3]), Is.EqualTo("cuda"));

    [Test]
    public void TheProcessorIsOpenedWithARanksPartOfIt()
    {
        using var device = new Neighbour(place: 1, neighbours: 4).OpenDevice("cpu");
        Assert.That(device.Description, Does.Contain($"{Math.Max(Environment.ProcessorCount / 4, 1)} thread"));
    }

    private sealed class Neighbour(int place, int neighbours) : IRanks
    {
        public int Count => neighbours;

        public int Rank => place;

        public int LocalRank => place;

        public int LocalCount => neighbours;

        public string Name => "neighbours";

        public void Exchange(ReadOnlySpan<Sending> sendings, ReadOnlySpan<Receiving> receivings) => throw new NotSupportedException();

        public void Abort(int exitCode) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
