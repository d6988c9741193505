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
            for (var meeting = 0; meeting < 2; meeting++)
            {
                seen.Add($"{number} before {meeting}");
                lockstep.Meet();
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
                    lockstep.Meet();
                    if (number == failing)
                    {
                        throw new IOException("no more");
                    }

                    lockstep.Meet();
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
    public void RunsThatMeetUnequallyOftenAreRefused(int first, int second)
    {
        var lockstep = new Lockstep(2);
        Assert.That(
            () => lockstep.Run(number =>
            {
                for (var i = 0; i < (number == 0 ? first : second); i++)
                {
                    lockstep.Meet();
                }
            }),
            Throws.InvalidOperationException.With.Message.Contains("unequally"));
    }
}
