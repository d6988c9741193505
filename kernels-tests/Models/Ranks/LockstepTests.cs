using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>Runs of the same code that wait for each other.</summary>
internal sealed class LockstepTests
{
    [Test]
    public void RunsTakeTurnsInTheirOrder()
    {
        var lockstep = new Lockstep(3);
        var seen = new List<string>();
        lockstep.Run(number =>
        {
            for (var barrier = 0; barrier < 2; barrier++)
            {
                seen.Add($"{number} before {barrier}");
                lockstep.Synchronize();
                Assert.That(lockstep.Current, Is.EqualTo(number));
            }

            seen.Add($"{number} ends");
        });
        Assert.That(seen, Is.EqualTo(new[]
        {
            "0 before 0", "1 before 0", "2 before 0", "0 before 1", "1 before 1", "2 before 1", "0 ends", "1 ends", "2 ends",
        }));
    }

    [TestCase(0)]
    [TestCase(2)]
    public void AFailureEndsAllRuns(int failing)
    {
        var lockstep = new Lockstep(3);
        var ended = 0;
        Assert.That(
            () => lockstep.Run(number =>
            {
                try
                {
                    lockstep.Synchronize();
                    if (number == failing)
                    {
                        throw new IOException("no more");
                    }

                    lockstep.Synchronize();
                }
                finally
                {
                    ended++;
                }
            }),
            Throws.TypeOf<IOException>().With.Message.EqualTo("no more"));
        Assert.That(ended, Is.EqualTo(3));
    }

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    [TestCase(2, 1)]
    public void RunsThatSynchronizeUnequallyOftenAreRefused(int first, int second)
    {
        var lockstep = new Lockstep(2);
        Assert.That(
            () => lockstep.Run(number =>
            {
                for (var i = 0; i < (number == 0 ? first : second); i++)
                {
                    lockstep.Synchronize();
                }
            }),
            Throws.InvalidOperationException.With.Message.Contains("unequally"));
    }
}
