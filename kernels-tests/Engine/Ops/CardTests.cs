namespace IlgpuGan.EngineTests.Ops;

/// <summary>Where there is no NVIDIA card, no suite speaks of <c>cuda</c>; this test is what says so.</summary>
internal sealed class CardTests
{
    [Test]
    public void SuitesRunOnTheCard()
    {
        if (!new TestDevices.Card().Any())
        {
            Assert.Ignore("no CUDA driver or no card here: no suite ran on cuda");
        }

        Assert.That(TestDevices.Open("cuda").Name, Does.StartWith("cuda"));
    }
}
