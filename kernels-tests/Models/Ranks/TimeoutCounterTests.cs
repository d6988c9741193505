using IlgpuGan.Tensors.Ranks.OpenMpi;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>Which ranks time out: a silent one soon, one that only waits later, one that works never.</summary>
public sealed class TimeoutCounterTests
{
    [Test]
    public void ASilentRankTimesOut()
    {
        Assert.That(After(HeartbeatChannel.PerTimeout - 1, HeartbeatState.None).IsTimedOut, Is.False);
        Assert.That(After(HeartbeatChannel.PerTimeout, HeartbeatState.None).IsTimedOut, Is.True);
    }

    [Test]
    public void AWaitingRankTimesOutLater()
    {
        var almost = After((HeartbeatChannel.PerTimeout * TimeoutCounter.WaitingFactor) - 1, HeartbeatState.Waiting);
        Assert.That((almost.IsTimedOut, almost.IsDeadlocked), Is.EqualTo((false, false)));
        almost.Add(HeartbeatState.Waiting);
        Assert.That((almost.IsTimedOut, almost.IsDeadlocked), Is.EqualTo((false, true)));
    }

    [Test]
    public void WorkResetsTheCounter()
    {
        var counter = After(HeartbeatChannel.PerTimeout - 1, HeartbeatState.None);
        counter.Add(HeartbeatState.Working);
        counter.Add(HeartbeatState.None);
        Assert.That((counter.IsTimedOut, counter.IsDeadlocked), Is.EqualTo((false, false)));
        Assert.That(After(1000, HeartbeatState.Working).IsDeadlocked, Is.False);
    }

    private static TimeoutCounter After(int checks, HeartbeatState state)
    {
        var counter = default(TimeoutCounter);
        for (var i = 0; i < checks; i++)
        {
            counter.Add(state);
        }

        return counter;
    }
}
